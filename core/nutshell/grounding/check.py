"""The grounding check: is a sentence supported by a source, how surely, why not, and by which sentences?

Three steps. What a sentence of the source shows to be false (another number beside the same words, a negation less)
makes the claim unsupported, whatever the model says; only rules that are right in 95 of 100 cases may do that. What
looks wrong but may be meant otherwise keeps it from being called supported. For the rest, the head (models/grounding)
decides: its score says how likely people find everything in the sentence supported by the source.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nutshell.ports import Models, Tensor
from nutshell.records.message import Message
from nutshell.text.encoder import Tokenizer
from nutshell.text.sentences import split_text

from .features import COUNT, NAMES
from .reasons import contradictions, doubts, unknown_words
from .source import ComparedClaim, Source, compare_claims, index_source

VerdictKind = Literal["supported", "unsupported", "unsure"]

# The head's operating points (see models/grounding/README.md).
SUPPORTED, UNSUPPORTED = 0.68, 0.35
# A doubted claim keeps this share of the head's score, and less than SUPPORTED; a contradicted one far less. Such
# claims still rank by the score.
_DOUBTED_SHARE, _MAX_DOUBTED = 0.85, 0.67
_CONTRADICTED_SHARE = 0.25
# A sentence that is copied from the source is supported, whatever the head's score.
_COPIED_RUN, _COPIED_SCORE = 0.9, 0.97
_MAX_REASONS = 3
_RUN = NAMES.index("longest_run")


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
    """Returns a verdict on each claim; on one of several sentences, the worst of theirs.

    `source`: sentences, or the result of `index_source`. Raises ModelError.
    """
    if not isinstance(source, Source):
        source = await index_source(models, tokenizer, source)
    if not source.texts:
        return [Verdict("unsupported", 0.0, (Message("check.empty_source"),), ()) for _ in claims]
    parts = [_sentences(claim) for claim in claims]
    flat = [sentence for sentences in parts for sentence in sentences]
    verdicts = iter(await judge(models, await compare_claims(models, tokenizer, source, flat)))
    return [_worst([next(verdicts) for _ in sentences]) for sentences in parts]


def _sentences(claim: str) -> list[str]:
    found = [claim[start:end] for start, end in split_text(claim)]
    return [text for text in found if re.search(r"\w", text)] or [claim]


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Returns the worst verdict with the reasons and the nearest sentences of all."""
    worst = min(verdicts, key=lambda verdict: (_RANK[verdict.verdict], verdict.score))
    if len(verdicts) == 1:
        return worst
    reasons = tuple(dict.fromkeys(reason for verdict in [worst, *verdicts] for reason in verdict.reasons))
    support = tuple(dict.fromkeys(index for verdict in verdicts for index in verdict.support))
    return Verdict(worst.verdict, worst.score, reasons[:_MAX_REASONS], support)


_RANK = {"unsupported": 0, "unsure": 1, "supported": 2}


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
    wrong = contradictions(claim)
    if wrong:
        return Verdict("unsupported", round(_CONTRADICTED_SHARE * score, 4), tuple(wrong[:_MAX_REASONS]), claim.support)
    doubtful = doubts(claim)
    if doubtful:
        score = min(_DOUBTED_SHARE * score, _MAX_DOUBTED)
    elif claim.features[_RUN] >= _COPIED_RUN:
        score = max(score, _COPIED_SCORE)
    if score >= SUPPORTED:
        return Verdict("supported", round(score, 4), (), claim.support)
    kind: VerdictKind = "unsupported" if score < UNSUPPORTED else "unsure"
    return Verdict(kind, round(score, 4), (*doubtful, unknown_words(claim))[:_MAX_REASONS], claim.support)
