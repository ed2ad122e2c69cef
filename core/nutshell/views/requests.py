"""Requests that left the browser, as they are listed: by day, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby

from .environment import shorten, visible
from .recent import marked, query_words
from .times import clock_label, day_label, iso

_URL, _WHY, _RESULT = 300, 60, 120
_REASONS = {
    "timeout": "no answer in time",
    "too-big": "too large",
    "network": "no answer",
    "refused": "not allowed, not sent",
    "elsewhere": "sent on to a site that is not allowed, and not read",
    "cancelled": "stopped",
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """`result` is said only where there is something to say. Seconds since the epoch, bytes."""

    at: float
    url: str
    why: str
    sent: int
    received: int
    result: str
    failed: bool = False


def why_not(result: str) -> str:
    """Why nothing came, in words, of a ledger's result: a reason of ports.FetchError, perhaps with an address."""
    reason, _, target = result.partition(" ")
    if reason not in _REASONS:
        return result
    return f"{_REASONS[reason]}: {target}" if target else _REASONS[reason]


def days(rows: Sequence[RequestRow], *, now: float, query: str, zone: tzinfo | None) -> list[dict[str, object]]:
    """For the templates: each day's `label` and its `rows`, the words of `query` marked in the addresses."""
    words = query_words(query)
    return [
        {
            "label": label,
            "rows": [
                {
                    "clock": clock_label(row.at, zone),
                    "iso": iso(row.at, zone),
                    "url": marked(shorten(row.url, _URL), words),
                    "why": shorten(visible(row.why), _WHY),
                    "result": shorten(visible(row.result), _RESULT),
                    "failed": row.failed,
                    "sent": size(row.sent),
                    "received": size(row.received),
                }
                for row in group
            ],
        }
        for label, group in groupby(rows, key=lambda row: day_label(row.at, now, zone))
    ]


def size(count: int) -> str:
    """Bytes as people read them: `0 B`, `812 B`, `14 KB`, `2.1 MB`."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} KB" if count < 10_000 else f"{count // 1000} KB"
    return f"{count / 1_000_000:.1f} MB"
