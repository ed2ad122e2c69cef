"""HTML from feeds as plain text. It is never rendered, so this only has to be readable and quick, not exact."""

from __future__ import annotations

import html
import re

# What is read of one piece of HTML, in characters: enough for any text that is kept, however much markup is in it.
READ = 40_000

# Each alternative goes on to the end of the text when its own end is missing, so that none is tried twice
# from the same place: the time is linear in the length, whatever the text is.
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"</?(?:address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|form|"
                    r"h[1-6]|header|hr|img|li|ol|option|p|pre|section|table|td|th|tr|ul)\b(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>",
                    re.IGNORECASE)  # fmt: skip
_TAG = re.compile(r"</?[a-zA-Z][^\s<>/]*+(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>|<[/!?a-zA-Z][^<>]*+(?:>|\Z)")
_MARKUP = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>|<!--")
# Cc without white space, and the marks that turn the direction of text: they would reach into what stands beside it.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def from_html(source: str, limit: int) -> str:
    """The text of a piece of HTML in one line, at most `limit` characters."""
    text = source[:READ]
    if "<" in text:
        text = _UNSEEN.sub(" ", text)
        text = _BREAK.sub(" ", text)
        text = _TAG.sub("", text)
    return from_text(html.unescape(text), limit)


def from_either(source: str, limit: int) -> str:
    """Text of which it is not known whether it is HTML: as HTML where it has a tag in it."""
    if _MARKUP.search(source[:READ]):
        return from_html(source, limit)
    return from_text(html.unescape(source[:READ]), limit)


def from_text(source: str, limit: int) -> str:
    """Plain text in one line, cut at a word within `limit` characters."""
    text = " ".join(_CONTROL.sub("", source[:READ]).split())
    if len(text) <= limit:
        return text
    head, space, _ = text[: limit - 1].rpartition(" ")
    return (head if space and len(head) > limit // 2 else text[: limit - 1]).rstrip(" ,;:") + "\u2026"
