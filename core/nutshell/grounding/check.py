"""The grounding check: supported, unsupported or unsure, how sure, why, and by which sentences.

Facts come first: a number, name, negation or opposite that the source has otherwise makes a sentence unsupported
whatever a model says of it, because a reader would be misled by exactly that. For everything else the head
(models/grounding) says how likely people would find nothing in the sentence that the source does not say.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nutshell.ports import Models, Tensor
from nutshell.records.message import Message
from nutshell.text.encoder import Tokenizer
from nutshell.text.slots import Slot

from .features import COUNT, NAMES, Findings
from .source import Compared, Source, compare_all, read_source

Judgement = Literal["supported", "unsupported", "unsure"]

# The head's operating points, set by hand (models/grounding/README.md says what was looked at).
SUPPORTED, UNSUPPORTED = 0.55, 0.35
# How much better another value must fit a value's place than the claim's own.
_NUMBER, _NAME, _OPPOSITE = 0.1, 0.15, 0.08
# And how well it must fit: in a sentence that says all in other words, whatever stands near means little.
_FITS = 0.5
# Less than that leaves a doubt: the value is somewhere in the source, but hardly there.
_DOUBTED_NUMBER, _DOUBTED_NAME, _DOUBTED_FITS, _LOST = 0.05, 0.1, 0.4, 0.3
_DOUBTED_SCORE = 0.54
_CLOSE = 0.5
# A sentence that is the source's own is supported, whatever the head thinks of its kind.
_OWN_WORDS, _OWN_SCORE = 0.9, 0.95
# How much of a negation's surroundings must be where the source does not negate, or negates alone.
_ADDED, _DROPPED = 0.45, 0.7
# What is contradicted keeps a little of the head's score, so that scores still put worse after bad.
_CONTRADICTED = 0.25
_MOST_WORDS = 3
_RUN, _TRIPLES = NAMES.index("longest_run"), NAMES.index("triples")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` is 0 to 1, higher is better supported. `reasons` say what is not supported. `support` has the indices of
    the closest sentences of the source, best first."""

    verdict: Judgement
    score: float
    reasons: tuple[Message, ...]
    support: tuple[int, ...]


async def check(
    models: Models, tokenizer: Tokenizer, source: Sequence[str] | Source, claims: Sequence[str]
) -> list[Verdict]:
    """A verdict on each claim. `source`: sentences, or what `read_source` made of them. Raises ModelError."""
    if not isinstance(source, Source):
        source = await read_source(models, tokenizer, source)
    if not source.texts:
        return [Verdict("unsupported", 0.0, (Message("check.empty_source"),), ()) for _ in claims]
    return await judge(models, await compare_all(models, tokenizer, source, claims))


async def judge(models: Models, compared: Sequence[Compared]) -> list[Verdict]:
    if not compared:
        return []
    flat = array("f", (value for one in compared for value in one.features))
    answer = await models.run("grounding", {"features": Tensor("float32", (len(compared), COUNT), memoryview(flat))})
    return [verdict(one, score) for one, score in zip(compared, answer["scores"].data.tolist(), strict=True)]


def verdict(compared: Compared, score: float) -> Verdict:
    """From what was found and the head's score."""
    if not any(token.kind != "function" for token in compared.claim):
        return Verdict("unsure", min(score, 0.5), (Message("check.nothing_to_check"),), compared.support)
    against = contradictions(compared.findings)
    if against:
        return Verdict("unsupported", round(_CONTRADICTED * score, 4), tuple(against), compared.support)
    doubts = misplaced(compared.findings, close=compared.features[_TRIPLES] >= _CLOSE)
    if doubts:
        score = min(score, _DOUBTED_SCORE)
    elif compared.features[_RUN] >= _OWN_WORDS:
        score = max(score, _OWN_SCORE)
    if score >= SUPPORTED:
        return Verdict("supported", round(score, 4), (), compared.support)
    judgement: Judgement = "unsupported" if score < UNSUPPORTED else "unsure"
    return Verdict(judgement, round(score, 4), (*doubts, _doubt(compared.findings))[:2], compared.support)


def contradictions(findings: Findings) -> list[Message]:
    """Each fact that the source lacks or states differently."""
    found = [Message("check.missing_number", {"number": token.text}) for token in findings.missing_numbers]
    found += [Message("check.missing_name", {"name": token.text}) for token in findings.missing_names]
    missing = {token.key for token in (*findings.missing_numbers, *findings.missing_names)}
    for slots, least in ((findings.numbers, _NUMBER), (findings.names, _NAME), (findings.opposites, _OPPOSITE)):
        found += [
            _instead(slot)
            for slot in slots
            if slot.margin > least and slot.other > _FITS and slot.token.key not in missing
        ]
    if findings.replaced and findings.replaced[0].key not in missing:
        mine, theirs = findings.replaced
        found.append(Message("check.replaced", {"claim": mine.text, "source": theirs.text}))
    if findings.negation_added > _ADDED:
        found.append(Message("check.negation_added"))
    if findings.negation_dropped > _DROPPED:
        found.append(Message("check.negation_dropped"))
    if findings.roles_turned:
        found.append(Message("check.roles_reversed"))
    return _distinct(found)


def misplaced(findings: Findings, *, close: bool) -> list[Message]:
    """Numbers and names that the source has, but not clearly in this place. `close`: the rest of the sentence is nearly
    the source's own, so a name should stand there as well."""
    found = [slot for slot in findings.numbers if slot.margin > _DOUBTED_NUMBER or 0 <= slot.own < _LOST]
    for slot in findings.names:
        rivalled = slot.margin > _DOUBTED_NAME and slot.other > _DOUBTED_FITS
        if rivalled or (close and 0 <= slot.own < _FITS):
            found.append(slot)
    return _distinct([Message("check.misplaced", {"value": slot.text}) for slot in found])


def _instead(slot: Slot) -> Message:
    return Message("check.replaced", {"claim": slot.text, "source": slot.rival})


def _distinct(messages: Sequence[Message]) -> list[Message]:
    return [message for place, message in enumerate(messages) if message not in messages[:place]]


def _doubt(findings: Findings) -> Message:
    words = list(dict.fromkeys(findings.new_words))[:_MOST_WORDS]
    if words:
        return Message("check.new_words", {"words": ", ".join(f"“{word}”" for word in words)}, len(words))
    return Message("check.no_sentence")
