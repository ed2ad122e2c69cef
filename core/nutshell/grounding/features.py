"""What is compared between a claim and its source, as numbers for the head and as findings for the reasons.

The same code runs when the grounding head is trained and when it is used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nutshell.text.slots import Places, Slot
from nutshell.text.tokens import NEGATORS, Text, Token
from nutshell.text.words import word_set

NAMES = (
    # Meaning: cosines of the encoder's vectors, and of the static encoder's for single words.
    "cosine_first",
    "cosine_second",
    "cosine_third",
    "soft_mean",
    "soft_least",
    # Words that the source has too.
    "words_in_source",
    "words_in_support",
    "words_in_first",
    "pairs",
    "triples",
    "longest_run",
    "density",
    "in_order",
    "out_of_order",
    "new_words",
    # Facts.
    "numbers",
    "numbers_missing",
    "numbers_elsewhere",
    "number_margin",
    "names",
    "names_missing",
    "names_elsewhere",
    "name_margin",
    "negations",
    "negation_added",
    "negation_dropped",
    "opposite",
    "roles_turned",
    "modal_added",
    "modal_dropped",
    # What kind of claim and source they are.
    "log_words",
    "log_source",
    "pronouns",
    "in_lower_case",
)
COUNT = len(NAMES)

_MODALS = word_set("may might could would should will can likely possibly perhaps allegedly reportedly expected")
_PRONOUNS = word_set("he she they it his her their its him them this these those")
_MARGIN_LEAST = 0.05
_BEGINS = 4
# Quarters and halves of a year are written in many ways; their numbers are compared as numbers.
_PERIOD = re.compile(r"[qhf]y?\d?")


@dataclass(frozen=True, slots=True)
class Findings:
    """What the comparison found, for the reasons. Slots as in `slots.py`."""

    numbers: tuple[Slot, ...]
    names: tuple[Slot, ...]
    opposites: tuple[Slot, ...]
    missing_numbers: tuple[Token, ...]
    missing_names: tuple[Token, ...]
    new_words: tuple[str, ...]
    negation_added: float
    negation_dropped: float
    roles_turned: bool
    replaced: tuple[Token, Token] | None = None


def compare(
    claim: Sequence[Token],
    places: Places,
    support: Sequence[int],
    cosines: Sequence[float],
    soft: tuple[float, float],
) -> tuple[list[float], Findings]:
    """`support`: the source's sentences nearest to the claim, best first, with their `cosines`; `soft`: mean and least
    of the claim's words' best cosines to words of the support. Returns COUNT features, each about 0 to 1."""
    source = places.source
    content = [token for token in claim if token.kind != "function"]
    size = max(1, len(content))
    near = [source.sentences[number] for number in support]
    first = {token.key for token in near[0]} if near else set()
    close = {token.key for sentence in near for token in sentence}
    findings = find(claim, places)
    same, turned = places.order(claim)
    pairs, triples, longest, density = _copied([token.key for token in claim], source, places)
    values = [*cosines, 0.0, 0.0, 0.0][:3]
    modal = any(token.low in _MODALS for token in claim)
    modal_there = any(token.low in _MODALS for token in (near[0] if near else ()))
    numbers, names = findings.numbers, findings.names
    return [
        *values,
        *soft,
        sum(_has(token, source) for token in content) / size,
        sum(token.key in close for token in content) / size,
        sum(token.key in first for token in content) / size,
        pairs,
        triples,
        longest,
        density,
        same,
        turned,
        min(1.0, len(findings.new_words) / 4),
        min(1.0, len(numbers) / 3),
        min(1.0, len(findings.missing_numbers) / 2),
        min(1.0, sum(slot.token.key not in close for slot in numbers) / 2),
        _margin(numbers),
        min(1.0, len(names) / 4),
        min(1.0, len(findings.missing_names) / 2),
        min(1.0, sum(slot.token.key not in close for slot in names) / 3),
        _margin(names),
        float(any(token.low in NEGATORS or token.negates for token in claim)),
        findings.negation_added,
        findings.negation_dropped,
        _margin(findings.opposites),
        float(findings.roles_turned),
        float(modal and not modal_there),
        float(modal_there and not modal),
        math.log1p(len(claim)) / 4,
        math.log1p(len(source.sentences)) / 5,
        min(1.0, 3 * sum(token.low in _PRONOUNS for token in claim) / max(1, len(claim))),
        float(not any(token.text[:1].isupper() for token in claim)),
    ], findings


def find(claim: Sequence[Token], places: Places) -> Findings:
    source = places.source
    numbers, names = places.numbers(claim), places.names(claim)
    added, dropped = places.negations(claim)
    return Findings(
        numbers=tuple(numbers),
        names=tuple(names),
        opposites=tuple(places.opposites(claim)),
        missing_numbers=tuple(slot.token for slot in numbers if slot.own < 0),
        missing_names=tuple(slot.token for slot in names if slot.own < 0 and not _has(slot.token, source)),
        new_words=tuple(token.text for token in claim if token.kind == "word" and not _has(token, source)),
        negation_added=added,
        negation_dropped=dropped,
        roles_turned=bool(places.roles(claim)),
        replaced=places.replaced(claim),
    )


def _has(token: Token, source: Text) -> bool:
    if token.key in source.keys or token.low in source.lows:
        return True
    if token.kind != "name":
        return False
    # "Chinese" and "China", "4Q" and "Q4", "York's" and "York".
    begins = token.key[:_BEGINS] if len(token.key) > _BEGINS else ""
    return token.key in source.lows or bool(_PERIOD.fullmatch(token.key)) or begins in source.beginnings


def _margin(slots: Sequence[Slot]) -> float:
    return max((slot.margin for slot in slots if slot.margin > _MARGIN_LEAST), default=0.0)


def _copied(claim: Sequence[str], source: Text, places: Places) -> tuple[float, float, float, float]:
    """Shares of the claim's pairs and triples of words that the source has, its longest run of the source's words, and
    how much of it lies in long runs (Grusky, Naaman & Artzi 2018, "Newsroom", density)."""
    rows = places.every_key
    starts = places.starts
    size = max(1, len(claim))
    runs: list[int] = []
    at = 0
    while at < len(claim):
        best = 0
        for number, place in starts.get(claim[at], ()):
            row, length = rows[number], 0
            while at + length < len(claim) and place + length < len(row) and row[place + length] == claim[at + length]:
                length += 1
            best = max(best, length)
        runs.append(best)
        at += max(1, best)
    pairs = set(pairwise(claim))
    triples = set(zip(claim, claim[1:], claim[2:], strict=False))
    return (
        len(pairs & places.pairs) / max(1, len(pairs)),
        len(triples & places.triples) / max(1, len(triples)),
        max(runs, default=0) / size,
        min(1.0, sum(run * run for run in runs) / size / 15),
    )
