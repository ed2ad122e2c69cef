"""Sentences by the language model, each held against the sentences that it was made of before anyone reads it as fact.

The model never sees a page: it sees a few sentences that extraction chose, in groups, and is asked for one sentence a
group, since a small model asked for several over a long text begins to invent. It may use the tokens of those sentences
and of function words, so no name or number can come from elsewhere; what it says of them the grounding check judges.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from nutshell.grounding.check import Verdict, judge
from nutshell.grounding.features import NAMES
from nutshell.grounding.source import compare_all, read_source
from nutshell.ports import Decoder, Generation, Generator, ModelError, Models
from nutshell.records.message import Message
from nutshell.text.sentences import split_text
from nutshell.text.wordpiece import WordPiece
from nutshell.text.words import FUNCTION, word_set

from .bpe import BytePairs
from .faithfulness import unfaithful_reason
from .prompt import prompt

MOST = 3
# What is written is shown on stricter terms than a sentence that is only asked about: most of its neighbouring words
# stand near each other in one sentence of the page, and it keeps to that one (keeping.py).
_IN_ORDER = 0.6
_TOKENS = 56
_LEAST_ROOM = 128
_NO_REPEAT = 4
_MARKS = (".", ",", "'", "’", "-", ":", ";", '"', "”", "“", "(", ")", "$", "%", "£", "€", "'s", "’s", "?", "!")
# What holds English sentences together beside the function words, and names nothing.
_PLAIN = "said says"
# A word that only a statement has; a bare name or headline has none.
_SAYS = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|should|do|does|did|says?|said|told"
    r"|[a-z]{2,}ed|[a-z]{3,}s|[a-z]+n['’]t|began|came|fell|found|gave|got|held|kept|knew|led|left|lost|made|met|paid|put|ran|rose|saw"
    r"|sent|set|shot|sold|spent|stood|took|thought|went|won|wrote)\b"
)
# A sentence does not end upon these.
_LEADING = word_set(
    "a an the and or but nor not of to from with at by for as than that which who whose if because is are was were"
    " be been being has have had will would can could may might must should its their his my your our very"
)
# "LONDON (Reuters) - "
_DATELINE = re.compile(r"^[^\W\d_a-z][\w ,.'’-]{0,40}\([A-Z][A-Za-z]{1,11}\)\s*(?:[-–—]+\s*)?(?=\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence: `shown` when the check supports it; `support` are numbers of the page's sentences."""

    text: str
    shown: bool
    support: tuple[int, ...]
    reasons: tuple[Message, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Given:
    """A sentence of the page, as the model is given it, and its number there."""

    text: str
    number: int


class Writer:
    """Raises ModelError where the decoder's tokenizer is not one."""

    def __init__(self, generator: Generator, decoder: Decoder, models: Models, wordpiece: WordPiece) -> None:
        self._generator = generator
        self._models = models
        self._wordpiece = wordpiece
        self._pairs = BytePairs(decoder.tokenizer)
        self._room = decoder.context - _TOKENS
        if self._room < _LEAST_ROOM:
            raise ModelError(Message("paraphrase.context_too_small", {"tokens": decoder.context}))
        self._common = allowed(self._pairs, [" ".join([*sorted(FUNCTION["en"]), _PLAIN])]) | frozenset(
            token for mark in _MARKS for form in (mark, f" {mark}") for token in self._pairs.encode(form)
        )

    async def gist(self, given: Sequence[Given]) -> AsyncIterator[str | Written]:
        """A sentence for each of the given ones, MOST at most: its text as it grows, then what became of it."""
        for sentence in given[:MOST]:
            async for part in self.one("gist", [sentence]):
                yield part

    async def one(self, name: str, given: Sequence[Given], **values: str) -> AsyncIterator[str | Written]:
        """One sentence by a prompt of views/prompts over the given ones. Raises ModelError."""
        request = self.request(name, given, **values)
        said, stream = "", self._pairs.stream()
        async with aclosing(self._generator.generate(request)) as answer:  # type: ignore[type-var]
            async for tokens in answer:
                said = (said + stream.more(tokens)).lstrip()
                whole = first_sentence(said)
                yield whole or said
                if whole:
                    break
        whole = first_sentence(said) or said.strip()
        if whole:
            yield await self._judged(mended(whole, given), given)

    def request(self, name: str, given: Sequence[Given], **values: str) -> Generation:
        """What the model is asked for one sentence."""
        text = " ".join(_DATELINE.sub("", sentence.text) for sentence in given)
        ids, fixed = prompt(self._pairs, name, self._room, text=text, **values)
        return Generation(
            prompt=ids,
            fixed=fixed,
            allowed=tuple(sorted(self._common | allowed(self._pairs, [text, *values.values()]))),
            stop=(self._pairs.stop,),
            max_tokens=_TOKENS,
            no_repeat=_NO_REPEAT,
        )

    async def _judged(self, text: str, given: Sequence[Given]) -> Written:
        source = await read_source(self._models, self._wordpiece, [one.text for one in given])
        compared = await compare_all(self._models, self._wordpiece, source, [text])
        (found,) = await judge(self._models, compared)
        return written(text, found, compared[0].features[NAMES.index("in_order")], given)


def allowed(pairs: BytePairs, texts: Iterable[str]) -> frozenset[int]:
    """The ids of texts, and of their words wherever in a sentence they might stand."""
    found: set[int] = set()
    for text in texts:
        found.update(pairs.encode(text))
        for word in set(_WORD.findall(text)):
            for form in {word, word[:1].upper() + word[1:]}:
                found.update(pairs.encode(form))
                found.update(pairs.encode(f" {form}"))
    return frozenset(found)


def first_sentence(text: str) -> str:
    """The first sentence once another has begun; empty before."""
    spans = split_text(text)
    return text[slice(*spans[0])] if len(spans) > 1 else ""


def mended(text: str, given: Sequence[Given]) -> str:
    """Without the article that small models put before a name with which the page begins."""
    bare = text.removeprefix("The ")
    named = bare[:1].isupper() and any(one.text.startswith(bare.split()[0]) for one in given)
    return bare if named else text


def has_end(text: str) -> bool:
    """Whether a sentence ends in a mark, and not upon a word that wants another after it."""
    bare = text.rstrip("\"”’')")
    last = re.findall(r"\w+", bare)[-1:]
    return bare[-1:] in set(".!?") and not (last and last[0] in _LEADING)


def repeats(text: str, sources: Sequence[str]) -> bool:
    """Whether a word comes more often than in any of the sentences it was made of: so small models go in circles."""
    counts = Counter(_content(text))
    theirs = [Counter(_content(source)) for source in sources]
    return any(count > 1 and all(count > one[word] for one in theirs) for word, count in counts.items())


def _content(text: str) -> list[str]:
    return [word for word in map(str.lower, _WORD.findall(text)) if word not in FUNCTION["en"]]


def written(text: str, found: Verdict, in_order: float, given: Sequence[Given]) -> Written:
    """`in_order`: the feature of that name."""
    reasons = list(found.reasons)
    if not has_end(text):
        reasons.append(Message("rewrite.incomplete"))
    if repeats(text, [one.text for one in given]):
        reasons.append(Message("rewrite.repetition"))
    if not _SAYS.search(text):
        reasons.append(Message("rewrite.no_verb"))
    if found.verdict == "supported" and in_order < _IN_ORDER:
        reasons.append(Message("rewrite.recombined"))
    if not reasons:
        unfaithful = [unfaithful_reason(text, given[number].text) for number in found.support]
        if unfaithful and unfaithful[0] and all(unfaithful):
            reasons.append(unfaithful[0])
    support = tuple(given[number].number for number in found.support)
    return Written(text, found.verdict == "supported" and not reasons, support, tuple(reasons), found.verdict)
