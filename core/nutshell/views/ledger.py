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
_PURPOSES = {
    "refresh": Message("requests.why_refresh"),
    "subscribe": Message("requests.why_subscribe"),
    "look for feeds": Message("requests.why_discover"),
    "pdf": Message("requests.why_pdf"),
}
_RESULTS = {
    "timeout": Message("requests.result_timeout"),
    "too-big": Message("requests.result_too_big"),
    "network": Message("requests.result_network"),
    "refused": Message("requests.result_refused"),
    "elsewhere": Message("requests.result_elsewhere"),
    "cancelled": Message("requests.result_cancelled"),
    "no answer yet": Message("requests.result_pending"),
}
_MOVED = "moved to "


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
    """The text for a `result` of the log: a reason of ports.FetchError, perhaps with an address, or where it led."""
    if result.startswith(_MOVED):
        return text("requests.result_moved", address=result.removeprefix(_MOVED))
    reason, _, address = result.partition(" ")
    if result in _RESULTS:
        return resolve(_RESULTS[result])
    if reason in _RESULTS:
        return text("requests.result_with_address", result=_RESULTS[reason], address=address)
    return result


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
                    "why": resolve(_PURPOSES[row.why]) if row.why in _PURPOSES else shorten(visible(row.why), _WHY),
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
        kilobytes = formats().one_decimal(count / 1000) if count < 10_000 else formats().number(count // 1000)
        return text("size.kilobytes", size=kilobytes)
    return text("size.megabytes", size=formats().one_decimal(count / 1_000_000))
