"""How long the library is kept."""

from __future__ import annotations

from collections.abc import Mapping

_DAY = 86_400.0

RETENTION_SECONDS: Mapping[str, float | None] = {"ever": None, "year": 365 * _DAY, "month": 30 * _DAY, "day": _DAY}
"""Name of a choice -> seconds; None keeps everything."""


def is_shorter(choice: str, other: str) -> bool:
    """Whether `choice` deletes pages sooner than `other`."""
    seconds, others = RETENTION_SECONDS[choice], RETENTION_SECONDS.get(other)
    return seconds is not None and (others is None or seconds < others)
