"""Taste: what the news rooms ask of this one. Items in, the reader's acts in, an order with reasons out."""

from __future__ import annotations

import asyncio
import datetime
import itertools
import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace

from ..memory.taste import InterestRow, Mute, TasteStore
from ..news.stories import Stories, Story
from ..ports import Database, Models, Progress
from ..text.static import WIDTH
from ..text.wordpiece import WordPiece
from ..text.words import words
from . import events as acts
from . import exploration, interests, ranking
from .events import Event, Learned, Lesson
from .interests import Interest
from .library import Library, Shelf
from .mutes import Mutes
from .pool import TEXT, Candidate, Page, Pool, Rows, hours
from .ranking import EXTRAS, LESS, PASSED, Sliders
from .reasons import Reason, Seen, reason

_UNDOABLE = 50
_LESSONS_LIKED, _LESSONS_PASSED = 300, 400
"""The newest that are learned from at a time; older ones have faded anyway."""

_LOOKED_THROUGH = 4_000
"""So many of the best are looked through for topics to try."""

_BEGINNING = 40
"""Stories that a reason is told from: what all of them have is none."""

_COUNTED = 30_000
"""Titles whose words are counted until what is old begins to count less."""

_REST = 100
"""Items after which others get a turn."""

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
class _Said:
    """What one ranking said, for whoever looks at a story of it."""

    order: ranking.Order
    lessons: Sequence[Lesson]
    interests: Mapping[str, str]
    """The names of those that are columns of the order."""
    common: Sequence[float]
    """What the source and each extra add to the story in the middle of the list's beginning: it explains nothing."""
    extras: Callable[[int], Sequence[float]]
    """What a place's story is as a source (1) and in each of EXTRAS."""
    sources: Mapping[str, tuple[int, Event]]
    """Of each source: how many of its stories were liked, and the last of those events."""
    asked: Mapping[str, int]
    """Which way each slider was moved from the middle."""
    now: float
    zone: datetime.tzinfo | None

    def terms(self, place: int) -> tuple[Term, ...]:
        return tuple(
            Term(name, self.interests.get(name) or _LABELS[name], value)
            for name, value in zip(self.order.names, self.order.terms(place), strict=False)
            if abs(value) > 1e-4
        )

    def reason(self, place: int, key: str, source: str, explored: bool) -> Reason:
        """What adds most, more than it does to the others around: what is liked (all of it together), or another term.

        Its interests are the first columns; the strongest of them, and what was read of it, is what is said.
        """
        names, values = self.order.names, self.order.terms(place)
        terms: dict[str, float] = {}
        leaning: dict[str, int] = {}
        if values:
            first = len(values) - len(self.common)
            for name, value, common, extra in zip(
                names[first:], values[first:], self.common, self.extras(place), strict=True
            ):
                terms[name] = value - common
                leaning[name] = 0 if not extra or not value else 1 if extra * value > 0 else -1
            if leaning.get("fresh") != 1:
                terms.pop("fresh", None)
        best, because = "", None
        if self.interests and values:
            leading = values[: len(self.interests)]
            strongest = names[leading.index(max(leading))]
            best, because = self.interests[strongest], self._because(place, int(strongest))
            terms["interest"] = sum(leading) if max(leading) > 0 else 0.0
        reads, last = self.sources.get(key, (0, None))
        seen = Seen(source, because, reads, last, leaning, self.asked)
        return reason(terms, best, seen, explored, self.now, self.zone)

    def _because(self, place: int, interest: int) -> Event | None:
        """The event that says most for the story, where it is of this interest; or else the last that is."""
        number = self.order.because[place] if place < len(self.order.because) else -1
        event = self.lessons[number].event if 0 <= number < len(self.lessons) else None
        if event is not None and event.interest == interest and self.lessons[number].liked:
            return event
        those = [lesson.event for lesson in self.lessons if lesson.liked and lesson.event.interest == interest]
        return max(those, key=lambda event: event.at, default=None)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A story in its place. `item` is the one of its items that is shown; `explored`: the topic it is to try."""

    item: str
    source: str
    story: Story
    score: float
    reason: Reason
    explored: str
    place: int
    said: _Said

    @property
    def terms(self) -> tuple[Term, ...]:
        """What the score is the sum of."""
        return self.said.terms(self.place)


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

    Tokens hold until the engine ends, save those of `record`, which hold as long as the event does. `library` has the
    items' words; without one they stay in memory as they come.
    """

    def __init__(
        self, models: Models, wordpiece: WordPiece, database: Database, library: Library | None = None
    ) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self._store = TasteStore(database)
        self._pool = Pool(models, wordpiece)
        self._shelf = Shelf() if library is None else None
        self._library: Library = library or self._shelf or Shelf()
        self.stories = Stories(models, wordpiece.place)
        self._events = Learned(self._store.events())
        self._rows = self._store.interests()
        self._mutes = Mutes(self._store, self._library, self._pool)
        self._sliders = Sliders(**(self._store.setting("sliders") or {}))
        self._paused: bool = bool(self._store.setting("paused"))
        self._common: Counter[str] = Counter()
        self._counted = 0
        self._features: dict[int, bytes] = {}
        self._generation = -1
        self._named: dict[int, tuple[tuple[int, ...], str]] = {}
        self._done: set[str] = set()
        self._undo: OrderedDict[str, Callable[[], None]] = OrderedDict()
        self._tokens = itertools.count(1)
        self._shown: Counter[str] = Counter(event.item for event in self._events if event.kind == "shown")
        self._explored: dict[str, str] = {}
        self._last: list[Ranked] = []
        self._probed = False
        self._opened = False
        self._taking = asyncio.Lock()

    # Items

    def open(self) -> None:
        """Take up the pool as it was kept, in one piece. Whatever needs it does so; to do it early saves the wait."""
        if self._opened:
            return
        self._opened = True
        pages, about = self._store.pages()
        if about is not None:
            head = json.loads(about.head)
            self.stories.restore(self._pool.restore(pages, about.body))
            self._pool.source_names.update(head["source_names"])
            self._common.update(head["common"])
            self._counted = head["counted"]
            for item in self._shown:
                self._mark_novelty(item)
        self._mutes.catch_up()

    @property
    def known(self) -> Set[str]:
        """The items in the pool."""
        self.open()
        return self._pool.rows.index.keys()

    def muted(self, item: str) -> bool:
        return self._mutes.hides(item)

    def missing(self, ids: Iterable[str]) -> list[str]:
        """Those that are not in the pool yet."""
        self.open()
        index = self._pool.rows.index
        return [item for item in ids if item not in index]

    async def add_items(self, items: Iterable[Candidate], progress: Progress | None = None) -> int:
        """Take items in that are not there yet; answers how many. What was made of them is kept. Raises ModelError.

        It rests now and then, so that other requests are answered meanwhile.
        """
        self.open()
        given = {item.id: item for item in items}
        if self._shelf is not None:
            self._shelf.put(given.values())
        async with self._taking:
            again = await self._probe()
            new = [item for item in (again | given).values() if item.id not in self._pool.rows.index]
            if new:
                await self._take(new, progress)
        return len(new)

    async def renew_items(self, items: Iterable[Candidate]) -> None:
        """Take in anew what is there under other words than today's."""
        given = list(items)
        self.keep_items(self._pool.rows.index.keys() - {item.id for item in given})
        await self.add_items(given)

    def keep_items(self, ids: Iterable[str]) -> None:
        """Forget the items that are not named: they were aged out. What was learned from them stays."""
        self.open()
        wanted = set(ids)
        gone = self._pool.keep(wanted)
        if not gone:
            return
        if self._shelf is not None:
            self._shelf.keep(wanted)
        self._mutes.drop(gone)
        self._done.difference_update(gone)
        self.stories.keep(wanted)
        self._keep_pages()

    def done(self, item: str, done: bool = True) -> None:
        """The item's story was read (or is unread again): it leaves "for you", and nothing is learned."""
        self.done_many([item], done)

    def done_many(self, items: Iterable[str], done: bool = True) -> None:
        self.open()
        those = {other for item in items for other in self.stories.of(item).items}
        if done:
            self._done |= those
        else:
            self._done -= those

    async def _take(self, new: Sequence[Candidate], progress: Progress | None) -> None:
        await self._pool.add(new, progress)
        for number, item in enumerate(new):
            if number % _REST == _REST - 1:
                await asyncio.sleep(0)
            self._common.update({word for word in words(item.title) if len(word) > 2})
            if item.id in self._shown:
                self._mark_novelty(item.id)
        self._counted += len(new)
        if self._counted > _COUNTED:  # of items long gone as well: what was common then counts less and less
            self._counted //= 2
            self._common = Counter({word: count // 2 for word, count in self._common.items() if count > 1})
        self._named.clear()
        self._mutes.mark(new)
        await self.stories.add(new, self._packed_of, self._recent)
        self._keep_pages()

    def _packed_of(self, item: str) -> bytes:
        rows = self._pool.rows
        row = rows.index.get(item)
        return bytes(WIDTH) if row is None else rows.packed_at(row)

    def _recent(self, since: float, most: int) -> list[Candidate]:
        """The newest items of the pool that are not older than `since`, or have no date."""
        rows = self._pool.rows
        first = hours(since)
        those = [item for item, at in zip(rows.ids, rows.times, strict=True) if at >= first or at < 0]
        return list(self._library.candidates(those[-most:]).values())

    def _keep_pages(self) -> None:
        about = {
            "source_names": self._pool.source_names,
            "common": {word: count for word, count in self._common.items() if count > 1},
            "counted": self._counted,
        }
        self._pool.touch(self.stories.changed)
        self.stories.changed.clear()
        self._store.keep_pages(self._pool.unsaved(self.stories.joined), Page(-1, json.dumps(about), self._pool.about()))

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
        self.open()
        rows = self._pool.rows
        known = self._library.candidates([item for _, item, _ in many if item in rows.index])
        unknown = Candidate("", title, text, source)
        new = []
        for name, item, at in many:
            kind = acts.kind_of(name)
            if self._paused and kind not in {"wish", "unwish"}:
                continue
            row = rows.index.get(item)
            extras = self._pool.extras_at(row, at, self._sliders.half_life) if row is not None else (0.0,) * len(EXTRAS)
            explored = self._explored.get(item, "")
            vector = rows.packed_at(row) if row is not None else b""
            about = known.get(item, unknown)
            said = (about.source, about.title, about.text[:TEXT])
            new.append(Event(0, at, kind, item, *said, seconds, explored, extras, vector, 0))
        if not new:
            return ""
        ids = self._store.add_events(new)
        for event, number in zip(new, ids, strict=True):
            self._events.put(replace(event, id=number))
            self._count_shown(event, 1)
        return "events:" + ",".join(map(str, ids))

    def undo(self, token: str) -> bool:
        """Take back what the token stands for; False when that cannot be done (any more)."""
        if token.startswith("events:"):
            ids = {int(number) for number in token[7:].split(",")}
            there = [event for number in ids if (event := self._events.get(number)) is not None]
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
            self._mutes.remove(mute)

        def back() -> None:
            self._remember(gone)
            for row in rows:
                self._set_interest(row)
            for mute in mutes:
                self._mutes.restore(mute)

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
        return list(self._mutes.all)

    def mute(self, kind: str, name: str, at: float) -> str:
        """Keep out a source, or every story with these words in its title or text; answers a token for `undo`."""
        self.open()
        mute = self._mutes.add(kind, name, at)
        return self._undoable(lambda: self._mutes.remove(mute))

    def unmute(self, mute_id: int) -> str:
        self.open()
        mute = next((mute for mute in self._mutes.all if mute.id == mute_id), None)
        if mute is None:
            raise NoSuchThing("This is not muted any more.")
        self._mutes.remove(mute)
        return self._undoable(lambda: self._mutes.restore(mute))

    # Interests

    async def interests(self, now: float) -> list[Interest]:
        """What the reader seems to like, strongest first, and what they asked to see less of."""
        await self._prepare()
        members: dict[int, list[Lesson]] = {}
        for lesson in sorted(self._events.lessons(), key=lambda lesson: lesson.event.at):
            if lesson.event.interest and (lesson.liked or lesson.asked):
                members.setdefault(lesson.event.interest, []).append(lesson)
        strength = {
            interest: sum(lesson.weight(now) if lesson.liked else -lesson.weight(now) for lesson in those)
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
        self.open()
        taught = await self._prepare()
        groups: list[int | str] = [
            lesson.event.interest or PASSED if lesson.liked else LESS if lesson.asked else PASSED for lesson in taught
        ]
        rows = self._pool.rows
        hidden = self._mutes.rows()
        if not include_done:
            hidden |= {rows.index[item] for item in self._done if item in rows.index}
        order = await ranking.rank(
            self._models,
            self._pool,
            rows,
            taught,
            b"".join([self._features[lesson.event.id] for lesson in taught]),
            groups,
            {number: row.factor for number, row in self._rows.items()},
            self._sliders,
            hidden,
            now,
            top=len(rows) if limit is None else max(ranking.TOP, 2 * limit),
        )
        tried = exploration.outcomes(self._events)
        chosen = self._chosen(rows, order, hidden, limit, by_story)
        step = exploration.every(self._sliders.adventurous, tried) if explore else 0
        explored = self._explore(rows, order, chosen, hidden, step, tried, now)
        self._explored = {rows.ids[order.order[place]]: topic for place, topic in explored.items()}
        said = self._said(rows, order, taught, _common(order, chosen), now, zone)
        self._last = [self._ranked(rows, order, place, said, explored.get(place, "")) for place in chosen]
        return self._last

    def mix(self, first: int = 50) -> Mix:
        """What the first stories of the last ranking are made of."""
        shown = self._last[:first]
        if not shown:
            return Mix((), ())
        sources: Counter[str] = Counter()
        topics: Counter[str] = Counter()
        for ranked in shown:
            sources[ranked.source] += 1
            best = max(
                (term for term in ranked.terms if term.name.isdigit() and term.value > 0.05),
                key=lambda term: term.value,
                default=None,
            )
            topics[best.label if best else "other"] += 1
        return Mix(*(tuple(Share(n, c / len(shown)) for n, c in count.most_common(12)) for count in (sources, topics)))

    # Inside

    async def _probe(self) -> dict[str, Candidate]:
        """Vectors of another encoder than today's are no use: it answers what is to be read anew from its words."""
        if self._probed:
            return {}
        (made,) = await self._pool.pack([_PROBE])
        again: dict[str, Candidate] = {}
        if self._store.setting("probe") != made.hex():
            again = dict(self._library.candidates(self._pool.rows.ids))
            self._store.clear_vectors()
            self._pool.keep(set())
            self._pool.unsaved({})
            for event in self._store.events():
                self._events.put(event)
            self._features.clear()
            self._store.set_setting("probe", made.hex())
        self._probed = True
        return again

    async def _prepare(self) -> list[Lesson]:
        """Every event has a vector, features by the pool of today, and, where it counts for one, an interest."""
        lacking = [event for event in self._events if not event.vector]
        if lacking:
            said = [Candidate("", event.title, event.text).said for event in lacking]
            vectors = await self._pool.pack(said)
            self._replace([replace(event, vector=vector) for event, vector in zip(lacking, vectors, strict=True)])
        taught = self._events.lessons(_LESSONS_LIKED, _LESSONS_PASSED)
        if self._generation != self._pool.generation:
            self._features.clear()
            self._generation = self._pool.generation
        new = [lesson.event for lesson in taught if lesson.event.id not in self._features]
        if new:
            rows = await self._pool.featured(b"".join([event.vector for event in new]))
            for number, event in enumerate(new):
                self._features[event.id] = rows[number * WIDTH : (number + 1) * WIDTH]
        return await self._with_interests(taught)

    async def _with_interests(self, taught: list[Lesson]) -> list[Lesson]:
        those = [lesson.event for lesson in taught if lesson.liked or lesson.asked]
        if all(event.interest for event in those):
            return taught
        fresh = max([*self._rows, *[event.interest for event in self._events]], default=0) + 1
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
        self._replace(list(changed.values()))
        return [
            replace(lesson, event=changed[lesson.event.id]) if lesson.event.id in changed else lesson
            for lesson in taught
        ]

    def _chosen(
        self, rows: Rows, order: ranking.Order, hidden: set[int], limit: int | None, by_story: bool
    ) -> list[int]:
        """Places in the order, one for each story or item: first those of the diversity step, then the rest."""
        found, seen = [], set()
        first = set(order.spread)
        after = (place for place in range(len(order.order)) if place not in first)
        for place in itertools.chain(order.spread, after):
            row = order.order[place]
            item = rows.ids[row]
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
        rows: Rows,
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
        met = {rows.topics[order.order[place]] for place in chosen[: places[-1]]}
        listed = set(chosen[: places[-1] + 1])
        candidates = []
        for place, row in enumerate(order.order[:_LOOKED_THROUGH]):
            topic = rows.topics[row]
            if topic not in met and row not in hidden and place not in listed:
                met.add(topic)  # only the best of each
                candidates.append((str(topic), place))
        explored = {}
        for slot, (about, place) in zip(places, exploration.choose(candidates, tried, len(places), seed), strict=False):
            if place in chosen:
                chosen.remove(place)
            chosen.insert(slot, place)
            explored[place] = about
        return explored

    def _ranked(self, rows: Rows, order: ranking.Order, place: int, said: _Said, explored: str) -> Ranked:
        row = order.order[place]
        item, source = rows.ids[row], self._pool.source_name_at(rows, row)
        why = said.reason(place, self._pool.sources[rows.sources[row]], source, bool(explored))
        return Ranked(item, source, self.stories.of(item), order.scores[row], why, explored, place, said)

    def _said(
        self,
        rows: Rows,
        order: ranking.Order,
        taught: Sequence[Lesson],
        common: Sequence[float],
        now: float,
        zone: datetime.tzinfo | None,
    ) -> _Said:
        sources: dict[str, tuple[int, Event]] = {}
        for lesson in taught:
            if lesson.liked and lesson.event.kind != "wish":
                reads, last = sources.get(lesson.event.source, (0, lesson.event))
                sources[lesson.event.source] = (reads + 1, max(last, lesson.event, key=lambda event: event.at))
        half_life = self._sliders.half_life
        moved = {"calm": self._sliders.calm - 0.5, "deep": self._sliders.deep - 0.5}
        asked = {name: 1 if by > 0 else -1 for name, by in moved.items() if by}

        def extras(place: int) -> Sequence[float]:
            return (1.0, *self._pool.extras_at(order.order[place], now, half_life))

        return _Said(order, taught, self._names(taught), common, extras, sources, asked, now, zone)

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
        if wish:
            return wish.title
        ids = tuple(event.id for event in those)
        known = self._named.get(interest)
        if known is None or known[0] != ids:
            known = self._named[interest] = (ids, interests.name(those, self._common, len(self._pool)))
        return known[1]

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
        there = [event for event in changed if event.id in self._events]
        for event in there:
            self._events.put(event)
        self._store.assign(there)

    def _forget(self, events: Sequence[Event]) -> None:
        self._store.remove_events([event.id for event in events])
        for event in events:
            self._events.remove(event)
            self._count_shown(event, -1)

    def _remember(self, events: Sequence[Event]) -> None:
        self._store.add_events(events)
        for event in events:
            self._events.put(event)
            self._count_shown(event, 1)

    def _count_shown(self, event: Event, step: int) -> None:
        if event.kind == "shown":
            self._shown[event.item] += step
            self._mark_novelty(event.item)

    def _mark_novelty(self, item: str) -> None:
        row = self._pool.rows.index.get(item)
        if row is not None:
            self._pool.set_novelty(row, 2.0 ** -self._shown[item])

    def _undoable(self, back: Callable[[], None]) -> str:
        token = f"change:{next(self._tokens)}"
        self._undo[token] = back
        while len(self._undo) > _UNDOABLE:
            self._undo.popitem(last=False)
        return token


def _common(order: ranking.Order, chosen: Sequence[int]) -> list[float]:
    """The median of the source and of each extra over the list's beginning."""
    seen = [terms[-1 - len(EXTRAS) :] for place in chosen[:_BEGINNING] if (terms := order.terms(place))]
    return [sorted(values)[len(values) // 2] for values in zip(*seen, strict=True)]
