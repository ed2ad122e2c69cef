"""Mutes: sources and words whose stories are never shown. Which items a mute hides is computed once and stored."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nutshell.records.ranking import Mute
from nutshell.storage.ranking import RankingStore
from nutshell.storage.settings import MUTED_ITEMS
from nutshell.text.words import plain, words

from .candidate_matrix import CandidateMatrix
from .candidates import Candidate, CandidateSource

_ELISION = re.compile(r"\b(?:[^\W\d_]|qu|dell|nell|all|un)['\u2019](?=\w{3})")


class MuteList:
    """All mutes, and the items that each of them hides."""

    def __init__(self, store: RankingStore, source: CandidateSource, matrix: CandidateMatrix) -> None:
        self._store = store
        self._source = source
        self._matrix = matrix
        self.all = store.list_mutes()
        stored = store.settings.get(MUTED_ITEMS)
        self._hidden: dict[int, set[str]] = {mute.id: set(stored.get(str(mute.id), ())) for mute in self.all}
        self._imported = [mute for mute in self.all if str(mute.id) not in stored]

    def apply_imported(self) -> None:
        """Applies mutes that did not come through `add` (an import) to the candidates."""
        imported, self._imported = self._imported, []
        for mute in imported:
            self._hidden[mute.id] = self._find_items(mute)
        if imported:
            self._save()

    def rows(self) -> set[int]:
        """Returns the hidden rows of the matrix."""
        index = self._matrix.rows.index
        return {index[item] for items in self._hidden.values() for item in items if item in index}

    def hides(self, item: str) -> bool:
        return any(item in items for items in self._hidden.values())

    def add(self, kind: str, name: str, at: float) -> Mute:
        """Mutes `name`: with kind "words" the words in it, with "source" a source. Raises ValueError."""
        cleaned = " ".join(name.split())
        if kind not in {"words", "source"} or not cleaned:
            raise ValueError("mute words or a source, and say which")
        mute = self._store.add_mute(kind, cleaned, at)
        self._apply(mute)
        return mute

    def restore(self, mute: Mute) -> None:
        self._store.restore_mute(mute)
        self._apply(mute)

    def remove(self, mute: Mute) -> None:
        self._store.delete_mute(mute.id)
        self.all = [other for other in self.all if other.id != mute.id]
        self._hidden.pop(mute.id, None)
        self._save()

    def apply(self, items: Iterable[Candidate]) -> None:
        """Applies all mutes to new items."""
        changed = False
        for item in items if self.all else ():
            for mute in self.all:
                if matches(mute, item):
                    self._hidden[mute.id].add(item.id)
                    changed = True
        if changed:
            self._save()

    def remove_items(self, removed: Iterable[str]) -> None:
        gone = set().union(*self._hidden.values()) & set(removed)
        if gone:
            for items in self._hidden.values():
                items.difference_update(gone)
            self._save()

    def _apply(self, mute: Mute) -> None:
        self.all.append(mute)
        self._hidden[mute.id] = self._find_items(mute)
        self._save()

    def _find_items(self, mute: Mute) -> set[str]:
        """Returns the candidates that a mute hides."""
        rows = self._matrix.rows
        if mute.kind == "source":
            numbers = {
                number
                for number, source in enumerate(self._matrix.sources)
                if mute.name in {source, self._matrix.source_names.get(source)}
            }
            return {item for item, source in zip(rows.ids, rows.sources, strict=True) if source in numbers}
        # The source finds the longest word anywhere in a text; `matches` asks for whole words.
        longest = max(_normalized(mute.name).split() or mute.name.split(), key=len)
        return {item.id for item in self._source.find(longest) if matches(mute, item)} & rows.index.keys()

    def _save(self) -> None:
        self._store.settings.set(MUTED_ITEMS, {str(mute): sorted(items) for mute, items in self._hidden.items()})


def matches(mute: Mute, item: Candidate) -> bool:
    """Returns whether a mute hides an item."""
    if mute.kind == "source":
        return mute.name in {item.source, item.source_name}
    wanted, text = _normalized(mute.name), _normalized(f"{item.title} {item.text}")
    return wanted in text and _has_words(wanted, text)


def _normalized(text: str) -> str:
    """Returns text in one case and one Unicode form, without French and Italian elisions (l'économie)."""
    return _ELISION.sub("", plain(text))


def _has_words(wanted: str, text: str) -> bool:
    """Returns whether the words are in the text as whole words; a plural or a possessive of the last one counts."""
    phrase, found = words(wanted), words(text)
    if not phrase:
        return True
    *first, last = phrase
    endings = {last, last + "s", last + "'s", last + "\u2019s"}
    length = len(first)
    return any(
        found[start : start + length] == first and found[start + length] in endings
        for start in range(len(found) - length)
    )
