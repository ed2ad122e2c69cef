"""Chooses a page's title: what is on screen decides, without the name of the site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from .page_metadata import Mark, PageMetadata
from .plain_text import clean, decode, plain
from .schema_org import Item

_SEPARATOR = re.compile(
    r"(\s+(?:[|»«·•\\/>–—:~-]|::|\|\||//|<|›|\*|⋆|‹|←)+\s+|\s*[|｜]\s*|\s*—\s*|:\s+(?=[^:]{2,30}$))"
)
_FILE = re.compile(r"^[\w.,()%+ -]*\.(?:html?|php|aspx?|jsp|pdf|docx?|txt|md|xml|pptx?|xlsx?|indd|qxd)$", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^(?:untitled.*|home(?: ?page)?|index|startseite|accueil|inicio|default|null|undefined|new page \d*|loading\W*"
    r"|no title|page|blog|article|news"
    r"|document|title|microsoft word - .*|\W*)$",
    re.IGNORECASE,
)
_NOT_MAIN = frozenset(
    {"aside", "nav", "navigation", "dialog", "footer", "contentinfo", "complementary", "comment", "biography"}
)
_NOT_LETTERS = re.compile(r"[\W_]+")
_WORD = re.compile(r"\w+")
_SITE_TITLE = re.compile(r"site-?(?:title|name)", re.IGNORECASE)
_PERMALINK = re.compile(r"(?:\s*[¶§🔗]|\s#)$")  # of a link to the heading that it stands in
_MAX_LENGTH = 500


def letters(text: str) -> str:
    """Returns the letters and digits of a text in lower case, for comparison."""
    return _NOT_LETTERS.sub("", text.lower())


@lru_cache(maxsize=256)
def words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def overlap(one: str, other: str) -> float:
    """Returns the share of the shorter text's words (pairs of characters where it has one word) that the other has."""
    first, second = Counter(words(one)), Counter(words(other))
    if min(first.total(), second.total()) <= 1:
        first, second = _pairs(one), _pairs(other)
    return (first & second).total() / max(1, min(first.total(), second.total()))


def _pairs(text: str) -> Counter[str]:
    key = letters(text)
    return Counter(key[at : at + 2] for at in range(len(key) - 1))


def main_headings(metadata: PageMetadata) -> list[Mark]:
    """Returns the headings that may be the title, best first: visible ones of level 1, then those styled as one."""
    headings = [mark for mark in metadata.headings if mark.text and len(mark.text) <= 300]
    everywhere = metadata.everywhere()
    usable = [mark for mark in headings if not (mark.place - everywhere) & _NOT_MAIN]
    first = [mark for mark in usable if mark.level == 1]
    styled = [mark for mark in usable if mark.level != 1 and _is_title_hint(mark.hint)]
    second = [mark for mark in usable if mark.level == 2]
    hidden = [mark for mark in headings if mark.level == 1 and mark not in first]
    ordered = [*(m for m in first if m.shown), *styled, *(m for m in first if not m.shown), *second[:3], *hidden]
    return list(dict.fromkeys(ordered))


def _is_title_hint(hint: str) -> bool:
    return bool(
        re.search(
            r"headline|(?:^|[\s_-])(?:entry|post|article|page|story|news|blog|single)[-_]?(?:title"
            r"|heading)",
            hint,
            re.IGNORECASE,
        )
    )


class TitleReader:
    """`site` is the name of the site, if known; `main` the item that describes the page; `stale` tells that the head
    describes another page."""

    def __init__(self, metadata: PageMetadata, site: str, main: Item | None, stale: bool = False) -> None:
        self._metadata = metadata
        self._main = main
        self._stale = stale
        self._names = [site]
        self._names += [
            n for item in metadata.items if item.is_a("WebSite") for n in item.texts("name", "alternateName")
        ]
        self._names += [mark.text for mark in metadata.headings if _SITE_TITLE.search(mark.hint)]
        labels = [label for host in metadata.hosts() for label in (host, *host.split(".")[:-1][:2])]
        self._sites = {key for name in (*self._names, *labels) if len(key := letters(name)) > 1}

    def site_names(self, title: str) -> list[str]:
        """Returns the names of the site, and what the page's own title says beside `title`."""
        parts = _SEPARATOR.split(clean(self._metadata.page_title))[::2]
        return [*self._names, *(part for part in parts if letters(part) not in letters(title))]

    def is_site(self, text: str) -> bool:
        key = letters(text)
        if not key or key in self._sites:
            return True
        short = len(words(text)) <= 4
        return short and any(
            len(site) > 3 and (key.startswith(site) or site.startswith(key)) for site in self._sites if len(key) > 3
        )

    def is_valid(self, title: str) -> bool:
        """Returns whether a text can be a title: not a file name, a number, or the name of the site."""
        if not title or not any(c.isalpha() for c in title) or len(title) < 2:
            return False
        return not (_FILE.match(title) or _PLACEHOLDER.match(title) or letters(title) in self._sites)

    def without_site(self, title: str) -> str:
        """Returns the title without the name of the site at either end."""
        parts = _SEPARATOR.split(title)
        while len(parts) > 2 and self.is_site(parts[-1]):
            parts = parts[:-2]
        while len(parts) > 2 and self.is_site(parts[0]):
            parts = parts[2:]
        return clean("".join(parts)) or title

    def read(self) -> str:
        page_title = clean(self._metadata.page_title)
        stated = self._stated(page_title)
        titles = [title for text in stated if self.is_valid(title := self.without_site(text))]
        headings = [mark for mark in main_headings(self._metadata) if self.is_valid(clean(mark.text))]
        chosen = self._choose(page_title, titles, headings)
        chosen = _PERMALINK.sub("", chosen)
        return self.without_site(chosen)[:_MAX_LENGTH] if chosen else self._last_resort(page_title, headings)

    def _stated(self, page_title: str) -> list[str]:
        """The titles that the head and the data state, undecided; only what is on screen if they are stale."""
        if self._stale:
            return [page_title] if page_title else []
        contents = [
            *self._metadata.contents(
                "og:title", "twitter:title", "dc.title", "dcterms.title", "citation_title", "parsely-title", "title"
            )
        ]
        if self._main:
            contents += self._main.raw_texts("headline", "name")
        heads = " ".join(mark.text for mark in self._metadata.headings) + page_title
        # Character references are decoded again only where the page doesn't show them.
        decoded = [
            clean(text) if "&" in text and clean(text) in heads else plain(text) if "&" in text else clean(text)
            for text in contents
        ]
        return [text for text in [*decoded, page_title] if text]

    def _choose(self, page_title: str, titles: list[str], headings: list[Mark]) -> str:
        if confirmed := self._confirmed(page_title, titles, headings):
            return confirmed
        agreed = _agreed(titles)
        first = headings[0] if headings and headings[0].level == 1 else None
        if first is None or (titles and max(overlap(first.text, title) for title in titles) < 0.2):
            shown = [mark for mark in headings if mark.level == 1 and mark.shown]
            if self._metadata.moved and len(shown) == 1 and overlap(shown[0].text, self.without_site(page_title)) < 0.2:
                return clean(shown[0].text)
            return _first_part(agreed)
        key, stated = letters(first.text), letters(agreed)
        if len(stated) > 6 and key.startswith(stated) and len(key) > 1.5 * len(stated):
            return agreed  # the heading has more in it than the title, such as buttons
        if stated and key in stated and not self._is_segment(first.text, titles):
            return agreed  # "8 trends in boats" over a heading that says "trends in boats"
        return clean(first.text)

    def _confirmed(self, page_title: str, titles: list[str], headings: list[Mark]) -> str:
        """Returns the heading that the head has too: as a whole title, or else as the first or last part of one."""
        keys = [letters(title) for title in titles]
        for mark in headings:
            if letters(mark.text) in keys:
                return clean(mark.text)
        for mark in headings:
            key = letters(mark.text)
            if len(key) < 4 or (mark.level > 1 and len(key) < 12):
                continue
            # The title has more: the name of a section or of the site, which nothing else told apart.
            ends = any(other.startswith(key) or other.endswith(key) for other in keys)
            if ends and self._is_segment(mark.text, [*titles, page_title]):
                return clean(mark.text)
        return ""

    def _is_segment(self, text: str, titles: Iterable[str]) -> bool:
        key = letters(text)
        return any(
            letters("".join(parts[:n])) == key or letters("".join(parts[n:])) == key
            for title in titles
            if (parts := _SEPARATOR.split(title))
            for n in range(1, len(parts) + 1)
        )

    def _last_resort(self, page_title: str, headings: list[Mark]) -> str:
        if headings:
            return clean(headings[0].text)[:_MAX_LENGTH]
        if self.is_valid(page_title) or letters(page_title) in self._sites:
            return page_title[:_MAX_LENGTH]
        return (
            clean(decode(page_title))[:_MAX_LENGTH]
            if any(c.isalpha() for c in page_title) and not _FILE.match(page_title)
            else ""
        )


def _first_part(title: str) -> str:
    """Returns a title without what follows a vertical line: nearly always the name of the site or a section."""
    first, line, _ = title.partition(" | ")
    return first if line and len(words(first)) > 1 and len(letters(first)) > 8 else title


def _agreed(titles: list[str]) -> str:
    """Returns the title that most of them state, or else the first; "" for none."""
    counts = Counter(letters(title) for title in titles)
    return max(titles, key=lambda title: (counts[letters(title)], -titles.index(title)), default="")
