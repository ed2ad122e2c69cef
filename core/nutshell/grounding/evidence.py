"""Chooses the sentences of a source that a claim is compared with: those that together have most of its words."""

from __future__ import annotations

from collections.abc import Sequence

from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import Token

MAX_SENTENCES = 4
# What a word still counts once a chosen sentence has it.
_COVERED_WEIGHT = 0.25


def choose_evidence(slots: SlotIndex, claim: Sequence[Token]) -> tuple[int, ...]:
    """Returns the indices of the sentences that together have most of the claim's words, the best first.

    Rare words count more. The first sentence of the source stands in for a claim that shares no word with it.
    """
    weights = {token.key: slots.weight(token.key) for token in claim if token.kind != "function"}
    shared: dict[int, set[str]] = {}
    for key in weights:
        for index, _ in slots.by_key.get(key, ()):
            shared.setdefault(index, set()).add(key)
    chosen: list[int] = []
    while shared and len(chosen) < MAX_SENTENCES:
        best = max(shared, key=lambda index: (sum(weights[key] for key in shared[index]), -index))
        chosen.append(best)
        for key in shared.pop(best):
            if key in weights:
                weights[key] *= _COVERED_WEIGHT
    return tuple(chosen) or (0,)
