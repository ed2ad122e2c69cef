"""The privacy page: what is kept, how long, what may happen, how to take it along and how to be rid of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from .environment import render, visible
from .requests import RequestRow, days, size


@dataclass(frozen=True, slots=True)
class Kept:
    """How many there are of each; `made` are all requests ever made, listed or not; `size` is the database's in bytes;
    `unkept` says why nothing is kept, or is empty.
    """

    pages: int
    notes: int
    sources: int
    stories: int
    saved: int
    learned: int
    requests: int
    made: int
    size: int
    unkept: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """Something optional: off until the reader switches it on."""

    name: str
    label: str
    hint: str
    on: bool


@dataclass(frozen=True, slots=True)
class Total:
    host: str
    requests: int
    sent: int
    received: int


KEEPING = (("ever", "For ever"), ("year", "A year"), ("month", "A month"), ("day", "A day"))
_SPANS = (
    ("3600", "the last hour"),
    ("86400", "the last day"),
    ("604800", "the last week"),
    ("2592000", "the last month"),
)


def privacy_html(
    kept: Kept,
    *,
    hosts: int,
    sent: int,
    received: int,
    keep: str,
    rule: str,
    switches: Sequence[Switch],
    sites: Sequence[str],
    tables: Sequence[str],
    why: Sequence[str],
) -> str:
    counts = [
        (kept.pages, "page in your memory", "pages in your memory"),
        (kept.notes, "of them with your own words", "of them with your own words"),
        (kept.sources, "source you follow", "sources you follow"),
        (kept.stories, "story from them", "stories from them"),
        (kept.saved, "of them saved", "of them saved"),
        (kept.learned, "thing you did that was learned from", "things you did that were learned from"),
        (kept.requests, "request in the ledger", "requests in the ledger"),
    ]
    return render(
        "privacy.html",
        {
            "counts": [(f"{n:,}", one if n == 1 else several) for n, one, several in counts if n],
            "size": size(kept.size),
            "unkept": kept.unkept,
            "requests": f"{kept.made:,} {'request' if kept.made == 1 else 'requests'}" if kept.made else "",
            "listed": f"{kept.requests:,}" if kept.requests < kept.made else "",
            "hosts": f"{hosts:,} {'site' if hosts == 1 else 'sites'}" if hosts else "",
            "sent": size(sent),
            "received": size(received),
            "keeping": KEEPING,
            "keep": keep,
            "rule": rule,
            "switches": switches,
            "sites": [visible(site) for site in sites],
            "spans": _SPANS,
            "tables": tables,
            "why": why,
        },
    )


def keeping_html(keep: str, *, pages: int, noted: int, learned: int, requests: int) -> str:
    """What would go if things were kept so long and no longer, and whether the reader wants that."""
    counts = [
        (learned, "thing that was learned from", "things that were learned from"),
        (requests, "request in the ledger", "requests in the ledger"),
    ]
    return render(
        "privacy_keeping.html",
        {
            "keep": keep,
            "span": dict(KEEPING)[keep].lower(),
            "pages": pages,
            "noted": noted,
            "others": [f"{n:,} {one if n == 1 else several}" for n, one, several in counts if n],
        },
    )


def switches_html(switches: Sequence[Switch]) -> str:
    return render("privacy_switches.html", {"switches": switches})


def ledger_html(
    rows: Sequence[RequestRow],
    totals: Sequence[Total],
    *,
    now: float,
    query: str,
    more: bool,
    rule: str,
    older: Total | None = None,
    zone: tzinfo | None = None,
) -> str:
    """Every request under its day, and what went to and came from each site. `older` are only counted."""
    counted = [*totals, *([older] if older else [])]
    every = Total("", sum(t.requests for t in counted), sum(t.sent for t in counted), sum(t.received for t in counted))
    return render(
        "privacy_ledger.html",
        {
            "days": days(rows, now=now, query=query, zone=zone),
            "totals": [_total(total) for total in totals],
            "every": _total(every),
            "older": _total(older) if older else None,
            "query": query,
            "more": more,
            "rule": rule,
        },
    )


def _total(total: Total) -> dict[str, str]:
    return {
        "host": visible(total.host),
        "requests": f"{total.requests:,}",
        "sent": size(total.sent),
        "received": size(total.received),
    }
