"""The privacy page: what is stored and for how long, optional features, export, deletion, the request log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from nutshell.messages import Message, formats, plural, resolve, text

from .environment import render, visible
from .ledger import RequestRow, days, size


@dataclass(frozen=True, slots=True)
class Kept:
    """How many rows of each kind are stored. `made` counts all requests, also those no longer listed; `size` is the
    database's in bytes; `unkept` is why nothing can be saved, or empty.
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
    """An optional feature, off by default: `background`, `badge` or `elsewhere`."""

    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class Total:
    host: str
    requests: int
    sent: int
    received: int


RETENTION = {
    "ever": Message("privacy.retention_ever"),
    "year": Message("privacy.retention_year"),
    "month": Message("privacy.retention_month"),
    "day": Message("privacy.retention_day"),
}
AGES = {
    "year": Message("retention.age_year"),
    "month": Message("retention.age_month"),
    "day": Message("retention.age_day"),
}
_SWITCHES = {
    "background": (Message("privacy.background"), Message("privacy.background_hint")),
    "badge": (Message("privacy.badge"), Message("privacy.badge_hint")),
    "elsewhere": (Message("privacy.use_summaries"), Message("privacy.use_summaries_hint")),
}
_SPANS = {
    "3600": Message("privacy.delete_hour"),
    "86400": Message("privacy.delete_day"),
    "604800": Message("privacy.delete_week"),
    "2592000": Message("privacy.delete_month"),
}


def render_privacy(
    kept: Kept,
    *,
    hosts: int,
    sent: int,
    received: int,
    keep: str,
    switches: Sequence[Switch],
    sites: Sequence[str],
    tables: Sequence[Message],
    why: Sequence[Message],
) -> str:
    """`tables` describes what is stored, `why` when requests are made."""
    counts = [
        (kept.pages, plural("privacy.count_pages", kept.pages)),
        (kept.notes, plural("privacy.count_notes", kept.notes)),
        (kept.sources, plural("privacy.count_sources", kept.sources)),
        (kept.stories, plural("privacy.count_stories", kept.stories)),
        (kept.saved, plural("privacy.count_saved", kept.saved)),
        (kept.learned, plural("privacy.count_activity", kept.learned)),
        (kept.requests, plural("privacy.count_requests", kept.requests)),
    ]
    return render(
        "privacy.html",
        {
            "requests_summary": _requests_summary(kept, hosts, sent, received),
            "counts": [(formats().number(count), name) for count, name in counts if count],
            "size": size(kept.size),
            "not_saved": kept.unkept,
            "retention": [(name, resolve(label)) for name, label in RETENTION.items()],
            "keep": keep,
            "switches": _switches(switches),
            "sites": [visible(site) for site in sites],
            "spans": [(seconds, resolve(label)) for seconds, label in _SPANS.items()],
            "tables": [resolve(description) for description in tables],
            "why": [resolve(reason) for reason in why],
        },
    )


def _requests_summary(kept: Kept, hosts: int, sent: int, received: int) -> str:
    if not kept.made:
        return text("privacy.no_requests")
    requests = plural("privacy.requests", kept.made)
    sites = plural("privacy.sites", hosts)
    totals = {"sent": size(sent), "received": size(received)}
    if not hosts:
        return text("privacy.requests_summary_unlisted", requests=requests, **totals)
    if kept.requests < kept.made:
        return text("privacy.requests_summary_listed", requests=requests, sites=sites, listed=kept.requests, **totals)
    return text("privacy.requests_summary", requests=requests, sites=sites, **totals)


def render_retention_question(keep: str, *, pages: int, noted: int, learned: int, requests: int) -> str:
    """Asks before a shorter retention deletes anything, and says what it would delete."""
    age = resolve(AGES[keep])
    parts = []
    if pages and noted:
        parts.append(plural("retention.pages_noted", pages, noted=noted))
    elif pages:
        parts.append(plural("retention.pages", pages))
    if learned:
        parts.append(plural("retention.activity", learned))
    if requests:
        parts.append(plural("retention.requests", requests))
    question = text("retention.would_delete", age=age, what=formats().join(parts))
    return render("retention_question.html", {"keep": keep, "age": age, "question": question})


def render_switches(switches: Sequence[Switch]) -> str:
    return render("privacy_switches.html", {"switches": _switches(switches)})


def _switches(switches: Sequence[Switch]) -> list[dict[str, object]]:
    return [
        {
            "name": switch.name,
            "on": switch.on,
            "label": resolve(_SWITCHES[switch.name][0]),
            "hint": resolve(_SWITCHES[switch.name][1]),
        }
        for switch in switches
    ]


def render_ledger(
    rows: Sequence[RequestRow],
    totals: Sequence[Total],
    *,
    now: float,
    query: str,
    more: bool,
    listed: int,
    older: Total | None = None,
    zone: tzinfo | None = None,
) -> str:
    """The request log by day, with totals for each site. Only the last `listed` requests are listed;
    `older` ones are counted."""
    counted = [*totals, *([older] if older else [])]
    every = Total("", sum(t.requests for t in counted), sum(t.sent for t in counted), sum(t.received for t in counted))
    return render(
        "ledger.html",
        {
            "days": days(rows, now=now, query=query, zone=zone),
            "totals": [_total(total) for total in totals],
            "every": _total(every),
            "older": _total(older) if older else None,
            "query": query,
            "more": more,
            "listed": listed,
        },
    )


def _total(total: Total) -> dict[str, str]:
    return {
        "host": visible(total.host),
        "requests": formats().number(total.requests),
        "sent": size(total.sent),
        "received": size(total.received),
    }
