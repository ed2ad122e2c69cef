"""Generates sentences with the language model, and checks each against its source before it is shown.

The model never sees a page: it gets a few selected sentences and generates one, because a small model that writes
several sentences about a long text starts to invent. It may use only the tokens of these sentences and of function
words, so every name and number comes from the page. The grounding check then judges the result.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from nutshell.grounding.check import Verdict, judge
from nutshell.grounding.features import NAMES
from nutshell.grounding.source import compare_claims, index_source
from nutshell.ports import Decoder, Generation, Generator, ModelError, Models
from nutshell.records.message import Message
from nutshell.text.sentences import split_text
from nutshell.text.wordpiece import WordPiece
from nutshell.text.words import FUNCTION, LETTERS, word_set

from .bpe import BpeTokenizer
from .faithfulness import unfaithful_reason
from .prompt import build_prompt

MAX_SENTENCES = 3
# A generated sentence must pass stricter checks than one that is only checked: most of its neighbouring words must be
# near each other in a sentence of the page, and it must be faithful to that sentence (faithfulness.py).
_MIN_IN_ORDER = 0.6
_ANSWER_TOKENS = 56
_MIN_PROMPT_TOKENS = 128
_NO_REPEAT = 4
_MARKS = (".", ",", "'", "’", "-", ":", ";", '"', "”", "“", "(", ")", "$", "%", "£", "€", "'s", "’s", "?", "!")
# Allowed in every answer beside the function words.
_COMMON_WORDS = "said says"
# A finite verb: a bare name or a headline has none.
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|should|do|does|did|says?|said|told"
    r"|[a-z]{2,}ed|[a-z]{3,}s|[a-z]+n['’]t|began|came|fell|found|gave|got|held|kept|knew|led|left|lost|made|met|paid|put|ran|rose|saw"
    r"|sent|set|shot|sold|spent|stood|took|thought|went|won|wrote)\b"
)
# No sentence ends with these.
_NEVER_LAST = word_set(
    "a an the and or but nor not of to from with at by for as than that which who whose if because is are was were"
    " be been being has have had will would can could may might must should its their his my your our very"
)
# "LONDON (Reuters) - "
_DATELINE = re.compile(r"^[^\W\d_a-z][\w ,.'’-]{0,40}\([A-Z][A-Za-z]{1,11}\)\s*(?:[-–—]+\s*)?(?=\w)")
_WORD = re.compile(LETTERS)


@dataclass(frozen=True, slots=True)
class GeneratedSentence:
    """`shown`: it passed all checks; otherwise `reasons` say why not.

    `support`: indices of the page's sentences that support it, nearest first.
    """

    text: str
    shown: bool
    support: tuple[int, ...]
    reasons: tuple[Message, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class SourcePassage:
    """A sentence of the page, and its index there."""

    text: str
    index: int


class ParaphraseWriter:
    """Raises ModelError when the decoder's tokenizer is damaged or its context is too short."""

    def __init__(self, generator: Generator, decoder: Decoder, models: Models, wordpiece: WordPiece) -> None:
        self._generator = generator
        self._models = models
        self._wordpiece = wordpiece
        self._tokenizer = BpeTokenizer(decoder.tokenizer)
        self._prompt_tokens = decoder.context - _ANSWER_TOKENS
        if self._prompt_tokens < _MIN_PROMPT_TOKENS:
            raise ModelError(Message("paraphrase.context_too_small", {"tokens": decoder.context}))
        self._common = allowed_tokens(
            self._tokenizer, [" ".join([*sorted(FUNCTION["en"]), _COMMON_WORDS])]
        ) | frozenset(token for mark in _MARKS for form in (mark, f" {mark}") for token in self._tokenizer.encode(form))

    async def rewrite_each(self, passages: Sequence[SourcePassage]) -> AsyncIterator[str | GeneratedSentence]:
        """Rewrites up to MAX_SENTENCES passages. Yields for each what `generate` does."""
        for passage in passages[:MAX_SENTENCES]:
            async for part in self.generate("gist", [passage]):
                yield part

    async def generate(
        self, prompt: str, passages: Sequence[SourcePassage], **values: str
    ) -> AsyncIterator[str | GeneratedSentence]:
        """Generates one sentence about the passages, with the named prompt of prompts/.

        Yields the unchecked text as it grows, then the checked sentence. Raises ModelError.
        """
        request = self.build_request(prompt, passages, **values)
        text, stream = "", self._tokenizer.stream()
        async with aclosing(self._generator.generate(request)) as answer:  # type: ignore[type-var]
            async for tokens in answer:
                text = (text + stream.decode(tokens)).lstrip()
                sentence = first_sentence(text)
                yield sentence or text
                if sentence:
                    break
        sentence = first_sentence(text) or text.strip()
        if sentence:
            yield await self._check(drop_added_article(sentence, passages), passages)

    def build_request(self, prompt: str, passages: Sequence[SourcePassage], **values: str) -> Generation:
        """Returns the request for one sentence."""
        text = " ".join(_DATELINE.sub("", passage.text) for passage in passages)
        ids, fixed = build_prompt(self._tokenizer, prompt, self._prompt_tokens, text=text, **values)
        return Generation(
            prompt=ids,
            fixed=fixed,
            allowed=tuple(sorted(self._common | allowed_tokens(self._tokenizer, [text, *values.values()]))),
            stop=(self._tokenizer.stop,),
            max_tokens=_ANSWER_TOKENS,
            no_repeat=_NO_REPEAT,
        )

    async def _check(self, text: str, passages: Sequence[SourcePassage]) -> GeneratedSentence:
        source = await index_source(self._models, self._wordpiece, [passage.text for passage in passages])
        claims = await compare_claims(self._models, self._wordpiece, source, [text])
        (verdict,) = await judge(self._models, claims)
        return judge_sentence(text, verdict, claims[0].features[NAMES.index("in_order")], passages)


def allowed_tokens(tokenizer: BpeTokenizer, texts: Iterable[str]) -> frozenset[int]:
    """Returns the ids of texts, and of their words at the start of, and inside, a sentence."""
    found: set[int] = set()
    for text in texts:
        found.update(tokenizer.encode(text))
        for word in set(_WORD.findall(text)):
            for form in {word, word[:1].upper() + word[1:]}:
                found.update(tokenizer.encode(form))
                found.update(tokenizer.encode(f" {form}"))
    return frozenset(found)


def first_sentence(text: str) -> str:
    """Returns the first sentence as soon as a second one starts; empty before."""
    spans = split_text(text)
    return text[slice(*spans[0])] if len(spans) > 1 else ""


def drop_added_article(text: str, passages: Sequence[SourcePassage]) -> str:
    """Returns the text without the "The" that small models add before a name at the start."""
    bare = text.removeprefix("The ")
    named = bare[:1].isupper() and any(passage.text.startswith(bare.split()[0]) for passage in passages)
    return bare if named else text


def is_complete(text: str) -> bool:
    """Whether a sentence ends with a mark, and its last word can end a sentence."""
    bare = text.rstrip("\"”’')")
    last = re.findall(r"\w+", bare)[-1:]
    return bare[-1:] in set(".!?") and not (last and last[0] in _NEVER_LAST)


def repeats_words(text: str, sources: Sequence[str]) -> bool:
    """Whether a word occurs more often than in each of the sources: small models get stuck in loops."""
    counts = Counter(_content_words(text))
    source_counts = [Counter(_content_words(source)) for source in sources]
    return any(count > 1 and all(count > source[word] for source in source_counts) for word, count in counts.items())


def _content_words(text: str) -> list[str]:
    return [word for word in map(str.lower, _WORD.findall(text)) if word not in FUNCTION["en"]]


def judge_sentence(
    text: str, verdict: Verdict, in_order: float, passages: Sequence[SourcePassage]
) -> GeneratedSentence:
    """Adds the stricter checks to the grounding verdict. `in_order`: the grounding feature of that name."""
    reasons = list(verdict.reasons)
    if not is_complete(text):
        reasons.append(Message("rewrite.incomplete"))
    if repeats_words(text, [passage.text for passage in passages]):
        reasons.append(Message("rewrite.repetition"))
    if not _VERB.search(text):
        reasons.append(Message("rewrite.no_verb"))
    if verdict.verdict == "supported" and in_order < _MIN_IN_ORDER:
        reasons.append(Message("rewrite.recombined"))
    if not reasons:
        unfaithful = [unfaithful_reason(text, passages[index].text) for index in verdict.support]
        if unfaithful and unfaithful[0] and all(unfaithful):
            reasons.append(unfaithful[0])
    support = tuple(passages[index].index for index in verdict.support)
    shown = verdict.verdict == "supported" and not reasons
    return GeneratedSentence(text, shown, support, tuple(reasons), verdict.verdict)
