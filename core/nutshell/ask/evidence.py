"""How well each sentence of a page would answer a question, as numbers for the `ask` head.

The same code runs when the head is trained and when it is used.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nutshell.text.slots import Places
from nutshell.text.tokens import Token
from nutshell.text.words import word_set

from .question import Question, fits

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
    "leans",
    "leans_on_words",
    "fits",
    "wants_number",
    "wants_name",
    "wants_date",
    "wants_reason",
    "misfits",
    "names_here",
    "names_on_page",
    "names_asked",
    "numbers_here",
    "loose",
    "loose_behind",
    "loose_before",
    "pairs",
    "run",
    "close_together",
    "log_words",
    "asks_itself",
    "new_words",
    "words_on_page",
    "log_page",
    "cosine_best",
    "words_best",
)
COUNT = len(NAMES)

_ROOT = 5
_LEANING = word_set("he she they it this these those his her their its such there then")


@dataclass(frozen=True, slots=True)
class Soft:
    """Over the question's words, of the best cosine of each to a word of the sentence: the mean, the least, the mean
    with rare words weighing more; and the best cosine of the word that names what is wanted ("which *sea*") to a
    word that the question does not have."""

    mean: float = 0.0
    least: float = 0.0
    weighted: float = 0.0
    head: float = 0.0


def evidence(
    question: Question, places: Places, cosines: Sequence[float], soft: Sequence[Soft], window: Sequence[float]
) -> list[list[float]]:
    """COUNT features for each sentence of the page. `cosines`: of each with the question; `window`: the
    same for each together with the sentence before it."""
    rows = places.source.sentences
    asked = {token.key: places.weight(token.key) for token in question.tokens}
    total = sum(asked.values()) or 1.0
    named = [token.key for token in question.tokens if token.kind == "name"]
    numbered = [token.key for token in question.tokens if token.kind == "number"]
    keys = [{token.key for token in row} for row in rows]
    shares = [sum(weight for key, weight in asked.items() if key in row) / total for row in keys]
    best_cosine, best_share = max(cosines, default=0.0), max(shares, default=0.0)
    root_rows = [{_root(token) for token in row if token.kind != "function"} for row in rows]
    roots = _rarity(question.tokens, root_rows)
    roots_total = sum(roots.values()) or 1.0
    loose = [_extra(roots, row) / roots_total for row in root_rows]
    best_loose = max(loose, default=0.0)
    asked_pairs = _pairs(question.every)
    order = sorted(range(len(rows)), key=lambda number: -cosines[number])
    rank = {number: place for place, number in enumerate(order)}
    everywhere = (
        sum(weight for key, weight in asked.items() if key in places.by_key or key in places.source.keys) / total
    )
    missing_names = sum(key in places.source.keys for key in named) / max(1, len(named)) if named else 1.0
    found = []
    for number, row in enumerate(rows):
        before = keys[number - 1] if number else set()
        after = keys[number + 1] if number + 1 < len(rows) else set()
        lean = any(token.low in _LEANING for token in row[:3])
        fit = fits(question.wants, row, asked)
        found.append(
            [
                cosines[number],
                best_cosine - cosines[number],
                1 / (1 + rank[number]),
                cosines[number - 1] if number else 0.0,
                cosines[number + 1] if number + 1 < len(rows) else 0.0,
                shares[number],
                best_share - shares[number],
                _extra(asked, before - keys[number]) / total,
                _extra(asked, after - keys[number]) / total,
                _extra(asked, keys[number] | before | after) / total,
                soft[number].mean,
                soft[number].least,
                soft[number].weighted,
                soft[number].head,
                window[number],
                float(lean),
                lean * _extra(asked, before - keys[number]) / total,
                float(fit),
                float(question.wants == "number"),
                float(question.wants == "name"),
                float(question.wants == "date"),
                float(question.wants == "reason"),
                float(not fit),
                sum(key in keys[number] for key in named) / max(1, len(named)),
                missing_names,
                float(bool(named)),
                sum(key in keys[number] for key in numbered) / max(1, len(numbered)),
                loose[number],
                best_loose - loose[number],
                _extra(roots, root_rows[number - 1] - root_rows[number]) / roots_total if number else 0.0,
                len(asked_pairs & _pairs(row)) / max(1, len(asked_pairs)),
                _run(question.tokens, row),
                _closeness(asked, row),
                math.log1p(len(row)) / 4,
                float(any(token.low in {"what", "who", "when", "where", "why", "how"} for token in row[:1])),
                min(1.0, sum(token.kind != "function" and token.key not in asked for token in row) / 20),
                everywhere,
                math.log1p(len(rows)) / 5,
                best_cosine,
                best_share,
            ]
        )
    return found


def _extra(asked: Mapping[str, float], keys: set[str]) -> float:
    return sum(weight for key, weight in asked.items() if key in keys)


def _root(token: Token) -> str:
    """A word's beginning: "criticized" and "criticism" are alike."""
    return token.low[:_ROOT] if token.kind == "word" else token.key


def _rarity(tokens: Sequence[Token], rows: Sequence[set[str]]) -> dict[str, float]:
    count = Counter(root for row in rows for root in row)
    most = math.log(1 + len(rows))
    return {root: math.log(1 + len(rows) / count[root]) if root in count else most for root in map(_root, tokens)}


def _pairs(row: Sequence[Token]) -> set[tuple[str, str]]:
    keys = [token.key for token in row]
    return set(pairwise(keys))


def _run(question: Sequence[Token], row: Sequence[Token]) -> float:
    """The most of the question's neighbouring words that stand in this order and together here, of all of them."""
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
    """How densely the question's words stand in their stretch of the sentence."""
    spots = [place for place, token in enumerate(row) if token.key in asked]
    return len(spots) / (spots[-1] - spots[0] + 1) if len(spots) > 1 else 0.0
