"""Dispatches requests by name to their handlers. docs/ARCHITECTURE.md lists all requests."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nutshell.article import MalformedArticle
from nutshell.extraction.reading import PageReader
from nutshell.messages import DEFAULT_LOCALE, error_text, set_locale, text
from nutshell.ports import Clock, Database, Fetcher, Generator, ModelError, Models, Progress
from nutshell.records.pages import NoSuchPage
from nutshell.requests.library import LibraryRequests
from nutshell.requests.repairs import RepairRequests
from nutshell.requests.settings import SettingsRequests
from nutshell.requests.summaries import SummaryRequests
from nutshell.requests.types import Answer, Handler
from nutshell.storage import schema, unsubscribed
from nutshell.storage.pages import PageStore
from nutshell.storage.settings import SettingsStore
from nutshell.summary.summarizer import Summarizer
from nutshell.text.wordpiece import WordPiece

if TYPE_CHECKING:
    from nutshell.requests.news import NewsRequests

_CHECK_DELAY_S = 5.0
"""How long after the last request a large database is checked."""


class RequestError(Exception):
    """A request failed. `code` is one of the protocol's; the message can be shown to the user."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Application:
    """Nutshell's backend.

    `vocabulary` is the encoder's, one token a line. `not_saved_reason` says why nothing can be saved (the database
    is then in memory); empty when it can. `problem` says why the database file could not be opened. `locale` is the
    language of the interface, as a BCP 47 tag.
    """

    def __init__(
        self,
        *,
        models: Models,
        database: Database,
        clock: Clock,
        vocabulary: str,
        not_saved_reason: str = "",
        problem: str = "",
        fetcher: Fetcher | None = None,
        generator: Generator | None = None,
        locale: str = DEFAULT_LOCALE,
    ) -> None:
        set_locale(locale)
        self._models = models
        self._database = database
        self._fetcher = fetcher
        self._generator = generator
        self._clock = clock
        self._not_saved_reason = not_saved_reason
        self._wordpiece = WordPiece.from_vocab(vocabulary)
        schema.prepare(database)
        self._pages = PageStore(database)
        self._summarizer = Summarizer(models, self._wordpiece)
        self._reader = PageReader(models)
        self.cache_clearers: list[Callable[[], None]] = [self._summarizer.clear_cache, self._reader.clear_cache]
        """Called after rows were deleted or restored, so that nothing stale stays in memory."""
        self.cancel_hooks: list[Callable[[], None]] = []
        """Called before everything is deleted, so that work in progress writes nothing into the empty database."""
        self._library = LibraryRequests(
            database=database,
            pages=self._pages,
            models=models,
            wordpiece=self._wordpiece,
            clock=clock,
            cache_clearers=self.cache_clearers,
            cancel_hooks=self.cancel_hooks,
            not_saved_reason=not_saved_reason,
        )
        self._repairs = RepairRequests(database, problem)
        settings = SettingsStore(database)
        self._summaries = SummaryRequests(
            summarizer=self._summarizer,
            reader=self._reader,
            pages=self._pages,
            settings=settings,
            news_settings=SettingsStore(database),
            news=self._news,
            clock=clock,
            not_saved_reason=not_saved_reason,
        )
        self._loaded_news: NewsRequests | None = None
        self._handlers: dict[str, Handler] = {
            **self._summaries.handlers(),
            **SettingsRequests(settings).handlers(),
            **self._library.handlers(),
            **self._repairs.handlers(),
        }
        # A summary needs none of these areas: each is imported at its first request.
        self._lazy_areas: dict[str, Callable[[], Mapping[str, Handler]]] = {
            "news": lambda: self._news().handlers,
            "ask": self._load_ask,
            "check": self._load_ask,
            "paraphrase": self._load_paraphrase,
            "pdf": self._load_pdf,
        }

    async def handle(self, name: str, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns the answer to a request. Raises RequestError and nothing else, whatever the payload."""
        handler = self._find_handler(name)
        if handler is None:
            raise RequestError("bad-request", text("error.unknown_request", name=repr(name)))
        if not isinstance(payload, Mapping):
            raise RequestError("bad-request", text("error.invalid_payload"))
        try:
            return await handler(payload, progress)
        except (MalformedArticle, NoSuchPage, ValueError) as error:
            raise RequestError("bad-request", error_text(error)) from error
        except ModelError as error:
            raise RequestError("model", error_text(error)) from error
        except sqlite3.Error as error:
            raise RequestError("failed", text("error.database", problem=str(error))) from error

    def next_maintenance(self) -> float | None:
        """Returns the seconds until `run_maintenance` has work to do; None when there is none."""
        now = self._clock.now()
        waits = [self._library.erasure.next_maintenance(now), unsubscribed.seconds_until_purge(self._database, now)]
        if self._repairs.waiting:
            waits.append(_CHECK_DELAY_S)
        return min((wait for wait in waits if wait is not None), default=None)

    async def run_maintenance(self) -> None:
        """Deletes what is due and checks the database. The host calls it between requests."""
        now = self._clock.now()
        if unsubscribed.purge(self._database, now - unsubscribed.UNDO_SECONDS):
            self._clear_caches()
        await self._library.erasure.run_maintenance(now)
        await self._repairs.run_maintenance()

    def _find_handler(self, name: str) -> Handler | None:
        if not isinstance(name, str):
            return None
        if name not in self._handlers:
            load = self._lazy_areas.pop(name.partition(".")[0], None)
            if load is not None:
                self._handlers |= load()
        return self._handlers.get(name)

    def _clear_caches(self) -> None:
        for clear in self.cache_clearers:
            clear()

    def _news(self) -> NewsRequests:
        if self._loaded_news is None:
            from nutshell.requests.news import NewsRequests  # noqa: PLC0415

            self._loaded_news = NewsRequests(
                models=self._models,
                wordpiece=self._wordpiece,
                database=self._database,
                clock=self._clock,
                pages=self._pages,
                fetcher=self._fetcher,
                not_saved_reason=self._not_saved_reason,
            )
            self.cache_clearers.append(self._loaded_news.clear_cache)
            self.cancel_hooks.append(self._loaded_news.cancel)
        return self._loaded_news

    def _load_ask(self) -> Mapping[str, Handler]:
        from nutshell.requests.ask import AskRequests  # noqa: PLC0415

        for area in ("ask", "check"):
            self._lazy_areas.pop(area, None)
        ask = AskRequests(self._models, self._wordpiece, self._reader)
        self.cache_clearers.append(ask.clear_cache)
        return ask.handlers()

    def _load_pdf(self) -> Mapping[str, Handler]:
        from nutshell.requests.pdf import PdfRequests  # noqa: PLC0415

        return PdfRequests(self._database, self._clock).handlers()

    def _load_paraphrase(self) -> Mapping[str, Handler]:
        from nutshell.requests.paraphrase import ParaphraseRequests  # noqa: PLC0415

        return ParaphraseRequests(
            models=self._models,
            wordpiece=self._wordpiece,
            generator=self._generator,
            summarizer=self._summarizer,
            reader=self._reader,
            database=self._database,
            clock=self._clock,
        ).handlers()
