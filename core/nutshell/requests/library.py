"""Requests about the library. See docs/ARCHITECTURE.md."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from nutshell import views
from nutshell.library.erasure import Erasure
from nutshell.library.retention import Retention
from nutshell.library.search import LibrarySearch, SearchResult
from nutshell.local_days import start_of_day
from nutshell.messages import text
from nutshell.ports import Clock, Database, Models, Progress
from nutshell.records.pages import STORY, Page, PageFilter
from nutshell.storage.pages import PageStore
from nutshell.text.wordpiece import WordPiece
from nutshell.urls import hostname
from nutshell.views.privacy import render_retention_question
from nutshell.views.saved_page import render_notes, render_saved_story
from nutshell.views.summary_answer import summary_answer

from .export_import import ExportImportRequests
from .privacy import PrivacyRequests

Answer = dict[str, Any]
Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Answer]]

_RECENT, _RESULTS, _MAX_LISTED = 60, 30, 5_000


class LibraryRequests:
    """`cache_clearers` are called when rows were deleted, restored or imported, `cancel_hooks` before everything is
    erased. Both lists belong to the application, which adds to them later.
    """

    def __init__(
        self,
        *,
        database: Database,
        pages: PageStore,
        models: Models,
        wordpiece: WordPiece,
        clock: Clock,
        cache_clearers: list[Callable[[], None]],
        cancel_hooks: list[Callable[[], None]],
        not_saved_reason: str = "",
    ) -> None:
        self._pages = pages
        self._clock = clock
        self._cancel_hooks = cancel_hooks
        self._search = LibrarySearch(database, pages, models, wordpiece)
        retention = Retention(database)
        self.erasure = Erasure(database, pages, retention, cache_clearers)
        self._export_import = ExportImportRequests(database, pages, clock, cache_clearers)
        self._privacy = PrivacyRequests(database, pages, retention, clock, not_saved_reason)

    def handlers(self) -> dict[str, Handler]:
        return {
            "library.list": self._list,
            "library.open": self._open,
            "library.remove": self._remove,
            "library.restore": self._restore,
            "library.clear": self._clear,
            "library.annotate": self._annotate,
            "library.erase": self._erase,
            "library.export": self._export_import.export,
            "library.import": self._export_import.import_,
            "library.export_markdown": self._export_import.markdown,
            "privacy": self._privacy.show,
            "privacy.set": self._set_privacy,
            "privacy.switches": self._privacy.switches,
            "privacy.ledger": self._privacy.show_ledger,
        }

    async def _list(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        query = _text(payload, "query").strip()
        which = self._filter(payload)
        limit = _whole(payload, "limit", _RESULTS if query else _RECENT, most=_MAX_LISTED)
        if query:
            found = await self._search.search(
                query, which, words=payload.get("words") is True, limit=limit + 1, progress=progress
            )
            entries = [_found(result) for result in found[:limit]]
            more = len(found) > limit
        else:
            pages = self._pages.list_pages(which, limit + 1)
            entries = [_entry(page) for page in pages[:limit]]
            more = len(pages) > limit
        html = views.render_library(
            entries, now=self._clock.now(), query=query, filtered=which != PageFilter(), more=more
        )
        return {"html": html, "count": len(entries)} | (
            {"sites": [host for host, _ in self._pages.list_sites()]} if payload.get("sites") else {}
        )

    async def _open(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        page = self._pages.get(_id(payload))
        now = self._clock.now()
        if page.summary is None:
            html = render_saved_story(page.id, page.article, page.text, page.note, page.tags, when=page.at, now=now)
            return {"id": page.id, "html": html, "traces": {}, "url": page.article.url, "kind": STORY}
        html = views.render_summary(page.article, page.summary, when=page.at, now=now)
        own = render_notes(page.id, page.note, page.tags)
        return summary_answer(page.article, page.summary, page.id) | {"html": html + own, "traces": {}}

    async def _annotate(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Sets the user's note and tags."""
        tags = payload.get("tags")
        if isinstance(tags, str):
            tags = tags.split(",")
        if tags is not None and not isinstance(tags, list):
            raise ValueError("tags must be a list, or a text with commas")
        page = self._pages.annotate(_id(payload), note=payload.get("note"), tags=tags)
        return {"id": page.id, "note": page.note, "tags": list(page.tags)}

    async def _remove(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        erased = self.erasure.erase_page(_id(payload), self._clock.now())
        return await self._list(payload, progress) | {"undo": erased.undo}

    async def _clear(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        erased = await self.erasure.erase_pages(PageFilter(), self._clock.now())
        return await self._list(payload, progress) | {"undo": erased.undo}

    def _filter(self, payload: Mapping[str, Any]) -> PageFilter:
        """`days` is a number of calendar days, with today: 1 is since midnight."""
        site, since = _text(payload, "site"), _moment(payload, "since")
        if payload.get("days") is not None:
            since = start_of_day(self._clock.now(), _whole(payload, "days", 1, most=36_500) - 1)
        return PageFilter(since, _moment(payload, "until"), hostname(f"//{site}") if site else "")

    async def _restore(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        await self.erasure.undo(_text(payload, "undo"))
        return await self._list(payload, progress)

    async def _erase(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Erases a site, a span of time or everything. `undo` restores the first two for ten seconds, which `hold`
        restarts.
        """
        now = self._clock.now()
        match payload.get("what"):
            case "site":
                return asdict(await self.erasure.erase_site(_text(payload, "site"), now))
            case "span":
                since = _moment(payload, "since")
                until = _moment(payload, "until")
                return asdict(await self.erasure.erase_span(since or 0.0, now + 1 if until is None else until, now))
            case "all":
                for cancel in self._cancel_hooks:
                    cancel()
                self.erasure.erase_everything()
                return {"undo": ""}
            case "undo":
                await self.erasure.undo(_text(payload, "undo"))
                return {"undo": ""}
            case "hold":
                self.erasure.postpone(_text(payload, "undo"), now)
                return {"undo": _text(payload, "undo")}
        raise ValueError("what must be site, span, all, undo or hold")

    async def _set_privacy(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Asks for confirmation before a shorter retention deletes something, unless the user is `sure`."""
        keep, now = _text(payload, "keep"), self._clock.now()
        expired = self.erasure.count_expired(keep, now) if keep and payload.get("sure") is not True else None
        if expired:
            unchanged = await self._privacy.change({**payload, "keep": None}, progress)
            return unchanged | {"html": render_retention_question(keep, **asdict(expired))}
        answer = await self._privacy.change(payload, progress)
        if keep:
            await self.erasure.expire(now)
        return answer


def _entry(page: Page) -> views.LibraryEntry:
    return views.LibraryEntry(
        id=page.id,
        title=page.article.title,
        site=page.article.site,
        url=page.article.url,
        gist=page.gist,
        when=page.at,
        points=tuple(page.passages),
        noted=_noted(page),
    )


def _found(found: SearchResult) -> views.LibraryEntry:
    page = found.page
    marked = (found.title, found.snippet)
    return views.LibraryEntry(
        id=page.id,
        title=page.article.title,
        site=page.article.site,
        url=page.article.url,
        gist=page.gist,
        when=page.at,
        found=marked,
        alike=not any("\x01" in text for text in marked),
        noted=_noted(page),
    )


def _noted(page: Page) -> tuple[str, ...]:
    return (*page.tags, *([text("library.note")] if page.note else []))


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name) or ""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string")
    return value


def _moment(payload: Mapping[str, Any], name: str) -> float | None:
    value = payload.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e12:
        raise ValueError(f"{name} must be a time in seconds")
    return float(value)


def _whole(payload: Mapping[str, Any], name: str, default: int, most: int) -> int:
    value = payload.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= most:
        raise ValueError(f"{name} must be a whole number up to {most}")
    return value


def _id(payload: Mapping[str, Any]) -> int:
    value = payload.get("id")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError("id must be a whole number")
    return value
