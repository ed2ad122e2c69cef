"""The requests `ask`, `ask.questions` and `check`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nutshell import messages
from nutshell.article import Article, Sentence
from nutshell.ask.answering import MIN_CHANCE, IndexedPage, find_answer, index_page
from nutshell.ask.question import MAX_CHARS, complete_question
from nutshell.ask.suggestions import suggest_questions
from nutshell.extraction.reading import PageReader
from nutshell.grounding.check import check
from nutshell.messages import Message, resolve
from nutshell.ports import Models, Progress
from nutshell.text.language import detect, encoder_supports
from nutshell.text.sentences import split
from nutshell.text.wordpiece import WordPiece
from nutshell.views import ask as view
from nutshell.views.summary import sentence_trace

from .types import Answer, Handler
from .validation import optional_text, text

_CACHED_PAGES = 2
_MORE_QUOTES = 2
_SUGGESTED = 3
_MAX_TRIED = 6  # suggestions that are tested against the page


@dataclass(frozen=True)
class _Page:
    sentences: tuple[Sentence, ...]
    index: IndexedPage


class AskRequests:
    """Caches the last few pages, so that the next question is answered faster."""

    def __init__(self, models: Models, wordpiece: WordPiece, reader: PageReader) -> None:
        self._models = models
        self._reader = reader
        self._wordpiece = wordpiece
        self._pages: OrderedDict[Article, _Page] = OrderedDict()

    def handlers(self) -> dict[str, Handler]:
        return {"ask": self._ask, "ask.questions": self._suggest, "check": self._check}

    def clear_cache(self) -> None:
        self._pages.clear()

    async def _ask(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        article = await self._reader.read_article(payload.get("article") or {})
        question, previous = text(payload, "question", allow_blank=False), optional_text(payload, "before")
        if len(question) > MAX_CHARS:
            raise ValueError(Message("ask.too_long", {"limit": MAX_CHARS}))
        page = await self._page(article)
        complete = complete_question(question, previous)
        result = await find_answer(self._models, self._wordpiece, page.index, complete, progress)
        chance, best = result.chances[0] if result.chances else (0.0, -1)
        more = [index for value, index in result.chances[1 : 1 + _MORE_QUOTES] if value >= MIN_CHANCE]
        quote = page.sentences[best].text if result.chances else ""
        answer: Answer = {
            "question": " ".join(question.split()),
            "asked": complete,
            "found": result.found,
            "quote": quote,
            "index": best,
            "answer": quote if result.found else messages.text("ask.not_found"),
            "chance": round(chance, 4),
            "also": [{"quote": page.sentences[index].text, "index": index} for index in more],
        }
        lang = detect(article.text, article.lang)
        answer["html"] = view.render_answer(answer, lang, known=encoder_supports(lang))
        answer["traces"] = {
            view.trace_key(index): sentence_trace(article, page.sentences[index])
            for index in ([best, *more] if result.chances else [])
        }
        return answer

    async def _suggest(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns suggested questions that the page is found to answer."""
        article = await self._reader.read_article(payload.get("article") or {})
        questions: list[str] = []
        if encoder_supports(detect(article.text, article.lang)):
            page = await self._page(article)
            for suggestion in suggest_questions(article, page.index.texts)[:_MAX_TRIED]:
                if len(questions) < _SUGGESTED:
                    result = await find_answer(self._models, self._wordpiece, page.index, suggestion.text)
                    if result.found:
                        questions.append(suggestion.text)
        return {"questions": questions, "html": view.render_questions(questions)}

    async def _check(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        source, claim = text(payload, "source"), text(payload, "sentence", allow_blank=False)
        sentences = [sentence.text for sentence in split(Article.from_text(source))]
        (verdict,) = await check(self._models, self._wordpiece, sentences, [claim])
        return {
            "verdict": verdict.verdict,
            "score": verdict.score,
            "reasons": [resolve(reason) for reason in verdict.reasons],
            "support": list(verdict.support),
        }

    async def _page(self, article: Article) -> _Page:
        page = self._pages.get(article)
        if page is None:
            sentences = tuple(split(article))
            index = await index_page(self._models, self._wordpiece, [sentence.text for sentence in sentences])
            page = self._pages[article] = _Page(sentences, index)
            while len(self._pages) > _CACHED_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(article)
        return page
