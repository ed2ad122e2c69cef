"""Parses a question: the kind of answer it expects, and the words that carry what it asks about."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from nutshell.records.message import Message
from nutshell.text.tokens import DATES, Token, parse_text, restore_punctuation
from nutshell.text.words import word_set

from .answer_form import Form, asked_form, counted_noun, has_form

AnswerKind = Literal["number", "name", "date", "reason", "thing"]

MAX_CHARS = 400
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
# Words that only form the question; an answer need not have them.
_QUESTION_WORDS = word_set(
    "many much long old name type kind year time did does call called mean be happen happens happened"
)


@dataclass(frozen=True, slots=True)
class Question:
    """`tokens` carry what is asked about, `all_tokens` are all there are.

    `head` is the word that names the wanted thing ("which *sea*"); empty when no word does. `form` is what the answer
    must contain, if the question says; `counted` is what "how many" counts.
    """

    text: str
    wants: AnswerKind
    tokens: tuple[Token, ...]
    head: str
    all_tokens: tuple[Token, ...]
    form: Form | None = None
    counted: str = ""

    def answered_in_form_by(self, text: str) -> bool:
        """Whether a text has something of the form that the answer must have; True for a question without one."""
        given = {token.low for token in self.all_tokens}
        return self.form is None or has_form(self.form, text, self.counted, given)


def parse_question(text: str, names: Collection[str] = (), asks: str = "") -> Question:
    """Raises ValueError for a text without a word. `names`: the page's names, in lower case.

    `asks`: the part of the text that says which kind of answer is wanted, if not all of it does: a follow-up question
    without the question that it follows (follow_up.py).
    """
    question = restore_punctuation(text)[:MAX_CHARS]
    if not re.search(r"\w", question):
        raise ValueError(Message("ask.no_words"))
    wanted = restore_punctuation(asks) if asks else question
    low = wanted.lower()
    wants: AnswerKind = "thing"
    kinds: Sequence[tuple[AnswerKind, re.Pattern[str]]] = (
        ("reason", _REASON),
        ("date", _DATE),
        ("number", _NUMBER),
        ("name", _NAME),
    )
    for kind, pattern in kinds:
        if pattern.search(low):
            wants = kind
            break
    tokens = tuple(token for sentence in parse_text([question], names).sentences for token in sentence)
    content = tuple(token for token in tokens if token.kind != "function" and token.low not in _QUESTION_WORDS)
    head = _HEAD.search(low)
    return Question(
        question,
        wants,
        content or tokens,
        head[1] if head else "",
        tokens,
        asked_form(wanted),
        counted_noun(wanted),
    )


def has_answer_kind(wants: AnswerKind, tokens: Sequence[Token], question_keys: Collection[str]) -> bool:
    """Whether a sentence has something of the wanted kind that the question does not have itself."""
    for token in tokens:
        if token.key in question_keys:
            continue
        if wants == "number" and token.kind == "number":
            return True
        if wants == "date" and (token.low in DATES or (token.kind == "number" and _may_be_date(token))):
            return True
        if wants == "name" and token.kind == "name" and token.low not in DATES:
            return True
        if wants == "reason" and token.low in _REASON_WORDS:
            return True
    return wants == "thing"


_REASON_WORDS = word_set("because since due as so cause caused result resulted reason order therefore thus allow led")


def _may_be_date(token: Token) -> bool:
    return (1000 <= token.value < 2200 and token.value == int(token.value)) or ":" in token.text or token.value <= 31
