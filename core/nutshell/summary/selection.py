"""Selects the sentences that become key points, and how many.

Greedy maximal marginal relevance (Carbonell & Goldstein 1998): the next point has the best score, reduced by its
similarity to the points chosen before, and by how many of them are from the same section of the page. A sentence that
depends on context ("He", "However,") misleads when it stands alone (Zhang et al. 2023, "Extractive is not Faithful"):
it is chosen only when nothing else is left. The time for each point is linear in the sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nutshell.article import Article, Sentence
from nutshell.text.context import depends_on_context

from .candidates import PointCandidate, candidates
from .centrality import terms
from .salience import Salience
from .sections import main_sections
from .shortening import MAX_CHARS, shorten

# The score that a point loses for a cosine of 1 to a chosen one, and the cosine from which it is a duplicate. Similar
# sentences are duplicates if they also share most of their terms.
_SIMILARITY_PENALTY, _DUPLICATE, _SIMILAR, _SAME_TERMS = 0.35, 0.88, 0.6, 0.75
# The score that a point loses for each chosen point of its section.
_SECTION_PENALTY = 0.12
# Longer sentences score less. In characters; like the first two above, tuned on articles that the heads did not see.
_LONG_CHARS, _LONG_IN_PROSE = 110, 130
_TOO_LONG_FACTOR = 0.3
# A sentence with no more new terms than this share only says the title again.
_NEW_TO_TITLE, _TITLE_FACTOR, _MOST_OF_TITLE = 0.25, 0.4, 1.6
# The default number of points: at least this many, one more for each of the sentence counts reached, and one for each
# main section; but none below this share of the best score.
_MIN_POINTS, _MAX_POINTS, _SHORT_PAGE = 3, 6, 6
_LONGER_PAGES = (36, 72, 140)
_MIN_SCORE_SHARE = 0.3
# Fitness tells bad points from the rest; among those from _FIT on, salience alone decides. A sentence below
# _MIN_FITNESS is a point only when nothing else is. Chosen on judged pages (models/salience/judgements.json) and news.
# In prose, less is unfit, and sentences are longer.
_FIT, _FIT_IN_PROSE, _FITNESS_POWER, _MIN_FITNESS = 0.55, 0.45, 2, 0.35
_PROSE = frozenset({"", "article", "paper"})

# Scores differ between processors by less than this: equally good sentences are chosen in the page's order on all.
_TIE = 1e-5


@dataclass(frozen=True, slots=True)
class _Scored:
    value: float
    depends: bool
    section: int
    text: str


def select(
    article: Article,
    sentences: Sequence[Sentence],
    salience: Salience,
    *,
    length: int | None = None,
    lang: str = "",
    minimum: int = _MIN_POINTS,
) -> list[int]:
    """Returns indices into `sentences`, in the page's order: `length` of them; with None, the page decides, but at
    least `minimum` if it has them (one less on a very short page).

    Fewer than `length` only when the page has fewer that can be points. At least one, unless there are no sentences. A
    sentence with salience 0 is not chosen.
    """
    scored = _scored(article, sentences, salience, lang)
    if length is None:
        limit, floor = _default_limits(article, sentences, scored, minimum)
    else:
        limit = floor = length
    chosen: list[int] = []
    closest = [0.0] * len(sentences)
    while len(chosen) < limit:
        number = _best(scored, salience, chosen, closest, lang=lang, anything=len(chosen) < floor)
        if number is None:
            break
        if len(chosen) >= floor and scored[number].value < _MIN_SCORE_SHARE * max(scored[n].value for n in chosen):
            break
        chosen.append(number)
        for other in scored:
            closest[other] = max(closest[other], salience.similarity(number, other))
    if not chosen and sentences:
        chosen = [max(range(len(sentences)), key=lambda number: salience.scores[number])]
    return sorted(chosen)


def _scored(article: Article, sentences: Sequence[Sentence], salience: Salience, lang: str) -> dict[int, _Scored]:
    """Returns the candidates; the best has the value 1, so that the penalties weigh the same on every page."""
    sections = main_sections(article)
    title = frozenset(terms(article.title, lang))
    fit, long = (_FIT_IN_PROSE, _LONG_IN_PROSE) if article.page_kind in _PROSE else (_FIT, _LONG_CHARS)
    found: dict[int, _Scored] = {}
    unfit: set[int] = set()
    for number, candidate in candidates(article, sentences, lang).items():
        if salience.scores[number] > 0:
            sentence = sentences[number]
            start, end = shorten(sentence.text, lang)
            value = _value(salience.scores[number], candidate, end - start, long)
            if salience.fitness:
                value *= min(1.0, salience.fitness[number] / fit) ** _FITNESS_POWER
                if salience.fitness[number] < _MIN_FITNESS:
                    unfit.add(number)
            if len(sentence.text) < _MOST_OF_TITLE * len(article.title):
                own = frozenset(terms(sentence.text, lang))
                value *= _TITLE_FACTOR if len(own - title) <= _NEW_TO_TITLE * len(own) else 1
            found[number] = _Scored(
                value,
                candidate.depends and (start == 0 or depends_on_context(_line(sentence.text[start:]), lang)),
                sections[sentence.block],
                sentence.text,
            )
    if len(unfit) < len(found):
        found = {number: scored for number, scored in found.items() if number not in unfit}
    best = max((scored.value for scored in found.values()), default=0) or 1
    return {number: replace(scored, value=scored.value / best) for number, scored in found.items()}


def _line(text: str) -> str:
    return text[:1].upper() + text[1:]


def _value(score: float, candidate: PointCandidate, chars: int, long: int) -> float:
    value = score * candidate.factor / (1 + max(0, chars - long) / long)
    return value * _TOO_LONG_FACTOR if chars > MAX_CHARS else value


def _default_limits(
    article: Article, sentences: Sequence[Sentence], scored: dict[int, _Scored], minimum: int
) -> tuple[int, int]:
    """Returns the largest and the smallest number of points for the page."""
    floor = minimum - (len(sentences) <= _SHORT_PAGE)
    longer = sum(len(sentences) >= count for count in _LONGER_PAGES)
    covered = len({scored[number].section for number in scored})
    return max(floor, min(_MAX_POINTS, max(floor + longer, covered))), floor


def _best(
    scored: dict[int, _Scored],
    salience: Salience,
    chosen: Sequence[int],
    closest: Sequence[float],
    *,
    lang: str,
    anything: bool,
) -> int | None:
    """Returns the next point; None when none is left. With `anything`, also one that depends on context."""
    per_section = Counter(scored[number].section for number in chosen)
    best: int | None = None
    best_value = float("-inf")
    for depends in (False, True) if anything else (False,):
        for number, candidate in scored.items():
            if candidate.depends is not depends or number in chosen or closest[number] > _DUPLICATE:
                continue
            value = (
                candidate.value
                - _SIMILARITY_PENALTY * max(0.0, closest[number])
                - _SECTION_PENALTY * per_section[candidate.section]
            )
            if value > best_value + _TIE and not _repeats(number, scored, salience, chosen, lang):
                best, best_value = number, value
        if best is not None:
            return best
    return None


def _repeats(number: int, scored: dict[int, _Scored], salience: Salience, chosen: Sequence[int], lang: str) -> bool:
    similar = [other for other in chosen if salience.similarity(number, other) > _SIMILAR]
    if not similar:
        return False
    own = frozenset(terms(scored[number].text, lang))
    return any(same_terms(own, frozenset(terms(scored[other].text, lang))) for other in similar)


def same_terms(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether the shorter of two sentences says little that the other one does not."""
    return len(first & second) > _SAME_TERMS * max(1, min(len(first), len(second)))
