"""Rows of the request log, by day, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby

from nutshell.messages import Message, formats, resolve, text

from .dates import clock_label, day_label, iso
from .environment import shorten, visible
from .library import marked, query_words

_URL, _WHY, _RESULT = 300, 60, 120
_RESULTS = {
    "timeout": Message("requests.result_timeout"),
    "too-big": Message("requests.result_too_big"),
    "network": Message("requests.result_network"),
    "refused": Message("requests.result_refused"),
    "elsewhere": Message("requests.result_elsewhere"),
    "cancelled": Message("requests.result_cancelled"),
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """`at` is in seconds since the epoch, `sent` and `received` in bytes. `result` may be empty."""

    at: float
    url: str
    why: str
    sent: int
    received: int
    result: str
    failed: bool = False


def result_text(result: str) -> str:
    """The text for a failed request's `result` in the log: a reason of ports.FetchError, perhaps with an address."""
    reason, _, address = result.partition(" ")
    if reason not in _RESULTS:
        return result
    if address:
        return text("requests.result_with_address", result=_RESULTS[reason], address=address)
    return resolve(_RESULTS[reason])


def days(rows: Sequence[RequestRow], *, now: float, query: str, zone: tzinfo | None) -> list[dict[str, object]]:
    """For the templates: each day's `label` and `rows`, with the words of `query` marked in the addresses."""
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
    """A number of bytes: `0 B`, `812 B`, `14 KB`, `2.1 MB`."""
    if count < 1000:
        return text("size.bytes", size=count)
    if count < 1_000_000:
        kilobytes = round(count / 1000, 1) if count < 10_000 else count // 1000
        return text("size.kilobytes", size=formats().number(kilobytes))
    return text("size.megabytes", size=formats().number(round(count / 1_000_000, 1)))
