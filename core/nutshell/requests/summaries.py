"""The requests `summarize`, `warm_up` and `notice`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nutshell import messages, views
from nutshell.article import Article
from nutshell.article_detection import select_reading
from nutshell.extraction.reading import PageReader
from nutshell.ports import Clock, Progress
from nutshell.records.summary import Summary
from nutshell.storage.pages import PageStore
from nutshell.storage.settings import SettingsStore, valid_length
from nutshell.summary.summarizer import NoSentences, Summarizer
from nutshell.views.summary_answer import summary_answer

from .types import Answer, Handler
from .validation import optional_text, text

if TYPE_CHECKING:
    from .news import NewsRequests


class SummaryRequests:
    """`not_saved_reason` says why summaries are not saved; empty when they are. `news` loads the news handlers."""

    def __init__(
        self,
        *,
        summarizer: Summarizer,
        reader: PageReader,
        pages: PageStore,
        settings: SettingsStore,
        news_settings: SettingsStore,
        news: Callable[[], NewsRequests],
        clock: Clock,
        not_saved_reason: str = "",
    ) -> None:
        self._summarizer = summarizer
        self._reader = reader
        self._pages = pages
        self._settings = settings
        self._news_settings = news_settings
        self._news = news
        self._clock = clock
        self._not_saved_reason = not_saved_reason

    def handlers(self) -> dict[str, Handler]:
        return {"summarize": self._summarize, "warm_up": self._warm_up, "notice": self._notice}

    async def _summarize(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        wire = await self._reader.read_page(payload.get("article") or {})
        article = Article.from_wire(wire)
        _, refusal = select_reading(wire)
        if refusal:
            return {"html": views.render_notice(refusal.reason, refusal.detail), "reason": refusal.reason}
        length = valid_length(payload.get("length"))
        if length is None:
            length = self._settings.load().length
        try:
            summary = await self._summarizer.summarize(article, length, progress)
        except NoSentences:
            return {"html": views.render_notice("no-article"), "reason": "no-article"}
        page_id, not_saved_reason = 0, self._not_saved_reason
        if not not_saved_reason:
            try:
                page_id = self._pages.save(article, summary, self._clock.now())
            except sqlite3.Error as error:
                # A full disk must not cost the user the summary.
                not_saved_reason = messages.text("error.not_written", problem=str(error))
        self._learn_from(article, summary)
        return summary_answer(article, summary, page_id) | {"unkept": not_saved_reason}

    async def _warm_up(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Summarizes the sample article and saves nothing."""
        from nutshell.summary.warm_up import sample_article  # noqa: PLC0415 - once after each update

        article = sample_article()
        summary_answer(article, await self._summarizer.summarize(article, None, progress, cached=False), 0)
        return {}

    async def _notice(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        reason, detail = text(payload, "reason"), optional_text(payload, "detail")
        if reason not in views.NOTICES:
            raise ValueError(f"There is no notice for {reason!r}.")
        return {"html": views.render_notice(reason, detail), "reason": reason}

    def _learn_from(self, article: Article, summary: Summary) -> None:
        """Counts the page as feedback for the news ranking, if the user turned that on."""
        with suppress(sqlite3.Error):  # must not cost the user the summary
            if self._news_settings.load_news().elsewhere:
                self._news().record_summary(article.url, article.title, summary.gist.text, article.site)
