"""How likely two items report the same event: the features of a pair, and the model over them (models/same_event)."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

from nutshell.ports import Models, Tensor

from .term_vectors import NAME, NUMBER, WORD, TermVector, kind_of

FEATURES = (
    *("words", "vectors", "names", "numbers", "plain", "title", "shared", "named", "closeness"),
    *("beyond", "other_names", "other_numbers"),
)
"""The model's columns.

`words`, `names`, `numbers`, `plain`: cosines of the vectors of all terms, names, numbers, other words. `vectors`: the
cosine of the static vectors. `title`: how much of each title the other item contains. `shared`: the weight of the
shared terms, on a logarithmic scale. `named`: `names` times `vectors`. `closeness`: 1 less the days between the items,
0 if a date is not known. `beyond`: the cosine of the terms that are in neither title. `other_names`, `other_numbers`:
the share of the names (numbers) in each title that the other item does not have; of the two shares the smaller one.
"""

UNRELATED = -1.0
"""The score of two items that do not report the same event."""

_SHARED_UNIT = 10.0
_NAME_WEIGHT = 30.0  # the square of a rare name's weight
_FEW_TERMS = 5
_SHORT_TITLE = 3
_SOME_TEXT, _LITTLE = 2, 0.34  # terms beyond the titles, and the share of them that is no more than chance
_COPY = 0.8  # cosine of all terms
_DAY = 86_400.0


class SameEventClassifier:
    def __init__(self, models: Models) -> None:
        self._models = models

    async def scores(self, pairs: Sequence[tuple[TermVector, TermVector, float]]) -> list[float]:
        """Scores pairs of items, each with the cosine of their static vectors, in one run of the model.

        Scores are from -1 to 1; 0 is even odds. Raises ModelError.
        """
        scores = [UNRELATED] * len(pairs)
        features = array("f")
        scored = []
        for number, (left, right, cosine) in enumerate(pairs):
            if _is_comparable(left, right) and (left.source != right.source or not left.source or is_copy(left, right)):
                features.extend(pair_features(left, right, cosine))
                scored.append(number)
        if scored:
            shape = (len(scored), len(FEATURES))
            outputs = await self._models.run("same_event", {"features": Tensor("float32", shape, memoryview(features))})
            for number, log_odds in zip(scored, outputs["log_odds"].data, strict=True):
                scores[number] = math.tanh(log_odds / 4)
        return scores


def pair_features(left: TermVector, right: TermVector, cosine: float) -> tuple[float, ...]:
    """Returns the values of FEATURES for two items; `cosine` is that of their static vectors."""
    products = [0.0, 0.0, 0.0, 0.0]
    shared = left_title = right_title = 0.0
    for term in left.weights.keys() & right.weights.keys():
        left_weight, right_weight = left.weights[term], right.weights[term]
        product = left_weight * right_weight
        products[0] += product
        products[kind_of(term)] += product
        shared += left_weight if left_weight < right_weight else right_weight
        if term in left.title:
            left_title += product
        if term in right.title:
            right_title += product
    lengths = [a * b for a, b in zip(left.lengths[:4], right.lengths[:4], strict=True)]
    words, plain = min(1.0, products[0] / lengths[0]), min(1.0, products[WORD] / lengths[WORD])
    # One place name in common is weak evidence, even if it is the only name of both items.
    names = products[NAME] / (lengths[NAME] + _NAME_WEIGHT)
    numbers = products[NUMBER] / (lengths[NUMBER] + _NAME_WEIGHT)
    title = min(1.0, left_title / (left.lengths[4] * right.lengths[0])) + min(
        1.0, right_title / (right.lengths[4] * left.lengths[0])
    )
    closeness = 0.0
    if left.published is not None and right.published is not None:
        closeness = 1 - abs(left.published - right.published) / _DAY
    shared = math.log1p(shared / _SHARED_UNIT)
    beyond = _beyond_titles(left, right)
    others = (min(_missing(left, right, kind), _missing(right, left, kind)) for kind in (NAME, NUMBER))
    return words, cosine, names, numbers, plain, title / 2, shared, names * cosine, closeness, beyond, *others


def is_copy(left: TermVector, right: TermVector) -> bool:
    """Whether one item repeats the other: in one source, anything less is another report (`Puzzle of 3 May`)."""
    common = left.weights.keys() & right.weights.keys()
    product = sum([left.weights[term] * right.weights[term] for term in common])
    if product < _COPY * left.lengths[0] * right.lengths[0]:
        return False
    return all(
        _missing(one, other, kind) == 0 for one, other in ((left, right), (right, left)) for kind in (NUMBER, NAME)
    )


def _beyond_titles(left: TermVector, right: TermVector) -> float:
    titles = left.title | right.title
    product = sum(
        [left.weights[term] * right.weights[term] for term in left.weights.keys() & right.weights.keys() - titles]
    )
    if not product:
        return 0.0
    squares = [sum([weight**2 for term, weight in one.weights.items() if term not in titles]) for one in (left, right)]
    return product / math.sqrt(squares[0] * squares[1])


def _missing(item: TermVector, other: TermVector, kind: int) -> float:
    """Returns the share (by weight) of a kind of terms in an item's title that the other item does not have."""
    weights = {term: item.weights.get(term, 0.0) for term in item.title if kind_of(term) == kind}
    total = sum(weights.values())
    return sum([weight for term, weight in weights.items() if term not in other.weights]) / total if total else 0.0


def _contradict(left: TermVector, right: TermVector) -> bool:
    """Whether the titles have no number in common and name different places or people: two earthquakes, two matches."""
    sides = ((left, right), (right, left))
    return all(_missing(one, other, NUMBER) == 1 and _missing(one, other, NAME) > 0 for one, other in sides)


def _is_comparable(left: TermVector, right: TermVector) -> bool:
    """Whether there is enough to compare: items of very few terms must share all of them, or a name.

    A short title in common (`Open thread`, `v2.3.1`) says nothing when the texts have nothing in common.
    """
    common = left.weights.keys() & right.weights.keys()
    titles = left.title | right.title
    if len(common) < _FEW_TERMS and min(len(left.title), len(right.title)) <= _SHORT_TITLE:
        beyond = min(len(item.weights.keys() - titles) for item in (left, right))
        if beyond >= _SOME_TEXT and len(common - titles) <= beyond * _LITTLE:
            return False
    if _contradict(left, right):
        return False
    fewest = min(len(left.weights), len(right.weights))
    if fewest >= _FEW_TERMS:
        return True
    return bool(common) and (len(common) >= fewest or any(kind_of(term) == NAME for term in common))
