"""The requests `ask`, `ask.questions` and `check`, and those of `inwords.py`: see docs/ARCHITECTURE.md."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nutshell.article import Article, Sentence
from nutshell.ask.asking import FOUND, AskedPage, look_for, read_page
from nutshell.ask.question import LONGEST, whole_question
from nutshell.ask.questions import suggestions
from nutshell.grounding.check import check
from nutshell.ports import Models, Progress
from nutshell.text.language import detect, encoder_knows
from nutshell.text.sentences import split
from nutshell.text.wordpiece import WordPiece
from nutshell.views import ask as shown

from .paraphrase import ParaphraseRequests, place_of

Answer = dict[str, Any]
Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Answer]]

# Pages that questions were put to, so that the next question need not read them anew.
_REMEMBERED = 2
_ALSO = 2
_SUGGESTED = 3
_TRIED = 6


@dataclass(frozen=True)
class _Read:
    sentences: tuple[Sentence, ...]
    page: AskedPage


class AskRequests:
    def __init__(self, models: Models, wordpiece: WordPiece, in_words: ParaphraseRequests) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self._in_words = in_words
        self._read: OrderedDict[Article, _Read] = OrderedDict()

    def handlers(self) -> dict[str, Handler]:
        return {
            "ask": self._ask,
            "ask.questions": self._questions,
            "check": self._check,
            **self._in_words.handlers(),
        }

    def forget(self) -> None:
        """Let go of the pages."""
        self._read.clear()

    async def _ask(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        article = Article.from_wire(payload.get("article") or {})
        question, before = _text(payload, "question"), payload.get("before") or ""
        if not isinstance(before, str):
            raise ValueError("before must be a string")
        if len(question) > LONGEST:
            raise ValueError(f"A question may have {LONGEST} characters at most.")
        read = await self._page(article)
        whole = whole_question(question, before)
        looked = await look_for(self._models, self._wordpiece, read.page, whole, progress)
        quoted = [read.sentences[number] for _, number in looked.chances]
        index = looked.chances[0][1] if looked.chances else -1
        chance = looked.chances[0][0] if looked.chances else 0.0
        also = [number for value, number in looked.chances[1 : 1 + _ALSO] if value >= FOUND]
        answer: Answer = {
            "question": " ".join(question.split()),
            "asked": whole,
            "found": looked.found,
            "quote": quoted[0].text if quoted else "",
            "index": index,
            "answer": quoted[0].text if looked.found else shown.NOT_SAID,
            "chance": round(chance, 4),
            "also": [{"quote": read.sentences[number].text, "index": number} for number in also],
        }
        places = [index, *also] if quoted else []
        lang = detect(article.text, article.lang)
        answer["html"] = shown.render_answer(answer, lang, known=encoder_knows(lang))
        answer["traces"] = {shown.trace_key(number): place_of(article, read.sentences[number]) for number in places}
        return answer

    async def _questions(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Those suggestions that the page is found to answer, by the sentence they were made of or another."""
        article = Article.from_wire(payload.get("article") or {})
        chosen: list[str] = []
        if encoder_knows(detect(article.text, article.lang)):
            read = await self._page(article)
            for one in suggestions(article, read.page.texts)[:_TRIED]:
                if len(chosen) < _SUGGESTED:
                    looked = await look_for(self._models, self._wordpiece, read.page, one.text)
                    if looked.found:
                        chosen.append(one.text)
        return {"questions": chosen, "html": shown.render_questions(chosen)}

    async def _check(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        source, sentence = _text(payload, "source", empty=True), _text(payload, "sentence")
        article = Article.from_text(source)
        sentences = [one.text for one in split(article)]
        (verdict,) = await check(self._models, self._wordpiece, sentences, [sentence])
        return {
            "verdict": verdict.verdict,
            "score": verdict.score,
            "reasons": list(verdict.reasons),
            "support": list(verdict.support),
        }

    async def _page(self, article: Article) -> _Read:
        read = self._read.get(article)
        if read is None:
            sentences = tuple(split(article))
            page = await read_page(self._models, self._wordpiece, [sentence.text for sentence in sentences])
            read = self._read[article] = _Read(sentences, page)
            while len(self._read) > _REMEMBERED:
                self._read.popitem(last=False)
        else:
            self._read.move_to_end(article)
        return read


def _text(payload: Mapping[str, Any], name: str, *, empty: bool = False) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or not (empty or value.strip()):
        raise ValueError(f"{name} must be a text")
    return value
