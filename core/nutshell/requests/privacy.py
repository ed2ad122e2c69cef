"""What is kept, what was requested and what may happen: the privacy page's own requests, and the words for each thing.

docs/PRIVACY.md says the same at length; tests/unit/requests/test_privacy.py holds both to the schema, the manifest and
the code.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from nutshell.library.retention import Retention
from nutshell.messages import Message, text
from nutshell.ports import Clock, Database, Progress
from nutshell.records.ledger import LedgerEntry
from nutshell.storage import ledger
from nutshell.storage.ledger import Ledger
from nutshell.storage.news_settings import NewsSettingsStore
from nutshell.storage.pages import PageStore, host_of
from nutshell.storage.transaction import transaction
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
}
"""When each kind of request is made, by its name in the log."""

_WELCOMED = "welcomed"
_LONGEST = 60.0  # seconds that a request can take
_LISTED, _MOST_LISTED = 200, ledger.KEPT


class PrivacyRequests:
    def __init__(self, database: Database, pages: PageStore, retention_: Retention, clock: Clock, unkept: str) -> None:
        self._database = database
        self._pages = pages
        self._retention = retention_
        self._clock = clock
        self._unkept = unkept
        self._ledger = Ledger(database)

    async def show(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """The whole page."""
        totals, older = self._ledger.totals(), self._ledger.older()
        kept = privacy.Kept(
            pages=self._pages.count(),
            notes=self._count("page WHERE note <> '' OR tags <> ''"),
            sources=self._count("feed WHERE removed IS NULL"),
            stories=self._count("item"),
            saved=self._count("item WHERE saved IS NOT NULL"),
            learned=self._count("taste_event"),
            requests=totals.requests - older.requests,
            made=totals.requests,
            size=self._size(),
            unkept=self._unkept,
        )
        asked = {host_of(request.url) for request in self._ledger.recent(_MOST_LISTED)}
        html = privacy.render_privacy(
            kept,
            hosts=len(asked),
            sent=totals.sent,
            received=totals.received,
            keep=self._retention.load(),
            switches=self._switches(),
            sites=[host for host, _ in self._pages.sites()],
            tables=[description for table, description in STORED.items() if self._there(table)],
            why=list(WHY.values()),
        )
        return {"html": html, "keep": self._retention.load()}

    async def change(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """`keep`: how long. `welcomed`: the reader has seen what Nutshell is."""
        keep = payload.get("keep")
        if keep is not None:
            if not isinstance(keep, str):
                raise ValueError("keep must be a string")
            self._retention.save(keep)
        if payload.get("welcomed") is True:
            with transaction(self._database) as connection:
                connection.execute("INSERT OR REPLACE INTO setting VALUES (?, 'true')", (_WELCOMED,))
        return {"keep": self._retention.load(), "welcomed": self._welcomed()}

    async def switches(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """What is off until it is switched on, and whether the first-run screen was seen."""
        return {"html": privacy.render_switches(self._switches()), "welcomed": self._welcomed()}

    async def show_ledger(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Every request, the last first; `query` is looked for in addresses."""
        query, limit = payload.get("query") or "", payload.get("limit", _LISTED)
        if not isinstance(query, str):
            raise ValueError("query must be a string")
        if isinstance(limit, bool) or not isinstance(limit, int) or not 0 < limit <= _MOST_LISTED:
            raise ValueError(f"limit must be a whole number up to {_MOST_LISTED}")
        found, older = self._ledger.recent(_MOST_LISTED, query), self._ledger.older()
        totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for request in found:
            one = totals[host_of(request.url)]
            one[0] += 1
            one[1] += request.sent
            one[2] += request.received
        html = privacy.render_ledger(
            [_row(request, self._clock.now()) for request in found[:limit]],
            [privacy.Total(host, *numbers) for host, numbers in sorted(totals.items(), key=lambda pair: -pair[1][0])],
            now=self._clock.now(),
            query=query.strip(),
            more=len(found) > limit,
            listed=ledger.KEPT,
            older=None if query.strip() or not older.requests else privacy.Total("", *astuple(older)),
        )
        return {"html": html, "count": len(found)}

    def _switches(self) -> list[privacy.Switch]:
        on = NewsSettingsStore(self._database).load()
        return [
            privacy.Switch("background", on.background),
            privacy.Switch("badge", on.badge),
            privacy.Switch("elsewhere", on.elsewhere),
        ]

    def _welcomed(self) -> bool:
        row = self._database.connection.execute("SELECT value FROM setting WHERE name = ?", (_WELCOMED,)).fetchone()
        return row is not None and json.loads(row[0]) is True

    def _count(self, source: str) -> int:
        return int(self._database.connection.execute(f"SELECT count(*) FROM {source}").fetchone()[0])

    def _there(self, table: str) -> bool:
        row = self._database.connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        return row is not None

    def _size(self) -> int:
        connection = self._database.connection
        return int(
            connection.execute("PRAGMA page_count").fetchone()[0] * connection.execute("PRAGMA page_size").fetchone()[0]
        )


def _row(request: LedgerEntry, now: float) -> RequestRow:
    succeeded = 200 <= request.status < 400
    if request.result == ledger.UNANSWERED and now - request.at > _LONGEST:
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
