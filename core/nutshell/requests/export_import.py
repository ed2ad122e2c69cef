"""Taking everything along: a bundle out and in, pages as Markdown. In parts, since messages and memory are bounded."""

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
    from nutshell.storage.bundle import BundleImport, ExportPosition

Answer = dict[str, Any]

_PAGES = 200
_LONGEST_PART = 8_000_000
_LINES = 200
_AT_ONCE = 4  # imports; the oldest of more was left


class ExportImportRequests:
    """`changed` is told when rows came from elsewhere."""

    def __init__(self, database: Database, pages: PageStore, clock: Clock, changed: Callable[[], None]) -> None:
        self._database = database
        self._pages = pages
        self._clock = clock
        self._changed = changed
        self._imports: dict[int, BundleImport] = {}
        self._last = 0

    async def export(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """The next part of a bundle: `text` from `place` on (null: the beginning), and the `place` to go on from."""
        from nutshell.storage.bundle import BundleExport, ExportPosition  # noqa: PLC0415 - a summary needs nothing of it

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

    async def take(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """The next part of a bundle from elsewhere, whole lines; `first` begins, `last` ends with the report.

        The first part answers a `number` that goes with the others: two windows may import at once.
        """
        from nutshell.storage.bundle import BundleImport, NotABundle  # noqa: PLC0415

        text = payload.get("text")
        if not isinstance(text, str) or len(text) > _LONGEST_PART:
            raise ValueError("text must be some lines of an export")
        number = payload.get("number", self._last)
        if payload.get("first"):
            number = self._last = self._last + 1
            self._imports[number] = BundleImport(self._database, self._pages)
            while len(self._imports) > _AT_ONCE:
                del self._imports[next(iter(self._imports))]
        bundle = self._imports.get(number) if isinstance(number, int) else None
        if bundle is None:
            raise NotABundle(Message("import.stopped"))
        lines = text.split("\n")
        try:
            for start in range(0, len(lines), _LINES):
                bundle.take(lines[start : start + _LINES])
                await asyncio.sleep(0)
            if not payload.get("last"):
                return {"number": number, "refused": bundle.report.refused}
            report = bundle.finish()
        except BaseException:
            self._imports.pop(number, None)
            self._changed()
            raise
        self._imports.pop(number, None)
        self._changed()
        problems = [resolve(problem) for problem in report.problems]
        return {
            "taken": dict(report.taken),
            "known": dict(report.known),
            "refused": report.refused,
            "problems": problems,
            "complete": report.complete,
            "html": render_import_report(report.taken, report.known, report.refused, problems, report.keep),
        }

    async def markdown(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Pages as Markdown, the last read first, some at a time."""
        place = payload.get("place") or 0
        if not isinstance(place, int) or isinstance(place, bool) or place < 0:
            raise ValueError("place must be a number of pages")
        total = self._pages.count()
        pages = self._pages.newest(limit=_PAGES, offset=place)
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
        """Today, for the name of the file."""
        return local_date(self._clock.now()).isoformat()


def _place(given: Any) -> ExportPosition:
    from nutshell.storage.bundle import ExportPosition  # noqa: PLC0415

    if not isinstance(given, list) or len(given) != 3:
        raise ValueError("place must be what the part before answered")
    if any(isinstance(each, bool) or not isinstance(each, int) or not 0 <= each < 2**63 for each in given):
        raise ValueError("place must be what the part before answered")
    table, after, written = given
    return ExportPosition(table, after, written)
