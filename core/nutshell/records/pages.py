"""Pages of the library."""

from __future__ import annotations

from dataclasses import dataclass

from nutshell.article import Article
from nutshell.records.summary import Summary

STORY = "story"
"""The kind of a news story that was read or saved but not summarized."""


class NoSuchPage(LookupError):
    """The page is not in the library (any more)."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the library. `article` has no blocks; `at` is when it was last read, in Unix seconds.

    `summary` is None for a story that was only read or saved; `text` is then its feed's text.
    """

    id: int
    article: Article
    summary: Summary | None
    at: float
    text: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()

    @property
    def gist(self) -> str:
        return self.summary.gist.text if self.summary else self.text

    @property
    def passages(self) -> list[str]:
        """Returns every text stored of its content, in order, without duplicates."""
        if self.summary is None:
            return [self.text] if self.text else []
        texts = [self.summary.gist.text, *(point.text for point in self.summary.points)]
        for section in self.summary.outline:
            texts += [section.heading, section.point.text]
        return list(dict.fromkeys(text for text in texts if text))


@dataclass(frozen=True, slots=True)
class PageFilter:
    """Selects pages read in `since` <= time < `until` (Unix seconds) on `host`, including its subdomains."""

    since: float | None = None
    until: float | None = None
    host: str = ""
