"""Scores: what the ranking graph is given, and what it returns (models/ranking/recipe.py).

The graph is Bayesian logistic regression in closed form (a Gaussian process with a linear kernel: Rasmussen & Williams
2006, chapters 2 and 3, with one Newton step for the likelihood). A score is the sum of its terms, in log-odds over the
base rate at which the user opens what is shown: one term for each interest, one for skipped stories, one for each
interest in what the user wants less of, the source, and the extras.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from nutshell.ports import Models, Tensor
from nutshell.records.ranking import Sliders
from nutshell.text.static_encoder import WIDTH

from .candidate_matrix import CandidateMatrix, MatrixRows, hours
from .feedback import TrainingExample

EXTRAS = ("fresh", "calm", "deep", "novel")
TOP = 240
"""Stories whose terms are kept, and that the diversity step chooses from."""

# Prior variances in log-odds: of a unit vector's direction, of a source, of an extra. Chosen on half of the topics of
# huffpost-10k and on mind-titles (tests/bench/readers.py); anything from half to double does nearly as well.
VECTOR, SOURCE, EXTRA = 1.0, 0.25, 0.1

# The base rate before any feedback: one of eight.
_PRIOR_OPENED, _PRIOR_SHOWN = 1.0, 8.0
_MIN_RATE, _MAX_RATE = 0.03, 0.5
_HIDDEN = -1e6
READ_PENALTY = 6.0
"""What an item that was read loses, in log-odds: as much as the best and the worst story differ."""

SKIPPED, LESS = "passed", "less"
"""Columns of the score for skipped stories and for what the user wants less of."""

Column = int | str


def column_of(example: TrainingExample) -> Column:
    """Returns where an example's part of a score is counted: an interest's number, LESS with or without the number, or
    SKIPPED. Both columns of an interest are multiplied by its factor.
    """
    interest = example.event.interest
    if example.liked:
        return interest or SKIPPED
    return (f"{LESS} {interest}" if interest else LESS) if example.explicit else SKIPPED


def interest_of(column: Column) -> int:
    """Returns the interest that a column belongs to; 0 for none."""
    number = column if isinstance(column, int) else column.removeprefix(f"{LESS} ")
    return int(number) if str(number).isdigit() else 0


def freshness_half_life(sliders: Sliders) -> float:
    """Returns the half-life of freshness in hours: 72 with the slider at 0, 19 at 0.5, 5 at 1."""
    return float(72.0 * (5.0 / 72.0) ** sliders.fresh)


def extras_prior(sliders: Sliders) -> tuple[float, ...]:
    """Returns the log-odds of one unit of each extra before any feedback. Both ends of a slider visibly reorder."""
    return (2.0 * sliders.fresh, 3.0 * (sliders.calm - 0.5), 3.0 * (sliders.deep - 0.5), 0.4)


def diversity_penalty(sliders: Sliders) -> float:
    """Returns the penalty for likeness in log-odds (maximal marginal relevance: Carbonell & Goldstein 1998)."""
    return 0.15 + 0.6 * sliders.adventurous


@dataclass(frozen=True, slots=True)
class ScoringInput:
    """What is ranked, and by what.

    `features` are int8 rows of 256 bytes, one for each example, and `columns` where it is counted. `factors` are the
    user's own weights of interests, `hidden` rows that are not to be shown, `read` those that lose
    READ_PENALTY. `top` is how many stories keep their terms, `slots` how many places the diversity step fills.
    """

    rows: MatrixRows
    examples: Sequence[TrainingExample]
    features: bytes
    columns: Sequence[Column]
    factors: Mapping[int, float]
    sliders: Sliders
    hidden: set[int]
    now: float
    top: int = TOP
    slots: int = 100
    read: Set[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ScoredOrder:
    """`order` holds rows of the matrix, best first; what is below concerns the first `top` of them only.

    `strongest[i]` is the index of the example that adds most to `order[i]`, or -1; `spread` are the positions in
    `order` that come first after the diversity step. Terms are read with `terms`: there are many, and few are needed.
    """

    order: Sequence[int] = ()
    scores: Sequence[float] = ()
    strongest: Sequence[int] = ()
    spread: Sequence[int] = ()
    names: tuple[str, ...] = ()
    """Of the terms: interests first, then LESS of each and SKIPPED, the source, and the extras."""
    values: Sequence[float] = ()
    read: Set[int] = frozenset()

    def terms(self, position: int) -> Sequence[float]:
        """Returns the terms of `order[position]`, in the order of `names`; none beyond `top`."""
        return self.values[position * len(self.names) : (position + 1) * len(self.names)]


async def score(models: Models, matrix: CandidateMatrix, given: ScoringInput) -> ScoredOrder:
    """Returns all rows in order, with their scores. Raises ModelError."""
    rows, examples = given.rows, given.examples
    count = len(rows)
    if not count:
        return ScoredOrder()
    top = min(given.top, count)
    close = min(TOP, top)
    columns: list[Column] = sorted({*given.columns, SKIPPED}, key=lambda column: (isinstance(column, str), str(column)))
    position = {column: number for number, column in enumerate(columns)}
    # No input may be empty: without examples, one of weight 0 takes their place.
    used = len(examples)
    members = array("f", bytes(4 * max(1, used) * len(columns)))
    for row, column in enumerate(given.columns):
        members[row * len(columns) + position[column]] = 1.0
    opened = sum([example.liked for example in examples])
    rate = min(max((opened + _PRIOR_OPENED) / (used + _PRIOR_SHOWN), _MIN_RATE), _MAX_RATE)
    precision = rate * (1 - rate)
    liked, skipped = (1 - rate) / precision, -rate / precision
    allowed = array("f", bytes(4 * count))
    for row in given.read:
        allowed[row] = -READ_PENALTY
    for row in given.hidden:
        allowed[row] = _HIDDEN
    extras = array("f", [value for example in examples for value in (*example.event.extras, 0.0, 0.0, 0.0, 0.0)[:4]])
    sources = array("q", [matrix.source_number(example.event.source) for example in examples] or (0,))
    clock = array("f", (hours(given.now), freshness_half_life(given.sliders)))
    answer = await models.run(
        "ranking",
        {
            "items": Tensor("int8", (count, WIDTH), memoryview(rows.features).cast("b")),
            "item_sources": Tensor("int32", (count,), memoryview(rows.sources)),
            "item_extras": _floats(rows.extras, len(EXTRAS) - 1),
            "item_times": _floats(rows.times),
            "clock": _floats(clock),
            "allowed": _floats(allowed),
            "events": Tensor("int8", (max(1, used), WIDTH), memoryview(given.features or bytes(WIDTH)).cast("b")),
            "event_sources": Tensor("int64", (len(sources),), memoryview(sources)),
            "event_extras": _floats(extras or array("f", bytes(4 * len(EXTRAS))), len(EXTRAS)),
            "members": _floats(members, len(columns)),
            "working": _floats(array("f", [liked if example.liked else skipped for example in examples] or (0.0,))),
            "weights": _floats(array("f", [precision * example.weight(given.now) for example in examples] or (0.0,))),
            "factors": _floats(array("f", [given.factors.get(interest_of(column), 1.0) for column in columns])),
            "source_prior": _floats(array("f", bytes(4 * len(matrix.sources)))),
            "extra_prior": _floats(array("f", extras_prior(given.sliders))),
            "variances": _floats(array("f", (VECTOR, SOURCE, *[EXTRA] * len(EXTRAS)))),
            "diversity": _floats(array("f", (diversity_penalty(given.sliders),))),
            "top": Tensor("int64", (1,), memoryview(array("q", (top,)))),
            "close": Tensor("int64", (1,), memoryview(array("q", (close,)))),
            "slots": Tensor("int64", (1,), memoryview(array("q", (min(given.slots, close),)))),
        },
    )
    return ScoredOrder(
        answer["order"].data.tolist(),
        answer["scores"].data,
        [number if used else -1 for number in answer["because"].data.tolist()],
        answer["spread"].data.tolist(),
        (*(str(column) for column in columns), "source", *EXTRAS),
        answer["terms"].data.tolist(),
        given.read,
    )


def _floats(values: array[float], width: int = 0) -> Tensor:
    return Tensor("float32", (len(values) // width, width) if width else (len(values),), memoryview(values))
