"""What a request brings, looked at before it is believed. Each raises ValueError, with a message fit to be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def text(payload: Mapping[str, Any], name: str, default: str | None = None, most: int = 0) -> str:
    """A string; `most` is how many characters it may have (0: any number)."""
    value = payload.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string")
    if most and len(value) > most:
        raise ValueError(f"{name} must have at most {most:,} characters")
    return value


def number(payload: Mapping[str, Any], name: str, default: int | None = None, most: int = 2**63 - 1) -> int:
    """A whole number from 0 to `most`."""
    value = payload.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(f"{name} must be a whole number" + (f" from 0 to {most:,}" if most < 2**63 - 1 else ""))
    return value


def amount(payload: Mapping[str, Any], name: str, most: float) -> float:
    """A number from 0 to `most`."""
    value = payload.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{name} must be a number")
    if not 0 <= value <= most:
        raise ValueError(f"{name} must be from 0 to {most:g}")
    return float(value)


def truth(payload: Mapping[str, Any], name: str, default: bool | None = None) -> bool:
    value = payload.get(name, default)
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")
    return value


def items(payload: Mapping[str, Any], name: str, most: int) -> list[Any]:
    """A list, not empty and not longer than `most`."""
    value = payload.get(name)
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise ValueError(f"{name} must be a list of 1 to {most:,}")
    return value
