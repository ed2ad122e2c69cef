"""The record of one request to the network."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One request. `at` is Unix seconds; `sent` and `received` are bytes; `status` is 0 when no answer came."""

    at: float
    url: str
    why: str
    status: int
    sent: int
    received: int
    result: str


@dataclass(frozen=True, slots=True)
class LedgerTotals:
    requests: int = 0
    sent: int = 0
    received: int = 0
