"""Lays a claim beside a sentence that it nearly repeats, and finds what it says otherwise.

Where most words of both stand in the same order, the few that differ can be compared exactly: another number or name, a
negation or a hedge more or less, an opposite, two parties exchanged.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from nutshell.text.antonyms import ANTONYMS
from nutshell.text.slots import SlotIndex, same_name
from nutshell.text.tokens import Token
from nutshell.text.words import word_set

from .values import is_rounded

ChangeKind = Literal[
    "number", "name", "opposite", "negation_added", "negation_dropped", "hedge_added", "hedge_dropped", "roles"
]

# A claim nearly repeats a sentence when this share of its content words, and this many, stand there in the same order.
_MIN_SHARE, _MIN_WORDS = 0.6, 2
# Whoever exchanges two parties keeps the rest.
_MIN_SHARED_ROLES = 0.85
# Between two words that both texts have, more words than this say something else rather than the same otherwise.
_MAX_GAP = 5
# How many words on each side of a verb name who did it and to whom.
_PARTY_WORDS = 3
_POSSIBLE = word_set(
    "may might could can should want wants wanted hope aim perhaps maybe possibly probably likely potentially"
    " reportedly allegedly apparently almost nearly partly expected"
    " expects plans planned planning hopes hoped aims intends intended suspected believed appears seems alleged"
)
_CERTAIN = word_set("will must shall is are was were has have had does do did")
_OBLIGED = {"should": 1, "must": 2, "need": 2, "needs": 2, "required": 2, "may": 0, "can": 0}
# Words of one group exclude one another: how many, how often, in which unit.
_GROUPS = (
    word_set("all every some few none"),
    word_set("always usually sometimes rarely never"),
    word_set("second minute hour day week month year decade"),
    word_set("kilometer kilometre meter metre mile foot feet inch"),
    word_set("dollar euro pound yen"),
    word_set("gram kilogram tonne ton ounce"),
    word_set("gb mb kb tb"),
)
_GROUP = {word: number for number, group in enumerate(_GROUPS) for word in group}
_DENYING = word_set("fail failed fails refuse refused refuses deny denied denies unable without neither nor")
_PASSIVE_BEFORE = word_set("is are was were be been being get gets got getting")


Step = tuple[str, int, int, int, int]
"""A difference as `SequenceMatcher.get_opcodes` gives it: of the sentence, then of the claim."""


@dataclass(frozen=True, slots=True)
class Change:
    """`claim` and `source` are the words that differ, as written; either may be empty."""

    kind: ChangeKind
    claim: str
    source: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """`share` of the claim's content words that stand in the sentence in the same order, 0 to 1."""

    share: float
    changes: tuple[Change, ...] = ()


def align(claim: Sequence[Token], slots: SlotIndex, evidence: Sequence[int]) -> Alignment:
    """Returns the alignment with the sentence that the claim repeats best; without changes when any has none."""
    found = [_align_one(claim, slots.source.sentences[index]) for index in evidence]
    best = max(found, key=lambda alignment: alignment.share, default=Alignment(0.0))
    if any(not other.changes and other.share > best.share - 0.1 for other in found):
        return Alignment(best.share)
    return best


def _align_one(claim: Sequence[Token], sentence: Sequence[Token]) -> Alignment:
    matcher = SequenceMatcher(None, [token.key for token in sentence], [token.key for token in claim], autojunk=False)
    steps = matcher.get_opcodes()
    size = sum(token.kind != "function" for token in claim)
    same = sum(
        token.kind != "function" for kind, *_, start, end in steps if kind == "equal" for token in claim[start:end]
    )
    share = same / max(1, size)
    keys = {token.key for token in sentence}
    shared = sum(_is_in(token.key, keys) for token in claim if token.kind != "function") / max(1, size)
    changes: list[Change] = []
    if shared >= _MIN_SHARED_ROLES and size >= _MIN_WORDS:
        changes += _roles(claim, sentence)
        changes += _exchanged(steps, claim, sentence)
    if share >= _MIN_SHARE and same >= _MIN_WORDS and not changes:
        for place, (kind, first, last, start, end) in enumerate(steps):
            if kind != "equal" and last - first <= _MAX_GAP and end - start <= _MAX_GAP:
                followed = place < len(steps) - 1
                changes += _compare(claim[start:end], sentence[first:last], claim, sentence, followed)
    return Alignment(share, tuple(changes))


def _compare(
    ours: Sequence[Token], theirs: Sequence[Token], claim: Sequence[Token], sentence: Sequence[Token], followed: bool
) -> list[Change]:
    """Compares the words that differ in one place. `followed`: by words that both texts have."""
    found = []
    for kind in ("number", "name"):
        mine = [token for token in ours if token.kind == kind and not any(_same(token, other) for other in sentence)]
        others = [token for token in theirs if token.kind == kind and not any(_same(token, other) for other in ours)]
        if kind == "number":
            mine = [token for token in mine if not is_rounded(token, claim, [other.value for other in others])]
            others = [other for other in others if mine and _is_year(other) == _is_year(mine[0])]
        if mine and others and mine[0].text != "UNK":
            found.append(Change("number" if kind == "number" else "name", mine[0].text, others[0].text))
    for token in ours:
        for other in theirs:
            if other.key in ANTONYMS.get(token.key, ()) or (
                _GROUP.get(token.key, -1) == _GROUP.get(other.key, -2) and token.key != other.key
            ):
                found.append(Change("opposite", token.text, other.text))
    if followed and not found:
        found += _certainty(ours, theirs)
    return found


def _certainty(ours: Sequence[Token], theirs: Sequence[Token]) -> list[Change]:
    """Finds a negation or a hedge more or less, where nothing else is said in the place that it could belong to."""
    found = []
    if not _says_more(theirs, ours) and not _says_more(ours, theirs):
        denied, denies = (any(_denies(token) for token in row) for row in (ours, theirs))
        if denied and not denies:
            found.append(Change("negation_added", next(token.text for token in ours if _denies(token)), ""))
        if denies and not denied:
            found.append(Change("negation_dropped", "", next(token.text for token in theirs if _denies(token))))
        hedged, hedges = ([token for token in row if _hedges(token)] for row in (ours, theirs))
        if hedges and not hedged:
            sure = next((token.text for token in ours if token.low in _CERTAIN), "")
            found.append(Change("hedge_dropped", sure, hedges[0].text))
        if hedged and not hedges:
            sure = next((token.text for token in theirs if token.low in _CERTAIN), "")
            found.append(Change("hedge_added", hedged[0].text, sure))
        if hedged and hedges:
            mine, others = _OBLIGED.get(hedged[0].low), _OBLIGED.get(hedges[0].low)
            if mine is not None and others is not None and mine != others:
                found.append(Change("hedge_dropped", hedged[0].text, hedges[0].text))
    return found


def _denies(token: Token) -> bool:
    return token.negates or token.low in _DENYING


def _hedges(token: Token) -> bool:
    return token.low in _POSSIBLE and token.text != "May"


def _says_more(gap: Sequence[Token], other: Sequence[Token]) -> bool:
    """Whether a gap has content that its negation or hedge may belong to, other than another form of the verb in the
    other gap. A subject may stand before it.
    """
    last = max((place for place, token in enumerate(gap) if _denies(token) or _hedges(token)), default=len(gap))
    said = sum(token.kind != "function" for token in gap[last + 1 :])
    return said > 1 or (said == 1 and not any(token.kind == "word" for token in other))


def _roles(claim: Sequence[Token], sentence: Sequence[Token]) -> list[Change]:
    """Finds a word with the same parties on the other side of it, or in the passive instead of the active."""
    ours, theirs = _content(claim), _content(sentence)
    for place, token in enumerate(ours):
        if token.kind != "word" or not 0 < place < len(ours) - 1:
            continue
        before, after = _parties(ours, place)
        passive, by = _voice(claim, token)
        exchanged = False
        for there, other in enumerate(theirs):
            if not 0 < there < len(theirs) - 1 or not _same_verb(token.key, other.key):
                continue
            left, right = _parties(theirs, there)
            its_passive, its_by = _voice(sentence, other)
            crossed = bool(before & right and after & left and not before & left)
            kept = bool(before & left and after & right and not before & right)
            exchanged = (crossed and passive == its_passive) or (kept and passive != its_passive and by != its_by)
            if not exchanged:
                break
        if exchanged:
            return [Change("roles", ours[place - 1].text, ours[place + 1].text)]
    return []


def _is_in(key: str, keys: Set[str]) -> bool:
    return key in keys or (len(key) >= 6 and key.endswith("en") and key[:-2] in keys) or key + "en" in keys


def _exchanged(steps: Sequence[Step], claim: Sequence[Token], sentence: Sequence[Token]) -> list[Change]:
    """Finds two places that have each other's words, without the "by" that a passive needs."""
    gaps = []
    for kind, first, last, start, end in steps:
        if kind == "replace" and last - first <= _MAX_GAP and end - start <= _MAX_GAP:
            gaps.append(
                (_content(claim[start:end]), _content(sentence[first:last]), claim[start:end], sentence[first:last])
            )
    for place, (ours, theirs, mine, its) in enumerate(gaps):
        for others, there, more, its_more in gaps[place + 1 :]:
            crossed = {t.key for t in ours} & {t.key for t in there}, {t.key for t in others} & {t.key for t in theirs}
            passive = [any(token.low == "by" for token in row) for row in ((*mine, *more), (*its, *its_more))]
            if all(crossed) and passive[0] == passive[1]:
                return [Change("roles", ours[0].text, others[0].text)]
    return []


def _same_verb(first: str, second: str) -> bool:
    """Whether two stems are forms of a verb: "beat", "beaten"."""
    return first == second or (min(len(first), len(second)) >= 4 and (first + "en" == second or second + "en" == first))


def _content(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.kind != "function"]


def _parties(row: Sequence[Token], place: int) -> tuple[set[str], set[str]]:
    before = {token.key for token in row[max(0, place - _PARTY_WORDS) : place]}
    after = {token.key for token in row[place + 1 : place + 1 + _PARTY_WORDS]}
    return before - after, after - before


def _voice(row: Sequence[Token], verb: Token) -> tuple[bool, bool]:
    """Returns whether the verb is in the passive, and whether "by" names who does it."""
    place = next(number for number, token in enumerate(row) if token is verb)
    being = any(token.low.removesuffix("n't") in _PASSIVE_BEFORE for token in row[max(0, place - 2) : place])
    by = being and place + 1 < len(row) and row[place + 1].low == "by"
    return by or (being and verb.low.endswith(("ed", "en", "wn", "ght"))), by


def _is_year(number: Token) -> bool:
    return number.text.isdecimal() and 1500 <= number.value <= 2100


def _same(token: Token, other: Token) -> bool:
    if token.kind == "number" and other.kind == "number":
        # "46m" may be metres as well as millions.
        return token.value == other.value or token.low.rstrip("m") == other.low.rstrip("m")
    return token.key == other.key or (token.kind == "name" and same_name(token, other)) or token.low == other.low
