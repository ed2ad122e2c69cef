"""The lines that could be a page's gist: its sentences, what it says about itself, and its title.

A description is used only if it is prose about this page: not the title again, not a list of keywords, not cut off.
Where it stands on the page as well, the sentence there is the candidate, so that it can be traced.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nutshell.article import RUNNING_TEXT, Article, Role, Sentence
from nutshell.records.summary import GistSource
from nutshell.text.sentences import split
from nutshell.text.words import words
from nutshell.urls import hostname

from .centrality import terms
from .gist_cues import is_junk
from .salience import Salience

_MAX_CHARS = 320
_MIN_WORDS, _MIN_TITLE_WORDS = 5, 2
# Search engines show about 155 characters. Longer text without an end is cut off.
_CUT_CHARS = 120
# The sentences to consider: those nearest the start and those with the best salience.
_FIRST, _BEST = 12, 12

_END = re.compile(r"[.!?。！？｡؟۔…‼⁇⁈⁉।][\"'”’“‘»«›‹)\]」』】》）]*$")
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[\.\.\.\]|\[…\]|&hellip;)\W*$")
# A description that consists of the title, or one to buy what the title names; one in so few words, none of them the
# title's, is the slogan of the site.
_TITLE_SHARE, _SALE_SHARE, _SLOGAN_WORDS = 0.85, 0.6, 15
_SALE = re.compile(r"(?:buy|shop|order|get)\b", re.IGNORECASE)
# A line with no more new terms than this share repeats the title; with few more words than the title's, too.
_NEW_SHARE, _FEW_MORE, _LONG_TITLE = 0.2, 8, 4
# A description that shares no word with the title, and fewer of its terms with the page than this, is not about it.
_FOREIGN_SHARE = 0.4
_FORUM = re.compile(r"\b(?:forums?|community|communities|boards?|discussions?|discourse|support)\b", re.IGNORECASE)
_MAX_PART_WORDS = 4
_MIN_ENTRIES = 4
_FIRST_WORDS, _MOST_CAPITALS = 10, 9
# A longer sentence is no line: mostly several, without a mark between them.
_MAX_SENTENCE = 400
_EDGES = "\"'“”‘’«» \t|-–—:·•"


@dataclass(frozen=True, slots=True)
class GistCandidate:
    """`sentence` is its number on the page, -1 if it is not there. `described`: the page says this about itself.

    `cut`: its description was cut off. Those are mostly the first words of the page, and written for no reader.
    """

    text: str
    source: GistSource
    sentence: int = -1
    described: bool = False
    cut: bool = False


def candidates(article: Article, sentences: Sequence[Sentence], salience: Salience) -> list[GistCandidate]:
    """Returns the candidates: the page's own lines first, then its sentences in order, then its title.

    Of a thread, only the title, which says what it is about: descriptions of threads are their first words, cut off. Of
    a selection, only its sentences.
    """
    title = title_line(article)
    if is_thread(article) and title and _key(title) not in _key(f"{article.site} {hostname(article.url)}"):
        return [GistCandidate(title, "title")]
    if article.kind == "selection":  # the page's title and descriptions are about more than was selected
        title, own = "", []
    else:
        own = _own_lines(article)
    keys = [_key(sentence.text) for sentence in sentences]
    lines: list[GistCandidate] = []
    on_page: dict[int, bool] = {}
    for line in own:
        number = _same(line.text, keys)
        if number is None and line.whole:
            lines.append(GistCandidate(line.text, "description", described=True, cut=line.cut))
        elif number is not None:
            on_page[number] = line.cut and on_page.get(number, True)
    found = [
        GistCandidate(sentences[number].text, "page", number, number in on_page, on_page.get(number, False))
        for number in _considered(article, sentences, salience, on_page)
    ]
    return [*lines, *found, *([GistCandidate(title, "title")] if title else [])]


def title_line(article: Article) -> str:
    """Returns the title if it is more than a name; otherwise ""."""
    title = article.title.strip()
    if is_thread(article):
        title = _without_forum(title, article)
    # Of a list, a name is enough: "Backpacks".
    return title if len(words(title)) >= (1 if article.page_kind == "list" else _MIN_TITLE_WORDS) else ""


def is_thread(article: Article) -> bool:
    return article.page_kind in {"forum", "question-and-answer"} and article.kind != "selection"


def repeats_title(text: str, article: Article, lang: str) -> bool:
    """Whether a line says no more than the title, which is shown above it."""
    title, own = frozenset(terms(article.title, lang)), frozenset(terms(text, lang))
    return bool(own) and len(own - title) <= _NEW_SHARE * len(own)


def _without_forum(title: str, article: Article) -> str:
    """Returns a thread's title without the names of the forum and of its part: "Title - Part - Some Forum"."""
    parts = re.split(r"\s+[-–—|·]\s+", title)
    if len(parts) < 2:
        return title
    site = _key(f"{article.site} {hostname(article.url)}")
    if not (_FORUM.search(parts[-1]) or (len(_key(parts[-1])) > 2 and _key(parts[-1]) in site)):
        return title
    end = title.rfind(parts[-1])
    if len(parts) > 2 and len(parts[-2].split()) <= _MAX_PART_WORDS:
        end = title.rfind(parts[-2], 0, end)
    shorter = title[:end].rstrip(" -–—|·")
    return shorter if len(words(shorter)) >= _MIN_TITLE_WORDS else title


@dataclass(frozen=True, slots=True)
class _Line:
    """`whole`: can be shown by itself. `cut`: from a description that was cut off."""

    text: str
    whole: bool
    cut: bool


def _own_lines(article: Article) -> list[_Line]:
    found: list[_Line] = []
    for description in article.descriptions:
        found += [line for line in _lines(description.text, article) if line not in found]
    # Of a description and its longer form, the longer one.
    longer = [line.text for line in found if line.whole]
    return [
        line
        for line in found
        if not (line.whole and any(text.startswith(line.text) and text != line.text for text in longer))
    ]


def _lines(description: str, article: Article) -> list[_Line]:
    """Returns the description's usable part as one line, or the sentence it is cut off in, to be found on the page."""
    text = _without_names(description, article)
    parts = [sentence.text for sentence in split(Article.from_text(text))] or [text]
    cut = _CUT_OFF.search(parts[-1]) is not None or (len(text) >= _CUT_CHARS and not _END.search(parts[-1]))
    named = set(words(f"{article.title} {article.site}"))
    whole = [
        part
        for part in (parts[:-1] if cut else parts)
        if _is_usable(part) and not (_SALE.match(part) and _share(part, named) >= _SALE_SHARE)
    ]
    kept: list[str] = []
    for part in whole:
        if kept and sum(map(len, kept)) + len(part) > _MAX_CHARS:
            break
        kept.append(part)
    line = " ".join(kept)
    if not kept or not _is_prose(line, article) or _is_slogan(description, article):
        return [_Line(parts[0], False, True)] if cut else []
    first = [_Line(kept[0], False, cut)] if len(kept) > 1 else []
    return [_Line(line, True, cut), *first]


def _is_prose(line: str, article: Article) -> bool:
    said = words(line)
    if len(said) < _MIN_WORDS or len(line) > _MAX_SENTENCE or is_junk(line):
        return False
    if _share(line, set(words(f"{article.title} {article.site}"))) >= _TITLE_SHARE:
        return False
    title = words(article.title)
    if len(title) >= _LONG_TITLE and _key(article.title) in _key(line) and len(said) <= len(title) + _FEW_MORE:
        return False
    if sum(word[:1].isupper() for word in line.split()[:_FIRST_WORDS]) >= _MOST_CAPITALS:  # headings in a row
        return False
    marks = len(re.findall(r"[,;|•·✓✔►▶⭐✅/]", line))
    return marks <= 0.28 * len(said)  # more is a list of keywords


def _is_slogan(description: str, article: Article) -> bool:
    lang = (article.lang or "en").partition("-")[0].lower()
    site = set(terms(f"{article.site} {hostname(article.url)}", lang))
    named = set(terms(article.title, lang)) - site
    own = set(terms(description, lang))
    if not named or named & own:
        return False
    if len(words(description)) <= _SLOGAN_WORDS:
        return True
    return len(own & set(terms(article.text, lang))) < _FOREIGN_SHARE * len(own)


def _without_names(text: str, article: Article) -> str:
    """Returns a description without the title before it and the site's name at its end."""
    for name in (article.title, article.site):
        if len(name) > 3 and text.casefold().startswith(name.casefold()):
            rest = text[len(name) :]
            apart = re.match(r"\s*[|:–—-]\s", rest) or (len(words(name)) > 3 and re.match(r"\s+[A-Z\"'“‘]", rest))
            if apart and len(words(rest)) >= _MIN_WORDS:
                return _without_names(rest.lstrip(_EDGES), article)
    last = re.search(r"\s([|–—-])\s([^|–—]{2,40})$", text)
    if last and (last[1] == "|" or _key(last[2]) in _key(f"{article.site} {hostname(article.url)}")):
        text = text[: last.start()]
    return text.strip()


def _share(text: str, known: set[str]) -> float:
    """Returns the share of the text's words that are in `known`."""
    said = words(text)
    return sum(word in known for word in said) / max(1, len(said))


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _same(line: str, keys: Sequence[str]) -> int | None:
    """Returns the number of the sentence that the line repeats or is the start of."""
    key = _key(line)
    if len(key) < 12:
        return None
    for number, other in enumerate(keys):
        if other and (other.startswith(key) or (key.startswith(other) and len(other) > 0.8 * len(key))):
            return number
    return None


def _is_usable(text: str) -> bool:
    """Whether it is neither junk nor a piece of what stands in brackets or quotation marks."""
    return text.count("(") == text.count(")") and text.count('"') % 2 == 0 and not is_junk(text)


def _speaks_for_page(article: Article, sentence: Sentence, entries: int) -> bool:
    """Whether the sentence is more than one entry of a list or one reply of a thread."""
    block = article.blocks[sentence.block]
    if article.page_kind == "list":
        named = frozenset(terms(article.title, "en"))
        about = len(named) < 2 or not named.isdisjoint(terms(sentence.text, "en"))
        return block.role is not Role.ITEM and sentence.block < entries and about
    return block.post <= 0


def _first_entry(article: Article) -> int:
    """Returns the block at which the entries of a list begin, if they have headings of one level."""
    levels = Counter(block.level for block in article.blocks if block.role is Role.HEADING)
    level, count = max(levels.items(), key=lambda entry: entry[1], default=(0, 0))
    if count < _MIN_ENTRIES:
        return len(article.blocks)
    return next(n for n, block in enumerate(article.blocks) if block.role is Role.HEADING and block.level == level)


def _considered(
    article: Article, sentences: Sequence[Sentence], salience: Salience, always: Collection[int]
) -> list[int]:
    entries = _first_entry(article)
    usable = [
        number
        for number, sentence in enumerate(sentences)
        if article.blocks[sentence.block].role in RUNNING_TEXT
        and (number in always or _speaks_for_page(article, sentence, entries))
        and (number in always or (_END.search(sentence.text) and len(sentence.text) <= _MAX_SENTENCE))
        and _is_usable(sentence.text)
    ]
    best = sorted(usable, key=lambda number: -salience.scores[number])[:_BEST]
    return sorted({*usable[:_FIRST], *best, *({*always} & {*usable})})
