"""Fake ports for unit tests: models, a database in memory, and a settable clock."""

from array import array
from collections.abc import Mapping

from nutshell.ask import evidence
from nutshell.grounding import features as comparison
from nutshell.ports import ModelError, Tensor
from nutshell.storage.schema import open_connection
from nutshell.summary import gist_features


def floats(shape, values):
    return Tensor("float32", shape, memoryview(array("f", values)))


class FakeModels:
    """Encodes each row's ids as a vector. Salience decreases from the first sentence to the last."""

    def __init__(self, error: str = "") -> None:
        self.runs: list[str] = []
        self.error = error

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        self.runs.append(model)
        if self.error:
            raise ModelError(self.error)
        if model == "encoder":
            rows, width = inputs["input_ids"].shape
            ids = inputs["input_ids"].data
            vectors = [float(ids[row * width + column % width] % 97) for row in range(rows) for column in range(384)]
            return {name: floats((rows, 384), vectors) for name in ("vectors", "lower")}
        if model == "static":
            return {"vectors": _bags(inputs["input_ids"])}
        if model == "recall":
            return _recall(**inputs)
        if model == "cosine":
            return {"cosines": _cosines(**inputs)}
        if model in {"ask", "grounding", "gist"}:
            return {"scores": _one_feature(inputs["features"], model)}
        count = inputs["vectors"].shape[0]
        similarity = [float(row == column) for row in range(count) for column in range(count)]
        return {
            "scores": floats((count,), [1.0 - number / (count + 1) for number in range(count)]),
            "similarity": floats((count, count), similarity),
            "fitness": floats((count,), [1.0] * count),
        }


class MemoryDatabase:
    def __init__(self, path: str = "") -> None:
        self.connection = open_connection(path)
        self.syncs = 0

    def sync(self) -> None:
        self.syncs += 1


class FakeClock:
    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.time = now

    def now(self) -> float:
        return self.time


VOCABULARY = "\n".join(
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz.,'0123456789"]
    + [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
)


def _bags(ids: Tensor) -> Tensor:
    """Returns a unit row per text that counts its letters, separately for word starts (VOCABULARY)."""
    rows, width = ids.shape
    found: list[float] = []
    for row in range(rows):
        counts = [0.0] * 256
        for token in ids.data[row * width : (row + 1) * width]:
            if token:
                counts[token - 5 if token < 44 else token - 44] += 1.0
        length = sum(count * count for count in counts) ** 0.5 or 1.0
        found += [count / length for count in counts]
    return floats((rows, 256), found)


def _recall(vectors: Tensor, packed: Tensor, scales: Tensor, most: Tensor) -> dict[str, Tensor]:
    """models/recall in plain Python."""
    kept, lengths, width = array("b"), array("f"), packed.shape[1]
    for start in range(0, len(vectors.data), 256):
        row = vectors.data[start : start + 256]
        largest = max(1e-12, *map(abs, row))
        whole = [round(127 * value / largest) for value in row]
        kept.extend(whole)
        lengths.append(1 / max(1.0, sum(value * value for value in whole) ** 0.5))
    cosines = [
        sum(a * b for a, b in zip(kept[:width], packed.data[width * row : width * row + width], strict=True))
        * scales.data[row]
        * lengths[0]
        for row in range(packed.shape[0])
    ]
    best = sorted(range(len(cosines)), key=lambda row: -cosines[row])[: most.data[0]]
    return {
        "kept": Tensor("int8", vectors.shape, memoryview(kept)),
        "scale": floats((len(lengths),), lengths),
        "best": Tensor("int32", (len(best),), memoryview(array("i", best))),
        "cosines": floats((len(best),), [cosines[row] for row in best]),
    }


def _cosines(rows: Tensor, others: Tensor) -> Tensor:
    """models/cosine in plain Python."""
    (count, width), many = rows.shape, others.shape[0]
    found = []
    for row in range(count):
        one = rows.data[row * width : (row + 1) * width]
        for other in range(many):
            two = others.data[other * width : (other + 1) * width]
            lengths = sum(a * a for a in one) * sum(b * b for b in two)
            found.append(sum(a * b for a, b in zip(one, two, strict=True)) / lengths**0.5 if lengths else 0.0)
    return floats((count, many), found)


def _one_feature(features: Tensor, model: str) -> Tensor:
    """Replaces the heads: by the share of the question's or claim's words that are present, and by salience."""
    column = {
        "ask": evidence.NAMES.index("words"),
        "grounding": comparison.NAMES.index("words_in_support"),
        "gist": gist_features.NAMES.index("salience"),
    }[model]
    count, width = features.shape
    return floats((count,), [features.data[row * width + column] for row in range(count)])
