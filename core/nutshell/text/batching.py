"""Runs a model that computes a vector for each row of token ids, one group of rows at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

from nutshell.ports import Models, Progress, Tensor


async def vectors_of(
    models: Models,
    model: str,
    rows: Sequence[Sequence[int]],
    groups: Iterable[Sequence[int]],
    *,
    widths: Mapping[str, int],
    stage: str,
    progress: Progress | None = None,
) -> dict[str, Tensor]:
    """Returns for each output in `widths` one vector per row: float32 [len(rows), width], in the order of the rows.

    `groups` partition the indices of the rows. A group is one run of the model, padded with zeros to its longest row.
    `progress` gets (stage, rows done, all rows) after each run. Raises ModelError.
    """
    vectors = {name: memoryview(array("f", bytes(4 * width * len(rows)))) for name, width in widths.items()}
    done = 0
    for group in groups:
        answer = await models.run(model, {"input_ids": _padded([rows[number] for number in group])})
        for name, width in widths.items():
            computed = answer[name].data
            for place, number in enumerate(group):
                vectors[name][number * width : (number + 1) * width] = computed[place * width : (place + 1) * width]
        done += len(group)
        if progress is not None:
            progress(stage, done, len(rows))
    return {name: Tensor("float32", (len(rows), width), vectors[name]) for name, width in widths.items()}


def _padded(rows: Sequence[Sequence[int]]) -> Tensor:
    width = max(1, *map(len, rows))  # when all texts are empty, the input still needs a column
    ids = array("i")
    for row in rows:
        ids.extend(row)
        ids.extend([0] * (width - len(row)))
    return Tensor("int32", (len(rows), width), memoryview(ids))
