"""Features of how well each sentence of a page answers a question, for the `ask` head.

The same code runs in training (models/ask) and in use.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import Token
from nutshell.text.words import word_set

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
)
COUNT = len(NAMES)

_PREFIX_CHARS = 5
_POINTING_BACK = word_set("he she they it this these those his her their its such there then")


@dataclass(frozen=True, slots=True)
class WordMatch:
    """For each word of the question, take its best cosine to a word of the sentence: their mean, minimum, and mean
    weighted by rarity. `head`: the best cosine of the question's head ("which *sea*") to a word that the question does
    not have."""

    mean: float = 0.0
    minimum: float = 0.0
    weighted: float = 0.0
    head: float = 0.0


def evidence(
    question: Question,
    slots: SlotIndex,
    cosines: Sequence[float],
    matches: Sequence[WordMatch],
    window: Sequence[float],
) -> list[list[float]]:
    """Returns COUNT features for each sentence of the page, each about 0 to 1.

    `cosines`: of each sentence with the question; `window`: of each sentence joined to the one before it.
    """
    rows = slots.source.sentences
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
    for index, row in enumerate(rows):
        before = keys[index - 1] if index else set()
        after = keys[index + 1] if index + 1 < len(rows) else set()
        points_back = any(token.low in _POINTING_BACK for token in row[:3])
        fits = has_answer_kind(question.wants, row, asked)
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
            ]
        )
    return found


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
