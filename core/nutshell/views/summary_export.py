"""A summary to copy as plain text or Markdown, or to read aloud."""

from __future__ import annotations

import re
from typing import TypedDict

from nutshell.article import Article
from nutshell.messages import text
from nutshell.records.summary import Summary

from .dates import published
from .environment import language_tag, visible
from .lines import gist_text, line_text
from .links import host_name, web_link
from .summary import gist_label, listed, trace_key

# CommonMark 0.31, section 2.4: a backslash before ASCII punctuation always makes it literal. These characters open
# inline markup anywhere in a line, also in dialects with strikethrough, tables and mathematics.
_INLINE = re.compile(r"([\\`*_\[\]<>~|$]|&(?=#?\w+;))")
# What would open a block (heading, list, rule) at the start of a line or of a list item's text.
_BLOCK = re.compile(r"^(?:([#+=-])|(\d{1,9})([.)])(?=\s|$))")


class SpeechPart(TypedDict):
    """One utterance. `trace` is the key of its sentence, None for a line that is not in the page's text."""

    text: str
    trace: str | None


class Speech(TypedDict):
    """What to read aloud, in order. `lang` is a language tag, empty when unknown."""

    lang: str
    parts: list[SpeechPart]


def markdown(article: Article, summary: Summary) -> str:
    """CommonMark: the title as a link, source, gist as a quote, points as a list, outline under headings."""
    link = web_link(article.url)
    title = escaped(article.title or host_name(article.url) or text("untitled.summary"))
    blocks = [f"# [{title}]({link})" if link else f"# {title}"]
    if source := " · ".join(escaped(part) for part in _source(article)):
        blocks.append(source)
    if gist := gist_text(summary):
        blocks.append(f"> {escaped(gist)}")
    if label := gist_label(summary):
        blocks.append(f"({escaped(label)})")
    if points := listed(summary):
        blocks.append("\n".join(f"- {escaped(line_text(point))}" for point in points))
    for section in summary.outline:
        blocks += [f"## {escaped(section.heading)}", escaped(section.point.line)]
    return "\n\n".join(blocks) + "\n"


def plain_text(article: Article, summary: Summary) -> str:
    """The same without markup."""
    head = [
        visible(article.title),
        " · ".join(visible(part) for part in _source(article)),
        web_link(article.url),
    ]
    label = gist_label(summary)
    gist = visible(gist_text(summary)) + (f"\n({label})" if label else "")
    blocks = ["\n".join(line for line in head if line), gist]
    if points := listed(summary):
        blocks.append("\n".join(f"• {visible(line_text(point))}" for point in points))
    blocks += [f"{visible(section.heading)}\n{visible(section.point.line)}" for section in summary.outline]
    return "\n\n".join(block for block in blocks if block) + "\n"


def speech(article: Article, summary: Summary) -> Speech:
    """Title, gist and points as separate parts, so that reading can stop between them and the panel can follow it."""
    parts = [SpeechPart(text=visible(article.title), trace=None)] if article.title else []
    spoken = [(gist_text(summary), summary.gist), *((line_text(point), point) for point in listed(summary))]
    parts += [
        SpeechPart(text=visible(line), trace=trace_key(point) if point.index >= 0 else None)
        for line, point in spoken
        if line
    ]
    return Speech(lang=language_tag(summary.lang or article.lang), parts=parts)


def _source(article: Article) -> list[str]:
    date = published(article.published).label if article.published else ""
    return [part for part in (article.site or host_name(article.url), article.author, date) if part]


def escaped(content: str) -> str:
    """The content on one line, with Markdown markup escaped."""
    line = _INLINE.sub(r"\\\1", " ".join(visible(content).split()))
    return _BLOCK.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", line)
