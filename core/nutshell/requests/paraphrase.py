"""The requests `words` and `words.*`: what the language model says, and whether the reader wants it to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nutshell.article import Article, Sentence
from nutshell.paraphrase.writer import MOST, Given, Writer, Written
from nutshell.ports import Clock, Database, Decoder, Generation, Generator, ModelError, Models, Progress
from nutshell.records.summary import Point
from nutshell.storage.settings import SettingsStore
from nutshell.storage.transaction import transaction
from nutshell.text.language import detect, encoder_knows
from nutshell.text.sentences import split
from nutshell.text.wordpiece import WordPiece
from nutshell.text.words import words
from nutshell.views import paraphrase as views

Answer = dict[str, Any]
Choose = Callable[[Article, int, Progress], Awaitable[Sequence[Point]]]
Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Answer]]

NO_MODEL = (
    "This package of Nutshell has no language model. The larger package has one; "
    "or choose a decoder’s file in the panel."
)
# Longer than this, a page is said in other words only when the reader insists.
PATIENCE_S = 45.0
_MEASURED = "words.measured"
_SAID = 24
_MOST_QUOTED = 6
# What the speed is measured on, of the length that a page's chosen sentences have.
_SAMPLE = (
    "The ferry Thorne crosses the strait six times a day with batteries in place of an engine. It takes on power "
    "while cars drive off, and one charge is enough for both ways. The harbour lost a pier in the storm of last year, "
    "and the company has asked the island for help with a new one. Fares stay as they are until the spring."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Tokens a second on this machine, read and said, by a decoder of that name and size."""

    name: str
    bytes: int
    read: float
    said: float


class ParaphraseRequests:
    """`choose`: the sentences that extraction would show of an article, so many of them."""

    def __init__(
        self,
        *,
        models: Models,
        wordpiece: WordPiece,
        generator: Generator | None,
        choose: Choose,
        database: Database,
        clock: Clock,
    ) -> None:
        self._generator = generator
        self._choose = choose
        self._database = database
        self._settings = SettingsStore(database)
        self._clock = clock
        self._models = models
        self._wordpiece = wordpiece
        self._made: tuple[Decoder, Writer] | None = None

    def handlers(self) -> dict[str, Handler]:
        return {
            "words": self._words,
            "words.state": self._state,
            "words.measure": self._measure,
            "words.changed": self._changed,
            "words.simpler": self._simpler,
            "words.answer": self._answer,
        }

    async def _state(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """What model there is, and whether it is switched on."""
        decoder = await self._decoder()
        on = self._settings.load().words
        measured = self._measured(decoder) if decoder else None
        return {
            "there": decoder is not None,
            "on": on and decoder is not None,
            "measured": asdict(measured) if measured else None,
            "html": views.render_language_model(decoder, measured, on=on),
        }

    async def _changed(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Another decoder was chosen, or it was removed: what is known of the one before is forgotten."""
        if self._generator is not None:
            await self._generator.release()
        self._made = None
        return await self._state({}, progress)

    async def _measure(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """How fast it is here. It is also the model's self-test: what it says twice must be the same."""
        decoder, writer = await self._there()
        assert self._generator is not None
        request = writer.request("gist", [Given(_SAMPLE, 0)])
        first = await self._timed(Generation((*request.prompt[:2], *request.prompt[-8:]), 1, max_tokens=4))
        said = [first]
        for number in range(2):
            progress("words-measure", number + 1, 3)
            # The end may not come early, and nothing of the prompt may be kept from the run before.
            await self._timed(Generation(request.prompt[:1] * 2, 1, max_tokens=1))
            trial = Generation(request.prompt, request.fixed, request.allowed, (), _SAID, request.no_repeat)
            said.append(await self._timed(trial))
        if said[1][0] != said[2][0] or not said[1][0]:
            raise ModelError("The language model failed its self-test: it does not say the same thing twice.")
        read_s, said_s = min(one[1] for one in said[1:]), min(one[2] for one in said[1:])
        measured = Measured(
            decoder.name, decoder.bytes, len(request.prompt) / max(read_s, 1e-3), len(said[1][0]) / max(said_s, 1e-3)
        )
        with transaction(self._database) as connection:
            connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (_MEASURED, json.dumps(asdict(measured))),
            )
        return await self._state({}, progress)

    async def _words(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """The article in other words: every sentence that the model wrote, those shown and those not.

        Each part of the progress is what stands there now: `draft`, unchecked as it grows, or `html` and `traces`.
        """
        article = Article.from_wire(payload.get("article") or {})
        decoder, writer = await self._there()
        lang = detect(article.text, article.lang)
        if lang and not encoder_knows(lang):
            return {"sentences": [], "traces": {}, "reason": "language", "html": views.render_english_only(lang)}
        sentences = split(article)
        given = await self._given(article, sentences, progress)
        seconds = self._estimate(decoder, writer, given)
        if seconds is not None and seconds > PATIENCE_S and not payload.get("insist"):
            return {"sentences": [], "traces": {}, "reason": "slow", "html": views.render_slow_page(seconds)}
        made: list[Written] = []
        count = len(given)
        progress("words", 0, count)
        async for part in writer.gist(given):
            if isinstance(part, str):
                progress("words", len(made), count, {"draft": part})
            else:
                made.append(part)
                progress("words", len(made), count, _said(article, sentences, made, over=False))
        return {"sentences": [_as_data(one) for one in made], **_said(article, sentences, made, over=True)}

    async def _simpler(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """One sentence, shorter and in plainer words; not shown where it is no shorter or not the same."""
        text = payload.get("text")
        if not isinstance(text, str) or not text.strip():
            raise ValueError("text must be a text")
        _, writer = await self._there()
        found = await _last(writer.one("simpler", [Given(text, 0)]))
        if found is None:
            return {"text": "", "shown": False, "reasons": ["The language model said nothing."]}
        reasons = list(found.reasons)
        if found.shown and len(words(found.text)) >= len(words(text)):
            reasons.append("It came out no shorter.")
        return {"text": found.text, "shown": not reasons, "reasons": reasons}

    async def _answer(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """A question's answer in other words, of the sentences with the given numbers; empty if it fails the check."""
        article = Article.from_wire(payload.get("article") or {})
        question, numbers = payload.get("question"), payload.get("indices")
        if not isinstance(question, str) or not question.strip():
            raise ValueError("question must be a text")
        sentences = split(article)
        if not isinstance(numbers, list) or not all(
            isinstance(number, int) and 0 <= number < len(sentences) for number in numbers
        ):
            raise ValueError("indices must be numbers of the article's sentences")
        _, writer = await self._there()
        given = [Given(sentences[number].text, number) for number in sorted(set(numbers))[:_MOST_QUOTED]]
        found = await _last(writer.one("answer", given, question=question)) if given else None
        if found is None or not found.shown:
            return {
                "text": "",
                "shown": False,
                "reasons": list(found.reasons) if found else [],
                "html": "",
                "traces": {},
            }
        return {**_as_data(found), **_said(article, sentences, [found], over=True, prefix="q")}

    async def _decoder(self) -> Decoder | None:
        return await self._generator.decoder() if self._generator else None

    async def _there(self) -> tuple[Decoder, Writer]:
        """The model and who writes with it. Raises ModelError where there is none."""
        decoder = await self._decoder()
        if decoder is None or self._generator is None:
            raise ModelError(NO_MODEL)
        if self._made is None or self._made[0] != decoder:
            self._made = decoder, Writer(self._generator, decoder, self._models, self._wordpiece)
        return self._made

    def _measured(self, decoder: Decoder) -> Measured | None:
        """Of this decoder, and no other."""
        row = self._database.connection.execute("SELECT value FROM setting WHERE name = ?", (_MEASURED,)).fetchone()
        found = Measured(**json.loads(row[0])) if row else None
        return found if found and (found.name, found.bytes) == (decoder.name, decoder.bytes) else None

    def _estimate(self, decoder: Decoder, writer: Writer, given: Sequence[Given]) -> float | None:
        """Seconds that an article takes, of what its sentences' tokens take; None before anything was measured.

        What the prompts begin with is read once.
        """
        measured = self._measured(decoder)
        if measured is None:
            return None
        requests = [writer.request("gist", [sentence]) for sentence in given]
        read = sum(len(request.prompt) - request.fixed for request in requests) + max(
            (request.fixed for request in requests), default=0
        )
        return read / measured.read + len(requests) * views.TOKENS_SAID / measured.said

    async def _timed(self, request: Generation) -> tuple[list[int], float, float]:
        """What was said, and the seconds that reading and saying took."""
        assert self._generator is not None
        begun = self._clock.now()
        said: list[int] = []
        between = begun
        async for tokens in self._generator.generate(request):
            if not said:
                between = self._clock.now()
            said += tokens
        return said, between - begun, self._clock.now() - between

    async def _given(self, article: Article, sentences: Sequence[Sentence], progress: Progress) -> list[Given]:
        """What extraction would show, with the numbers that these sentences have in the whole page."""
        numbers = {(one.block, one.start): number for number, one in enumerate(sentences)}
        points = await self._choose(article, MOST, progress)
        return [Given(point.text, numbers.get((point.block, point.start), point.index)) for point in points]


def place_of(article: Article, sentence: Sentence) -> dict[str, Any]:
    """Where a sentence stands, as the panel's `traces` have it."""
    return {
        "anchor": article.blocks[sentence.block].anchor,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
    }


async def _last(parts: AsyncIterator[str | Written]) -> Written | None:
    found = [part async for part in parts if isinstance(part, Written)]
    return found[-1] if found else None


def _said(
    article: Article, sentences: Sequence[Sentence], made: Sequence[Written], *, over: bool, prefix: str = "w"
) -> Answer:
    """The fragment that shows what was written, and where its traces lead."""
    places = {
        views.trace_key(prefix, number, support): place_of(article, sentences[support])
        for number, one in enumerate(made)
        if one.shown
        for support in one.support
    }
    return {"html": views.render_rewritten([_as_data(one) for one in made], over=over, prefix=prefix), "traces": places}


def _as_data(one: Written) -> Answer:
    return {
        "text": one.text,
        "shown": one.shown,
        "support": list(one.support),
        "reasons": list(one.reasons),
        "verdict": one.verdict,
    }
