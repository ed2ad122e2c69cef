"""The request `pdf.read`: from the text of a PDF to an article and the places of its sentences."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nutshell import views
from nutshell.extraction.pdf import NoText, PdfReader
from nutshell.extraction.pdf_runs import PdfText
from nutshell.ports import Clock, Database, Progress
from nutshell.records.ledger import LedgerEntry
from nutshell.storage.ledger import RequestLedger

from .types import Answer, Handler
from .validation import integer, optional_text

_PAGES_A_STEP = 4  # between two chances for other work, such as a cancellation


class PdfRequests:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._ledger = RequestLedger(database)
        self._clock = clock

    def handlers(self) -> dict[str, Handler]:
        return {"pdf.read": self._read}

    async def _read(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        url, fetched = optional_text(payload, "url"), integer(payload, "fetched", 0)
        if fetched:  # the browser's cache didn't have it
            entry = LedgerEntry(self._clock.now(), url, "pdf", status=200, sent=0, received=fetched, result="ok")
            self._ledger.add(entry)
        document = PdfText.from_wire(payload)
        reader = PdfReader(document)
        total = len(document.pages)
        for done, _ in enumerate(reader.read_pages(), 1):
            if done % _PAGES_A_STEP == 0:
                progress("pdf-layout", done, total)
                await sleep(0)
        try:
            found = reader.finish(url, optional_text(payload, "file"))
        except NoText:
            return {"html": views.render_notice("pdf-no-text"), "reason": "pdf-no-text"}
        article = asdict(found.article)
        return {
            "article": {name: value for name, value in article.items() if value},
            "places": [
                [
                    [at.start, at.page, *(round(edge, 1) for edge in (at.left, at.top, at.right, at.bottom))]
                    for at in block
                ]
                for block in found.places
            ],
        }
