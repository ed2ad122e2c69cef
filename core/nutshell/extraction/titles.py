"""Chooses a page's title: what is on screen decides, without the name of the site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from .page_metadata import Mark, PageMetadata
from .plain_text import clean, decode, plain
from .schema_org import Item

_SEPARATOR = re.compile(
    r"(\s+(?:[|»«·•\\/>–—:~-]|::|\|\||//|<|›|\*|⋆|‹|←)+\s+|\s*[|｜]\s*|\s*—\s*|:\s+(?=[^:]{2,30}$))"
)
_FILE = re.compile(r"^[\w.,()%+ -]*\.(?:html?|php|aspx?|jsp|pdf|docx?|txt|md|xml|pptx?|xlsx?|indd|qxd)$", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^(?:untitled.*|home(?: ?page)?|index|startseite|accueil|inicio|default|null|undefined|new page \d*|loading\W*|no title|page|blog|article|news"
    r"|document|title|microsoft word - .*|\W*)$",
    re.IGNORECASE,
)
_NOT_MAIN = frozenset(
    {"aside", "nav", "navigation", "dialog", "footer", "contentinfo", "complementary", "comment", "biography"}
)
_MAX_LENGTH = 500


def letters(text: str) -> str:
    """Returns the letters and digits of a text in lower case, for comparison."""
    return "".join(character for character in text.lower() if character.isalnum())


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def overlap(one: str, other: str) -> float:
    """Returns the share of the shorter text's words (characters where words are not separated) that the other has."""
    first, second = Counter(words(one)), Counter(words(other))
    if min(first.total(), second.total()) <= 1:
        first, second = Counter(letters(one)), Counter(letters(other))
    return (first & second).total() / max(1, min(first.total(), second.total()))


def main_headings(metadata: PageMetadata) -> list[Mark]:
    """Returns the headings that may be the page's title, best first: visible ones of level 1, then those styled as one."""
    headings = [mark for mark in metadata.headings if mark.text and len(mark.text) <= 300]
    # What all headings are part of says nothing about one of them: some pages call the whole page a card.
    everywhere = frozenset.intersection(*(mark.place for mark in headings)) if len(headings) > 1 else frozenset[str]()
    usable = [mark for mark in headings if not (mark.place - everywhere) & _NOT_MAIN]
    first = [mark for mark in usable if mark.level == 1]
    styled = [mark for mark in usable if mark.level == 0 and _is_title_hint(mark.hint)]
    second = [mark for mark in usable if mark.level == 2]
    hidden = [mark for mark in headings if mark.level == 1 and mark not in first]
    ordered = [*(m for m in first if m.shown), *styled, *(m for m in first if not m.shown), *second[:3], *hidden]
    return list(dict.fromkeys(ordered))


def _is_title_hint(hint: str) -> bool:
    return bool(
        re.search(
            r"headline|(?:entry|post|article|page|story|news|blog|single)[-_]?(?:title|heading)", hint, re.IGNORECASE
        )
    )


class TitleReader:
    """`site` is the name of the site, if known; `main` the item that describes the page; `stale` tells that the head
    describes another page."""

    def __init__(self, metadata: PageMetadata, site: str, main: Item | None, stale: bool = False) -> None:
        self._metadata = metadata
        self._main = main
        self._stale = stale
        host = metadata.host()
        names = [site, host, host.split(".")[0], *(host.split(".")[1:2] if host.count(".") > 1 else ())]
        names += [
            name for item in metadata.items if item.is_a("WebSite") for name in item.texts("name", "alternateName")
        ]
        names += [
            mark.text for mark in metadata.headings if re.search(r"site-?(?:title|name)", mark.hint, re.IGNORECASE)
        ]
        self._sites = {key for name in names if len(key := letters(name)) > 1}

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
        return chosen[:_MAX_LENGTH] if chosen else self._last_resort(page_title, headings)

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
        keys = [letters(title) for title in titles]
        for mark in headings:  # a heading that the head confirms
            if letters(mark.text) in keys:
                return clean(mark.text)
        bare = self.without_site(page_title)
        for mark in headings:
            key, text = letters(mark.text), clean(mark.text)
            if len(key) < 4 or mark.level == 2:
                continue
            # The title has more: the name of a section or of the site, which nothing else told apart.
            if any(other.startswith(key) or other.endswith(key) for other in keys) and self._is_segment(
                text, [*titles, page_title]
            ):
                return text
        if titles and (
            not headings or headings[0].level != 1 or max(overlap(headings[0].text, t) for t in titles) < 0.2
        ):
            shown = [mark for mark in headings if mark.level == 1 and mark.shown]
            if self._metadata.moved and len(shown) == 1 and overlap(shown[0].text, bare) < 0.2:
                return clean(shown[0].text)
            return self._agreed(titles)
        if headings and headings[0].level == 1:
            return clean(headings[0].text)
        return self._agreed(titles)

    def _is_segment(self, text: str, titles: Iterable[str]) -> bool:
        key = letters(text)
        return any(
            letters("".join(parts[:n])) == key or letters("".join(parts[n:])) == key
            for title in titles
            if (parts := _SEPARATOR.split(title))
            for n in range(1, len(parts) + 1)
        )

    @staticmethod
    def _agreed(titles: list[str]) -> str:
        """The title that most of them state, or else the first."""
        if not titles:
            return ""
        counts = Counter(letters(title) for title in titles)
        return max(titles, key=lambda title: (counts[letters(title)], -titles.index(title)))

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
