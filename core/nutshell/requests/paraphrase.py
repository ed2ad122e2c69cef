"""The requests `words` and `words.*`: text by the language model, checked against the page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from nutshell.article import Article, Sentence
from nutshell.extraction.reading import PageReader
from nutshell.messages import Message, resolve
from nutshell.paraphrase.writer import MAX_SENTENCES, GeneratedSentence, ParaphraseWriter, SourcePassage
from nutshell.ports import Clock, Database, Decoder, Generation, Generator, ModelError, Models, Progress
from nutshell.records.decoder_speed import DecoderSpeed
from nutshell.storage.decoder_speed import DecoderSpeedStore
from nutshell.storage.settings import SettingsStore
from nutshell.summary.summarizer import NoSentences, Summarizer
from nutshell.text.language import detect, encoder_supports
from nutshell.text.sentences import split
from nutshell.text.wordpiece import WordPiece
from nutshell.text.words import words
from nutshell.views import paraphrase as view
from nutshell.views.summary import sentence_trace

from .types import Answer, Handler
from .validation import text

NO_MODEL = Message("paraphrase.missing")
# A page that would take longer is rewritten only with `insist` in the payload.
MAX_WAIT_S = 45.0
_MEASURED_TOKENS = 24
_MAX_PASSAGES = 6
# The speed is measured on this text, which is as long as a page's key points.
_SAMPLE = (
    "The ferry Thorne crosses the strait six times a day with batteries in place of an engine. It takes on power "
    "while cars drive off, and one charge is enough for both ways. The harbour lost a pier in the storm of last year, "
    "and the company has asked the island for help with a new one. Fares stay as they are until the spring."
)


class ParaphraseRequests:
    """`summarizer` chooses the sentences to rewrite."""

    def __init__(
        self,
        *,
        models: Models,
        wordpiece: WordPiece,
        generator: Generator | None,
        summarizer: Summarizer,
        reader: PageReader,
        database: Database,
        clock: Clock,
    ) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self._generator = generator
        self._summarizer = summarizer
        self._reader = reader
        self._settings = SettingsStore(database)
        self._speeds = DecoderSpeedStore(database)
        self._clock = clock
        self._cached_writer: tuple[Decoder, ParaphraseWriter] | None = None

    def handlers(self) -> dict[str, Handler]:
        return {
            "paraphrase.page": self._rewrite_page,
            "paraphrase.state": self._state,
            "paraphrase.measure": self._measure,
            "paraphrase.change_decoder": self._change_decoder,
            "paraphrase.simplify": self._simplify,
            "paraphrase.answer": self._rewrite_answer,
        }

    async def _state(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns which model there is, how fast it is, and whether it is turned on."""
        decoder = await self._generator.decoder() if self._generator else None
        on = self._settings.load().words
        speed = self._speeds.get(decoder) if decoder else None
        return {
            "there": decoder is not None,
            "on": on and decoder is not None,
            "measured": speed.as_data() if speed else None,
            "html": view.render_language_model(decoder, speed, on=on),
        }

    async def _change_decoder(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Forgets the previous decoder after another one was chosen or it was removed."""
        if self._generator is not None:
            await self._generator.release()
        self._cached_writer = None
        return await self._state({}, progress)

    async def _measure(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Measures the speed. Also the model's self-test: two runs must generate the same tokens."""
        generator, decoder, writer = await self._load()
        request = writer.build_request("gist", [SourcePassage(_SAMPLE, 0)])
        # The first run loads the model.
        await self._timed(generator, Generation((*request.prompt[:2], *request.prompt[-8:]), 1, max_tokens=4))
        trial = Generation(request.prompt, request.fixed, request.allowed, (), _MEASURED_TOKENS, request.no_repeat)
        trials = []
        for number in range(2):
            progress("paraphrase-measure", number + 1, 3)
            # Clears what the host cached of the prompt.
            await self._timed(generator, Generation(request.prompt[:1] * 2, 1, max_tokens=1))
            trials.append(await self._timed(generator, trial))
        (first, *_), (second, *_) = trials
        if first != second or not first:
            raise ModelError(Message("paraphrase.self_test_failed"))
        prompt_s = min(seconds for _, seconds, _ in trials)
        answer_s = min(seconds for *_, seconds in trials)
        self._speeds.save(
            DecoderSpeed(
                decoder.name,
                decoder.bytes,
                len(request.prompt) / max(prompt_s, 1e-3),
                len(first) / max(answer_s, 1e-3),
            )
        )
        return await self._state({}, progress)

    async def _rewrite_page(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Rewrites the page's key points. Returns every generated sentence, shown or not.

        Each part of the progress replaces the one before: `draft`, an unchecked sentence so far, or `html` and
        `traces`.
        """
        article = await self._reader.read_article(payload.get("article") or {})
        _, decoder, writer = await self._load()
        lang = detect(article.text, article.lang)
        if lang and not encoder_supports(lang):
            return {"sentences": [], "traces": {}, "reason": "language", "html": view.render_english_only(lang)}
        sentences = split(article)
        passages = await self._key_points(article, sentences, progress)
        seconds = self._estimate_seconds(decoder, writer, passages)
        if seconds is not None and seconds > MAX_WAIT_S and not payload.get("insist"):
            return {"sentences": [], "traces": {}, "reason": "slow", "html": view.render_slow_page(seconds)}
        generated: list[GeneratedSentence] = []
        count = len(passages)
        progress("paraphrase", 0, count)
        async for part in writer.rewrite_each(passages):
            if isinstance(part, str):
                progress("paraphrase", len(generated), count, {"draft": part})
            else:
                generated.append(part)
                progress("paraphrase", len(generated), count, _rendered(article, sentences, generated, over=False))
        return {
            "sentences": [_as_data(sentence) for sentence in generated],
            **_rendered(article, sentences, generated, over=True),
        }

    async def _simplify(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Rewrites one sentence, shorter and in plainer words. Not shown unless it is shorter and faithful."""
        sentence = text(payload, "text", allow_blank=False)
        *_, writer = await self._load()
        found = await _last_sentence(writer.generate("simpler", [SourcePassage(sentence, 0)]))
        if found is None:
            return {"text": "", "shown": False, "reasons": [resolve(Message("rewrite.no_output"))]}
        reasons = list(found.reasons)
        if found.shown and len(words(found.text)) >= len(words(sentence)):
            reasons.append(Message("rewrite.not_shorter"))
        return {"text": found.text, "shown": not reasons, "reasons": [resolve(reason) for reason in reasons]}

    async def _rewrite_answer(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Answers a question in new words, from the sentences at `indices`. The text is empty when the check fails."""
        article = await self._reader.read_article(payload.get("article") or {})
        question, indices = text(payload, "question", allow_blank=False), payload.get("indices")
        sentences = split(article)
        if not isinstance(indices, list) or not all(
            isinstance(index, int) and 0 <= index < len(sentences) for index in indices
        ):
            raise ValueError("indices must be numbers of the article's sentences")
        *_, writer = await self._load()
        passages = [SourcePassage(sentences[index].text, index) for index in sorted(set(indices))[:_MAX_PASSAGES]]
        found = await _last_sentence(writer.generate("answer", passages, question=question)) if passages else None
        if found is None or not found.shown:
            reasons = [resolve(reason) for reason in found.reasons] if found else []
            return {"text": "", "shown": False, "reasons": reasons, "html": "", "traces": {}}
        return {**_as_data(found), **_rendered(article, sentences, [found], over=True, prefix="q")}

    async def _load(self) -> tuple[Generator, Decoder, ParaphraseWriter]:
        """Raises ModelError when there is no language model."""
        decoder = await self._generator.decoder() if self._generator else None
        if decoder is None or self._generator is None:
            raise ModelError(NO_MODEL)
        if self._cached_writer is None or self._cached_writer[0] != decoder:
            writer = ParaphraseWriter(self._generator, decoder, self._models, self._wordpiece)
            self._cached_writer = decoder, writer
        return self._generator, *self._cached_writer

    def _estimate_seconds(
        self, decoder: Decoder, writer: ParaphraseWriter, passages: Sequence[SourcePassage]
    ) -> float | None:
        """Returns how long the passages take, from their tokens; None before the speed was measured.

        The fixed part of the prompts is computed once.
        """
        speed = self._speeds.get(decoder)
        if speed is None:
            return None
        requests = [writer.build_request("gist", [passage]) for passage in passages]
        prompt_tokens = sum(len(request.prompt) - request.fixed for request in requests) + max(
            (request.fixed for request in requests), default=0
        )
        return prompt_tokens / speed.prompt_rate + len(requests) * view.ANSWER_TOKENS / speed.answer_rate

    async def _timed(self, generator: Generator, request: Generation) -> tuple[list[int], float, float]:
        """Returns the generated tokens, the seconds until the first of them, and the seconds after it."""
        start = first = self._clock.now()
        generated: list[int] = []
        async for tokens in generator.generate(request):
            if not generated:
                first = self._clock.now()
            generated += tokens
        return generated, first - start, self._clock.now() - first

    async def _key_points(
        self, article: Article, sentences: Sequence[Sentence], progress: Progress
    ) -> list[SourcePassage]:
        """Returns the key points of a short summary, with their indices among all sentences of the page."""
        try:
            summary = await self._summarizer.summarize(article, MAX_SENTENCES, progress)
        except NoSentences:
            return []
        indices = {(sentence.block, sentence.start): index for index, sentence in enumerate(sentences)}
        return [
            SourcePassage(point.text, indices.get((point.block, point.start), point.index))
            for point in summary.points
            if not point.composed
        ]


async def _last_sentence(parts: AsyncIterator[str | GeneratedSentence]) -> GeneratedSentence | None:
    found = [part async for part in parts if isinstance(part, GeneratedSentence)]
    return found[-1] if found else None


def _rendered(
    article: Article,
    sentences: Sequence[Sentence],
    generated: Sequence[GeneratedSentence],
    *,
    over: bool,
    prefix: str = "w",
) -> Answer:
    """Returns the fragment that shows the generated sentences, and the places its traces lead to."""
    traces = {
        view.trace_key(prefix, number, index): sentence_trace(article, sentences[index])
        for number, sentence in enumerate(generated)
        if sentence.shown
        for index in sentence.support
    }
    html = view.render_rewritten([_as_data(sentence) for sentence in generated], over=over, prefix=prefix)
    return {"html": html, "traces": traces}


def _as_data(sentence: GeneratedSentence) -> Answer:
    return {
        "text": sentence.text,
        "shown": sentence.shown,
        "support": list(sentence.support),
        "reasons": [resolve(reason) for reason in sentence.reasons],
        "verdict": sentence.verdict,
    }
