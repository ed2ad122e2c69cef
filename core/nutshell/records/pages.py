"""Pages of the library."""

from __future__ import annotations

from dataclasses import dataclass

from nutshell.article import Article
from nutshell.records.summary import Summary

STORY = "story"
"""The kind of what was read or saved in the news, and not summarized."""


class NoSuchPage(LookupError):
    """The page is not in the memory (any more)."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as remembered. `article` has no blocks; `at` is Unix seconds; `summary` is None for a story that was
    only read or saved, of which `text` is what its feed said.
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
        """All that is remembered of what it says, in order, each once."""
        if self.summary is None:
            return [self.text] if self.text else []
        said = [self.summary.gist.text, *(point.text for point in self.summary.points)]
        for section in self.summary.outline:
            said += [section.heading, section.point.text]
        return list(dict.fromkeys(text for text in said if text))
