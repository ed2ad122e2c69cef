"""Features of how well each passage of a page answers a question, for the `ask` head.

The same code runs in training (models/ask) and in use.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import Token
from nutshell.text.words import word_set

from .answer_form import asking_words
from .question import Question, has_answer_kind

NAMES = (
    "cosine",
    "cosine_behind",
    "rank",
    "cosine_before",
    "cosine_after",
    "words",
    "words_behind",
    "words_before",
    "words_after",
    "words_around",
    "soft",
    "soft_least",
    "soft_weighted",
    "soft_head",
    "cosine_window",
    "points_back",
    "points_back_to_words",
    "right_kind",
    "wants_number",
    "wants_name",
    "wants_date",
    "wants_reason",
    "wrong_kind",
    "names_here",
    "names_on_page",
    "names_asked",
    "numbers_here",
    "prefixes",
    "prefixes_behind",
    "prefixes_before",
    "pairs",
    "run",
    "density",
    "log_words",
    "opens_with_question_word",
    "new_words",
    "words_on_page",
    "log_page",
    "cosine_best",
    "words_best",
    "asks_form",
    "has_form",
    "lacks_form",
    "form_counts",
    "soft_least_around",
    "soft_least_on_page",
    "words_not_of_title",
    "words_beside_title",
    "title_asked",
    "negates",
    "words_in_block",
    "defines",
)
COUNT = len(NAMES)

_PREFIX_CHARS = 5
_ASKS_DEFINITION = re.compile(
    r"(?:what|who) (?:is|are|was|were) (?:an? |the )?(?P<what>[\w' -]{2,50})\?*$"
    r"|what do(?:es)? (?P<meant>[\w' -]{2,50}) mean\b",
    re.I,
)
_POINTING_BACK = word_set("he she they it this these those his her their its such there then")


@dataclass(frozen=True, slots=True)
class WordMatch:
    """For each word of the question, take its best cosine to a word of the passage: their mean, minimum, and mean
    weighted by rarity.

    head: the best cosine of the question's head ("which *sea*") to a word that the question does not have
    around: like `minimum`, with the words of the passage before
    on_page: like `minimum`, with all words of the page
    """

    mean: float = 0.0
    minimum: float = 0.0
    weighted: float = 0.0
    head: float = 0.0
    around: float = 0.0
    on_page: float = 0.0


@dataclass(frozen=True, slots=True)
class Around:
    """What is known about the passages of a page beside their words.

    texts: the passages
    blocks: the keys of the block that each passage is in, and of the heading above it
    title: the keys of the page's title
    cosines: of each passage with the question
    window: of each passage joined to the one before it
    """

    texts: Sequence[str]
    blocks: Sequence[frozenset[str]]
    title: frozenset[str]
    cosines: Sequence[float]
    window: Sequence[float]


def evidence(
    question: Question,
    slots: SlotIndex,
    around: Around,
    matches: Sequence[WordMatch],
    chosen: Sequence[int],
) -> list[list[float]]:
    """Returns COUNT features, each about 0 to 1, for each of the `chosen` passages of the page."""
    rows = slots.source.sentences
    cosines, window, form = around.cosines, around.window, question.form
    asked_words = asking_words(form)
    beside = {token.key for token in question.tokens if token.key not in around.title and token.low not in asked_words}
    beside_total = sum(slots.weight(key) for key in beside) or 1.0
    defined = _definition_of(question.text)
    negated = any(token.negates for token in question.all_tokens)
    asked = {token.key: slots.weight(token.key) for token in question.tokens}
    total = sum(asked.values()) or 1.0
    named = [token.key for token in question.tokens if token.kind == "name"]
    numbered = [token.key for token in question.tokens if token.kind == "number"]
    keys = [{token.key for token in row} for row in rows]
    shares = [sum(weight for key, weight in asked.items() if key in row) / total for row in keys]
    best_cosine, best_share = max(cosines, default=0.0), max(shares, default=0.0)
    prefix_rows = [{_prefix(token) for token in row if token.kind != "function"} for row in rows]
    prefixes = _rarity(question.tokens, prefix_rows)
    prefix_total = sum(prefixes.values()) or 1.0
    prefix_shares = [_weight_of(prefixes, row) / prefix_total for row in prefix_rows]
    best_prefix_share = max(prefix_shares, default=0.0)
    asked_pairs = _pairs(question.all_tokens)
    order = sorted(range(len(rows)), key=lambda index: -cosines[index])
    rank = {index: place for place, index in enumerate(order)}
    on_page = sum(weight for key, weight in asked.items() if key in slots.by_key or key in slots.source.keys) / total
    names_on_page = sum(key in slots.source.keys for key in named) / max(1, len(named)) if named else 1.0
    found = []
    for index in chosen:
        row = rows[index]
        before = keys[index - 1] if index else set()
        after = keys[index + 1] if index + 1 < len(rows) else set()
        points_back = any(token.low in _POINTING_BACK for token in row[:3])
        fits = has_answer_kind(question.wants, row, asked)
        fits_form = form is not None and question.answered_in_form_by(around.texts[index])
        block = around.blocks[index]
        found.append(
            [
                cosines[index],
                best_cosine - cosines[index],
                1 / (1 + rank[index]),
                cosines[index - 1] if index else 0.0,
                cosines[index + 1] if index + 1 < len(rows) else 0.0,
                shares[index],
                best_share - shares[index],
                _weight_of(asked, before - keys[index]) / total,
                _weight_of(asked, after - keys[index]) / total,
                _weight_of(asked, keys[index] | before | after) / total,
                matches[index].mean,
                matches[index].minimum,
                matches[index].weighted,
                matches[index].head,
                window[index],
                float(points_back),
                points_back * _weight_of(asked, before - keys[index]) / total,
                float(fits),
                float(question.wants == "number"),
                float(question.wants == "name"),
                float(question.wants == "date"),
                float(question.wants == "reason"),
                float(not fits),
                sum(key in keys[index] for key in named) / max(1, len(named)),
                names_on_page,
                float(bool(named)),
                sum(key in keys[index] for key in numbered) / max(1, len(numbered)),
                prefix_shares[index],
                best_prefix_share - prefix_shares[index],
                _weight_of(prefixes, prefix_rows[index - 1] - prefix_rows[index]) / prefix_total if index else 0.0,
                len(asked_pairs & _pairs(row)) / max(1, len(asked_pairs)),
                _run(question.tokens, row),
                _closeness(asked, row),
                math.log1p(len(row)) / 4,
                float(any(token.low in {"what", "who", "when", "where", "why", "how"} for token in row[:1])),
                min(1.0, sum(token.kind != "function" and token.key not in asked for token in row) / 20),
                on_page,
                math.log1p(len(rows)) / 5,
                best_cosine,
                best_share,
                float(form is not None),
                float(fits_form),
                float(form is not None and not fits_form),
                float(form == "count" and fits_form),
                matches[index].around,
                matches[index].on_page,
                _weight_of(asked, keys[index] - around.title) / total,
                sum(slots.weight(key) for key in beside if key in keys[index]) / beside_total,
                _weight_of(asked, set(around.title)) / total,
                float(any(token.negates for token in row) and not negated),
                sum(slots.weight(key) for key in beside if key in keys[index] or key in block) / beside_total,
                float(defined is not None and defined.search(around.texts[index]) is not None),
            ]
        )
    return found


def _definition_of(question: str) -> re.Pattern[str] | None:
    """Returns what a sentence contains that defines what "What is ...?" asks about; None for another question."""
    asked = _ASKS_DEFINITION.match(question)
    if not asked:
        return None
    name = re.escape((asked["what"] or asked["meant"]).strip().rstrip("s"))
    be = "is|are|was|were|means?|refers?"
    return re.compile(rf"^(?:an? |the )?{name}\w{{0,3}}\b[^.]{{0,60}}? (?:{be})\b|\bcalled {name}", re.I)


def _weight_of(asked: Mapping[str, float], keys: set[str]) -> float:
    return sum(weight for key, weight in asked.items() if key in keys)


def _prefix(token: Token) -> str:
    """The start of a word, which "criticized" and "criticism" share."""
    return token.low[:_PREFIX_CHARS] if token.kind == "word" else token.key


def _rarity(tokens: Sequence[Token], rows: Sequence[set[str]]) -> dict[str, float]:
    count = Counter(prefix for row in rows for prefix in row)
    highest = math.log(1 + len(rows))
    return {
        prefix: math.log(1 + len(rows) / count[prefix]) if prefix in count else highest
        for prefix in map(_prefix, tokens)
    }


def _pairs(row: Sequence[Token]) -> set[tuple[str, str]]:
    keys = [token.key for token in row]
    return set(pairwise(keys))


def _run(question: Sequence[Token], row: Sequence[Token]) -> float:
    """The length of the longest run of the question's words that the sentence has too, as a share of all of them."""
    wanted = [token.key for token in question]
    here = [token.key for token in row if token.kind != "function"]
    best = 0
    for start in range(len(here)):
        for at in range(len(wanted)):
            length = 0
            while (
                start + length < len(here) and at + length < len(wanted) and here[start + length] == wanted[at + length]
            ):
                length += 1
            best = max(best, length)
    return best / max(1, len(wanted))


def _closeness(asked: Mapping[str, float], row: Sequence[Token]) -> float:
    """The share of question words in the shortest stretch of the sentence that has them all."""
    places = [place for place, token in enumerate(row) if token.key in asked]
    return len(places) / (places[-1] - places[0] + 1) if len(places) > 1 else 0.0
