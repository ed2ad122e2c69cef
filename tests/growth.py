"""How the time of a function grows with its input, for tests that no input takes quadratic time."""

from __future__ import annotations

import time
from collections.abc import Callable

FACTOR = 8
NOISE = 0.002  # seconds; shorter measurements say nothing


def growth(run: Callable[[str], object], unit: str, size: int) -> float:
    """Returns how many times longer `run` takes for `size` characters of repeated `unit` than for an eighth of them.

    Linear time gives about 8, quadratic time 64. Processor time of this process only, the best of three runs.
    """

    def seconds(characters: int) -> float:
        text = unit * (characters // max(1, len(unit)))
        best = float("inf")
        for _ in range(3):
            started = time.process_time()
            run(text)
            best = min(best, time.process_time() - started)
        return best

    return seconds(size) / max(seconds(size // FACTOR), NOISE)
