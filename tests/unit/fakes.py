"""Ports filled for unit tests: models that answer at once, a database in memory, a clock that is told the time."""

from array import array
from collections.abc import Mapping

from nutshell.memory.schema import open_connection
from nutshell.ports import ModelError, Tensor


def floats(shape, values):
    return Tensor("float32", shape, memoryview(array("f", values)))


class FakeModels:
    """The encoder makes a vector of each row's ids; salience falls from the first sentence to the last."""

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
            return {"vectors": floats((rows, 384), vectors)}
        count = inputs["vectors"].shape[0]
        similarity = [float(row == column) for row in range(count) for column in range(count)]
        return {
            "scores": floats((count,), [1.0 - number / (count + 1) for number in range(count)]),
            "similarity": floats((count, count), similarity),
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
