"""Models for unit tests: topics, nearest, ranking and same_event in plain Python, and an encoder that counts words.

Written from the docstrings of the model recipes, independently of their graphs. The graphs are compared with it
in tests/unit/models/test_ranking_models.py.
"""

from __future__ import annotations

import math
import zlib
from array import array

from nutshell.ports import ModelError, Tensor
from nutshell.text.static_encoder import WIDTH


def tensor(dtype, shape, values):
    return Tensor(dtype, shape, memoryview(array({"float32": "f", "int32": "i", "int8": "b"}[dtype], values)))


def rows_of(given):
    count, width = given.shape
    flat = list(given.data)
    return [flat[row * width : (row + 1) * width] for row in range(count)]


def dot(left, right):
    return sum(a * b for a, b in zip(left, right, strict=True))


def unit(row):
    length = max(math.sqrt(dot(row, row)), 1e-12)
    return [value / length for value in row]


def flat(rows):
    return [value for row in rows for value in row]


def eighths(row):
    return [round(127 * value) for value in row]


def topics(inputs):
    rows = [unit(row) for row in rows_of(inputs["vectors"]) + rows_of(inputs["packed"])]
    center, about = list(inputs["center"].data), rows_of(inputs["topics"])
    kept, features, nearest, sums = [], [], [], [[0.0] * WIDTH for _ in about]
    for row in rows:
        largest = max(abs(value) for value in row)
        kept.append(eighths([value / max(largest, 1e-12) for value in row]))
        there = float(largest > 1e-6)
        centred = unit([there * (value - middle) for value, middle in zip(row, center, strict=True)])
        cosines = [dot(centred, topic) for topic in about]
        top = max(cosines)
        near = [math.exp(15 * (cosine - top)) for cosine in cosines]
        mean = unit([dot(near, column) / sum(near) for column in zip(*about, strict=True)])
        features.append(eighths(unit([there * (a + b) / 2 for a, b in zip(centred, mean, strict=True)])))
        nearest.append(cosines.index(top))
        sums[nearest[-1]] = [a + b for a, b in zip(sums[nearest[-1]], centred, strict=True)]
    moved = [topic if math.sqrt(dot(s, s)) < 1e-6 else unit(s) for s, topic in zip(sums, about, strict=True)]
    count = len(rows)
    return {
        "kept": tensor("int8", (count, WIDTH), flat(kept)),
        "features": tensor("int8", (count, WIDTH), flat(features)),
        "nearest": tensor("int32", (count,), nearest),
        "moved": tensor("float32", (len(about), WIDTH), flat(moved)),
        "mean": tensor("float32", (WIDTH,), [sum(column) / count for column in zip(*rows, strict=True)]),
    }


def nearest(inputs):
    rows, others = ([unit(row) for row in rows_of(inputs[name])] for name in ("rows", "others"))
    return {"cosines": tensor("float32", (len(rows), len(others)), [dot(a, b) for a in rows for b in others])}


def solve(matrix, right):
    """Solve a linear system by Gaussian elimination with pivoting."""
    size = len(right)
    work = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(work[row][column]))
        work[column], work[pivot] = work[pivot], work[column]
        for row in range(size):
            if row != column and work[row][column]:
                factor = work[row][column] / work[column][column]
                work[row] = [a - factor * b for a, b in zip(work[row], work[column], strict=True)]
    # The matrix is positive definite: a pivot of 0 is what rounding left of a tiny one, beside values near 1e15.
    return [work[row][-1] / (work[row][row] or 1e-9) for row in range(size)]


def ranking(inputs):
    items = [[value / 127 for value in row] for row in rows_of(inputs["items"])]
    events = [[value / 127 for value in row] for row in rows_of(inputs["events"])]
    given = {name: list(value.data) for name, value in inputs.items()}
    now, half_life = given["clock"]
    fresh = [2 ** (-max(0.0, now - at) / half_life) for at in given["item_times"]]
    extras = [[new, *row] for new, row in zip(fresh, rows_of(inputs["item_extras"]), strict=True)]
    seen, members = rows_of(inputs["event_extras"]), rows_of(inputs["members"])
    of_vector, of_source, *of_extras = given["variances"]
    home, weights = given["event_sources"], given["weights"]

    def covariance(i, j):
        shared = sum(v * a * b for v, a, b in zip(of_extras, seen[i], seen[j], strict=True))
        return of_vector * dot(events[i], events[j]) + of_source * (home[i] == home[j]) + shared

    size = len(events)
    expected = [given["source_prior"][home[i]] + dot(seen[i], given["extra_prior"]) for i in range(size)]
    kernel = [[covariance(i, j) for j in range(size)] for i in range(size)]
    live = [i for i in range(size) if weights[i] > 0]
    system = [[kernel[i][j] + (i == j) / weights[i] for j in live] for i in live]
    solved = solve(system, [given["working"][i] - expected[i] for i in live]) if live else []
    alpha = [0.0] * size
    for i, value in zip(live, solved, strict=True):
        alpha[i] = value
    interests = range(len(given["factors"]))
    directions = [
        [
            of_vector * given["factors"][k] * sum(alpha[i] * members[i][k] * events[i][d] for i in live)
            for d in range(WIDTH)
        ]
        for k in interests
    ]
    by_source = [
        prior + of_source * sum(alpha[i] for i in live if home[i] == source)
        for source, prior in enumerate(given["source_prior"])
    ]
    by_extra = [
        prior + of_extras[e] * sum(alpha[i] * seen[i][e] for i in live) for e, prior in enumerate(given["extra_prior"])
    ]
    terms = [
        [
            *(dot(item, direction) for direction in directions),
            by_source[given["item_sources"][row]],
            *(weight * value for weight, value in zip(by_extra, extras[row], strict=True)),
        ]
        for row, item in enumerate(items)
    ]
    scores = [sum(row) for row in terms]
    order = sorted(range(len(items)), key=lambda row: -(scores[row] + given["allowed"][row]))
    best = order[: given["top"][0]]
    because = []
    for row in best:
        leading = max(interests, key=lambda k: terms[row][k])
        because.append(
            max(range(size), key=lambda i: alpha[i] * dot(items[row], events[i]) - 1e6 * (1 - members[i][leading]))
        )
    close = best[: given["close"][0]]
    spread, likest = [], [0.0] * len(close)
    for _ in range(given["slots"][0]):
        standing = [
            scores[row] + given["allowed"][row] - given["diversity"][0] * like - 1e9 * (place in spread)
            for place, (row, like) in enumerate(zip(close, likest, strict=True))
        ]
        choice = standing.index(max(standing))
        spread.append(choice)
        likest = [max(like, dot(items[row], items[close[choice]])) for row, like in zip(close, likest, strict=True)]
    return {
        "scores": tensor("float32", (len(items),), scores),
        "order": tensor("int32", (len(items),), order),
        "terms": tensor("float32", (len(best), len(terms[0])), flat(terms[row] for row in best)),
        "because": tensor("int32", (len(best),), because),
        "spread": tensor("int32", (len(spread),), spread),
        "fitted": tensor("float32", (size,), [dot(kernel[i], alpha) + expected[i] for i in range(size)]),
    }


def static(inputs):
    """Returns each text's vector: the sum of a sign pattern per token and a component common to all texts."""
    made = []
    for ids in rows_of(inputs["input_ids"]):
        total = [0.0] * WIDTH
        for token in filter(None, ids):
            bits = b"".join(zlib.crc32(f"{token} {part}".encode()).to_bytes(4, "big") for part in range(WIDTH // 32))
            pattern = int.from_bytes(bits, "big")
            total = [value + (1 if pattern >> place & 1 else -1) + 0.2 for place, value in enumerate(total)]
        made.append(unit(total))
    return {"vectors": tensor("float32", (len(made), WIDTH), flat(made))}


def same_event(inputs):
    """Applies the weights of models/same_event, so that tests can run without the `models` package."""
    weights = (5.1, 8.6, 15.9, 6.0, -1.7, 0.8, -0.6, -17.5, 0.8, 1.9, -0.6, -1.0)
    odds = [dot(row, weights) - 6.9 for row in rows_of(inputs["features"])]
    return {"log_odds": tensor("float32", (len(odds),), odds)}


def interest(inputs):
    """Rates exclamation marks as clickbait and longer words as a higher reading level. All moods are unlikely."""
    rows = rows_of(inputs["features"])
    made = [[row[6], max(3.0, min(12.0, 7.5 + row[0])), *[0.0] * 7] for row in rows]
    return {"tones": tensor("float32", (len(rows), 9), flat(made))}


MODELS = {
    "static": static,
    "topics": topics,
    "nearest": nearest,
    "ranking": ranking,
    "same_event": same_event,
    "interest": interest,
}


class Arithmetic:
    """A `Models` port that uses the functions of this module."""

    def __init__(self):
        self.runs = []
        self.error = ""

    async def run(self, model, inputs):
        self.runs.append(model)
        if self.error:
            raise ModelError(self.error)
        return MODELS[model](inputs)
