"""Candidates: the items that could be ranked, and where their text is read from.

The candidate matrix keeps vectors only. The text of an item is read again when feedback or a mute needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nutshell.records.items import StoredItem
from nutshell.storage.feeds import FeedStore
from nutshell.text.words import plain

MAX_TEXT = 400
"""Characters of an item's text that its vector is made of, after its title."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that could be ranked. `id` is unique among all feeds; `source` is a key with a `source_name`."""

    id: str
    title: str
    text: str = ""
    source: str = ""
    published: float | None = None
    source_name: str = ""

    @property
    def indexed_text(self) -> str:
        return f"{self.title}. {self.text[:MAX_TEXT]}" if self.text else self.title

    @classmethod
    def from_item(cls, item: StoredItem) -> Candidate:
        return cls(str(item.id), item.headline, item.text, str(item.feed), item.at, item.source)


class CandidateSource(Protocol):
    """Reads the text of candidates."""

    def get(self, ids: Sequence[str]) -> Mapping[str, Candidate]:
        """Returns those of the candidates that still exist."""
        ...

    def find(self, text: str) -> Iterable[Candidate]:
        """Returns at least the candidates that have `text` in their title or text, in any case."""
        ...


class StoredCandidates:
    """Candidates are the items in the feed store."""

    def __init__(self, store: FeedStore) -> None:
        self._store = store

    def get(self, ids: Sequence[str]) -> Mapping[str, Candidate]:
        items = self._store.get_items([int(item) for item in ids if item.isdigit()])
        return {str(number): Candidate.from_item(item) for number, item in items.items()}

    def find(self, text: str) -> Iterable[Candidate]:
        return map(Candidate.from_item, self._store.list_items(query=text, limit=None))


class MemoryCandidates:
    """Candidates are kept in memory, for the command line and for benchmarks, where no feed store has them."""

    def __init__(self) -> None:
        self._items: dict[str, Candidate] = {}

    def add(self, items: Iterable[Candidate]) -> None:
        self._items.update((item.id, item) for item in items)

    def retain(self, ids: set[str]) -> None:
        self._items = {item: candidate for item, candidate in self._items.items() if item in ids}

    def get(self, ids: Sequence[str]) -> Mapping[str, Candidate]:
        return {item: self._items[item] for item in ids if item in self._items}

    def find(self, text: str) -> Iterable[Candidate]:
        wanted = plain(text)
        return [item for item in self._items.values() if wanted in plain(f"{item.title} {item.text}")]
