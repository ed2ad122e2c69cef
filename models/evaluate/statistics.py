"""Means with 95 % intervals: the percentile bootstrap (Efron 1979), seeded."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

RESAMPLES = 5000
Floats = np.ndarray[Any, Any]


class Interval(NamedTuple):
    """A mean and the limits of its 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}]"


def bootstrap(values: Sequence[float] | Floats, groups: Sequence[Hashable] | None = None) -> Interval:
    """Returns the mean of `values` [n] with its bootstrap interval. Pass differences for a paired comparison.

    With `groups`, whole groups are resampled and each group has the same weight.
    """
    data = np.asarray(values, np.float64)
    if groups is not None:
        order = sorted(set(groups), key=str)
        data = np.array([data[[group == name for group in groups]].mean() for name in order])
    if not len(data):
        return Interval(0.0, 0.0, 0.0)
    rng = np.random.default_rng(0)
    means = np.concatenate(
        [data[rng.integers(0, len(data), (500, len(data)))].mean(1) for _ in range(RESAMPLES // 500)]
    )
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(data.mean()), float(low), float(high))


def share(hits: int, total: int) -> Interval:
    """Returns a share in per cent with Wilson's interval (1927), which is valid for few hits too."""
    if not total:
        return Interval(0.0, 0.0, 0.0)
    z, p = 1.959964, hits / total
    middle, spread = p + z * z / (2 * total), z * (p * (1 - p) / total + z * z / (4 * total * total)) ** 0.5
    low, high = ((middle + side * spread) / (1 + z * z / total) for side in (-1, 1))
    return Interval(100 * p, 100 * max(0.0, low), 100 * min(1.0, high))


def stratified(strata: Sequence[tuple[float, int, int]]) -> Interval:
    """Returns a share in per cent over strata that were sampled separately: (size, hits, sample size) of each.

    One stratum gets Wilson's interval. Several get a normal interval in which each stratum's variance counts one extra
    hit and miss, so that a stratum without hits does not count as certain.
    """
    if len(strata) == 1:
        return share(strata[0][1], strata[0][2])
    whole = sum(size for size, _, _ in strata)
    if not whole:
        return Interval(0.0, 0.0, 0.0)
    mean = sum(size / whole * hits / read for size, hits, read in strata)
    spread = 0.0
    for size, hits, read in strata:
        p = (hits + 1) / (read + 2)
        spread += (size / whole) ** 2 * p * (1 - p) / read
    half = 1.959964 * spread**0.5
    return Interval(100 * mean, 100 * max(0.0, mean - half), 100 * min(1.0, mean + half))
