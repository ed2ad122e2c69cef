"""Compares a claim with its source: features for the grounding head, and findings for the reasons.

The same code runs in training (models/grounding) and in use.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nutshell.text.slots import Slot, SlotIndex
from nutshell.text.tokens import NEGATORS, Token, TokenizedText
from nutshell.text.words import word_set

from .alignment import Alignment
from .values import is_abbreviated, is_counted, is_rounded

NAMES = (
    # Meaning: cosines of the static encoder's vectors, for whole sentences and for single words.
    "cosine_first",
    "cosine_second",
    "cosine_third",
    "word_cosine_mean",
    "word_cosine_minimum",
    # Words that the source has too.
    "words_in_source",
    "words_in_support",
    "words_in_first",
    "pairs",
    "triples",
    "longest_run",
    "density",
    "in_order",
    "reverse_order",
    "new_words",
    "words_known",
    "words_in_one",
    "rare_words_in_source",
    "pairs_of_neighbours",
    "aligned",
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
    "antonym",
    "roles_swapped",
    "modal_added",
    "modal_dropped",
    # Length and style of claim and source.
    "log_words",
    "log_source",
    "pronouns",
    "in_lower_case",
)
COUNT = len(NAMES)

_MODALS = word_set("may might could would should will can likely possibly perhaps allegedly reportedly expected")
_PRONOUNS = word_set("he she they it his her their its him them this these those")
_MIN_MARGIN = 0.05
_PREFIX_CHARS = 4
# Quarters and halves of a year ("Q4", "4Q") are written in many ways; their numbers are compared as numbers.
_PERIOD = re.compile(r"[qhf]y?\d?")


@dataclass(frozen=True, slots=True)
class Findings:
    """The facts that were compared."""

    numbers: tuple[Slot, ...]
    names: tuple[Slot, ...]
    antonyms: tuple[Slot, ...]
    missing_numbers: tuple[Token, ...]
    missing_names: tuple[Token, ...]
    new_words: tuple[str, ...]
    negation_added: float
    negation_dropped: float
    roles_swapped: bool
    replaced: tuple[Token, Token] | None = None


def compare(
    claim: Sequence[Token],
    slots: SlotIndex,
    support: Sequence[int],
    cosines: Sequence[float],
    word_cosines: tuple[float, float],
    alignment: Alignment,
) -> tuple[list[float], Findings]:
    """Returns COUNT features, each about 0 to 1, and the findings.

    `support`: indices of the sentences nearest to the claim, best first, with their `cosines`. `word_cosines`: mean and
    minimum, over the claim's words, of the best cosine to a word of the support.
    """
    source = slots.source
    content = [token for token in claim if token.kind != "function"]
    size = max(1, len(content))
    near = [source.sentences[number] for number in support]
    first = {token.key for token in near[0]} if near else set()
    close = {token.key for sentence in near for token in sentence}
    findings = find(claim, slots)
    same_order, reverse_order = slots.word_order(claim)
    pairs, triples, longest, density = _copied([token.key for token in claim], slots)
    values = [*cosines, 0.0, 0.0, 0.0][:3]
    modal = any(token.low in _MODALS for token in claim)
    modal_there = any(token.low in _MODALS for token in (near[0] if near else ()))
    numbers, names = findings.numbers, findings.names
    return [
        *values,
        *word_cosines,
        sum(_has(token, source) for token in content) / size,
        sum(token.key in close for token in content) / size,
        sum(token.key in first for token in content) / size,
        pairs,
        triples,
        longest,
        density,
        same_order,
        reverse_order,
        min(1.0, len(findings.new_words) / 4),
        sum(token.key in source.keys or token.low in source.lows for token in claim) / max(1, len(claim)),
        max((sum(token.key in keys for token in content) for keys in ({t.key for t in row} for row in near)), default=0)
        / size,
        sum(slots.weight(token.key) for token in content if token.key in source.keys)
        / (sum(slots.weight(token.key) for token in content) or 1.0),
        _neighbours(content, slots),
        alignment.share,
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
        _margin(findings.antonyms),
        float(findings.roles_swapped),
        float(modal and not modal_there),
        float(modal_there and not modal),
        math.log1p(len(claim)) / 4,
        math.log1p(len(source.sentences)) / 5,
        min(1.0, 3 * sum(token.low in _PRONOUNS for token in claim) / max(1, len(claim))),
        float(not any(token.text[:1].isupper() for token in claim)),
    ], findings


def find(claim: Sequence[Token], slots: SlotIndex) -> Findings:
    source = slots.source
    numbers, names = slots.numbers(claim), slots.names(claim)
    added, dropped = slots.negations(claim)
    return Findings(
        numbers=tuple(numbers),
        names=tuple(names),
        antonyms=tuple(slots.antonyms(claim)),
        missing_numbers=tuple(
            slot.token for slot in numbers if slot.own_fit < 0 and not _is_meant(slot.token, claim, slots)
        ),
        missing_names=tuple(
            slot.token
            for slot in names
            if slot.own_fit < 0 and not _has(slot.token, source) and not is_abbreviated(slot.token, source.sentences)
        ),
        new_words=tuple(token.text for token in claim if token.kind == "word" and not _has(token, source)),
        negation_added=added,
        negation_dropped=dropped,
        roles_swapped=slots.swaps_roles(claim),
        replaced=slots.replaced_value(claim),
    )


def _is_meant(number: Token, claim: Sequence[Token], slots: SlotIndex) -> bool:
    values = [token.value for sentence in slots.source.sentences for token in sentence if token.kind == "number"]
    return is_rounded(number, claim, values) or is_counted(number, slots.source.sentences)


def _has(token: Token, source: TokenizedText) -> bool:
    if token.key in source.keys or token.low in source.lows:
        return True
    if token.kind != "name":
        return False
    # "Chinese" and "China", "4Q" and "Q4", "York's" and "York".
    prefix = token.key[:_PREFIX_CHARS] if len(token.key) > _PREFIX_CHARS else ""
    return token.key in source.lows or bool(_PERIOD.fullmatch(token.key)) or prefix in source.prefixes


def _neighbours(content: Sequence[Token], slots: SlotIndex) -> float:
    """Returns the share of the claim's pairs of neighbouring content words that stand in one sentence of the source."""
    pairs = [(first.key, second.key) for first, second in pairwise(content)]
    together = 0
    for first, second in pairs:
        rows = {number for number, _ in slots.by_key.get(first, ())}
        together += any(number in rows for number, _ in slots.by_key.get(second, ()))
    return together / max(1, len(pairs))


def _margin(slots: Sequence[Slot]) -> float:
    return max((slot.margin for slot in slots if slot.margin > _MIN_MARGIN), default=0.0)


def _copied(claim: Sequence[str], slots: SlotIndex) -> tuple[float, float, float, float]:
    """Returns how much of the claim is copied: the shares of its word pairs and triples that the source has, its
    longest run of the source's words, and its density (Grusky, Naaman & Artzi 2018, "Newsroom").
    """
    rows = slots.keys
    starts = slots.starts
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
        len(pairs & slots.pairs) / max(1, len(pairs)),
        len(triples & slots.triples) / max(1, len(triples)),
        max(runs, default=0) / size,
        min(1.0, sum(run * run for run in runs) / size / 15),
    )
