"""Scripts that make a true sentence false: another number, another name, a negation.

The replacement comes from the same source where possible, so that only its position is wrong.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
NAME = re.compile(r"(?<=[a-z,;’'] )[A-Z][a-z]+(?: [A-Z][a-z]+)*(?=[ ,.;]|$)")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|could|should|can|may|might|must|does|do|did)\b"
    r"(?! (?:not|n't|never|no)\b)"
)
_NOT_NAMES = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|I|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July"
    r"|August|September|October|November|December)$"
)
_BASE = {"said": "say", "told": "tell", "made": "make", "won": "win", "took": "take", "went": "go", "found": "find"}
_PAST = re.compile(r"\b([a-z]{3,}ed|said|told|made|won|took|went|found)\b")


def number(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Replaces a number of the claim with another one of the source or with a close one. None if it has no number."""
    found = list(NUMBER.finditer(claim))
    if not found:
        return None
    chosen = dice.choice(found)
    others = sorted({other for sentence in source for other in NUMBER.findall(sentence)} - {m[0] for m in found})
    if others and dice.random() < 0.5:
        new = dice.choice(others)
    else:
        digits = re.sub(r"\D", "", chosen[0])
        new = str(int(digits) + dice.choice([-3, -2, -1, 1, 2, 3, 5, 10]) if len(digits) < 12 else 7)
        new = new.lstrip("-")
    return claim[: chosen.start()] + new + claim[chosen.end() :] if _value(new) != _value(chosen[0]) else None


def name(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Replaces a name of the claim with another name of the source. None if either has none."""
    found = [match for match in NAME.finditer(claim) if not _NOT_NAMES.search(match[0])]
    others = sorted({other for sentence in source for other in NAME.findall(sentence) if not _NOT_NAMES.search(other)})
    if not found:
        return None
    chosen = dice.choice(found)
    words = set(claim.split()) | {word for match in found for word in match[0].split()}
    fit = [other for other in others if not set(other.split()) & words]
    return claim[: chosen.start()] + dice.choice(fit) + claim[chosen.end() :] if fit else None


def negation(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Negates the verb: "was not", "did not agree". None if the claim has a negation or no such verb."""
    if re.search(r"\b(?:not|no|never|none|nobody|nothing|without|cannot)\b|n['’]t\b", claim):
        return None
    found = list(_AUXILIARY.finditer(claim))
    if found:
        chosen = dice.choice(found)
        return f"{claim[: chosen.end()]} not{claim[chosen.end() :]}"
    past = _PAST.search(claim)
    if past is None:
        return None
    verb = _BASE.get(past[0]) or re.sub(r"(?:(?<=e)d|ed)$", "", past[0])
    return f"{claim[: past.start()]}did not {verb}{claim[past.end() :]}"


KINDS = {"number": number, "name": name, "negation": negation}


def _value(text: str) -> float:
    return (
        float(re.sub(r"[^\d.]", "", text.replace(",", "")).strip(".").replace("..", ".") or 0)
        if text.count(".") < 2
        else -1.0
    )
