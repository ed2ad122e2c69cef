"""Requests of the privacy page: what is stored, every network request, and the switches.

docs/PRIVACY.md describes the same in detail; tests/unit/requests/test_privacy.py compares both with the schema, the
manifest and the code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from nutshell.library.retention import Retention
from nutshell.messages import Message, text
from nutshell.ports import Clock, Database, Progress
from nutshell.records.ledger import LedgerEntry
from nutshell.storage import ledger
from nutshell.storage.ledger import RequestLedger
from nutshell.storage.pages import PageStore
from nutshell.storage.settings import WELCOMED, SettingsStore
from nutshell.storage.statistics import has_table, read_statistics
from nutshell.urls import hostname
from nutshell.views import privacy
from nutshell.views.ledger import RequestRow, result_text

Answer = dict[str, Any]

STORED = {
    "page": Message("stored.pages"),
    "page_words": Message("stored.page_words"),
    "page_vector": Message("stored.page_vectors"),
    "setting": Message("stored.settings"),
    "feed": Message("stored.feeds"),
    "item": Message("stored.items"),
    "dropped": Message("stored.dropped"),
    "request": Message("stored.requests"),
    "taste_event": Message("stored.activity"),
    "taste_interest": Message("stored.interests"),
    "taste_mute": Message("stored.mutes"),
    "taste_page": Message("stored.story_vectors"),
}
"""What each table of the database holds."""

WHY = {
    "refresh": Message("made.refresh"),
    "subscribe": Message("made.subscribe"),
    "look for feeds": Message("made.discover"),
    "pdf": Message("made.pdf"),
}
"""When each kind of request is made, by its name in the log."""

_MAX_SECONDS = 60.0  # that a request can take
_LISTED, _MOST_LISTED = 200, ledger.MAX_ENTRIES


class PrivacyRequests:
    def __init__(
        self, database: Database, pages: PageStore, retention: Retention, clock: Clock, not_saved_reason: str
    ) -> None:
        self._database = database
        self._pages = pages
        self._retention = retention
        self._clock = clock
        self._not_saved_reason = not_saved_reason
        self._settings = SettingsStore(database)
        self._ledger = RequestLedger(database)

    async def show(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns the whole page."""
        totals, older = self._ledger.totals(), self._ledger.unlisted_totals()
        statistics = read_statistics(self._database)
        kept = privacy.Kept(
            pages=statistics.pages,
            notes=statistics.annotated,
            sources=statistics.subscriptions,
            stories=statistics.items,
            saved=statistics.saved,
            learned=statistics.events,
            requests=totals.requests - older.requests,
            made=totals.requests,
            size=statistics.size,
            unkept=self._not_saved_reason,
        )
        asked = {hostname(request.url) for request in self._ledger.list_entries(_MOST_LISTED)}
        html = privacy.render_privacy(
            kept,
            hosts=len(asked),
            sent=totals.sent,
            received=totals.received,
            keep=self._retention.get(),
            switches=self._switches(),
            sites=[host for host, _ in self._pages.list_sites()],
            tables=[description for table, description in STORED.items() if has_table(self._database, table)],
            why=list(WHY.values()),
        )
        return {"html": html, "keep": self._retention.get()}

    async def change(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Sets `keep`, the retention, and `welcomed`, whether the first-run screen was closed."""
        keep = payload.get("keep")
        if keep is not None:
            if not isinstance(keep, str):
                raise ValueError("keep must be a string")
            self._retention.set(keep)
        if payload.get("welcomed") is True:
            self._settings.set(WELCOMED, True)
        return {"keep": self._retention.get(), "welcomed": self._settings.get(WELCOMED) is True}

    async def switches(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns the switches, and whether the first-run screen was closed."""
        return {"html": privacy.render_switches(self._switches()), "welcomed": self._settings.get(WELCOMED) is True}

    async def show_ledger(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns every network request, newest first; `query` is a part of the address."""
        query, limit = payload.get("query") or "", payload.get("limit", _LISTED)
        if not isinstance(query, str):
            raise ValueError("query must be a string")
        if isinstance(limit, bool) or not isinstance(limit, int) or not 0 < limit <= _MOST_LISTED:
            raise ValueError(f"limit must be a whole number up to {_MOST_LISTED}")
        found, older = self._ledger.list_entries(_MOST_LISTED, query), self._ledger.unlisted_totals()
        totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for request in found:
            total = totals[hostname(request.url)]
            total[0] += 1
            total[1] += request.sent
            total[2] += request.received
        html = privacy.render_ledger(
            [_row(request, self._clock.now()) for request in found[:limit]],
            [privacy.Total(host, *numbers) for host, numbers in sorted(totals.items(), key=lambda pair: -pair[1][0])],
            now=self._clock.now(),
            query=query.strip(),
            more=len(found) > limit,
            listed=ledger.MAX_ENTRIES,
            older=None if query.strip() or not older.requests else privacy.Total("", *astuple(older)),
        )
        return {"html": html, "count": len(found)}

    def _switches(self) -> list[privacy.Switch]:
        on = self._settings.load_news()
        return [
            privacy.Switch("background", on.background),
            privacy.Switch("badge", on.badge),
            privacy.Switch("elsewhere", on.elsewhere),
        ]


def _row(request: LedgerEntry, now: float) -> RequestRow:
    succeeded = 200 <= request.status < 400
    if request.result == ledger.PENDING and now - request.at > _MAX_SECONDS:
        result = text("requests.result_interrupted")
    elif request.status == 304 and not request.result:
        result = text("requests.result_not_modified")
    else:
        result = result_text(request.result) or ("" if succeeded else str(request.status))
    return RequestRow(
        at=request.at,
        url=request.url,
        why=request.why,
        result=result,
        failed=not succeeded,
        sent=request.sent,
        received=request.received,
    )
