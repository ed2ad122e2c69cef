"""The requests `ask`, `ask.questions` and `check`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nutshell import messages
from nutshell.article import Article, Sentence
from nutshell.ask.answering import AskResult, IndexedPage, answering_cells, find_answer, index_page
from nutshell.ask.composition import Answer as PageAnswer
from nutshell.ask.composition import compose, split_compound
from nutshell.ask.follow_up import Asked, reading_of, readings
from nutshell.ask.passages import Passage, passages_of
from nutshell.ask.question import MAX_CHARS, parse_question
from nutshell.ask.suggestions import suggest_questions
from nutshell.extraction.reading import PageReader
from nutshell.grounding.check import check
from nutshell.messages import Message, resolve
from nutshell.ports import Models, Progress
from nutshell.text.language import detect, encoder_supports
from nutshell.text.sentences import split
from nutshell.text.wordpiece import WordPiece
from nutshell.views import ask as view

from .types import Answer, Handler
from .validation import optional_text, text

_CACHED_PAGES = 2
_MORE_QUOTES = 2
_SUGGESTED = 3
_MAX_TRIED = 6  # suggestions that are tested against the page
# How much better supported a question must be with the one before it than alone, to be taken for a follow-up.
_FOLLOW_UP_MARGIN = 0.2


@dataclass(frozen=True)
class _Page:
    sentences: tuple[Sentence, ...]
    index: IndexedPage

    @property
    def passages(self) -> tuple[Passage, ...]:
        return self.index.passages


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
        """`before` is the question before this one; `reading`, how to understand this one: "alone" or "follow_up"."""
        article = await self._reader.read_article(payload.get("article") or {})
        question, previous = text(payload, "question", allow_blank=False), optional_text(payload, "before")
        if len(question) > MAX_CHARS:
            raise ValueError(Message("ask.too_long", {"limit": MAX_CHARS}))
        page = await self._page(article)
        asked, results = await self._understood(page, question, previous, optional_text(payload, "reading"), progress)
        found = compose(results, page.passages, article, _MORE_QUOTES)
        parts = [await self._part(page, results[0], index) for index in (found.parts if found.found else [found.best])]
        answer = _as_data(found, [part for part in parts if part], page.passages)
        answer |= {
            "question": " ".join(question.split()),
            "asked": asked.text,
            "reading": asked.reading,
            "before": previous,
        }
        lang = detect(article.text, article.lang)
        answer["html"] = view.render_answer(answer, lang, known=encoder_supports(lang))
        answer["traces"] = view.traces(article, answer)
        return answer

    async def _understood(
        self, page: _Page, question: str, previous: str, reading: str, progress: Progress
    ) -> tuple[Asked, list[AskResult]]:
        """Answers a question as it is likely meant; if that is not clear, as the page supports it better."""
        if reading in {"alone", "follow_up"}:
            asked = reading_of(question, previous, "alone" if reading == "alone" else "follow_up")
            return asked, await self._answers(page, asked, progress)
        tried = [(asked, await self._answers(page, asked, progress)) for asked in readings(question, previous)]
        if len(tried) == 1:
            return tried[0]
        joined, alone = tried
        if not _chance(joined) > _chance(alone) + (_FOLLOW_UP_MARGIN if alone[1][0].found else 0.0):
            return alone
        return joined

    async def _answers(self, page: _Page, asked: Asked, progress: Progress) -> list[AskResult]:
        parts = split_compound(asked.text) if asked.reading == "alone" else [asked.text]
        found = []
        for part in parts:
            question = parse_question(part, page.index.names, asked.asks)
            found.append(await find_answer(self._models, self._wordpiece, page.index, question, progress))
        return found

    async def _part(self, page: _Page, result: AskResult, index: int) -> view.AnswerPart | None:
        if index < 0:
            return None
        passage = page.passages[index]
        cells = await answering_cells(self._models, self._wordpiece, page.index, result.question, passage)
        return view.answer_part(index, passage, cells)

    async def _suggest(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns suggested questions that the page is found to answer."""
        article = await self._reader.read_article(payload.get("article") or {})
        questions: list[str] = []
        if encoder_supports(detect(article.text, article.lang)):
            page = await self._page(article)
            for suggestion in suggest_questions(article, [sentence.text for sentence in page.sentences])[:_MAX_TRIED]:
                if len(questions) < _SUGGESTED:
                    question = parse_question(suggestion.text, page.index.names)
                    result = await find_answer(self._models, self._wordpiece, page.index, question)
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
            index = await index_page(self._models, self._wordpiece, passages_of(article), article.title)
            page = self._pages[article] = _Page(tuple(split(article)), index)
            while len(self._pages) > _CACHED_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(article)
        return page


def _chance(tried: tuple[Asked, list[AskResult]]) -> float:
    return max(result.chance for result in tried[1])


def _as_data(found: PageAnswer, parts: list[view.AnswerPart], passages: tuple[Passage, ...]) -> Answer:
    """`index` and those of `also` count the sentences of the article; -1 for a passage that is none."""
    best = passages[found.best] if found.best >= 0 else None
    return {
        "found": found.found,
        "certainty": found.certainty,
        "quote": next((part["text"] for part in parts if part["passage"] == found.best), ""),
        "index": best.sentence if best else -1,
        "parts": parts,
        "answer": " ".join(part["text"] for part in parts) if found.found else messages.text("ask.not_found"),
        "chance": round(found.chance, 4),
        "also": [view.answer_part(index, passages[index], ()) for index in found.more],
    }
