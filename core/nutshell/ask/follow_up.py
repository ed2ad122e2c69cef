"""Whether a question continues the one before it: "And where?" after "Who won the race?".

A question with words of its own is asked alone: "Who funded the study?" needs nothing. A fragment is asked with the
question before it. With a pronoun, both are possible ("How long does it take?"), and the page decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nutshell.text.tokens import restore_punctuation
from nutshell.text.words import word_set

from .question import MAX_CHARS, parse_question

Reading = Literal["alone", "follow_up"]

_CONTINUES = re.compile(r"(?:and|but|so|or|then|also|what about|how about|what else|who else|where else)\b")
_PRONOUN = re.compile(
    r"\b(?:he|she|they|him|her|his|their|theirs|them|it|its|there|then|one|ones)\b"
    r"|\b(?:this|that|these|those)(?= (?:is|was|are|were|do|does|did|has|have|had|can|will|would|happen|happened|mean"
    r"|means|work|works|last|lasts|cost|costs|take|takes|so|too)\b|\W*$)"
)
# Words with which a question asks but says nothing: what is left of "And how long did that last then?" is "last".
_EMPTY = word_set(
    "and but so or then also what about how who whom whose where when why which much many long far old often exactly"
    " else more less other others is are was were do does did can could will would should has have had be been the a"
    " an of for in on at to from by with that this these those it its he she they him her his their them there happen"
    " happened mean reason one ones not no too just really happens instead"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One way to understand a question. `asks` is the part that says what is wanted, empty if the whole text does."""

    reading: Reading
    text: str
    asks: str = ""


def readings(text: str, previous: str) -> tuple[Asked, ...]:
    """Returns the ways to understand a question, the likeliest first.

    One that is clearly not meant is left out. Raises ValueError for a text without a word.
    """
    alone = Asked("alone", restore_punctuation(text))
    parse_question(alone.text)
    if not previous.strip():
        return (alone,)
    joined = _joined(alone.text, previous)
    low = alone.text.lower()
    content = [word for word in re.findall(r"[\w'’-]+", low) if word not in _EMPTY]
    if not content or (_CONTINUES.match(low) and len(content) <= 2):
        return (joined,)
    if _PRONOUN.search(low):
        return (joined, alone)
    return (alone,)


def reading_of(text: str, previous: str, reading: Reading) -> Asked:
    """Returns a question in the way that the reader chose. Raises ValueError for a text without a word."""
    alone = Asked("alone", restore_punctuation(text))
    parse_question(alone.text)
    return _joined(alone.text, previous) if reading == "follow_up" and previous.strip() else alone


def _joined(question: str, previous: str) -> Asked:
    before = restore_punctuation(previous)
    return Asked("follow_up", f"{before} {question}"[-MAX_CHARS:], question)
