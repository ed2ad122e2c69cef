"""Numbers and names that a source has in another form: rounded, counted, abbreviated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor, log10

from nutshell.text.tokens import DATES, Token
from nutshell.text.words import word_set

_AT_LEAST = word_set("over more above least exceeding exceeded exceeds beyond")
_ABOUT = word_set(
    "about around nearly almost some roughly approximately up close under less fewer below estimated most"
)
# "More than a million" says little of 180 million, but nothing false.
_MAX_EXCESS, _MAX_SMALL_EXCESS, _LARGE = 200.0, 1.5, 1000.0
_ABOUT_SHARE, _ROUND_SHARE = 0.1, 0.05
_MAX_COUNT = 10
_SAME = {"usa": "us", "america": "us", "american": "us", "britain": "uk", "british": "uk"}


def is_rounded(number: Token, claim: Sequence[Token], source: Iterable[float]) -> bool:
    """Whether a number of the source is meant by the claim's: "over 26,000" or "26 thousand" for 26,412."""
    place = next(place for place, token in enumerate(claim) if token is number)
    before = {token.low for token in claim[max(0, place - 4) : place] if number.at - token.at <= 4}
    value = number.value
    if value <= 0:
        return False
    digits = len(f"{value:.15g}".replace(".", "").strip("0"))
    for other in source:
        if before & _AT_LEAST and value <= other <= value * (_MAX_EXCESS if value >= _LARGE else _MAX_SMALL_EXCESS):
            return True
        if before & _ABOUT and abs(other - value) <= _ABOUT_SHARE * value:
            return True
        if value >= _LARGE or value % 1:
            if digits >= 2 and other > 0 and _rounded(other, digits) == value:
                return True
            if value >= _LARGE and digits == 1 and abs(other - value) <= _ROUND_SHARE * value:
                return True
    return False


def _rounded(value: float, digits: int) -> float:
    return float(f"{round(value, digits - 1 - floor(log10(value))):.15g}")


def is_counted(number: Token, sentences: Iterable[Sequence[Token]]) -> bool:
    """Whether a sentence lists as many names as the number says."""
    if not 2 <= number.value <= _MAX_COUNT:
        return False
    return any(_count_names(sentence) == number.value for sentence in sentences)


def _count_names(sentence: Sequence[Token]) -> int:
    count, last = 0, -2
    for token in sentence:
        if token.kind == "name" and token.low not in DATES:
            count += token.at - last > 1
            last = token.at
    return count


def is_abbreviated(name: Token, sentences: Iterable[Sequence[Token]]) -> bool:
    """Whether a sentence has the words that the name's letters stand for ("US" for "United States")."""
    letters = _SAME.get(name.key, name.key)
    if not 2 <= len(letters) <= 5 or not (name.text.replace(".", "").isupper() or name.key in _SAME):
        return False
    for sentence in sentences:
        initials = "".join(token.low[:1] if token.text[:1].isupper() else " " for token in sentence)
        if letters in initials or any(token.key == letters or _SAME.get(token.key) == letters for token in sentence):
            return True
    return False
