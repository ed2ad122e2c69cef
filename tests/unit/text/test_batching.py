from array import array

from nutshell.ports import Tensor
from nutshell.text.batching import vectors_of


class Sums:
    """Two outputs: the sum of a row's ids, and the sum and the length with padding."""

    def __init__(self):
        self.shapes = []

    async def run(self, model, inputs):
        (count, width), ids = inputs["input_ids"].shape, inputs["input_ids"].data
        self.shapes.append((count, width))
        sums = [float(sum(ids[row * width : (row + 1) * width])) for row in range(count)]
        pairs = [value for total in sums for value in (total, float(width))]
        return {
            "one": Tensor("float32", (count, 1), memoryview(array("f", sums))),
            "two": Tensor("float32", (count, 2), memoryview(array("f", pairs))),
        }


def test_vectors_are_in_the_order_of_the_rows(run):
    models, progress = Sums(), []
    found = run(
        vectors_of(
            models,
            "sums",
            [[1], [2, 3], [4, 5, 6], []],
            [[3, 0], [2, 1]],
            widths={"one": 1, "two": 2},
            stage="embed",
            progress=lambda *report: progress.append(report),
        )
    )
    assert found["one"].shape == (4, 1)
    assert found["one"].data.tolist() == [1, 5, 15, 0]
    assert found["two"].data.tolist() == [1, 1, 5, 3, 15, 3, 0, 1]
    assert models.shapes == [(2, 1), (2, 3)]
    assert progress == [("embed", 2, 4), ("embed", 4, 4)]


def test_empty_rows_still_have_a_column(run):
    models = Sums()
    run(vectors_of(models, "sums", [[], []], [[0, 1]], widths={"one": 1}, stage="embed"))
    assert models.shapes == [(2, 1)]
