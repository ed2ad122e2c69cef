"""A question: what kind of thing would answer it, and which words it brings along."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from nutshell.records.message import Message
from nutshell.text.tokens import DATES, Token, plain, read
from nutshell.text.words import word_set

Wants = Literal["number", "name", "date", "reason", "thing"]

LONGEST = 400
_AMOUNTS = (
    "percent|percentage|number|amount|score|price|cost|rate|age|size|total|population|proportion|share|speed"
    "|temperature|height|weight|length|distance"
)
_MOMENTS = "year|years|date|day|month|century|decade|time|season|era|period"
_NAMED = (
    "person|man|woman|people|player|team|company|organi[sz]ation|country|city|state|place|town|nation|actor|author"
    "|artist|singer|president|king|queen|leader|group|name|school|university|river|region|area|language"
)
_HOW = "many|much|long|old|far|fast|big|large|tall|high|deep|wide|often|heavy|expensive|late|early"
_OF = r"(?:(?:is|was|are|were) (?:the|its|their|his|her) )?(?:\w+ ){0,2}?"
_NUMBER = re.compile(rf"\bhow (?:{_HOW})\b|\b(?:what|which) {_OF}(?:{_AMOUNTS})\b")
_DATE = re.compile(rf"\bwhen\b|\bhow (?:long ago|recently)\b|\b(?:what|which) (?:\w+ ){{0,2}}?(?:{_MOMENTS})\b")
_NAME = re.compile(rf"\b(?:who|whom|whose|where)\b|\b(?:what|which) (?:\w+ ){{0,2}}?(?:{_NAMED})\b|\bname of\b")
_KIND = "(?:(?:kind|type|sort|name|form|part|portion) of )?"
_HEAD = re.compile(rf"\b(?:what|which) {_KIND}(?!(?:is|are|was|were|did|do|does|has)\b)([a-z]{{3,}})\b")
_REASON = re.compile(
    r"\b(?:why|how come|for what reason|what (?:is|was|were|are) the reasons?|what caused?|what made)\b"
)
# Words of asking itself, which no answer needs to have.
_ASKING = word_set("many much long old name type kind year time did does call called mean be")


@dataclass(frozen=True, slots=True)
class Question:
    """`tokens` are those that carry what is asked about; `head` the word that names what is wanted, or empty;
    `every` all of its tokens."""

    text: str
    wants: Wants
    tokens: tuple[Token, ...]
    head: str
    every: tuple[Token, ...]


def read_question(text: str, known: Collection[str] = ()) -> Question:
    """Raises ValueError for a text with no word in it. Follow-ups are made whole by `whole_question` first."""
    whole = plain(text)[:LONGEST]
    if not re.search(r"\w", whole):
        raise ValueError(Message("ask.no_words"))
    low = whole.lower()
    wants: Wants = "thing"
    kinds: Sequence[tuple[Wants, re.Pattern[str]]] = (
        ("reason", _REASON),
        ("date", _DATE),
        ("number", _NUMBER),
        ("name", _NAME),
    )
    for kind, pattern in kinds:
        if pattern.search(low):
            wants = kind
            break
    every = [token for sentence in read([whole], known).sentences for token in sentence]
    carrying = tuple(token for token in every if token.kind != "function" and token.low not in _ASKING)
    head = _HEAD.search(low)
    return Question(whole, wants, carrying or tuple(every), head[1] if head else "", tuple(every))


def whole_question(text: str, before: str) -> str:
    """A follow-up with what it leans on: "And where?" after "Who won the race?" is asked with the earlier words."""
    low = plain(text).lower()
    leans = re.search(r"\b(?:he|she|they|it|his|her|their|its|him|them|that|this|those|these|there|then)\b", low)
    begins = re.match(r"(?:and|but|so|what about|how about|why|where|when|who|how|how many|how much)\b", low)
    short = len(low.split()) <= 4
    return f"{plain(before)} {plain(text)}" if before and (leans or (begins and short)) else plain(text)


def fits(wants: Wants, tokens: Sequence[Token], asked: Collection[str]) -> bool:
    """Whether a sentence holds something of the wanted kind that the question does not hold itself."""
    for token in tokens:
        if token.key in asked:
            continue
        if wants == "number" and token.kind == "number":
            return True
        if wants == "date" and (token.low in DATES or (token.kind == "number" and _may_be_date(token))):
            return True
        if wants == "name" and token.kind == "name" and token.low not in DATES:
            return True
        if wants == "reason" and token.low in _BECAUSE:
            return True
    return wants == "thing"


_BECAUSE = word_set("because since due as so cause caused result resulted reason order therefore thus allow led")


def _may_be_date(token: Token) -> bool:
    return (1000 <= token.value < 2200 and token.value == int(token.value)) or ":" in token.text or token.value <= 31
