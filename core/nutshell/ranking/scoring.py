"""The order of the items: what the ranking graph is given, and what it says (models/ranking/recipe.py).

A score is the sum of its terms, in log-odds over the reader's base rate of opening what they are shown. Every term is
kept: one for each interest, one for what was passed over, one for what was asked to be less, the source, and extras.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nutshell.ports import Models, Tensor
from nutshell.text.static_encoder import WIDTH

from .candidate_matrix import CandidateMatrix, MatrixRows, hours
from .feedback import TrainingExample

EXTRAS = ("fresh", "calm", "deep", "novel")
TOP = 240
"""Items looked at closely: their terms are kept, and among them likeness is looked at."""

# Prior variances in log-odds: of a unit vector's direction, of a source, of an extra. Chosen on half of the topics of
# huffpost-10k and on mind-titles (tests/bench/readers.py); anything from half to double does nearly as well.
VECTOR, SOURCE, EXTRA = 1.0, 0.25, 0.1

# The base rate before anything is known: one of eight.
_OPENS, _SEEN = 1.0, 8.0
_RATES = (0.03, 0.5)
_HIDDEN = -1e6

PASSED, LESS = "passed", "less"


def column(lesson: TrainingExample) -> int | str:
    """Where a lesson's part of a score is counted: to its interest, to what was asked to be less of it, or to PASSED.

    Both columns of an interest are multiplied by the reader's own say in it.
    """
    interest = lesson.event.interest
    if lesson.liked:
        return interest or PASSED
    return (f"{LESS} {interest}" if interest else LESS) if lesson.asked else PASSED


def interest_of(column: int | str) -> int:
    """The interest that a column is of; 0 for none."""
    number = column if isinstance(column, int) else column.removeprefix(f"{LESS} ")
    return int(number) if str(number).isdigit() else 0


@dataclass(frozen=True, slots=True)
class Sliders:
    """Each 0 to 1. At 0.5 calm and deep make no difference."""

    adventurous: float = 0.4
    fresh: float = 0.5
    calm: float = 0.5
    deep: float = 0.5

    @property
    def half_life(self) -> float:
        """Of freshness, in hours: from three days, over 18 hours, to 5."""
        return float(72.0 * (5.0 / 72.0) ** self.fresh)

    @property
    def prior(self) -> tuple[float, ...]:
        """Log-odds of one unit of each extra before anything is learned; both ends of a slider reorder visibly."""
        return (2.0 * self.fresh, 3.0 * (self.calm - 0.5), 3.0 * (self.deep - 0.5), 0.4)

    @property
    def diversity(self) -> float:
        """MMR's price of likeness, in log-odds."""
        return 0.15 + 0.6 * self.adventurous


@dataclass(frozen=True, slots=True)
class ScoredOrder:
    """`order` holds rows of the pool, best first; what is below concerns the first of them only.

    `because[i]` is the lesson that says most for `order[i]` (an index, or -1), `spread` the places in `order` that come
    first after the diversity step. Terms are read with `terms`: there are many, and few are looked at.
    """

    order: Sequence[int] = ()
    scores: Sequence[float] = ()
    because: Sequence[int] = ()
    spread: Sequence[int] = ()
    names: tuple[str, ...] = ()
    """Of the terms: interests first, then what was asked to be less of each and PASSED, the source, and the extras."""
    values: Sequence[float] = ()

    def terms(self, place: int) -> Sequence[float]:
        """Those of `order[place]`, in the order of `names`; none where the place is too far down."""
        return self.values[place * len(self.names) : (place + 1) * len(self.names)]


async def rank(
    models: Models,
    pool: CandidateMatrix,
    rows: MatrixRows,
    lessons: Sequence[TrainingExample],
    features: bytes,
    groups: Sequence[int | str],
    factors: Mapping[int, float],
    sliders: Sliders,
    hidden: set[int],
    now: float,
    top: int = TOP,
    slots: int = 100,
) -> ScoredOrder:
    """Order all `rows` of the pool. `features` holds a row for each lesson, `groups` its `column`.

    Raises ModelError.
    """
    count = len(rows)
    if not count:
        return ScoredOrder()
    top = min(top, count)
    close = min(TOP, top)
    columns: list[int | str] = sorted({*groups, PASSED}, key=lambda group: (isinstance(group, str), str(group)))
    place = {group: number for number, group in enumerate(columns)}
    # A lesson that says nothing stands in where there is none yet, so that no input is empty.
    learned = len(lessons)
    members = array("f", bytes(4 * max(1, learned) * len(columns)))
    for row, group in enumerate(groups):
        members[row * len(columns) + place[group]] = 1.0
    opens = sum([lesson.liked for lesson in lessons])
    rate = min(max((opens + _OPENS) / (learned + _SEEN), _RATES[0]), _RATES[1])
    precision = rate * (1 - rate)
    liked, passed = (1 - rate) / precision, -rate / precision
    allowed = array("f", bytes(4 * count))
    for row in hidden:
        allowed[row] = _HIDDEN
    extras = array("f", [value for lesson in lessons for value in (*lesson.event.extras, 0.0, 0.0, 0.0, 0.0)[:4]])
    sources = array("q", [pool.source_number(lesson.event.source) for lesson in lessons] or (0,))
    answer = await models.run(
        "ranking",
        {
            "items": Tensor("int8", (count, WIDTH), memoryview(rows.features).cast("b")),
            "item_sources": Tensor("int32", (count,), memoryview(rows.sources)),
            "item_extras": _floats(rows.extras, len(EXTRAS) - 1),
            "item_times": _floats(rows.times),
            "clock": _floats(array("f", (hours(now), sliders.half_life))),
            "allowed": _floats(allowed),
            "events": Tensor("int8", (max(1, learned), WIDTH), memoryview(features or bytes(WIDTH)).cast("b")),
            "event_sources": Tensor("int64", (len(sources),), memoryview(sources)),
            "event_extras": _floats(extras or array("f", bytes(4 * len(EXTRAS))), len(EXTRAS)),
            "members": _floats(members, len(columns)),
            "working": _floats(array("f", [liked if lesson.liked else passed for lesson in lessons] or (0.0,))),
            "weights": _floats(array("f", [precision * lesson.weight(now) for lesson in lessons] or (0.0,))),
            "factors": _floats(array("f", [factors.get(interest_of(each), 1.0) for each in columns])),
            "source_prior": _floats(array("f", bytes(4 * len(pool.sources)))),
            "extra_prior": _floats(array("f", sliders.prior)),
            "variances": _floats(array("f", (VECTOR, SOURCE, *[EXTRA] * len(EXTRAS)))),
            "diversity": _floats(array("f", (sliders.diversity,))),
            "top": Tensor("int64", (1,), memoryview(array("q", (top,)))),
            "close": Tensor("int64", (1,), memoryview(array("q", (close,)))),
            "slots": Tensor("int64", (1,), memoryview(array("q", (min(slots, close),)))),
        },
    )
    return ScoredOrder(
        answer["order"].data.tolist(),
        answer["scores"].data,
        [number if learned else -1 for number in answer["because"].data.tolist()],
        answer["spread"].data.tolist(),
        (*(str(column) for column in columns), "source", *EXTRAS),
        answer["terms"].data.tolist(),
    )


def _floats(values: array[float], width: int = 0) -> Tensor:
    return Tensor("float32", (len(values) // width, width) if width else (len(values),), memoryview(values))
