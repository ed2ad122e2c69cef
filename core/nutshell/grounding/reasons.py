"""What is wrong with a claim, in words: contradictions, which make it unsupported, and doubts, which keep it from being
supported.

A rule is a contradiction only while it is right in 95 of 100 labelled cases (`python -m models eval grounding`).
"""

from __future__ import annotations

from collections.abc import Sequence

from nutshell.records.message import Message

from .alignment import Change
from .features import NAMES
from .source import ComparedClaim

_MAX_WORDS = 3  # quoted in a reason
# How much of a sentence a claim must repeat for a change to be meant as one.
_NEAR_COPY = 0.75
# In a claim that says more in its own words, a value that fits another place better is no sign of an error.
_COPIED_TRIPLES = 0.5
_TRIPLES = NAMES.index("triples")
# How much better another value must fit the claim's place, and how well at least.
_RIVAL_MARGIN, _RIVAL_FIT = 0.15, 0.5


def contradictions(claim: ComparedClaim) -> list[Message]:
    """Returns a message for each fact that a sentence of the source shows to be false."""
    if claim.alignment.share < _NEAR_COPY:
        return []
    return _distinct([_changed(change) for change in claim.alignment.changes if change.kind in _CONTRADICTING])


_CONTRADICTING = frozenset(["number", "opposite", "negation_added", "negation_dropped"])


def doubts(claim: ComparedClaim) -> list[Message]:
    """Returns a message for each fact that the source lacks or probably has otherwise."""
    findings = claim.findings
    found = [Message("check.missing_number", {"number": token.text}) for token in findings.missing_numbers]
    found += [Message("check.missing_name", {"name": token.text}) for token in findings.missing_names]
    found += [_changed(change) for change in claim.alignment.changes]
    if findings.replaced and not found:
        found.append(_replaced(findings.replaced[0].text, findings.replaced[1].text))
    if claim.features[_TRIPLES] >= _COPIED_TRIPLES and claim.alignment.share < _NEAR_COPY:
        missing = {token.key for token in (*findings.missing_numbers, *findings.missing_names)}
        found += [
            _replaced(slot.text, slot.rival)
            for slot in (*findings.numbers, *findings.names, *findings.antonyms)
            if slot.margin > _RIVAL_MARGIN and slot.rival_fit > _RIVAL_FIT and slot.token.key not in missing
        ]
    return _distinct(found)


def unknown_words(claim: ComparedClaim) -> Message:
    """Names the words that the source does not have."""
    words = list(dict.fromkeys(claim.findings.new_words))[:_MAX_WORDS]
    if words:
        return Message("check.new_words", {"words": ", ".join(f"“{word}”" for word in words)}, len(words))
    return Message("check.no_sentence")


def _changed(change: Change) -> Message:
    if change.kind in ("number", "name", "opposite"):
        return _replaced(change.claim, change.source)
    if change.kind == "hedge_dropped":
        return Message("check.hedge_dropped", {"source": change.source})
    if change.kind == "hedge_added":
        return Message("check.hedge_added", {"claim": change.claim})
    if change.kind == "negation_added":
        return Message("check.negation_added")
    if change.kind == "negation_dropped":
        return Message("check.negation_dropped")
    return Message("check.roles_reversed")


def _replaced(text: str, rival: str) -> Message:
    return Message("check.replaced", {"claim": text, "source": rival})


def _distinct(messages: Sequence[Message]) -> list[Message]:
    return [message for place, message in enumerate(messages) if message not in messages[:place]]
