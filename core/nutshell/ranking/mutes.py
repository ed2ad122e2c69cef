"""What the reader does not want to see at all: sources, and words. Which items that are is worked out once and kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from nutshell.records.ranking import Mute
from nutshell.storage.ranking import RankingStore
from nutshell.text.words import plain, words

from .candidates import Candidate, CandidateSource

if TYPE_CHECKING:
    from .candidate_matrix import CandidateMatrix


_ELISION = re.compile(r"\b(?:[^\W\d_]|qu|dell|nell|all|un)['\u2019](?=\w{3})")


class MuteList:
    """The reader's mutes, and the items that each of them keeps out."""

    def __init__(self, store: RankingStore, library: CandidateSource, pool: CandidateMatrix) -> None:
        self._store = store
        self._library = library
        self._pool = pool
        self.all = store.mutes()
        kept: dict[str, list[str]] = store.setting("muted") or {}
        self._out: dict[int, set[str]] = {mute.id: set(kept.get(str(mute.id), ())) for mute in self.all}
        self._new = [mute for mute in self.all if str(mute.id) not in kept]

    def catch_up(self) -> None:
        """Mutes that came by another way than `add` (an import) hold for what is in the pool, too."""
        new, self._new = self._new, []
        for mute in new:
            self._out[mute.id] = self._sought(mute)
        if new:
            self._keep()

    def rows(self) -> set[int]:
        """Rows of the pool that are not to be shown."""
        index = self._pool.rows.index
        return {index[item] for out in self._out.values() for item in out if item in index}

    def hides(self, item: str) -> bool:
        return any(item in out for out in self._out.values())

    def add(self, kind: str, name: str, at: float) -> Mute:
        """Raises ValueError."""
        said = " ".join(name.split())
        if kind not in {"words", "source"} or not said:
            raise ValueError("mute words or a source, and say which")
        mute = self._store.add_mute(kind, said, at)
        self._enforce(mute)
        return mute

    def restore(self, mute: Mute) -> None:
        self._store.restore_mute(mute)
        self._enforce(mute)

    def remove(self, mute: Mute) -> None:
        self._store.remove_mute(mute.id)
        self.all = [other for other in self.all if other.id != mute.id]
        self._out.pop(mute.id, None)
        self._keep()

    def mark(self, items: Iterable[Candidate]) -> None:
        """New items: the mutes hold for them too."""
        changed = False
        for item in items if self.all else ():
            for mute in self.all:
                if _holds(mute, item):
                    self._out[mute.id].add(item.id)
                    changed = True
        if changed:
            self._keep()

    def drop(self, gone: Iterable[str]) -> None:
        """These items are no more."""
        there = set().union(*self._out.values()) & set(gone)
        if there:
            for out in self._out.values():
                out.difference_update(there)
            self._keep()

    def _enforce(self, mute: Mute) -> None:
        self.all.append(mute)
        self._out[mute.id] = self._sought(mute)
        self._keep()

    def _sought(self, mute: Mute) -> set[str]:
        """The items of the pool that a mute keeps out."""
        rows = self._pool.rows
        if mute.kind == "source":
            numbers = {
                number
                for number, source in enumerate(self._pool.sources)
                if mute.name in {source, self._pool.source_names.get(source)}
            }
            return {item for item, source in zip(rows.ids, rows.sources, strict=True) if source in numbers}
        # What the library finds has the words in it somewhere; whole words are asked for.
        longest = max(_bare(mute.name).split() or mute.name.split(), key=len)
        return {item.id for item in self._library.saying(longest) if _holds(mute, item)} & rows.index.keys()

    def _keep(self) -> None:
        self._store.set_setting("muted", {str(mute): sorted(out) for mute, out in self._out.items()})


def hidden(mutes: Iterable[Mute], item: Candidate) -> bool:
    """Whether any of them keeps the item out."""
    return any(_holds(mute, item) for mute in mutes)


def _holds(mute: Mute, item: Candidate) -> bool:
    if mute.kind == "source":
        return mute.name in {item.source, item.source_name}
    sought, said = _bare(mute.name), _bare(f"{item.title} {item.text}")
    return sought in said and _as_words(sought, said)


def _bare(text: str) -> str:
    """Plain, and without what French and Italian run together with the next word (l'économie)."""
    return _ELISION.sub("", plain(text))


def _as_words(sought: str, said: str) -> bool:
    """Whether the words stand in the text as whole words, a plural or a possessive counting as the same."""
    run, where = words(sought), words(said)
    return (
        any(
            where[start : start + len(run) - 1] == run[:-1]
            and where[start + len(run) - 1] in {run[-1], run[-1] + "s", run[-1] + "'s", run[-1] + "\u2019s"}
            for start in range(len(where) - len(run) + 1)
        )
        if run
        else True
    )
