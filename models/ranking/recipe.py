"""Ranking as one ONNX graph: learns from the user's events, scores every item, and attributes each score to its terms.

Inputs (n items, m events, k interests, s sources, e extra features; int8 rows are unit vectors times 127):

    items           int8    [n, 256]   |  events          int8    [m, 256]
    item_sources    int32   [n]        |  event_sources   int64   [m]        0 .. s-1
    item_extras     float32 [n, e-1]   |  event_extras    float32 [m, e]     the graph computes an item's first extra
    item_times      float32 [n]        publication time in hours; freshness is 2 to the power of -age / half-life
    clock           float32 [2]        the current time in the same hours, and the half-life
    allowed         float32 [n]        0, or a large negative number for items that must not be shown
    members         float32 [m, k]     the interest of each event (each row sums to 1)
    working         float32 [m]        the working response of a Fisher scoring step: (y - b) / (b (1 - b))
    weights         float32 [m]        the precision of each: b (1 - b), times the event's current weight
    factors         float32 [k]        the user's factor for each interest; 1 leaves it as learned
    source_prior    float32 [s]        log-odds of each source before any event
    extra_prior     float32 [e]        log-odds for one unit of an extra before any event
    variances       float32 [2 + e]    prior variance of the vector, the source, and each extra
    diversity       float32 [1]        MMR's penalty for similarity, in log-odds
    top, close      int64   [1]        how many items are explained, and how many of those are compared with each other
    slots           int64   [1]        how many of the compared items are put in order

Outputs:

    scores      float32 [n]            log-odds relative to the user's base rate, without `allowed`
    order       int64   [n]            items by score + allowed, best first
    terms       float32 [top, k+1+e]   for the best `top` items: each interest, source and extra; they sum to the score
    because     int64   [top]          the event with the largest share, within the interest with the largest share
    spread      int64   [slots]        positions in `order` (all below close) after the diversity step
    fitted      float32 [m]            the model's prediction for the events themselves

The model is Bayesian linear regression in dual space on one step of Fisher scoring for the logistic likelihood,
starting at the base rate b (Rasmussen & Williams 2006, 3.4; with a few hundred events, more steps do not matter). With
K = the prior covariance between events, alpha solves (K + 1/weights) alpha = working - prior mean. Any part of the
prior's covariance times alpha is that part's share of the score, so the shares are exact. The solver is CG_STEPS
unrolled steps of conjugate gradients on the symmetric system sqrt(w) K sqrt(w) + 1, which is well conditioned because
the prior is weak. The diversity step is MMR (Carbonell & Goldstein 1998) in a Loop.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from onnx import TensorProto, helper

from models.artifacts import Outputs, Source
from models.graph import FLOAT, INT32, INT64, Graph

CG_STEPS = 24
BOOL = TensorProto.BOOL


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "ranking has no sources"
    return {"ranking.onnx": build()}


def build() -> bytes:
    g = Graph("ranking")
    unit = g.number(1 / 127)
    items = g.node("Mul", g.floats("items"), unit)
    events = g.node("Mul", g.floats("events"), unit)
    of_vector = g.node("Slice", "variances", g.integers(0), g.integers(1))
    of_source = g.node("Slice", "variances", g.integers(1), g.integers(2))
    of_extras = g.node("Slice", "variances", g.integers(2), g.integers(1 << 30))
    now = g.node("Slice", "clock", g.integers(0), g.integers(1))
    half_life = g.node("Slice", "clock", g.integers(1), g.integers(2))
    count = g.node("Shape", "source_prior")
    hot = g.node("OneHot", "event_sources", count, g.constant("off_on", [0.0, 1.0], "float32"), axis=-1)

    alpha, fitted = _learn(g, events, hot, of_vector, of_source, of_extras)
    g.node("Identity", fitted, name="fitted")

    # The weights of each interest (skipped stories are an interest too), source and extra.
    shares = g.node("Mul", g.node("Mul", g.node("Unsqueeze", alpha, g.integers(1)), "members"), "factors")
    directions = g.node("Mul", g.node("MatMul", g.node("Transpose", events, perm=[1, 0]), shares), of_vector)
    by_source = g.node("Add", g.node("Mul", _times(g, hot, alpha), of_source), "source_prior")
    by_extra = g.node("Add", g.node("Mul", _times(g, "event_extras", alpha), of_extras), "extra_prior")

    total = g.node("ReduceSum", directions, g.integers(1), keepdims=1)
    half_lives = g.node("Div", g.node("Max", g.node("Sub", now, "item_times"), g.number(0.0)), half_life)
    fresh = g.node("Exp", g.node("Mul", half_lives, g.number(-math.log(2))))
    item_extras = g.node("Concat", _column(g, fresh), "item_extras", axis=1)
    liking = g.node("Squeeze", g.node("MatMul", items, total), g.integers(1))
    extras = g.node("Squeeze", g.node("MatMul", item_extras, _column(g, by_extra)), g.integers(1))
    source = g.node("Gather", by_source, "item_sources")
    scores = g.node("Add", g.node("Add", liking, source), extras, name="scores")

    allowed_scores = g.node("Add", scores, "allowed")
    names = ("ranked", "order")
    ranked, order = g.node(
        "TopK", allowed_scores, g.node("Shape", allowed_scores), names=names, axis=0, largest=1, sorted=1
    )

    best = g.node("Slice", order, g.integers(0), "top")
    near = g.node("Gather", items, best)
    parts = [
        g.node("MatMul", near, directions),
        _column(g, g.node("Gather", source, best)),
        g.node("Mul", g.node("Gather", item_extras, best), by_extra),
    ]
    g.node("Concat", *parts, axis=1, name="terms")

    # The reason: the event with the largest share, within the interest with the largest share.
    leading = g.node("ArgMax", parts[0], axis=1, keepdims=0)
    belongs = g.node("Gather", g.node("Transpose", "members", perm=[1, 0]), leading)
    share = g.node("Mul", g.node("MatMul", near, g.node("Transpose", events, perm=[1, 0])), alpha)
    among = g.node("Add", share, g.node("Mul", g.node("Sub", belongs, g.number(1.0)), g.number(1e6)))
    g.node("ArgMax", among, axis=1, keepdims=0, name="because")

    compared = g.node("Slice", near, g.integers(0), "close")
    likeness = g.node("MatMul", compared, g.node("Transpose", compared, perm=[1, 0]))
    _spread(g, g.node("Slice", ranked, g.integers(0), "close"), likeness)
    return g.serialize(
        {
            "items": (TensorProto.INT8, ["n", 256]),
            "item_sources": (INT32, ["n"]),
            "item_extras": (FLOAT, ["n", "e_less_1"]),
            "item_times": (FLOAT, ["n"]),
            "clock": (FLOAT, [2]),
            "allowed": (FLOAT, ["n"]),
            "events": (TensorProto.INT8, ["m", 256]),
            "event_sources": (INT64, ["m"]),
            "event_extras": (FLOAT, ["m", "e"]),
            "members": (FLOAT, ["m", "k"]),
            "working": (FLOAT, ["m"]),
            "weights": (FLOAT, ["m"]),
            "factors": (FLOAT, ["k"]),
            "source_prior": (FLOAT, ["s"]),
            "extra_prior": (FLOAT, ["e"]),
            "variances": (FLOAT, ["v"]),
            "diversity": (FLOAT, [1]),
            "top": (INT64, [1]),
            "close": (INT64, [1]),
            "slots": (INT64, [1]),
        },
        {
            "scores": (FLOAT, ["n"]),
            "order": (INT64, ["n"]),
            "terms": (FLOAT, ["t", "parts"]),
            "because": (INT64, ["t"]),
            "spread": (INT64, ["chosen"]),
            "fitted": (FLOAT, ["m"]),
        },
    )


def _learn(g: Graph, events: str, hot: str, of_vector: str, of_source: str, of_extras: str) -> tuple[str, str]:
    """Returns alpha [m] and the fitted log-odds [m] of the events."""
    root = g.node("Sqrt", "weights")

    def covariance(dual: str) -> str:
        """Returns K times a vector over events, without forming K."""
        vector = g.node("Mul", _times(g, events, dual), of_vector)
        source = g.node("Mul", _times(g, hot, dual), of_source)
        extras = g.node("Mul", _times(g, "event_extras", dual), of_extras)
        parts = [_matvec(g, events, vector), _matvec(g, hot, source), _matvec(g, "event_extras", extras)]
        return str(g.node("Sum", *parts))

    expected = g.node("Add", _matvec(g, hot, "source_prior"), _matvec(g, "event_extras", "extra_prior"))
    residual = g.node("Mul", g.node("Sub", "working", expected), root)
    step = residual
    solution = g.node("Mul", residual, g.number(0.0))
    square = _dot(g, residual, residual)
    for _ in range(CG_STEPS):
        image = g.node("Add", g.node("Mul", root, covariance(g.node("Mul", root, step))), step)
        # Avoids 0 / 0 when the residual is zero.
        length = g.node("Div", square, g.node("Max", _dot(g, step, image), g.number(1e-30)))
        solution = g.node("Add", solution, g.node("Mul", length, step))
        residual = g.node("Sub", residual, g.node("Mul", length, image))
        after = _dot(g, residual, residual)
        ratio = g.node("Div", after, g.node("Max", square, g.number(1e-30)))
        step = g.node("Add", residual, g.node("Mul", ratio, step))
        square = after
    alpha = g.node("Mul", root, solution)
    return str(alpha), str(g.node("Add", covariance(str(alpha)), expected))


def _column(g: Graph, vector: str) -> str:
    return str(g.node("Unsqueeze", vector, g.integers(1)))


def _times(g: Graph, rows: str, dual: str) -> str:
    """rows^T dual: [m, d], [m] -> [d]."""
    row = g.node("Unsqueeze", dual, g.integers(0))
    return str(g.node("Squeeze", g.node("MatMul", row, rows), g.integers(0)))


def _matvec(g: Graph, rows: str, vector: str) -> str:
    return str(g.node("Squeeze", g.node("MatMul", rows, _column(g, vector)), g.integers(1)))


def _dot(g: Graph, left: str, right: str) -> str:
    return str(g.node("ReduceSum", g.node("Mul", left, right), g.integers(0), keepdims=0))


def _spread(g: Graph, scores: str, likeness: str) -> None:
    """Greedy MMR: chooses next the item with the highest score minus its similarity to the nearest chosen one."""
    zero = g.node("Mul", scores, g.number(0.0))
    choices = g.constant("choice_shape", [1], "int64")
    body = helper.make_graph(
        [
            helper.make_node("Mul", ["nearest", "diversity"], ["price"]),
            helper.make_node("Sub", [scores, "price"], ["worth_all"]),
            helper.make_node("Add", ["worth_all", "taken"], ["worth"]),
            helper.make_node("ArgMax", ["worth"], ["choice"], axis=0, keepdims=1),
            helper.make_node("Gather", [likeness, "choice"], ["like_row"], axis=0),
            helper.make_node("Reshape", ["like_row", g.integers(-1)], ["like"]),
            helper.make_node("Max", ["nearest", "like"], ["nearest_after"]),
            helper.make_node(
                "ScatterElements", ["taken", "choice", g.constant("gone", [-1e9], "float32")], ["taken_after"]
            ),
            helper.make_node("Reshape", ["choice", choices], ["chosen_one"]),
            helper.make_node("Identity", ["going"], ["still_going"]),
        ],
        "choose",
        [
            helper.make_tensor_value_info("turn", INT64, []),
            helper.make_tensor_value_info("going", BOOL, []),
            helper.make_tensor_value_info("nearest", FLOAT, ["close_by"]),
            helper.make_tensor_value_info("taken", FLOAT, ["t"]),
        ],
        [
            helper.make_tensor_value_info("still_going", BOOL, []),
            helper.make_tensor_value_info("nearest_after", FLOAT, ["t"]),
            helper.make_tensor_value_info("taken_after", FLOAT, ["t"]),
            helper.make_tensor_value_info("chosen_one", INT64, [1]),
        ],
    )
    slots = g.node("Squeeze", "slots", g.integers(0))
    found = g.node("Loop", slots, g.constant("always", True, bool), zero, zero, outputs=3, body=body)
    g.node("Reshape", found[2], g.integers(-1), name="spread")
