"""English tokens for comparing texts: words, numbers with their values, names, negations.

Numbers are compared by value: "1,000", "a thousand" and "one thousand" are equal, "$1.5bn" is 1.5e9. Names are
recognized by their capitals. A text without capitals (or all in capitals) needs the `known_names` of the text it is
compared with. Machine-made summaries often have detached punctuation ("did n't", "`` yes ''"): `restore_punctuation`
joins it again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .antonyms import ANTONYMS
from .stemming import stem
from .words import FUNCTION, LETTERS, word_set

TokenKind = Literal["word", "function", "number", "name"]

_DETACHED_ENDING = re.compile(r" (n['’]t|['’](?:s|re|ve|ll|d|m))\b", re.IGNORECASE)
_SPACE_BEFORE_MARK = re.compile(r" ([.,;:!?%)])(?=\s|$)")
_SPACE_AFTER_MARK = re.compile(r"([($£€]) (?=\w)")
_BRACKETS = (("-lrb- ", "("), (" -rrb-", ")"), ("-LRB- ", "("), (" -RRB-", ")"), ("``", '"'), ("''", '"'))

_TOKEN = re.compile(
    r"(?P<number>(?<![^\W_])\d+(?:[.,:]\d+)*)(?P<unit>bn|mn?|k|tn|th|st|nd|rd|s)?(?![^\W\d_])"
    rf"|(?P<word>[^\W\d_]+\d\w*|(?:[^\W\d_]\.){{2,}}|{LETTERS})|(?P<mark>[^\w\s])"
)
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
_SUFFIXES = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: float(value) for value, word in enumerate(_UNITS.split())}
_SMALL |= {word: float(10 * value) for value, word in enumerate(_TENS.split(), 2)}
# "one" and "zero" rarely stand for a number: "one of", "no one".
_NOT_ALONE = frozenset(["one", "zero"])
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_MONTHS = "january february march april may june july august september october november december"
DATES = frozenset(f"{_DAYS} {_MONTHS}".split())
_UNAMBIGUOUS_DATES = DATES - {"may", "march"}
NEGATORS = word_set(
    "not no never none nobody nothing nowhere neither nor without cannot hardly barely can't won't don't"
    " doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't wouldn't couldn't shouldn't mustn't"
    " needn't ain't"
)
_MINOR_WORDS = FUNCTION["en"] | word_set(
    "s t re ve ll d m upon among within without across around per via still yet ever never none nor"
    " either neither isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't won't wouldn't"
    " can't couldn't shouldn't cannot he's she's they're we're you're i've we've they've i'd he'd she'd"
    " they'd who's what's let's mr mrs ms dr said says say told"
)


@dataclass(frozen=True, slots=True)
class Token:
    """`key` is what is compared: a word's stem, a number's value as text, a name in lower case.

    `low` is the text in lower case; `at` is its position in the sentence.
    """

    text: str
    low: str
    kind: TokenKind
    key: str
    value: float = 0.0
    negates: bool = False
    at: int = 0


@dataclass(frozen=True)
class TokenizedText:
    """The tokens of each sentence, and the sets of what they contain.

    `prefixes`: the first four letters of names and long words, which "Chinese" and "China" share.
    """

    sentences: tuple[tuple[Token, ...], ...]
    keys: frozenset[str] = field(init=False)
    lows: frozenset[str] = field(init=False)
    prefixes: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        tokens = [token for sentence in self.sentences for token in sentence]
        object.__setattr__(self, "keys", frozenset(token.key for token in tokens if token.kind != "function"))
        object.__setattr__(self, "lows", frozenset(token.low for token in tokens))
        capitalized = (token.low[:4] for token in tokens if token.text[:1].isupper() and len(token.low) > 4)
        object.__setattr__(self, "prefixes", frozenset(capitalized))


def restore_punctuation(text: str) -> str:
    """Returns the text with detached punctuation joined, and single spaces."""
    for detached, joined in _BRACKETS:
        text = text.replace(detached, joined)
    text = _DETACHED_ENDING.sub(r"\1", text)
    text = _SPACE_AFTER_MARK.sub(r"\1", _SPACE_BEFORE_MARK.sub(r"\1", text))
    return " ".join(text.split())


def parse_text(sentences: Iterable[str], known_names: Collection[str] = ()) -> TokenizedText:
    """`known_names` are names in lower case; they count as names here too, however they are written."""
    rows = [_split(sentence) for sentence in sentences]
    words = [word for row in rows for word in row if word[:1].isalpha()]
    lower = {word for word in words if word[:1].islower()}
    within = {word for row in rows for word in row[1:] if word[:1].isupper()}
    repeated = {word for word, count in Counter(words).items() if count > 1 and word[:1].isupper()}
    capitals = _Capitals(
        lower, (within | repeated) - {word.capitalize() for word in lower}, bool(lower and within | repeated)
    )
    return TokenizedText(tuple(_tokens(row, capitals, frozenset(known_names)) for row in rows))


def names(text: TokenizedText) -> frozenset[str]:
    """Returns the names of a text, in lower case."""
    return frozenset(token.key for sentence in text.sentences for token in sentence if token.kind == "name")


def _split(sentence: str) -> list[str]:
    found = []
    for match in _TOKEN.finditer(sentence):
        if match["number"]:
            found.append(match["number"] + (match["unit"] or ""))
        elif match["word"]:
            found.append(match["word"].replace("’", "'"))
        elif match["mark"] in "%$£€":
            found.append(match["mark"])
    return found


@dataclass(frozen=True, slots=True)
class _Capitals:
    """Words that occur in lower case, capitalized words that are names, and whether the text uses capitals at all."""

    lower: set[str]
    names: set[str]
    used: bool


def _tokens(row: Sequence[str], capitals: _Capitals, known_names: frozenset[str]) -> tuple[Token, ...]:
    found: list[Token] = []
    place = 0
    while place < len(row):
        number = _number(row, place)
        if number is not None:
            value, used = number
            text = " ".join(row[place : place + used])
            found.append(Token(text, text.lower(), "number", f"{value:g}", value, at=place))
            place += used
            continue
        word = row[place]
        low = word.lower()
        base = low.removesuffix("'s").replace(".", "")
        following = row[place + 1] if place + 1 < len(row) else ""
        named = low in _UNAMBIGUOUS_DATES or base in known_names or _is_name(word, place == 0, following, capitals)
        if named and low not in _MINOR_WORDS:
            found.append(Token(word, low, "name", base, at=place))
            place += 1
            continue
        minor = (low in _MINOR_WORDS and stem(low) not in ANTONYMS) or low in "%$£€"
        negates = low in NEGATORS or low.endswith("n't")
        found.append(Token(word, low, "function" if minor or negates else "word", stem(low), negates=negates, at=place))
        place += 1
    return tuple(found)


def _is_name(word: str, opens: bool, following: str, capitals: _Capitals) -> bool:
    """Whether the capital means a name.

    Every sentence starts with one: there, the word must be a name elsewhere, or start a name of several words and never
    occur in lower case.
    """
    if not capitals.used or not word[:1].isupper():
        return False
    if not opens:
        return True
    bare = word.removesuffix("'s")
    return bare in capitals.names or (following[:1].isupper() and bare.lower() not in capitals.lower)


def _number(row: Sequence[str], place: int) -> tuple[float, int] | None:
    """Returns the number that starts at `place`, and how many strings of the row it spans."""
    word = row[place].lower()
    if word[:1].isdecimal():  # not "²", which is a digit too
        digits, suffix = re.match(r"([\d.,:]+)([a-z]*)", word).groups()  # type: ignore[union-attr]
        value = _digits(digits) * _SUFFIXES.get(suffix, 1.0)
        used = 1
    elif word in _SMALL:
        value, used = _SMALL[word], 1
        following = row[place + 1].lower() if place + 1 < len(row) else ""
        if value >= 20 and 0 < _SMALL.get(following, 0.0) < 10:
            value, used = value + _SMALL[following], 2
        if word in _NOT_ALONE and following not in _SCALES:
            return None
    elif word in {"a", "an"} and place + 1 < len(row) and row[place + 1].lower() in _SCALES:
        value, used = 1.0, 1
    else:
        return None
    while place + used < len(row) and (scale := _SCALES.get(row[place + used].lower())):
        value, used = value * scale, used + 1
    return value, used


def _digits(text: str) -> float:
    text = text.strip(".,:")
    if ":" in text:
        hours, _, rest = text.partition(":")
        return _digits(hours) + _digits(rest) / 1000
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        return float(text.replace(",", ""))
    whole, _, rest = text.replace(",", ".").partition(".")
    return float(f"{whole}.{rest.replace('.', '') or 0}")
