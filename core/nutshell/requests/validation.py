"""Checks of request payloads. Every function raises ValueError when a value is missing or invalid."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

MAX_INTEGER = 2**63 - 1
"""The largest integer that SQLite stores."""

_MAX_TIME = 1e12


def text(
    payload: Mapping[str, Any], name: str, default: str | None = None, *, max_length: int = 0, allow_blank: bool = True
) -> str:
    """Returns a string of at most `max_length` characters (0: any length)."""
    value = payload.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string")
    if not allow_blank and not value.strip():
        raise ValueError(f"{name} must be a string that is not blank")
    if max_length and len(value) > max_length:
        raise ValueError(f"{name} must be a string of at most {max_length:,} characters")
    return value


def optional_text(payload: Mapping[str, Any], name: str, *, max_length: int = 0) -> str:
    """Returns a string, or "" when the payload has none or null."""
    return "" if payload.get(name) is None else text(payload, name, max_length=max_length)


def integer(
    payload: Mapping[str, Any], name: str, default: int | None = None, *, minimum: int = 0, maximum: int = MAX_INTEGER
) -> int:
    value = payload.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number")
    if not minimum <= value <= maximum:
        raise ValueError(f"{name} must be a whole number from {minimum:,} to {maximum:,}")
    return value


def number(payload: Mapping[str, Any], name: str, *, minimum: float = 0.0, maximum: float) -> float:
    value = payload.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{name} must be a number")
    if not minimum <= value <= maximum:
        raise ValueError(f"{name} must be a number from {minimum:g} to {maximum:g}")
    return float(value)


def boolean(payload: Mapping[str, Any], name: str, default: bool | None = None) -> bool:
    value = payload.get(name, default)
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")
    return value


def array(payload: Mapping[str, Any], name: str, max_items: int) -> list[Any]:
    """Returns a list of 1 to `max_items` values, which are not checked."""
    value = payload.get(name)
    if not isinstance(value, list) or not 0 < len(value) <= max_items:
        raise ValueError(f"{name} must be a list of 1 to {max_items:,} items")
    return value


def timestamp(payload: Mapping[str, Any], name: str) -> float | None:
    """Returns a time in Unix seconds, or None when the payload has none or null."""
    value = payload.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < _MAX_TIME:
        raise ValueError(f"{name} must be a time in Unix seconds")
    return float(value)


def row_id(payload: Mapping[str, Any], name: str = "id") -> int:
    """Returns the id of a database row."""
    return integer(payload, name)


def id_string(payload: Mapping[str, Any], name: str) -> int:
    """Returns the id of a database row that the payload has as a string, as HTML attributes do."""
    return _parse_id(text(payload, name), name)


def id_strings(payload: Mapping[str, Any], name: str, *, max_length: int = 20_000) -> list[int]:
    """Returns the ids in a comma-separated string."""
    return [_parse_id(part, name) for part in text(payload, name, max_length=max_length).split(",")]


def _parse_id(value: str, name: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise ValueError(f"{name} must be an id")
    return int(value)
