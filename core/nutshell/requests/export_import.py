"""Requests to export and import a bundle, and to export pages as Markdown. In parts, because messages are bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from nutshell.local_days import local_date
from nutshell.messages import Message, resolve
from nutshell.ports import Clock, Database, Progress
from nutshell.storage.pages import PageStore
from nutshell.views.export_import import page_markdown, render_import_report

if TYPE_CHECKING:
    from nutshell.storage.bundle_export import ExportPosition
    from nutshell.storage.bundle_import import BundleImport

Answer = dict[str, Any]

_PAGES = 200
_MAX_PART = 8_000_000  # characters
_LINES = 200
_MAX_IMPORTS = 4  # at once; the oldest of more was abandoned


class ExportImportRequests:
    """`cache_clearers` are called after an import."""

    def __init__(
        self, database: Database, pages: PageStore, clock: Clock, cache_clearers: list[Callable[[], None]]
    ) -> None:
        self._database = database
        self._pages = pages
        self._clock = clock
        self._cache_clearers = cache_clearers
        self._imports: dict[int, BundleImport] = {}
        self._last = 0

    async def export(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns the part of a bundle that begins at `place` (null: the start), and the `place` of the next one."""
        from nutshell.storage.bundle_export import BundleExport, ExportPosition  # noqa: PLC0415 - loaded when needed

        given = payload.get("place")
        place = ExportPosition() if given is None else _place(given)
        export = BundleExport(self._database)
        lines, following = export.lines(place, self._clock.now())
        total = sum(export.counts().values())
        return {
            "text": "".join(line + "\n" for line in lines),
            "place": None if following is None else list(astuple(following)),
            "done": total if following is None else following.written,
            "total": total,
            "date": self._date(),
        }

    async def import_(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Imports the next part of a bundle, which ends with a line; `first` begins, `last` returns the report.

        The first part returns a `number` for the parts that follow, because two windows may import at once.
        """
        from nutshell.storage.bundle_format import NotABundle  # noqa: PLC0415
        from nutshell.storage.bundle_import import BundleImport  # noqa: PLC0415

        text = payload.get("text")
        if not isinstance(text, str) or len(text) > _MAX_PART:
            raise ValueError("text must be some lines of an export")
        number = payload.get("number", self._last)
        if payload.get("first"):
            number = self._last = self._last + 1
            self._imports[number] = BundleImport(self._database, self._pages)
            while len(self._imports) > _MAX_IMPORTS:
                del self._imports[next(iter(self._imports))]
        bundle = self._imports.get(number) if isinstance(number, int) else None
        if bundle is None:
            raise NotABundle(Message("import.stopped"))
        lines = text.split("\n")
        try:
            for start in range(0, len(lines), _LINES):
                bundle.add_lines(lines[start : start + _LINES])
                await asyncio.sleep(0)
            if not payload.get("last"):
                return {"number": number, "refused": bundle.report.refused}
            report = bundle.finish()
        except BaseException:
            self._end_import(number)
            raise
        self._end_import(number)
        problems = [resolve(problem) for problem in report.problems]
        return {
            "taken": dict(report.added),
            "known": dict(report.known),
            "refused": report.refused,
            "problems": problems,
            "complete": report.complete,
            "html": render_import_report(report.added, report.known, report.refused, problems, report.keep),
        }

    def _end_import(self, number: Any) -> None:
        self._imports.pop(number, None)
        for clear in self._cache_clearers:
            clear()

    async def markdown(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns some pages as Markdown, the last read first."""
        place = payload.get("place") or 0
        if not isinstance(place, int) or isinstance(place, bool) or place < 0:
            raise ValueError("place must be a number of pages")
        total = self._pages.count()
        pages = self._pages.list_pages(limit=_PAGES, offset=place)
        done = place + len(pages)
        return {
            "text": "".join(page_markdown(page.article, page.summary, page.text, page.at, page.note, page.tags)
                            for page in pages),
            "place": done if len(pages) == _PAGES else None,
            "done": done,
            "total": total,
            "date": self._date(),
        }  # fmt: skip

    def _date(self) -> str:
        """Returns today's date, for the file name."""
        return local_date(self._clock.now()).isoformat()


def _place(given: Any) -> ExportPosition:
    from nutshell.storage.bundle_export import ExportPosition  # noqa: PLC0415

    def is_number(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63

    if not isinstance(given, list) or len(given) != 3 or not all(map(is_number, given)):
        raise ValueError("place must be what the part before answered")
    table, after, written = given
    return ExportPosition(table, after, written)
