"""Where the words of the items are: taste keeps vectors, and asks for words when an act or a mute needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nutshell.text.words import plain

TEXT = 400
"""Characters of an item's text that its vector is made of, beside its title."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that could be shown. `id` is unique among all feeds; `source` is a key with a `source_name`."""

    id: str
    title: str
    text: str = ""
    source: str = ""
    published: float | None = None
    source_name: str = ""

    @property
    def said(self) -> str:
        return f"{self.title}. {self.text[:TEXT]}" if self.text else self.title


class CandidateSource(Protocol):
    def candidates(self, ids: Sequence[str]) -> Mapping[str, Candidate]:
        """Those of them that are still kept."""
        ...

    def saying(self, said: str) -> Iterable[Candidate]:
        """All whose title or text has this in it, in whatever case; more than these do no harm."""
        ...


class MemoryCandidateSource:
    """A library in memory, of what it is given: for the command line, where nothing else keeps the items."""

    def __init__(self) -> None:
        self._items: dict[str, Candidate] = {}

    def put(self, items: Iterable[Candidate]) -> None:
        self._items.update((item.id, item) for item in items)

    def keep(self, ids: set[str]) -> None:
        self._items = {item: candidate for item, candidate in self._items.items() if item in ids}

    def candidates(self, ids: Sequence[str]) -> Mapping[str, Candidate]:
        return {item: self._items[item] for item in ids if item in self._items}

    def saying(self, said: str) -> Iterable[Candidate]:
        sought = plain(said)
        return [item for item in self._items.values() if sought in plain(f"{item.title} {item.text}")]
