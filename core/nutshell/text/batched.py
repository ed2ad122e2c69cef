"""Token ids through a model that makes a vector of each row, a group of rows at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from ..ports import Models, Progress, Tensor


async def vectors_of(
    models: Models,
    model: str,
    rows: Sequence[Sequence[int]],
    groups: Iterable[Sequence[int]],
    *,
    width: int,
    told: str,
    progress: Progress | None = None,
) -> Tensor:
    """One vector for each row: float32 [len(rows), width], in the order of the rows.

    `groups` are the rows' numbers, each in one group, and a group is one run of the model, padded with zeros to its
    longest row. `progress` hears (told, rows done, rows in all) after each. Raises ModelError.
    """
    vectors = memoryview(array("f", bytes(4 * width * len(rows))))
    done = 0
    for group in groups:
        answer = await models.run(model, {"input_ids": _padded([rows[number] for number in group])})
        made = answer["vectors"].data
        for place, number in enumerate(group):
            vectors[number * width : (number + 1) * width] = made[place * width : (place + 1) * width]
        done += len(group)
        if progress is not None:
            progress(told, done, len(rows))
    return Tensor("float32", (len(rows), width), vectors)


def _padded(rows: Sequence[Sequence[int]]) -> Tensor:
    width = max(1, *map(len, rows))  # no input of no width, when all the texts are empty
    ids = array("i")
    for row in rows:
        ids.extend(row)
        ids.extend([0] * (width - len(row)))
    return Tensor("int32", (len(rows), width), memoryview(ids))
