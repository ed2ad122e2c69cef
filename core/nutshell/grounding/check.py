"""The grounding check: is a sentence supported by a source, how surely, why not, and by which sentences?

Facts come first: a number, name, negation or antonym that contradicts the source makes a sentence unsupported, whatever
the model's score, because such errors mislead most. Otherwise the head (models/grounding) decides: its score is the
chance that people find everything in the sentence supported by the source.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nutshell.ports import Models, Tensor
from nutshell.records.message import Message
from nutshell.text.encoder import Tokenizer

from .features import COUNT, NAMES, Findings
from .source import ComparedClaim, Source, compare_claims, index_source

VerdictKind = Literal["supported", "unsupported", "unsure"]

# The head's operating points, set by hand (see models/grounding/README.md).
SUPPORTED, UNSUPPORTED = 0.55, 0.35
# How much better a rival must fit a slot than the claim's value, for a contradiction.
_NUMBER_MARGIN, _NAME_MARGIN, _ANTONYM_MARGIN = 0.1, 0.15, 0.08
# How well it must fit at least: in a paraphrase, the words nearby mean little.
_MIN_RIVAL_FIT = 0.5
# Lower limits, for a doubt: the source has the value, but probably elsewhere.
_DOUBT_NUMBER_MARGIN, _DOUBT_NAME_MARGIN, _DOUBT_RIVAL_FIT, _DOUBT_OWN_FIT = 0.05, 0.1, 0.4, 0.3
_DOUBT_SCORE = 0.54
_COPIED_TRIPLES = 0.5
# A sentence that is copied from the source is supported, whatever the head's score.
_COPIED_RUN, _COPIED_SCORE = 0.9, 0.95
_NEGATION_ADDED, _NEGATION_DROPPED = 0.45, 0.7
# A contradicted claim keeps this share of the head's score, so that such claims still rank by it.
_CONTRADICTED_SHARE = 0.25
_MAX_WORDS = 3  # quoted in a reason
_RUN, _TRIPLES = NAMES.index("longest_run"), NAMES.index("triples")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` is 0 to 1, higher is better supported.

    `reasons` can be shown to the user. `support`: indices of the source's nearest sentences, nearest first.
    """

    verdict: VerdictKind
    score: float
    reasons: tuple[Message, ...]
    support: tuple[int, ...]


async def check(
    models: Models, tokenizer: Tokenizer, source: Sequence[str] | Source, claims: Sequence[str]
) -> list[Verdict]:
    """Returns a verdict on each claim. `source`: sentences, or the result of `index_source`. Raises ModelError."""
    if not isinstance(source, Source):
        source = await index_source(models, tokenizer, source)
    if not source.texts:
        return [Verdict("unsupported", 0.0, (Message("check.empty_source"),), ()) for _ in claims]
    return await judge(models, await compare_claims(models, tokenizer, source, claims))


async def judge(models: Models, claims: Sequence[ComparedClaim]) -> list[Verdict]:
    """Raises ModelError."""
    if not claims:
        return []
    flat = array("f", (value for claim in claims for value in claim.features))
    answer = await models.run("grounding", {"features": Tensor("float32", (len(claims), COUNT), memoryview(flat))})
    return [_verdict(claim, score) for claim, score in zip(claims, answer["scores"].data.tolist(), strict=True)]


def _verdict(claim: ComparedClaim, score: float) -> Verdict:
    """`score` is the head's."""
    if not any(token.kind != "function" for token in claim.claim):
        return Verdict("unsure", min(score, 0.5), (Message("check.nothing_to_check"),), claim.support)
    contradictions = _contradictions(claim.findings)
    if contradictions:
        return Verdict("unsupported", round(_CONTRADICTED_SHARE * score, 4), tuple(contradictions), claim.support)
    doubts = _misplaced(claim.findings, nearly_copied=claim.features[_TRIPLES] >= _COPIED_TRIPLES)
    if doubts:
        score = min(score, _DOUBT_SCORE)
    elif claim.features[_RUN] >= _COPIED_RUN:
        score = max(score, _COPIED_SCORE)
    if score >= SUPPORTED:
        return Verdict("supported", round(score, 4), (), claim.support)
    kind: VerdictKind = "unsupported" if score < UNSUPPORTED else "unsure"
    return Verdict(kind, round(score, 4), (*doubts, _doubt(claim.findings))[:2], claim.support)


def _contradictions(findings: Findings) -> list[Message]:
    """Returns a message for each fact that the source lacks or contradicts."""
    found = [Message("check.missing_number", {"number": token.text}) for token in findings.missing_numbers]
    found += [Message("check.missing_name", {"name": token.text}) for token in findings.missing_names]
    missing = {token.key for token in (*findings.missing_numbers, *findings.missing_names)}
    for slots, min_margin in (
        (findings.numbers, _NUMBER_MARGIN),
        (findings.names, _NAME_MARGIN),
        (findings.antonyms, _ANTONYM_MARGIN),
    ):
        found += [
            _replaced(slot.text, slot.rival)
            for slot in slots
            if slot.margin > min_margin and slot.rival_fit > _MIN_RIVAL_FIT and slot.token.key not in missing
        ]
    if findings.replaced and findings.replaced[0].key not in missing:
        own, theirs = findings.replaced
        found.append(_replaced(own.text, theirs.text))
    if findings.negation_added > _NEGATION_ADDED:
        found.append(Message("check.negation_added"))
    if findings.negation_dropped > _NEGATION_DROPPED:
        found.append(Message("check.negation_dropped"))
    if findings.roles_swapped:
        found.append(Message("check.roles_reversed"))
    return _distinct(found)


def _misplaced(findings: Findings, *, nearly_copied: bool) -> list[Message]:
    """Returns a message for each number and name that the source has, but probably elsewhere.

    `nearly_copied`: the rest of the claim is copied from the source, so its names should be there too.
    """
    found = [
        slot for slot in findings.numbers if slot.margin > _DOUBT_NUMBER_MARGIN or 0 <= slot.own_fit < _DOUBT_OWN_FIT
    ]
    for slot in findings.names:
        has_rival = slot.margin > _DOUBT_NAME_MARGIN and slot.rival_fit > _DOUBT_RIVAL_FIT
        if has_rival or (nearly_copied and 0 <= slot.own_fit < _MIN_RIVAL_FIT):
            found.append(slot)
    return _distinct([Message("check.misplaced", {"value": slot.text}) for slot in found])


def _replaced(text: str, rival: str) -> Message:
    return Message("check.replaced", {"claim": text, "source": rival})


def _distinct(messages: Sequence[Message]) -> list[Message]:
    return [message for place, message in enumerate(messages) if message not in messages[:place]]


def _doubt(findings: Findings) -> Message:
    words = list(dict.fromkeys(findings.new_words))[:_MAX_WORDS]
    if words:
        return Message("check.new_words", {"words": ", ".join(f"“{word}”" for word in words)}, len(words))
    return Message("check.no_sentence")
