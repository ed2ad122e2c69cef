"""Looks up a question in what has a name: rows of tables, labelled values, facts of the page's data.

"How much is a return ticket for a child?" names the row (child) and the column (return). It is answered when the names
account for what the question asks about, and when the value has the form that it wants.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import Token, parse_text
from nutshell.text.words import word_set

from .answer_form import Form, asking_words
from .passages import Passage
from .question import Question
from .tables import Cell
from .word_similarity import WordSimilarity

_SIMILAR = 0.62
_TITLE_WEIGHT = 0.25
_OPTIONAL_WEIGHT = 0.1
_RARE_FORMS: frozenset[Form | None] = frozenset({"email", "phone"})
_LABEL_SHARE = 0.25
_MIN_LABEL_SHARE = 0.5
_CONTACTS = word_set("fax phone telephone email e-mail")
MIN_SHARE = 0.7
"""The share of a question that the names must account for."""


@dataclass(frozen=True, slots=True)
class Named:
    """A passage that has a name: the words of its `label`, and of all that it is searched by. Words: key -> lower case.

    `is_fact`: it is from the page's data, and so about the page's subject, which the question need not name.
    """

    value: str
    label: Mapping[str, str]
    words: Mapping[str, str]
    is_fact: bool


def named_passages(passages: Sequence[Passage]) -> dict[int, Named]:
    """Returns the passages that can be looked up, by their index."""
    found = {}
    for index, passage in enumerate(passages):
        if passage.label or passage.cells:
            value = " ".join(cell.text for cell in passage.cells) if passage.cells else passage.quote
            searched = passage.text if passage.cells or passage.block < 0 else passage.label
            words = _words(f"{searched} {passage.heading}")
            found[index] = Named(value, _words(passage.label), words, passage.block < 0)
    return found


def lookup_scores(
    question: Question,
    passages: Sequence[Passage],
    named: Mapping[int, Named],
    slots: SlotIndex,
    title: Collection[str],
    similarity: WordSimilarity,
) -> dict[int, float]:
    """Returns the score of each passage that the question names, by its index."""
    optional = asking_words(question.form)
    weights = {token: slots.weight(token.key) * _discount(token, title, optional) for token in question.tokens}
    if question.form in _RARE_FORMS:
        fitting = [(index, p) for index, p in enumerate(passages) if question.answered_in_form_by(p.text)]
        words = {index: _words(f"{passage.text} {passage.heading}") for index, passage in fitting}
        return {index: _contact_score(weights, known, similarity) for index, known in words.items()}
    scores = ((index, _score(question, weights, entry, title, similarity)) for index, entry in named.items())
    return {index: score for index, score in scores if score > 0}


def _contact_score(weights: Mapping[Token, float], words: Mapping[str, str], similarity: WordSimilarity) -> float:
    named = any(token.low in _CONTACTS and token.low in words.values() for token in weights)
    return 0.4 + 0.3 * _share(weights, words, similarity) + 0.25 * named


def _score(
    question: Question,
    weights: Mapping[Token, float],
    entry: Named,
    title: Collection[str],
    similarity: WordSimilarity,
) -> float:
    if not question.answered_in_form_by(entry.value):
        return 0.0
    if entry.is_fact:
        about = {token: weight for token, weight in weights.items() if token.key not in title}
        share = _share(about, entry.words, similarity)
        return 0.5 + 0.35 * share if share >= MIN_SHARE else 0.0
    share = _share(weights, entry.words, similarity)
    by_label = _share(weights, entry.label, similarity)
    # How much of the label the question says: "Price" rather than "Price of a spare part for the older model".
    said = _said(question, entry.label, similarity)
    if share >= MIN_SHARE and by_label >= _LABEL_SHARE * share:
        return 0.55 * share + 0.15 * by_label + 0.25 * said
    if said == 1.0 and len(entry.label) > 1 and by_label >= _MIN_LABEL_SHARE:
        return 0.5 + 0.4 * by_label
    return 0.0


def about_tokens(question: Question, title: Collection[str]) -> list[Token]:
    """Returns the words that say what a question asks about the page's subject: without this, and without "cost"."""
    optional = asking_words(question.form)
    return [token for token in question.tokens if token.key not in title and token.low not in optional]


def _discount(token: Token, title: Collection[str], optional: Collection[str]) -> float:
    if token.low in optional:
        return _OPTIONAL_WEIGHT
    return _TITLE_WEIGHT if token.key in title else 1.0


def _share(weights: Mapping[Token, float], words: Mapping[str, str], similarity: WordSimilarity) -> float:
    total = sum(weights.values())
    return (
        sum(weight for token, weight in weights.items() if _is_in(token, words, similarity)) / total if total else 0.0
    )


def best_cells(question: Question, passage: Passage, similarity: WordSimilarity) -> tuple[Cell, ...]:
    """Returns the cells of a row that a question asks for: those of the column it names, or of the form it wants."""
    cells = tuple(cell for cell in passage.cells if cell.text)
    if len(cells) < 2:
        return cells
    in_form = [cell for cell in cells if question.answered_in_form_by(cell.text)]
    scores = {cell: _named(question, cell.header, similarity) for cell in in_form or cells}
    best = max(scores.values())
    if best > 0:
        return tuple(cell for cell, score in scores.items() if score == best)[:1]
    return tuple(in_form) if 0 < len(in_form) < len(cells) else cells


def _named(question: Question, header: str, similarity: WordSimilarity) -> float:
    words = _words(header)
    return sum(_is_in(token, words, similarity) for token in question.tokens) / math.sqrt(max(1, len(words)))


def _words(text: str) -> Mapping[str, str]:
    """Returns the words of a text that carry meaning: key -> word in lower case."""
    return {token.key: token.low for row in parse_text([text.lower()]).sentences for token in row if _counts(token)}


def _counts(token: Token) -> bool:
    return token.kind != "function"


def _is_in(token: Token, words: Mapping[str, str], similarity: WordSimilarity) -> bool:
    if token.key in words or token.low in words.values():
        return True
    if token.kind == "number" or token.low not in similarity.asked:
        return False
    known = [low for low in words.values() if low in similarity.words]
    return similarity.best(token.low, known) >= _SIMILAR


def _said(question: Question, label: Mapping[str, str], similarity: WordSimilarity) -> float:
    if not label:
        return 0.0
    asked = {token.key for token in question.all_tokens}
    said = 0
    for key, low in label.items():
        close = low in similarity.words and any(
            similarity.best(token.low, [low]) >= _SIMILAR for token in question.tokens if token.low in similarity.asked
        )
        said += key in asked or close
    return said / len(label)
