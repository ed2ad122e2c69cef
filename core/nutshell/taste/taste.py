"""Taste: what the news rooms ask of this one. Items in, the reader's acts in, an order with reasons out."""

from __future__ import annotations

import datetime
import itertools
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from ..memory.taste import InterestRow, Mute, TasteStore
from ..news.stories import Stories, Story
from ..ports import Database, Models, Progress
from ..text.wordpiece import WordPiece
from ..text.words import words
from . import events as acts
from . import exploration, interests, ranking
from .events import Event, Lesson
from .interests import Interest
from .pool import TEXT, Candidate, Pool
from .ranking import EXTRAS, LESS, PASSED, Sliders
from .reasons import Reason, reason

_UNDOABLE = 50
_LESSONS_LIKED, _LESSONS_PASSED = 300, 400
"""The newest that are learned from at a time; older ones have faded anyway."""

_FACTORS = (-2.0, 3.0)
_STEP = 0.5
_PROBE = "Ferries return to the harbour after the storm"
_LABELS = {
    PASSED: "like what you passed over",
    LESS: "like what you wanted less of",
    "source": "source",
    "fresh": "how new it is",
    "calm": "how calm it sounds",
    "deep": "how deep it goes",
    "novel": "not shown before",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a score. `label` says what it is, `value` is in log-odds; the terms of a story sum to its score."""

    name: str
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A story in its place. `item` is the one of its items that is shown; `explored`: the topic it is to try."""

    item: str
    story: Story
    score: float
    terms: tuple[Term, ...]
    reason: Reason
    explored: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Mix:
    """What the first stories of the list are made of: so that a bubble can be seen."""

    sources: tuple[Share, ...]
    topics: tuple[Share, ...]


class NoSuchThing(ValueError):
    """What was named is not there (any more); the message says what."""


class Taste:
    """One reader's taste over their pool of items. Methods that change something answer a token for `undo`.

    Tokens hold until the engine ends, save those of `record`, which hold as long as the event does.
    """

    def __init__(self, models: Models, wordpiece: WordPiece, database: Database) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self._store = TasteStore(database)
        self._pool = Pool(models, wordpiece)
        self.stories = Stories(models)
        self._events = self._store.events()
        self._rows = self._store.interests()
        self._mutes = self._store.mutes()
        self._sliders = Sliders(**(self._store.setting("sliders") or {}))
        self._paused: bool = bool(self._store.setting("paused"))
        self._common: Counter[str] = Counter()
        self._features: dict[int, bytes] = {}
        self._generation = -1
        self._done: set[str] = set()
        self._muted: dict[str, set[int]] = {}
        self._undo: OrderedDict[str, Callable[[], None]] = OrderedDict()
        self._tokens = itertools.count(1)
        self._shown: Counter[str] = Counter(event.item for event in self._events if event.kind == "shown")
        self._explored: dict[str, str] = {}
        self._last: list[Ranked] = []
        self._probed = False

    # Items

    async def add_items(self, items: Iterable[Candidate], progress: Progress | None = None) -> int:
        """Take items in that are not there yet; answers how many. Their vectors are kept. Raises ModelError."""
        await self._probe()
        new = [item for item in {item.id: item for item in items}.values() if item.id not in self._pool.row]
        if not new:
            return 0
        vectors, stories = self._store.items() if not len(self._pool) else ({}, {})
        await self._pool.add(new, vectors, progress)
        for item in new:
            self._common.update({word for word in words(item.title) if len(word) > 2})
            self._mark_novelty(item.id)
            self._mark_muted(item)
        grouped = await self.stories.add(new, self._pool.packed_of, stories)
        fresh = [(item, self._pool.packed_of(item), story) for item, story in grouped.items() if item not in vectors]
        if fresh:
            self._store.add_items(fresh)
        if stale := vectors.keys() - self._pool.row.keys():
            self._store.remove_items(stale)  # of items that were let go while nobody looked at the news
        return len(new)

    @property
    def known(self) -> set[str]:
        """The items that are in the pool."""
        return set(self._pool.row)

    def muted(self, item: str) -> bool:
        return bool(self._muted.get(item))

    def keep_items(self, ids: Iterable[str]) -> None:
        """Forget the items that are not named: they were aged out. What was learned from them stays."""
        wanted = set(ids)
        gone = [item for item in self._pool.items if item.id not in wanted]
        for item in gone:
            self._common.subtract({word for word in words(item.title) if len(word) > 2})
            self._muted.pop(item.id, None)
        self._pool.keep(wanted)
        self.stories.keep(wanted)
        self._store.remove_items(item.id for item in gone)

    def done(self, item: str, done: bool = True) -> None:
        """The item's story was read (or is unread again): it leaves "for you", and nothing is learned."""
        for other in self.stories.of(item).items:
            (self._done.add if done else self._done.discard)(other)

    # Learning

    def record(
        self,
        kind: str,
        item: str = "",
        at: float = 0.0,
        *,
        seconds: float = 0.0,
        title: str = "",
        text: str = "",
        source: str = "",
    ) -> str:
        """Learn from one act (see events.KINDS); answers a token for `undo`, "" while learning is paused.

        Raises ValueError for a kind that there is not. An item that is not in the pool is known by its title and text.
        """
        return self.record_many([(kind, item, at)], seconds=seconds, title=title, text=text, source=source)

    def record_many(
        self,
        many: Sequence[tuple[str, str, float]],
        *,
        seconds: float = 0.0,
        title: str = "",
        text: str = "",
        source: str = "",
    ) -> str:
        """`record` for several (kind, item, at) in one transaction: what one look at the list has shown, for one."""
        new = []
        for name, item, at in many:
            kind = acts.kind_of(name)
            if self._paused and kind not in {"wish", "unwish"}:
                continue
            row = self._pool.row.get(item)
            known = self._pool.items[row] if row is not None else Candidate(item, title, text, source)
            extras = self._pool.extras_at(row, at, self._sliders.half_life) if row is not None else (0.0,) * len(EXTRAS)
            explored = self._explored.get(item, "")
            vector = self._pool.packed_of(item) if row is not None else b""
            said = (known.source, known.title, known.text[:TEXT])
            new.append(Event(0, at, kind, item, *said, seconds, explored, extras, vector, 0))
        if not new:
            return ""
        ids = self._store.add_events(new)
        self._events += [replace(event, id=number) for event, number in zip(new, ids, strict=True)]
        for event in new:
            self._count_shown(event, 1)
        return "events:" + ",".join(map(str, ids))

    def undo(self, token: str) -> bool:
        """Take back what the token stands for; False when that cannot be done (any more)."""
        if token.startswith("events:"):
            ids = {int(number) for number in token[7:].split(",")}
            there = [event for event in self._events if event.id in ids]
            self._forget(there)
            return bool(there)
        back = self._undo.pop(token, None)
        if back is not None:
            back()
        return back is not None

    def forget(self, events: Iterable[int]) -> str:
        """Forget single events; the rest of the forgetting methods come down to this."""
        ids = set(events)
        gone = [event for event in self._events if event.id in ids]
        if not gone:
            raise NoSuchThing("There is nothing to forget.")
        self._forget(gone)
        return self._undoable(lambda: self._remember(gone))

    def forget_since(self, at: float) -> str:
        """Forget what was learned since a moment: an hour ago, for one."""
        return self.forget(event.id for event in self._events if event.at >= at)

    def forget_source(self, source: str) -> str:
        return self.forget(event.id for event in self._events if event.source == source)

    def forget_interest(self, interest: int) -> str:
        """Forget an interest, and all that it was learned from."""
        row = self._rows.get(interest)
        gone = [event for event in self._events if event.interest == interest]
        if row is None and not gone:
            raise NoSuchThing("This interest is not there any more.")
        self._forget(gone)
        if row is not None:
            del self._rows[interest]
            self._store.remove_interest(interest)

        def back() -> None:
            self._remember(gone)
            if row is not None:
                self._set_interest(row)

        return self._undoable(back)

    def forget_all(self) -> str:
        """Forget every event, every interest, and every mute."""
        gone, rows, mutes = list(self._events), list(self._rows.values()), self.mutes
        self._forget(gone)
        for row in rows:
            self._store.remove_interest(row.id)
        self._rows.clear()
        for mute in mutes:
            self._store.remove_mute(mute.id)
        self._mutes.clear()
        self._muted.clear()

        def back() -> None:
            self._remember(gone)
            for row in rows:
                self._set_interest(row)
            for mute in mutes:
                self._store.restore_mute(mute)
                self._add_mute(mute)

        return self._undoable(back)

    def lessons(self, limit: int = 200) -> list[Event]:
        """What was learned from, newest first."""
        return sorted(self._events, key=lambda event: (event.at, event.id), reverse=True)[:limit]

    @property
    def learned(self) -> int:
        return len(self._events)

    @property
    def paused(self) -> bool:
        return self._paused

    def pause(self, paused: bool) -> None:
        """While paused nothing new is learned; what is known still orders the list."""
        self._paused = paused
        self._store.set_setting("paused", paused)

    @property
    def sliders(self) -> Sliders:
        return self._sliders

    def set_sliders(self, **values: float) -> Sliders:
        """Set some of adventurous, fresh, calm and deep. Raises ValueError for another name or value."""
        unknown = values.keys() - asdict(self._sliders).keys()
        if unknown or not all(isinstance(v, (int, float)) and 0 <= v <= 1 for v in values.values()):
            raise ValueError("a slider is adventurous, fresh, calm or deep, from 0 to 1")
        self._sliders = replace(self._sliders, **values)
        self._store.set_setting("sliders", asdict(self._sliders))
        return self._sliders

    # Mutes

    @property
    def mutes(self) -> list[Mute]:
        return list(self._mutes)

    def mute(self, kind: str, name: str, at: float) -> str:
        """Keep out a source, or every story with these words in its title or text; answers a token for `undo`."""
        said = " ".join(name.split())
        if kind not in {"words", "source"} or not said:
            raise ValueError("mute words or a source, and say which")
        mute = self._store.add_mute(kind, said, at)
        self._add_mute(mute)
        return self._undoable(lambda: self._remove_mute(mute))

    def unmute(self, mute_id: int) -> str:
        mute = next((mute for mute in self._mutes if mute.id == mute_id), None)
        if mute is None:
            raise NoSuchThing("This is not muted any more.")
        self._remove_mute(mute)

        def back() -> None:
            self._store.restore_mute(mute)
            self._add_mute(mute)

        return self._undoable(back)

    # Interests

    async def interests(self, now: float) -> list[Interest]:
        """What the reader seems to like, strongest first, and what they asked to see less of."""
        await self._prepare(now)
        taught = acts.lessons(self._events, now)
        members: dict[int, list[Lesson]] = {}
        for lesson in taught:
            if lesson.event.interest and (lesson.liked or lesson.asked):
                members.setdefault(lesson.event.interest, []).append(lesson)
        strength = {
            interest: sum(lesson.weight if lesson.liked else -lesson.weight for lesson in those)
            * (self._rows[interest].factor if interest in self._rows else 1.0)
            for interest, those in members.items()
        }
        most = max((abs(value) for value in strength.values()), default=1.0) or 1.0
        found = []
        for interest, those in members.items():
            row = self._rows.get(interest, InterestRow(interest, "", 1.0))
            found.append(
                Interest(
                    id=interest,
                    name=self._name(interest, [lesson.event for lesson in those]),
                    weight=strength[interest] / most,
                    count=len(those),
                    since=min(lesson.event.at for lesson in those),
                    last=max(lesson.event.at for lesson in those),
                    factor=row.factor,
                    own=any(lesson.event.kind in {"wish", "unwish"} for lesson in those),
                    titles=tuple(lesson.event.title for lesson in reversed(those))[:5],
                )
            )
        return sorted(found, key=lambda interest: (-interest.weight, interest.id))

    def raise_interest(self, interest: int) -> str:
        return self._change_factor(interest, _STEP)

    def lower_interest(self, interest: int) -> str:
        return self._change_factor(interest, -_STEP)

    def rename_interest(self, interest: int, name: str) -> str:
        before = self._rows.get(interest, InterestRow(interest, "", 1.0))
        self._set_interest(replace(before, name=" ".join(name.split())[:80]))
        return self._undoable(lambda: self._set_interest(before))

    def add_interest(self, said: str, at: float, *, less: bool = False) -> str:
        """An interest in the reader's own words; `less` for what they want less of."""
        title = " ".join(said.split())[:200]
        if not title:
            raise ValueError("say in words what you like")
        return self.record("unwish" if less else "wish", "", at, title=title)

    # Ranking

    async def rank(
        self,
        now: float,
        *,
        limit: int | None = 200,
        zone: datetime.tzinfo | None = None,
        explore: bool = True,
        include_done: bool = False,
        by_story: bool = True,
    ) -> list[Ranked]:
        """The stories in the reader's own order, at most `limit`. Raises ModelError.

        A story stands where the best of its items does; with `by_story` False every item is there by itself. `explore`
        False leaves out what is there to be tried; `limit` None ranks all there is.
        """
        taught = await self._prepare(now)
        groups: list[int | str] = [
            lesson.event.interest or PASSED if lesson.liked else LESS if lesson.asked else PASSED for lesson in taught
        ]
        hidden = {self._pool.row[item] for item, why in self._muted.items() if why and item in self._pool.row}
        if not include_done:
            hidden |= {self._pool.row[item] for item in self._done if item in self._pool.row}
        order = await ranking.rank(
            self._models,
            self._pool,
            taught,
            b"".join(self._features[lesson.event.id] for lesson in taught),
            groups,
            {number: row.factor for number, row in self._rows.items()},
            self._sliders,
            hidden,
            now,
            top=len(self._pool) if limit is None else max(ranking.TOP, 4 * limit),
        )
        names = self._names(taught)
        tried = exploration.outcomes(self._events)
        chosen = self._chosen(order, hidden, limit, by_story)
        step = exploration.every(self._sliders.adventurous, tried) if explore else 0
        explored = self._explore(order, chosen, hidden, step, tried, now)
        self._explored = {self._pool.items[order.order[place]].id: topic for place, topic in explored.items()}
        self._last = [self._ranked(order, place, taught, names, explored.get(place, ""), now, zone) for place in chosen]
        return self._last

    def mix(self, first: int = 50) -> Mix:
        """What the first stories of the last ranking are made of."""
        shown = self._last[:first]
        if not shown:
            return Mix((), ())
        sources: Counter[str] = Counter()
        topics: Counter[str] = Counter()
        for ranked in shown:
            item = self._pool.items[self._pool.row[ranked.item]]
            sources[item.source_name or item.source] += 1
            best = max(
                (term for term in ranked.terms if term.name.isdigit() and term.value > 0.05),
                key=lambda term: term.value,
                default=None,
            )
            topics[best.label if best else "other"] += 1
        return Mix(*(tuple(Share(n, c / len(shown)) for n, c in count.most_common(12)) for count in (sources, topics)))

    # Inside

    async def _probe(self) -> None:
        """Vectors of another encoder than today's are no use: everything is read anew from its words."""
        if self._probed:
            return
        (made,) = await self._pool.pack([_PROBE])
        if self._store.setting("probe") != made.hex():
            self._store.clear_vectors()
            self._events = self._store.events()
            self._store.set_setting("probe", made.hex())
        self._probed = True

    async def _prepare(self, now: float) -> list[Lesson]:
        """Every event has a vector, features by the pool of today, and, where it counts for one, an interest."""
        await self._probe()
        lacking = [event for event in self._events if not event.vector]
        if lacking:
            said = [Candidate("", event.title, event.text).said for event in lacking]
            vectors = await self._pool.pack(said)
            self._replace([replace(event, vector=vector) for event, vector in zip(lacking, vectors, strict=True)])
        taught = acts.lessons(self._events, now)
        liked = [lesson for lesson in taught if lesson.liked or lesson.asked]
        passed = [lesson for lesson in taught if not (lesson.liked or lesson.asked)]
        taught = [*liked[-_LESSONS_LIKED:], *passed[-_LESSONS_PASSED:]]
        if self._generation != self._pool.generation:
            self._features.clear()
            self._generation = self._pool.generation
        new = [lesson.event for lesson in taught if lesson.event.id not in self._features]
        if new:
            rows = await self._pool.featured(b"".join(event.vector for event in new))
            step = len(rows) // len(new)
            for number, event in enumerate(new):
                self._features[event.id] = rows[number * step : (number + 1) * step]
        return await self._with_interests(taught)

    async def _with_interests(self, taught: list[Lesson]) -> list[Lesson]:
        those = [lesson.event for lesson in taught if lesson.liked or lesson.asked]
        fresh = max([*self._rows, *(event.interest for event in self._events)], default=0) + 1
        belongs, founded = await interests.assign(
            self._models, [self._features[event.id] for event in those], [event.interest for event in those], fresh
        )
        for interest in founded:
            self._set_interest(InterestRow(interest, "", 1.0))
        changed = {
            event.id: replace(event, interest=interest)
            for event, interest in zip(those, belongs, strict=True)
            if event.interest != interest
        }
        if not changed:
            return taught
        self._replace(list(changed.values()))
        return [replace(lesson, event=changed.get(lesson.event.id, lesson.event)) for lesson in taught]

    def _chosen(self, order: ranking.Order, hidden: set[int], limit: int | None, by_story: bool) -> list[int]:
        """Places in the order, one for each story or item: first those of the diversity step, then the rest."""
        found, seen = [], set()
        first = set(order.spread)
        after = (place for place in range(len(order.order)) if place not in first)
        for place in itertools.chain(order.spread, after):
            row = order.order[place]
            item = self._pool.items[row].id
            story = self.stories.of(item).id if by_story else item
            if row in hidden or story in seen:
                continue
            seen.add(story)
            found.append(place)
            if len(found) == limit:
                break
        return found

    def _explore(
        self,
        order: ranking.Order,
        chosen: list[int],
        hidden: set[int],
        step: int,
        tried: Mapping[str, tuple[int, int]],
        now: float,
    ) -> dict[int, str]:
        """Put stories of topics that are not to be seen on the list into its places for trying; place -> topic."""
        seed = f"{int(now // 3600)} {len(self._events) // 8}"
        places = exploration.places(len(chosen), step, seed)
        if not places:
            return {}
        shown = {self._pool.topic[order.order[place]] for place in chosen[: places[-1]]}
        listed = set(chosen[: places[-1] + 1])
        candidates = [
            (str(self._pool.topic[row]), place)
            for place, row in enumerate(order.order)
            if row not in hidden and place not in listed and self._pool.topic[row] not in shown
        ]
        explored = {}
        for slot, (topic, place) in zip(places, exploration.choose(candidates, tried, len(places), seed), strict=False):
            if place in chosen:
                chosen.remove(place)
            chosen.insert(slot, place)
            explored[place] = topic
        return explored

    def _ranked(
        self,
        order: ranking.Order,
        place: int,
        taught: Sequence[Lesson],
        names: Mapping[str, str],
        explored: str,
        now: float,
        zone: datetime.tzinfo | None,
    ) -> Ranked:
        row = order.order[place]
        item = self._pool.items[row]
        terms = order.terms[place] if place < len(order.terms) else {}
        number = order.because[place] if place < len(order.because) else -1
        because = taught[number].event if 0 <= number < len(taught) else None
        said = tuple(
            Term(name, names.get(name) or _LABELS[name], value) for name, value in terms.items() if abs(value) > 1e-4
        )
        why = reason(terms, names, because, item.source_name or item.source, bool(explored), now, zone)
        return Ranked(item.id, self.stories.of(item.id), order.scores[row], said, why, explored)

    def _names(self, taught: Sequence[Lesson]) -> dict[str, str]:
        members: dict[int, list[Event]] = {}
        for lesson in taught:
            if lesson.liked and lesson.event.interest:
                members.setdefault(lesson.event.interest, []).append(lesson.event)
        return {str(interest): self._name(interest, those) for interest, those in members.items()}

    def _name(self, interest: int, those: Sequence[Event]) -> str:
        row = self._rows.get(interest)
        if row is not None and row.name:
            return row.name
        wish = next((event for event in those if event.kind in {"wish", "unwish"}), None)
        return wish.title if wish else interests.name(those, self._common, len(self._pool))

    def _change_factor(self, interest: int, step: float) -> str:
        if interest not in self._rows and not any(event.interest == interest for event in self._events):
            raise NoSuchThing("This interest is not there any more.")
        before = self._rows.get(interest, InterestRow(interest, "", 1.0))
        self._set_interest(replace(before, factor=min(max(before.factor + step, _FACTORS[0]), _FACTORS[1])))
        return self._undoable(lambda: self._set_interest(before))

    def _set_interest(self, row: InterestRow) -> None:
        self._rows[row.id] = row
        self._store.set_interest(row)

    def _replace(self, changed: Sequence[Event]) -> None:
        by_id = {event.id: event for event in changed}
        self._events = [by_id.get(event.id, event) for event in self._events]
        self._store.assign(changed)

    def _forget(self, events: Sequence[Event]) -> None:
        ids = {event.id for event in events}
        self._store.remove_events(ids)
        self._events = [event for event in self._events if event.id not in ids]
        for event in events:
            self._count_shown(event, -1)

    def _remember(self, events: Sequence[Event]) -> None:
        self._store.add_events(events)
        self._events = self._store.events()
        for event in events:
            self._count_shown(event, 1)

    def _count_shown(self, event: Event, step: int) -> None:
        if event.kind == "shown":
            self._shown[event.item] += step
            self._mark_novelty(event.item)

    def _mark_novelty(self, item: str) -> None:
        row = self._pool.row.get(item)
        if row is not None:
            self._pool.set_novelty(row, 2.0 ** -self._shown[item])

    def _add_mute(self, mute: Mute) -> None:
        self._mutes.append(mute)
        for item in self._pool.items:
            self._mark_muted(item, [mute])

    def _remove_mute(self, mute: Mute) -> None:
        self._store.remove_mute(mute.id)
        self._mutes = [other for other in self._mutes if other.id != mute.id]
        for why in self._muted.values():
            why.discard(mute.id)

    def _mark_muted(self, item: Candidate, mutes: Sequence[Mute] | None = None) -> None:
        for mute in self._mutes if mutes is None else mutes:
            if mute.kind == "source":
                muted = mute.name in {item.source, item.source_name}
            else:
                sought = mute.name.casefold()
                said = f"{item.title} {item.text}".casefold()
                muted = sought in said and _as_words(sought, said)
            if muted:
                self._muted.setdefault(item.id, set()).add(mute.id)

    def _undoable(self, back: Callable[[], None]) -> str:
        token = f"change:{next(self._tokens)}"
        self._undo[token] = back
        while len(self._undo) > _UNDOABLE:
            self._undo.popitem(last=False)
        return token


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
