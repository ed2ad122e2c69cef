"""Which sentences become the key points, and how many.

Greedy maximal marginal relevance (Carbonell & Goldstein 1998): the next point is the one that carries most and
repeats least of what is chosen. A sentence that leans on something said before it ("He", "However,") misleads
when it stands alone (Zhang et al. 2023, "Extractive is not Faithful"): it is taken only beside the
sentence it leans on. Everything is linear in the sentences for each point chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.article import SPOKEN, Article, Sentence
from nutshell.text.context import depends_on_context

from .salience import Salience

# How much of its score a point loses for a cosine of 1 to one already chosen, and what is the same again.
_REPEATS, _SAME = 0.35, 0.9
# A point is a sentence, not a label, and is worth less the longer it makes the reader read. In characters, so that
# it holds for every script. Tuned, as are the two above, on training articles that the heads were not trained on.
_SHORT, _LONG = 25, 150
_SHORT_UNSPACED = 8
_UNSPACED_LANGS = frozenset({"zh", "ja", "th", "ko", "lo", "km", "my"})
# The default length: points until the summary has some of the page's words, and never one below _WEAK of the best.
_FEWEST, _MOST = 2, 5
_CHARS, _SHARE, _WEAK = 230, 0.02, 0.35

# Scores differ by less than this between processors: sentences that are as good as each other are taken in the page's
# order on all of them.
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
    leans: bool


def select(
    article: Article,
    sentences: Sequence[Sentence],
    salience: Salience,
    *,
    length: int | None = None,
    lang: str = "",
) -> list[int]:
    """Numbers into `sentences`, in the page's order: `length` of them, or as many as the page asks for.

    Fewer than `length` only when the page has fewer that could stand as points. At least one, unless
    there are no sentences at all.
    """
    candidates = _candidates(article, sentences, salience, lang)
    most = length if length is not None else _MOST
    budget = _budget(article) if length is None else None
    chosen: list[int] = []
    closest = [0.0] * len(sentences)
    while len(chosen) < most:
        step = _best_step(candidates, sentences, chosen, closest, most - len(chosen))
        if not step:
            break
        if budget is not None and len(chosen) >= _FEWEST and _enough(candidates, sentences, chosen, step, budget):
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
    """What may be chosen; the strict rules give way when a page has nothing that passes them."""
    short = _SHORT_UNSPACED if lang in _UNSPACED_LANGS else _SHORT
    spoken = [n for n, s in enumerate(sentences) if article.blocks[s.block].role in SPOKEN]
    real = [n for n in spoken if len(sentences[n].text) >= short and not _JUNK.match(sentences[n].text)]
    whole = [n for n in real if _ENDS.search(sentences[n].text)]
    if len(whole) < _FEWEST:
        whole = real or spoken
    return {n: _candidate(sentences[n].text, salience.scores[n], lang) for n in whole}


def _candidate(text: str, score: float, lang: str) -> _Candidate:
    value = score / (1 + max(0, len(text) - _LONG) / _LONG)
    return _Candidate(
        value * 0.6 if text.rstrip("\"'”’»").endswith(("?", "？", "؟")) else value, depends_on_context(text, lang)
    )


def _best_step(
    candidates: dict[int, _Candidate],
    sentences: Sequence[Sentence],
    chosen: Sequence[int],
    closest: Sequence[float],
    room: int,
) -> tuple[int, ...]:
    """The next sentence, or a leaning one together with the one before it; empty when nothing is left."""
    best: tuple[int, ...] = ()
    best_value = -1.0
    rest: list[tuple[float, int]] = []
    for number, candidate in candidates.items():
        if number in chosen or closest[number] > _SAME:
            continue
        value = candidate.value - _REPEATS * max(0.0, closest[number])
        step: tuple[int, ...] = (number,)
        if candidate.leans and number - 1 not in chosen:
            before = candidates.get(number - 1)
            joined = before is not None and sentences[number - 1].block == sentences[number].block
            if not joined or before is None or before.leans or room < 2:
                rest.append((value, number))
                continue
            step = (number - 1, number)
            value = (value + before.value - _REPEATS * max(0.0, closest[number - 1])) / 2
        if value > best_value + _TIE:
            best, best_value = step, value
    if not best and rest:
        return (max(rest)[1],)
    return best


def _budget(article: Article) -> float:
    """How many characters of points a page asks for when the reader has not said."""
    return _CHARS + _SHARE * sum(len(block.text) for block in article.blocks if block.role in SPOKEN)


def _enough(
    candidates: dict[int, _Candidate],
    sentences: Sequence[Sentence],
    chosen: Sequence[int],
    step: Sequence[int],
    budget: float,
) -> bool:
    said = sum(len(sentences[number].text) for number in chosen)
    strongest = max(candidates[number].value for number in chosen)
    weakest = min(candidates[number].value for number in step)
    longer = said + sum(len(sentences[number].text) for number in step)
    return longer > budget or weakest < _WEAK * strongest
