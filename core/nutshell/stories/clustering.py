"""Groups the items that report the same event into stories, as they arrive.

Two items report the same event when they share names, numbers, rare words and, by their vectors, the subject, and were
published within days of each other (`same_event`). New items and existing stories are clustered by average link
(incrementally: Allan et al. 1998, "On-line new event detection and tracking"), so the result depends little on the
order of arrival.

The time for an item does not grow with the number of items: it is compared with a few that share its rarest terms,
among the newest `MAX_COMPARED` of the last week.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from nutshell.ports import Models, Tensor

from .average_link import AverageLink
from .same_event import SameEventClassifier
from .term_vectors import Document, Frequencies, TermVector, bag_of_words

WINDOW = 7 * 86_400.0
"""The most seconds between two items on the same event."""

MAX_COMPARED = 6_000
"""The number of items that new ones are compared with: the newest."""

JOIN_THRESHOLD = -0.05
"""The mean score above which two stories are one: tests/bench/stories.py compares it with others."""

_MAX_TERMS_LOOKED_UP, _MAX_POSTINGS, _MAX_NEIGHBOURS, _MAX_STORY_ITEMS = 24, 60, 24, 24
_TERMS_INDEXED = 40  # of each item, the rarest
_BATCH = 64
_MIN_COSINE = 0.1  # of the rarest terms
_MIN_SCORE = -0.9  # lower scores count as -1 and are not stored


@dataclass(frozen=True, slots=True)
class Story:
    """Items on one event, in order of arrival. `id` is the first item's and stays while any item is left."""

    id: str
    items: tuple[str, ...]


class Classifier(Protocol):
    """Scores pairs of items as `SameEventClassifier` does."""

    def scores(self, pairs: Sequence[tuple[TermVector, TermVector, float]]) -> Awaitable[list[float]]: ...


class StoryIndex:
    """The stories of all items. Items stay together once grouped; two stories can become one."""

    def __init__(
        self,
        models: Models,
        rank: Callable[[str], int | None] | None = None,
        classifier: Classifier | None = None,
        threshold: float = JOIN_THRESHOLD,
    ) -> None:
        """`rank` is that of `Frequencies`."""
        self._models = models
        self._classifier: Classifier = classifier or SameEventClassifier(models)
        self._threshold = threshold
        self.joined: dict[str, str] = {}
        """The story of each item that is not the first of its story."""
        self.changed: set[str] = set()
        """Items that moved to another story; the caller saves them and clears the set."""
        self._members: dict[str, list[str]] = {}
        """The items of each story that has more than one."""
        self._vectors: dict[str, TermVector] = {}
        self._scores: dict[str, dict[str, float]] = {}
        """The score of each compared pair above `_MIN_SCORE`, under both items."""
        self._similar: dict[str, set[str]] = {}
        """The items whose score with an item is above the threshold."""
        self._postings: dict[str, list[tuple[str, float]]] = {}
        """The items with a term, each with the term's normalized weight."""
        self._arrival: dict[str, int] = {}
        self._arrivals = 0
        self._frequencies = Frequencies(rank)
        self._loaded_recent = False

    def get(self, item: str) -> Story:
        """Returns the story of an item; an unknown item is a story of its own."""
        story = self.joined.get(item, item)
        return Story(story, tuple(self._members.get(story, (item,))))

    def restore(self, joined: Mapping[str, str]) -> None:
        """Loads groups that were stored: `joined` as this object had it."""
        for item, story in joined.items():
            self.joined[item] = story
            self._members.setdefault(story, [story]).append(item)

    async def add(
        self,
        items: Sequence[Document],
        packed: Callable[[str], bytes],
        recent: Callable[[float, int], Iterable[Document]] | None = None,
    ) -> None:
        """Groups new items. `packed` returns an item's static vector (int8). Raises ModelError.

        `recent` is called once, for the items stored earlier: those since a time, at most a number.
        """
        ordered = sorted(items, key=lambda item: (item.published is None, item.published or 0.0))
        if recent is not None and not self._loaded_recent and ordered:
            since = (ordered[0].published or 0.0) - WINDOW
            new = {item.id for item in items}
            await self._load_recent([item for item in recent(since, MAX_COMPARED) if item.id not in new])
        self._loaded_recent = True
        for start in range(0, len(ordered), _BATCH):
            await self._add_batch(ordered[start : start + _BATCH], packed)
            await asyncio.sleep(0)
        self._drop_oldest()

    def retain(self, items: set[str]) -> None:
        """Drops all other items."""
        for item, story in list(self.joined.items()):
            if item not in items:
                del self.joined[item]
                self._members[story].remove(item)
        for story, members in list(self._members.items()):
            members[:] = [item for item in members if item in items]
            if not members or members == [story]:
                del self._members[story]
        self._drop([item for item in self._vectors if item not in items])

    async def _load_recent(self, items: Sequence[Document]) -> None:
        for start in range(0, len(items), _BATCH):
            batch = items[start : start + _BATCH]
            bags = [bag_of_words(item) for item in batch]
            self._frequencies.count(bags)
            for item, bag in zip(batch, bags, strict=True):
                self._index(item.id, self._frequencies.vectorize(bag, item.published, item.source))
            await asyncio.sleep(0)

    async def _add_batch(self, items: Sequence[Document], packed: Callable[[str], bytes]) -> None:
        """Groups a few items: they are compared with all their candidates in one run of each model."""
        bags = [bag_of_words(item) for item in items]
        self._frequencies.count(bags)
        candidates: dict[str, list[str]] = {}
        for item, bag in zip(items, bags, strict=True):
            vector = self._frequencies.vectorize(bag, item.published, item.source)
            neighbours = self._neighbours(vector)
            self._index(item.id, vector)
            if neighbours:
                candidates[item.id] = [other for other in self._with_stories(neighbours) if other in self._vectors]
        if not candidates:
            return
        found = await self._compare(candidates, packed)
        self._cluster(dict.fromkeys(found))

    async def _compare(self, candidates: Mapping[str, Sequence[str]], packed: Callable[[str], bytes]) -> list[str]:
        """Stores the scores of all pairs. Returns the items that are similar to another, one for each pair."""
        items = list(candidates)
        others = list(dict.fromkeys([other for found in candidates.values() for other in found]))
        column = {other: number for number, other in enumerate(others)}
        cosines = await self._cosines([packed(item) for item in items], [packed(other) for other in others])
        pairs, ids = [], []
        for row, item in enumerate(items):
            vector, start = self._vectors.get(item), row * len(others)
            for other in candidates[item] if vector is not None else ():
                other_vector = self._vectors.get(other)
                if vector is not None and other_vector is not None:
                    pairs.append((vector, other_vector, cosines[start + column[other]]))
                    ids.append((item, other))
        found = []
        for (item, other), score in zip(ids, await self._classifier.scores(pairs) if pairs else (), strict=True):
            # Items may have been dropped while the model ran.
            if score > _MIN_SCORE and item in self._vectors and other in self._vectors:
                self._scores.setdefault(item, {})[other] = self._scores.setdefault(other, {})[item] = score
                if score > self._threshold:
                    self._similar.setdefault(item, set()).add(other)
                    self._similar.setdefault(other, set()).add(item)
                    found.append(item)
        return found

    def _cluster(self, items: Iterable[str]) -> None:
        """Merges the two closest stories, again and again, among those of these items and all that are similar."""
        links = AverageLink(self._connected_stories(items), self._scores, self._similar, self._threshold)
        while (pair := links.closest_pair()) is not None:
            story, other = sorted(pair, key=lambda item: (self._arrival.get(item, 0), item))
            self._merge(story, other)
            links.merge(story, other)

    def _connected_stories(self, items: Iterable[str]) -> dict[str, list[str]]:
        """Returns the stories of these items, of items similar to those, and so on, each with its items."""
        stories: dict[str, list[str]] = {}
        queue = [self.joined.get(item, item) for item in items]
        while queue:
            story = queue.pop()
            if story not in stories:
                members = stories[story] = self._members.get(story) or [story]
                queue += [self.joined.get(other, other) for item in members for other in self._similar.get(item, ())]
        return {story: list(members) for story, members in stories.items()}

    def _merge(self, story: str, other: str) -> None:
        """Moves all items of another story to this one."""
        members = self._members.setdefault(story, [story])
        for item in self._members.pop(other, [other]):
            self.joined[item] = story
            members.append(item)
            self.changed.add(item)

    def _neighbours(self, vector: TermVector) -> list[str]:
        """Returns the items with the highest cosine of the rarest terms, the closest first."""
        products: dict[str, float] = {}
        looked_up = 0
        for term, weight in vector.weights.items():
            postings = self._postings.get(term)
            if postings:
                for other, share in postings[-_MAX_POSTINGS:]:
                    products[other] = products.get(other, 0.0) + weight * share
                looked_up += 1
                if looked_up == _MAX_TERMS_LOOKED_UP:
                    break
        minimum = _MIN_COSINE * vector.lengths[0]
        ordered = [(product, other) for other, product in products.items() if product >= minimum]
        ordered.sort(reverse=True)
        neighbours: list[str] = []
        for _, other in ordered:
            other_vector = self._vectors.get(other)
            if other_vector is not None and vector.is_within(other_vector, WINDOW):
                neighbours.append(other)
                if len(neighbours) == _MAX_NEIGHBOURS:
                    break
        return neighbours

    def _with_stories(self, items: Sequence[str]) -> list[str]:
        """Returns these items and the newest of their stories: an item is compared with whole stories."""
        found = dict.fromkeys(items)
        for item in items:
            members = self._members.get(self.joined.get(item, item), ())
            found.update(dict.fromkeys(members[-_MAX_STORY_ITEMS:]))
        return list(found)

    def _index(self, item: str, vector: TermVector) -> None:
        self._vectors[item] = vector
        self._arrival[item] = self._arrivals = self._arrivals + 1
        length = vector.lengths[0]
        for term, weight in itertools.islice(vector.weights.items(), _TERMS_INDEXED):
            self._postings.setdefault(term, []).append((item, weight / length))

    def _drop_oldest(self) -> None:
        """Drops the oldest vectors when there are too many."""
        if len(self._vectors) <= 1.25 * MAX_COMPARED:
            return
        self._drop(list(self._vectors)[:-MAX_COMPARED])
        for term, postings in list(self._postings.items()):
            left = [posting for posting in postings[-_MAX_POSTINGS:] if posting[0] in self._vectors]
            if left:
                self._postings[term] = left
            else:
                del self._postings[term]

    def _drop(self, items: Iterable[str]) -> None:
        """Drops the vectors and scores of these items; their stories stay."""
        for item in items:
            del self._vectors[item], self._arrival[item]
            for other in self._scores.pop(item, {}):
                if other in self._scores:
                    self._scores[other].pop(item, None)
            for other in self._similar.pop(item, ()):
                self._similar[other].discard(item)

    async def _cosines(self, rows: Sequence[bytes], others: Sequence[bytes]) -> Sequence[float]:
        """Returns the cosines of int8 vectors, row by row."""
        width = len(rows[0])
        outputs = await self._models.run(
            "nearest",
            {
                "rows": Tensor("int8", (len(rows), width), memoryview(b"".join(rows)).cast("b")),
                "others": Tensor("int8", (len(others), width), memoryview(b"".join(others)).cast("b")),
            },
        )
        return outputs["cosines"].data
