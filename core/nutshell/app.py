"""The one door of the core: a request's name leads to its handler. See docs/ARCHITECTURE.md for all of them."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nutshell.article import Article, MalformedArticle
from nutshell.ports import Clock, Database, Fetcher, Generator, ModelError, Models, Progress
from nutshell.records.pages import NoSuchPage
from nutshell.records.summary import Point, Summary
from nutshell.requests.library import LibraryRequests
from nutshell.requests.repairs import RepairRequests
from nutshell.storage import schema, unfollowed
from nutshell.storage.news_settings import NewsSettingsStore
from nutshell.storage.pages import PageStore, without_blocks
from nutshell.storage.settings import SettingsStore, valid_length
from nutshell.summary.summarizer import NoSentences, Scored, score, shape
from nutshell.text.wordpiece import WordPiece

from . import views

if TYPE_CHECKING:
    from nutshell.requests.ask import AskRequests
    from nutshell.requests.news import NewsRequests

Answer = dict[str, Any]

# Scored articles, so that another length is only a selection away.
_REMEMBERED = 4

# Requests of requests/ask.py, which is imported when one of them comes.
_WORDS = frozenset({"ask", "check", "words"})


class RequestError(Exception):
    """A request failed; `code` is one of the protocol's, the message is fit to be shown."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Application:
    """Nutshell's backend, with everything it needs from outside.

    `vocabulary` is the encoder's, one token a line. `keeps` is empty, or says why nothing can be kept
    (the database is then in memory); `problem` says why the file that is there could not be opened.
    """

    def __init__(
        self,
        *,
        models: Models,
        database: Database,
        clock: Clock,
        vocabulary: str,
        keeps: str = "",
        problem: str = "",
        fetcher: Fetcher | None = None,
        generator: Generator | None = None,
    ) -> None:
        self._models = models
        self._database = database
        self._fetcher = fetcher
        self._clock = clock
        self._wordpiece = WordPiece.from_vocab(vocabulary)
        self._unkept = keeps
        schema.prepare(database)
        self._pages = PageStore(database)
        self._settings = SettingsStore(database)
        self._scored: OrderedDict[Article, Scored] = OrderedDict()
        self.holders: list[Callable[[], None]] = [self._scored.clear]
        self.stoppers: list[Callable[[], None]] = []
        """Called before everything is erased: what else is under way must not write into what is empty then."""
        self._memory = LibraryRequests(
            database=database,
            pages=self._pages,
            models=models,
            wordpiece=self._wordpiece,
            clock=clock,
            shown=lambda page: _shown(page.article, page.summary, page.id) if page.summary else {},
            changed=self._changed_below,
            emptying=self._emptying,
            unkept=keeps,
        )
        self._desk: NewsRequests | None = None
        self._generator = generator
        self._words: AskRequests | None = None
        self._repairs = RepairRequests(database, problem)
        self._handlers: dict[str, Callable[[Mapping[str, Any], Progress], Awaitable[Answer]]] = {
            "summarize": self._summarize,
            "rehearse": self._rehearse,
            "notice": self._notice,
            "settings": self._settings_get,
            "settings.set": self._settings_set,
            **self._memory.handlers(),
            **self._repairs.handlers(),
        }

    async def handle(self, name: str, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Answer a request. Raises RequestError and nothing else, however bad the payload is."""
        handler = self._handlers.get(name)
        if handler is None and isinstance(name, str) and name.startswith("news."):
            handler = self._news().handlers.get(name)
        if handler is None and isinstance(name, str) and name.partition(".")[0] in _WORDS:
            handler = self._in_words().handlers().get(name)
        if handler is None:
            raise RequestError("bad-request", f"There is no request named {name!r}.")
        if not isinstance(payload, Mapping):
            raise RequestError("bad-request", "The payload must be an object.")
        try:
            return await handler(payload, progress)
        except (MalformedArticle, NoSuchPage, ValueError) as error:
            raise RequestError("bad-request", str(error)) from error
        except ModelError as error:
            raise RequestError("model", str(error)) from error
        except sqlite3.Error as error:
            raise RequestError("failed", f"The history could not be read or written: {error}.") from error

    def wants_tending(self) -> float | None:
        """Seconds until `tend` has something to do; None: nothing is waiting."""
        now = self._clock.now()
        waits = [self._memory.eraser.wants_tending(now), unfollowed.wait(self._database, now)]
        if self._repairs.waiting:
            waits.append(5.0)
        return min((wait for wait in waits if wait is not None), default=None)

    async def tend(self) -> None:
        """Do what time has made due, when nobody waits for an answer: the host calls it between requests."""
        now = self._clock.now()
        if unfollowed.purge(self._database, now - unfollowed.UNDOABLE):
            self._changed_below()
        await self._memory.eraser.tend(now)
        await self._repairs.tend()

    def _changed_below(self) -> None:
        """Rows went or came back by another way than their owner's: whoever holds any looks again."""
        for forget in self.holders:
            forget()

    def _emptying(self) -> None:
        """All will be erased in a moment, and with it what could be taken back."""
        for stop in self.stoppers:
            stop()
        if self._desk is not None:
            self._desk.cancel()

    def _news(self) -> NewsRequests:
        """What answers the requests about the news; loaded when the first of them comes."""
        if self._desk is None:
            from nutshell.requests.news import NewsRequests  # noqa: PLC0415 - a summary needs nothing of it

            self._desk = NewsRequests(
                models=self._models,
                wordpiece=self._wordpiece,
                database=self._database,
                clock=self._clock,
                pages=self._pages,
                fetcher=self._fetcher,
                unkept=self._unkept,
            )
            self.holders.append(self._desk.clear_cache)
        return self._desk

    async def _summarize(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        article = Article.from_wire(payload.get("article") or {})
        length = valid_length(payload.get("length"))
        try:
            scored = await self._score(article, progress)
        except NoSentences:
            return {"html": views.notice_html("no-article"), "reason": "no-article"}
        summary = shape(article, scored, self._settings.load().length if length is None else length)
        page_id, unkept = 0, self._unkept
        if not unkept:
            try:
                page_id = self._pages.keep(article, summary, self._clock.now())
            except sqlite3.Error as error:
                # A full disk must not cost the reader the summary.
                unkept = f"the history could not be written: {error}"
        self._learn(article, summary)
        return _shown(article, summary, page_id) | {"unkept": unkept}

    async def _rehearse(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Summarize what nobody wrote, for nobody: nothing of it is kept."""
        from nutshell.summary import rehearsal  # noqa: PLC0415 - once in a browser's life

        article = rehearsal.article()
        scored = await score(article, models=self._models, wordpiece=self._wordpiece, progress=progress)
        _shown(article, shape(article, scored, None), 0)
        return {}

    def _learn(self, article: Article, summary: Summary) -> None:
        """From pages that were read elsewhere the news learn only if the reader says so."""
        with suppress(sqlite3.Error):  # nor must this cost them the summary
            if NewsSettingsStore(self._database).load().elsewhere:
                self._news().record_summary(article.url, article.title, summary.gist.text, article.site)

    async def _score(self, article: Article, progress: Progress) -> Scored:
        scored = self._scored.get(article)
        if scored is None:
            scored = await score(article, models=self._models, wordpiece=self._wordpiece, progress=progress)
            self._scored[article] = scored
            while len(self._scored) > _REMEMBERED:
                self._scored.popitem(last=False)
        return scored

    def _in_words(self) -> AskRequests:
        """What answers questions, checks sentences, says a page in other words; loaded when first asked."""
        if self._words is None:
            from nutshell.requests.ask import AskRequests  # noqa: PLC0415
            from nutshell.requests.paraphrase import ParaphraseRequests  # noqa: PLC0415 - a summary needs nothing of it

            in_words = ParaphraseRequests(
                models=self._models,
                wordpiece=self._wordpiece,
                generator=self._generator,
                choose=self._chosen,
                database=self._database,
                clock=self._clock,
            )
            self._words = AskRequests(self._models, self._wordpiece, in_words)
            self.holders.append(self._words.forget)
        return self._words

    async def _chosen(self, article: Article, length: int, progress: Progress) -> Sequence[Point]:
        """The points of a summary of that length; none of an article without sentences."""
        try:
            return shape(article, await self._score(article, progress), length).points
        except NoSentences:
            return ()

    async def _notice(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        reason, detail = payload.get("reason"), payload.get("detail") or ""
        if not isinstance(reason, str) or reason not in views.NOTICES or not isinstance(detail, str):
            raise ValueError(f"There is no notice for {reason!r}.")
        return {"html": views.notice_html(reason, detail), "reason": reason}

    async def _settings_get(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        return asdict(self._settings.load())

    async def _settings_set(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        named = {name: payload[name] for name in ("length", "words") if name in payload}
        return asdict(self._settings.save(**named or {"length": None}))


def _shown(article: Article, summary: Summary, page_id: int) -> Answer:
    return {
        "id": page_id,
        "html": views.summary_html(article, summary),
        **answer_data(article, summary),
        "traces": dict(views.traces(summary)),
        "text": views.plain_text(article, summary),
        "markdown": views.markdown(article, summary),
        "speech": views.speech(article, summary),
    }


def answer_data(article: Article, summary: Summary) -> Answer:
    """A summary as plain data: what the command line prints and tests compare."""
    head = without_blocks(article)
    return {
        "title": head.title,
        "url": head.url,
        "lang": summary.lang,
        "method": summary.method,
        "gist": summary.gist.text,
        "points": [{"text": point.text, "index": point.index, "score": point.score} for point in summary.points],
        "outline": [
            {
                "heading": section.heading,
                "level": section.level,
                "text": section.point.text,
                "index": section.point.index,
            }
            for section in summary.outline
        ],
    }
