"""Cosine similarity between sets of vectors."""

from __future__ import annotations

from array import array

from nutshell.ports import Models, Tensor


async def cosines(models: Models, rows: Tensor, columns: Tensor) -> memoryview[float]:
    """Returns the cosine of each of n `rows` with each of m `columns`: float32 [n * m], row by row.

    Both are float32 with the same width; they need not be normalized. Empty when either is. Raises ModelError.
    """
    if not rows.shape[0] or not columns.shape[0]:
        return memoryview(array("f"))
    answer = await models.run("cosine", {"rows": rows, "others": columns})
    return answer["cosines"].data
