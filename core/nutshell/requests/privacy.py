"""Requests of the privacy page: what is stored, every network request, and the switches.

docs/PRIVACY.md describes the same in detail; tests/unit/requests/test_privacy.py compares both with the schema, the
manifest and the code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, replace
from typing import Any

from nutshell.library import retention
from nutshell.library.retention import Retention
from nutshell.ports import Clock, Database, Progress
from nutshell.records.ledger import LedgerEntry
from nutshell.storage import ledger
from nutshell.storage.ledger import Ledger
from nutshell.storage.pages import PageStore
from nutshell.storage.settings import WELCOMED, SettingsStore
from nutshell.storage.statistics import has_table, read_statistics
from nutshell.urls import hostname
from nutshell.views import privacy
from nutshell.views.requests import RequestRow, why_not

Answer = dict[str, Any]

KEPT = {
    "page": "Pages you had summarized, and stories you opened or saved: title, address, summary, your note and tags",
    "page_words": "An index of the words in them, for search",
    "page_vector": "256 numbers a page that stand for its subject, for search by meaning",
    "setting": "Your settings, the switches on this page, and how many requests the ledger does not list any more",
    "feed": "The sources you follow, and when each is due",
    "item": "Their stories, and which of them you read or saved",
    "dropped": "Fingerprints of stories that made room for newer ones",
    "request": "The ledger: every request that was made",
    "taste_event": "What you did with stories, from which your interests are guessed",
    "taste_interest": "What you said about those interests yourself",
    "taste_mute": "Words and sources you muted",
    "taste_page": "Numbers that stand for the subjects of stories, some hundred stories at a time, and how often words "
    "stand in their titles",
}
"""Describes every table of the database."""

WHY = {
    "refresh": "a source you follow was due, or you pressed Fetch now",
    "subscribe": "you followed a source",
    "look for feeds": "you named a site, and its feeds were looked for",
}
"""Describes every reason for a request that the ledger names."""

_MAX_SECONDS = 60.0  # that a request can take
_LISTED, _MOST_LISTED = 200, ledger.MAX_ENTRIES


class PrivacyRequests:
    def __init__(
        self, database: Database, pages: PageStore, retention_: Retention, clock: Clock, not_saved_reason: str
    ) -> None:
        self._database = database
        self._pages = pages
        self._retention = retention_
        self._clock = clock
        self._not_saved_reason = not_saved_reason
        self._ledger = Ledger(database)
        self._settings = SettingsStore(database)

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
        asked = {hostname(request.url) for request in self._ledger.recent(_MOST_LISTED)}
        html = privacy.privacy_html(
            kept,
            hosts=len(asked),
            sent=totals.sent,
            received=totals.received,
            keep=self._retention.get(),
            rule=retention.RULE,
            switches=self._switches(),
            sites=[host for host, _ in self._pages.list_sites()],
            tables=[words for table, words in KEPT.items() if has_table(self._database, table)],
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
        return {"html": privacy.switches_html(self._switches()), "welcomed": self._settings.get(WELCOMED) is True}

    async def show_ledger(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns every network request, newest first; `query` is a part of the address."""
        query, limit = payload.get("query") or "", payload.get("limit", _LISTED)
        if not isinstance(query, str):
            raise ValueError("query must be a string")
        if isinstance(limit, bool) or not isinstance(limit, int) or not 0 < limit <= _MOST_LISTED:
            raise ValueError(f"limit must be a whole number up to {_MOST_LISTED}")
        found, older = self._ledger.recent(_MOST_LISTED, query), self._ledger.unlisted_totals()
        totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for request in found:
            total = totals[hostname(request.url)]
            total[0] += 1
            total[1] += request.sent
            total[2] += request.received
        html = privacy.ledger_html(
            [_row(request, self._clock.now()) for request in found[:limit]],
            [privacy.Total(host, *numbers) for host, numbers in sorted(totals.items(), key=lambda pair: -pair[1][0])],
            now=self._clock.now(),
            query=query.strip(),
            more=len(found) > limit,
            rule=ledger.RULE,
            older=None if query.strip() or not older.requests else privacy.Total("", *astuple(older)),
        )
        return {"html": html, "count": len(found)}

    def _switches(self) -> list[privacy.Switch]:
        on = self._settings.load_news()
        return [
            privacy.Switch(
                "background",
                "Fetch your sources in the background",
                "While the browser is open, as often as each source wishes. Off: only when you look.",
                on.background,
            ),
            privacy.Switch(
                "badge", "Count new stories on the button", "Off: nothing asks for your attention.", on.badge
            ),
            privacy.Switch(
                "elsewhere",
                "Learn from the pages you have summarized",
                "They then count for the order of your news, like stories you open. Off: only the news do.",
                on.elsewhere,
            ),
        ]


def _row(request: LedgerEntry, now: float) -> RequestRow:
    if request.result == ledger.PENDING and now - request.at > _MAX_SECONDS:
        request = replace(request, result="no answer is known: Nutshell ended meanwhile")
    ok = 200 <= request.status < 400
    result = "not modified" if request.status == 304 else "" if ok else why_not(request.result) or str(request.status)
    return RequestRow(
        at=request.at,
        url=request.url,
        why=request.why,
        result=request.result if ok and request.result else result,
        failed=not ok,
        sent=request.sent,
        received=request.received,
    )
