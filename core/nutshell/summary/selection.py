"""Selects the sentences that become key points, and how many.

Greedy maximal marginal relevance (Carbonell & Goldstein 1998): the next point has the best score, reduced by its
similarity to the points chosen before. A sentence that depends on context ("He", "However,") misleads when it stands
alone (Zhang et al. 2023, "Extractive is not Faithful"): it is chosen only together with the sentence before it. The
time for each point is linear in the sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.article import RUNNING_TEXT, Article, Sentence
from nutshell.text.context import depends_on_context

from .salience import Salience

# The score that a point loses for a cosine of 1 to a chosen one, and the cosine from which it is a duplicate.
_SIMILARITY_PENALTY, _DUPLICATE = 0.35, 0.9
# A point must be a sentence, not a label, and longer sentences score less. In characters, which works for every script.
# Like the two above, tuned on training articles that the heads were not trained on.
_MIN_CHARS, _LONG_CHARS = 25, 150
_MIN_CHARS_UNSPACED = 8
_QUESTION_FACTOR = 0.6
_UNSPACED_LANGS = frozenset({"zh", "ja", "th", "ko", "lo", "km", "my"})
# The default length: points until the summary reaches a budget of characters, and none below this share of the best.
_MIN_POINTS, _MAX_POINTS = 2, 5
_BUDGET_CHARS, _BUDGET_SHARE, _MIN_SCORE_SHARE = 230, 0.02, 0.35

# Scores differ between processors by less than this: equally good sentences are chosen in the page's order on all.
_TIE = 1e-5

_ENDS = re.compile(r"[.!?。！？｡।؟۔…‼⁇⁈⁉．។။།][\"'”’“‘»«›‹)\]」』】》）]*(?:\[\d+\])*$")
_JUNK = re.compile(
    r"^(?:photo|image|picture|caption|credit|source|read more|related|see also|share|follow|subscribe|sign up|click"
    r"|advertisement|copyright|©|by [A-Z][\w.]+ [A-Z]\w+$|listen to|watch:|video:|story highlights)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    value: float
    depends: bool


def select(
    article: Article,
    sentences: Sequence[Sentence],
    salience: Salience,
    *,
    length: int | None = None,
    lang: str = "",
) -> list[int]:
    """Returns indices into `sentences`, in the page's order: `length` of them; with None, the page's length decides.

    Fewer than `length` only when the page has fewer that can be points. At least one, unless there are no sentences.
    """
    candidates = _candidates(article, sentences, salience, lang)
    limit = length if length is not None else _MAX_POINTS
    budget = _budget(article) if length is None else None
    chosen: list[int] = []
    closest = [0.0] * len(sentences)
    while len(chosen) < limit:
        step = _best_step(candidates, sentences, chosen, closest, limit - len(chosen))
        if not step:
            break
        if (
            budget is not None
            and len(chosen) >= _MIN_POINTS
            and _is_enough(candidates, sentences, chosen, step, budget)
        ):
            break
        for number in step:
            chosen.append(number)
            for other in candidates:
                closest[other] = max(closest[other], salience.similarity(number, other))
    if not chosen and sentences:
        chosen = [max(range(len(sentences)), key=lambda number: salience.scores[number])]
    return sorted(chosen)


def _candidates(
    article: Article, sentences: Sequence[Sentence], salience: Salience, lang: str
) -> dict[int, _Candidate]:
    """Returns the sentences that may be chosen. When too few pass the strict rules, looser ones apply."""
    min_chars = _MIN_CHARS_UNSPACED if lang in _UNSPACED_LANGS else _MIN_CHARS
    running = [n for n, s in enumerate(sentences) if article.blocks[s.block].role in RUNNING_TEXT]
    content = [n for n in running if len(sentences[n].text) >= min_chars and not _JUNK.match(sentences[n].text)]
    complete = [n for n in content if _ENDS.search(sentences[n].text)]
    if len(complete) < _MIN_POINTS:
        complete = content or running
    return {n: _candidate(sentences[n].text, salience.scores[n], lang) for n in complete}


def _candidate(text: str, score: float, lang: str) -> _Candidate:
    value = score / (1 + max(0, len(text) - _LONG_CHARS) / _LONG_CHARS)
    if text.rstrip("\"'”’»").endswith(("?", "？", "؟")):
        value *= _QUESTION_FACTOR
    return _Candidate(value, depends_on_context(text, lang))


def _best_step(
    candidates: dict[int, _Candidate],
    sentences: Sequence[Sentence],
    chosen: Sequence[int],
    closest: Sequence[float],
    room: int,
) -> tuple[int, ...]:
    """Returns the next sentence, or one that depends on context with the one before it; empty when none is left."""
    best: tuple[int, ...] = ()
    best_value = -1.0
    rest: list[tuple[float, int]] = []
    for number, candidate in candidates.items():
        if number in chosen or closest[number] > _DUPLICATE:
            continue
        value = candidate.value - _SIMILARITY_PENALTY * max(0.0, closest[number])
        step: tuple[int, ...] = (number,)
        if candidate.depends and number - 1 not in chosen:
            before = candidates.get(number - 1)
            joined = before is not None and sentences[number - 1].block == sentences[number].block
            if not joined or before is None or before.depends or room < 2:
                rest.append((value, number))
                continue
            step = (number - 1, number)
            value = (value + before.value - _SIMILARITY_PENALTY * max(0.0, closest[number - 1])) / 2
        if value > best_value + _TIE:
            best, best_value = step, value
    if not best and rest:
        return (max(rest)[1],)
    return best


def _budget(article: Article) -> float:
    """Returns the default length of all points, in characters."""
    return _BUDGET_CHARS + _BUDGET_SHARE * sum(
        len(block.text) for block in article.blocks if block.role in RUNNING_TEXT
    )


def _is_enough(
    candidates: dict[int, _Candidate],
    sentences: Sequence[Sentence],
    chosen: Sequence[int],
    step: Sequence[int],
    budget: float,
) -> bool:
    best = max(candidates[number].value for number in chosen)
    worst = min(candidates[number].value for number in step)
    chars = sum(len(sentences[number].text) for number in (*chosen, *step))
    return chars > budget or worst < _MIN_SCORE_SHARE * best
