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
import heapq
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from nutshell.ports import Models, Tensor

from .same_event import CLASSIFIER, Document, Frequencies, SameEventClassifier, TermVector, bag_of_words

WINDOW = 7 * 86_400.0
"""Seconds between two tellings of the same event, at most."""

COMPARED = 6_000
"""Items that new ones are compared with: the newest."""

_LOOKED_UP, _POSTED, _NEAR, _OF_A_STORY = 24, 60, 24, 24
_FOUND_BY = 40  # of an item's words, the rarest
_BATCH = 64
_LEAST = 0.1  # cosine of the rarest words
_SOME = -0.9  # what is less alike than this is not alike at all: it need not be remembered


@dataclass(frozen=True, slots=True)
class Story:
    """Items of one event, the one that came first leading. `id` is the first item's and stays while any is left."""

    id: str
    items: tuple[str, ...]


class StoryIndex:
    """Groups items as they come. What was put together once stays so; two stories can turn out to be one."""

    def __init__(
        self, models: Models, place: Callable[[str], int | None] | None = None, judge: SameEventClassifier = CLASSIFIER
    ) -> None:
        """`place`: see Frequencies."""
        self._models = models
        self._judge = judge
        self.joined: dict[str, str] = {}
        """The story of each item that did not begin it."""
        self._items: dict[str, list[str]] = {}
        """Stories of more than one item."""
        self.changed: set[str] = set()
        """Items that are in another story than before, for whoever keeps that; to be cleared by them."""
        self._told: dict[str, TermVector] = {}
        self._links: dict[str, dict[str, float]] = {}
        """How alike two items are, above `_SOME`, for each pair that was compared, under both of them."""
        self._alike: dict[str, set[str]] = {}
        """With whom an item could be put together by itself."""
        self._having: dict[str, list[tuple[str, float]]] = {}
        """The items with a word, and its share in each: weight over length."""
        self._came: dict[str, int] = {}
        self._count = 0
        self._frequencies = Frequencies(place)
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
        items: Sequence[Document],
        packed: Callable[[str], bytes],
        recent: Callable[[float, int], Iterable[Document]] | None = None,
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

    async def _recall(self, items: Sequence[Document]) -> None:
        for start in range(0, len(items), _BATCH):
            bags = [bag_of_words(item) for item in items[start : start + _BATCH]]
            self._frequencies.count(bags)
            for item, each in zip(items[start : start + _BATCH], bags, strict=True):
                self._post(item.id, self._frequencies.telling(each, item.published))
            await asyncio.sleep(0)

    async def _take(self, items: Sequence[Document], packed: Callable[[str], bytes]) -> None:
        """Group a few items: all that they may be like is compared with them in one run."""
        bags = [bag_of_words(item) for item in items]
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
        found = []
        for row, one in enumerate(wanted):
            if one not in self._told:
                continue
            telling, start = self._told[one], row * len(others)
            for other in beside[one]:
                told = self._told.get(other)
                if told is not None:
                    like = self._judge.alike(telling, told, cosines[start + place[other]])
                    if like > _SOME:
                        self._links.setdefault(one, {})[other] = self._links.setdefault(other, {})[one] = like
                        if like > self._judge.join:
                            self._alike.setdefault(one, set()).add(other)
                            self._alike.setdefault(other, set()).add(one)
                            found.append(one)
        self._put_together(dict.fromkeys(found))

    def _put_together(self, items: Iterable[str]) -> None:
        """Of the stories of these items and those they lead to: the two that are most alike on average, and again.

        The average of two stories is above `join` only where one pair is: all others need not be looked at.
        """
        between = _Between(self._reached(items), self._links, self._alike, self._judge.join)
        while (pair := between.most_alike()) is not None:
            one, other = pair
            if (self._came.get(other, 0), other) < (self._came.get(one, 0), one):
                one, other = other, one
            self._merge(one, other)
            between.join(one, other)

    def _reached(self, items: Iterable[str]) -> dict[str, list[str]]:
        """The stories of these items, and of those that are alike, and so on, each with its items."""
        stories: dict[str, list[str]] = {}
        left = [self.joined.get(item, item) for item in items]
        while left:
            story = left.pop()
            if story not in stories:
                those = stories[story] = self._items.get(story) or [story]
                left += [self.joined.get(other, other) for item in those for other in self._alike.get(item, ())]
        return {story: list(those) for story, those in stories.items()}

    def _merge(self, story: str, other: str) -> None:
        """All of another story's items join this one."""
        those = self._items.setdefault(story, [story])
        for item in self._items.pop(other, [other]):
            self.joined[item] = story
            those.append(item)
            self.changed.add(item)

    def _like(self, telling: TermVector) -> list[str]:
        """Items whose rarest words are the same: the cosine of these words, the most alike first."""
        shared: dict[str, float] = {}
        looked_up = 0
        for word, weight in telling.weights.items():
            having = self._having.get(word)
            if having:
                for other, share in having[-_POSTED:]:
                    shared[other] = shared.get(other, 0.0) + weight * share
                looked_up += 1
                if looked_up == _LOOKED_UP:
                    break
        least = _LEAST * telling.lengths[0]
        found = [(like, other) for other, like in shared.items() if like >= least]
        found.sort(reverse=True)
        near: list[str] = []
        for _, other in found:
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

    def _post(self, item: str, telling: TermVector) -> None:
        self._told[item] = telling
        self._came[item] = self._count = self._count + 1
        length = telling.lengths[0]
        for word, weight in itertools.islice(telling.weights.items(), _FOUND_BY):
            self._having.setdefault(word, []).append((item, weight / length))

    def _let_go(self) -> None:
        """Of the oldest tellings, when there are too many."""
        if len(self._told) <= 1.25 * COMPARED:
            return
        self._forget(list(self._told)[:-COMPARED])
        for word, having in list(self._having.items()):
            left = [each for each in having[-_POSTED:] if each[0] in self._told]
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
            for other in self._alike.pop(item, ()):
                self._alike[other].discard(item)

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


class _Between:
    """How alike some stories are on average, those two first that are most (a heap; what is outdated is passed over).

    Pairs of items that are not in `links` are not alike: -1. `alike` are those above `join`.
    """

    def __init__(
        self,
        stories: dict[str, list[str]],
        links: Mapping[str, Mapping[str, float]],
        alike: Mapping[str, Collection[str]],
        join: float,
    ) -> None:
        self._stories = stories
        self._links = links
        self._join = join
        self._sums: dict[str, dict[str, float]] = {story: {} for story in stories}
        self._heap: list[tuple[float, str, str]] = []
        home = {item: story for story, those in stories.items() for item in those}
        for item, story in home.items():
            for other in alike.get(item, ()):
                to = home.get(other, story)
                if story < to and to not in self._sums[story]:
                    self._put(story, to, self._total(story, to))

    def most_alike(self) -> tuple[str, str] | None:
        """The two stories that are most alike, or None when none are alike enough."""
        while self._heap:
            unlike, one, other = heapq.heappop(self._heap)
            if self._sums.get(one, {}).get(other) is not None and -unlike == self._mean(one, other):
                return one, other
        return None

    def join(self, one: str, other: str) -> None:
        """The other story's items are this one's from now on."""
        beside = self._sums[one].keys() | self._sums[other].keys()
        sums = {to: self._total(one, to) + self._total(other, to) for to in beside if to not in {one, other}}
        for to in self._sums.pop(other):
            self._sums[to].pop(other, None)
        self._stories[one] += self._stories.pop(other)
        self._sums[one].pop(other, None)
        for to, total in sums.items():
            self._put(one, to, total)

    def _put(self, one: str, other: str, total: float) -> None:
        self._sums[one][other] = self._sums[other][one] = total
        mean = self._mean(one, other)
        if mean > self._join:
            heapq.heappush(self._heap, (-mean, one, other))

    def _mean(self, one: str, other: str) -> float:
        return self._sums[one][other] / (len(self._stories[one]) * len(self._stories[other]))

    def _total(self, one: str, other: str) -> float:
        known = self._sums[one].get(other)
        if known is not None:
            return known
        others = self._stories[other]
        return sum(
            [like.get(to, -1.0) for item in self._stories[one] for like in [self._links.get(item, {})] for to in others]
        )
