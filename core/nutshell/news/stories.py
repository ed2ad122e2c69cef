"""Stories: the items that tell of the same event, found as items come in.

Two items tell of the same event when they share what is particular to it: names, numbers, rare words, and, by their
vectors, the subject; and when they appeared within days of each other. How alike two items are is for `telling.Judge`
to say. With each few items that come, what is most alike on average is put together first, new items and stories that
are there alike (average link: Sokal & Michener 1958; incrementally: Allan et al. 1998, "On-line new event detection and
tracking"), so that little depends on who came first.

The time for an item does not grow with their number: it is compared with a few that share its rarest words, among the
newest `COMPARED` of the last week.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..ports import Models, Tensor
from .telling import JUDGE, Frequencies, Judge, Telling, Told, bag

WINDOW = 7 * 86_400.0
"""Seconds between two tellings of the same event, at most."""

COMPARED = 6_000
"""Items that new ones are compared with: the newest."""

_LOOKED_UP, _POSTED, _NEAR, _OF_A_STORY = 24, 120, 24, 24
_FOUND_BY = 40  # of an item's words, the rarest
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Story:
    """Items of one event, the one that came first leading. `id` is the first item's and stays while any is left."""

    id: str
    items: tuple[str, ...]


class Stories:
    """Groups items as they come. What was put together once stays so; two stories can turn out to be one."""

    def __init__(self, models: Models, judge: Judge = JUDGE) -> None:
        self._models = models
        self._judge = judge
        self.joined: dict[str, str] = {}
        """The story of each item that did not begin it."""
        self._items: dict[str, list[str]] = {}
        """Stories of more than one item."""
        self.changed: set[str] = set()
        """Items that are in another story than before, for whoever keeps that; to be cleared by them."""
        self._told: dict[str, Telling] = {}
        self._links: dict[str, dict[str, float]] = {}
        """How alike two items are, from -1 to 1, for each pair that was compared, under both of them."""
        self._having: dict[str, list[str]] = {}
        self._came: dict[str, int] = {}
        self._count = 0
        self._frequencies = Frequencies()
        self._recalled = False

    def of(self, item: str) -> Story:
        """The story of an item; an item that is not known is a story by itself."""
        story = self.joined.get(item, item)
        return Story(story, tuple(self._items.get(story, (item,))))

    def restore(self, joined: Mapping[str, str]) -> None:
        """Take up what was grouped before."""
        for item, story in joined.items():
            self.joined[item] = story
            self._items.setdefault(story, [story]).append(item)

    async def add(
        self,
        items: Sequence[Told],
        packed: Callable[[str], bytes],
        recent: Callable[[float, int], Iterable[Told]] | None = None,
    ) -> None:
        """Group new items. `packed` gives an item's vector (int8). Raises ModelError.

        `recent` is asked once, for the items that were there before (not older than a time, at most so many).
        """
        order = sorted(items, key=lambda item: (item.published is None, item.published or 0.0))
        if recent is not None and not self._recalled and order:
            since = (order[0].published or 0.0) - WINDOW
            new = {item.id for item in items}
            await self._recall([item for item in recent(since, COMPARED) if item.id not in new])
        self._recalled = True
        for start in range(0, len(order), _BATCH):
            await self._take(order[start : start + _BATCH], packed)
            await asyncio.sleep(0)
        self._let_go()

    def keep(self, ids: set[str]) -> None:
        """Forget all other items."""
        for item, story in list(self.joined.items()):
            if item not in ids:
                del self.joined[item]
                self._items[story].remove(item)
        for story, those in list(self._items.items()):
            those[:] = [item for item in those if item in ids]
            if not those or those == [story]:
                del self._items[story]
        self._forget([item for item in self._told if item not in ids])

    async def _recall(self, items: Sequence[Told]) -> None:
        for start in range(0, len(items), _BATCH):
            bags = [bag(item) for item in items[start : start + _BATCH]]
            self._frequencies.count(bags)
            for item, each in zip(items[start : start + _BATCH], bags, strict=True):
                self._post(item.id, self._frequencies.telling(each, item.published))
            await asyncio.sleep(0)

    async def _take(self, items: Sequence[Told], packed: Callable[[str], bytes]) -> None:
        """Group a few items: all that they may be like is compared with them in one run."""
        bags = [bag(item) for item in items]
        self._frequencies.count(bags)
        beside: dict[str, list[str]] = {}
        for item, each in zip(items, bags, strict=True):
            telling = self._frequencies.telling(each, item.published)
            near = self._like(telling)
            self._post(item.id, telling)
            if near:
                beside[item.id] = [other for other in self._beside(near) if other in self._told]
        if not beside:
            return
        wanted = list(beside)
        others = list(dict.fromkeys([other for those in beside.values() for other in those]))
        place = {other: number for number, other in enumerate(others)}
        cosines = await self._cosines([packed(item) for item in wanted], [packed(other) for other in others])
        for row, one in enumerate(wanted):
            for other in beside[one]:
                if one in self._told and other in self._told:
                    cosine = cosines[row * len(others) + place[other]]
                    like = self._judge.alike(self._told[one], self._told[other], cosine, self._frequencies)
                    self._links.setdefault(one, {})[other] = self._links.setdefault(other, {})[one] = like
        self._put_together(dict.fromkeys([*wanted, *others]))

    def _put_together(self, items: Iterable[str]) -> None:
        """Of the stories of these items: the two that are most alike on average, again and again."""
        stories = {story: list(self.of(story).items) for story in {self.joined.get(item, item): None for item in items}}
        sums: dict[str, dict[str, float]] = {story: {} for story in stories}
        home = {item: story for story, those in stories.items() for item in those}
        counted: dict[str, dict[str, int]] = {story: {} for story in stories}
        for item, story in home.items():
            for other, like in self._links.get(item, {}).items():
                to = home.get(other, story)
                if to != story:
                    sums[story][to] = sums[story].get(to, 0.0) + like
                    counted[story][to] = counted[story].get(to, 0) + 1

        def mean(one: str, other: str) -> float:
            """Pairs that were not compared, for they share no rare word, are not alike."""
            pairs = len(stories[one]) * len(stories[other])
            return (sums[one][other] - (pairs - counted[one][other])) / pairs

        def nearest(one: str) -> str:
            return max(sums[one], key=lambda other: mean(one, other))

        best = {one: nearest(one) for one, to in sums.items() if to}
        while best:
            one = max(best, key=lambda story: mean(story, best[story]))
            other = best[one]
            if mean(one, other) <= self._judge.join:
                return
            if (self._came.get(other, 0), other) < (self._came.get(one, 0), one):
                one, other = other, one
            self._merge(one, other)
            stories[one] += stories.pop(other)
            touched = {one}
            for to, total in sums.pop(other).items():
                number = counted[other][to]
                del sums[to][other], counted[to][other]
                touched.add(to)
                if to != one:
                    sums[one][to] = sums[to][one] = sums[one].get(to, 0.0) + total
                    counted[one][to] = counted[to][one] = counted[one].get(to, 0) + number
            best.pop(other, None)
            for story in touched | {story for story, to in best.items() if to == one}:
                best.pop(story, None)
                if sums[story]:
                    best[story] = nearest(story)

    def _merge(self, story: str, other: str) -> None:
        """All of another story's items join this one."""
        those = self._items.setdefault(story, [story])
        for item in self._items.pop(other, [other]):
            self.joined[item] = story
            those.append(item)
            self.changed.add(item)

    def _like(self, telling: Telling) -> list[str]:
        """Items that share the rarest of the words that others have too, the most of them first."""
        shared: dict[str, float] = {}
        looked_up = 0
        for word in telling.counts:
            having = self._having.get(word)
            if having:
                rarity = self._frequencies.rarity(word)
                for other in having[-_POSTED:]:
                    shared[other] = shared.get(other, 0.0) + rarity
                looked_up += 1
                if looked_up == _LOOKED_UP:
                    break
        near = []
        for other in sorted(shared, key=shared.__getitem__, reverse=True)[: 4 * _NEAR]:
            told = self._told.get(other)
            if told is not None and telling.within(told, WINDOW):
                near.append(other)
                if len(near) == _NEAR:
                    break
        return near

    def _beside(self, near: Sequence[str]) -> list[str]:
        """These items and the others of their stories: a story is judged as a whole."""
        found = dict.fromkeys(near)
        for item in near:
            found.update(dict.fromkeys(self._items.get(self.joined.get(item, item), ())[-_OF_A_STORY:]))
        return list(found)

    def _post(self, item: str, telling: Telling) -> None:
        self._told[item] = telling
        self._came[item] = self._count = self._count + 1
        for word in itertools.islice(telling.counts, _FOUND_BY):
            self._having.setdefault(word, []).append(item)

    def _let_go(self) -> None:
        """Of the oldest tellings, when there are too many."""
        if len(self._told) <= 1.25 * COMPARED:
            return
        self._forget(list(self._told)[:-COMPARED])
        for word, having in list(self._having.items()):
            left = [item for item in having[-_POSTED:] if item in self._told]
            if left:
                self._having[word] = left
            else:
                del self._having[word]

    def _forget(self, items: Iterable[str]) -> None:
        """What these items told."""
        for item in items:
            del self._told[item], self._came[item]
            for other in self._links.pop(item, {}):
                if other in self._links:
                    self._links[other].pop(item, None)

    async def _cosines(self, rows: Sequence[bytes], others: Sequence[bytes]) -> Sequence[float]:
        width = len(rows[0])
        answer = await self._models.run(
            "nearest",
            {
                "rows": Tensor("int8", (len(rows), width), memoryview(b"".join(rows)).cast("b")),
                "others": Tensor("int8", (len(others), width), memoryview(b"".join(others)).cast("b")),
            },
        )
        return answer["cosines"].data
