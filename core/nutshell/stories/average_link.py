"""Average-link clustering of a few groups (Sokal & Michener 1958), the most similar pair first."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping

_MISSING = -1.0
"""The score of two items that were not compared."""


class AverageLink:
    """The mean scores between groups of items, as a heap. Outdated entries stay in the heap and are skipped.

    `scores` has the scores of pairs of items under both of them, `similar` the items whose score with an item is above
    `threshold`. A mean can only be above `threshold` where one pair's score is, so no other groups are compared.
    """

    def __init__(
        self,
        groups: dict[str, list[str]],
        scores: Mapping[str, Mapping[str, float]],
        similar: Mapping[str, Collection[str]],
        threshold: float,
    ) -> None:
        self._groups = groups
        self._scores = scores
        self._threshold = threshold
        self._sums: dict[str, dict[str, float]] = {group: {} for group in groups}
        self._heap: list[tuple[float, str, str]] = []
        group_of = {item: group for group, items in groups.items() for item in items}
        for item, group in group_of.items():
            for other in similar.get(item, ()):
                other_group = group_of.get(other, group)
                if group < other_group and other_group not in self._sums[group]:
                    self._add(group, other_group, self._sum(group, other_group))

    def closest_pair(self) -> tuple[str, str] | None:
        """Returns the two groups with the highest mean score, or None when no mean is above the threshold."""
        while self._heap:
            negative_mean, left, right = heapq.heappop(self._heap)
            if self._sums.get(left, {}).get(right) is not None and -negative_mean == self._mean(left, right):
                return left, right
        return None

    def merge(self, group: str, other: str) -> None:
        """Moves the items of `other` to `group`."""
        neighbours = (self._sums[group].keys() | self._sums[other].keys()) - {group, other}
        sums = {neighbour: self._sum(group, neighbour) + self._sum(other, neighbour) for neighbour in neighbours}
        for neighbour in self._sums.pop(other):
            self._sums[neighbour].pop(other, None)
        self._groups[group] += self._groups.pop(other)
        self._sums[group].pop(other, None)
        for neighbour, total in sums.items():
            self._add(group, neighbour, total)

    def _add(self, left: str, right: str, total: float) -> None:
        self._sums[left][right] = self._sums[right][left] = total
        mean = self._mean(left, right)
        if mean > self._threshold:
            heapq.heappush(self._heap, (-mean, left, right))

    def _mean(self, left: str, right: str) -> float:
        return self._sums[left][right] / (len(self._groups[left]) * len(self._groups[right]))

    def _sum(self, left: str, right: str) -> float:
        known = self._sums[left].get(right)
        if known is not None:
            return known
        total = 0.0
        for item in self._groups[left]:
            scores = self._scores.get(item, {})
            for other in self._groups[right]:
                total += scores.get(other, _MISSING)
        return total
