"""The gist: the one line that says best what the page is about.

The page's own description, its sentences and its title compete (gist_candidates.py); the model `gist` scores them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nutshell.article import Article, Sentence
from nutshell.ports import Models
from nutshell.records.summary import GistSource

from .centrality import terms
from .gist_candidates import candidates
from .gist_features import features
from .salience import Salience

# Scores differ between processors by less than this: of equally good lines, all choose the first.
_TIE = 1e-4
# A sentence must score this much more than the title, which is never far off. On judged pages (cross-validated), 11 of
# 15 sentences within the margin were off or said only a part, and 8 of 50 beyond it.
_MARGIN = 0.1
# A point that shares more of its words with the gist than this repeats it.
_SAME_SHARE = 0.75
_SIMILAR = 0.6  # cosine


@dataclass(frozen=True, slots=True)
class Gist:
    """`sentence` is its number among the sentences it was chosen from, -1 if it is not one of them."""

    text: str
    source: GistSource
    sentence: int
    score: float


async def choose_gist(
    models: Models,
    article: Article,
    sentences: Sequence[Sentence],
    salience: Salience,
    *,
    lang: str,
    encoder: bool,
) -> Gist | None:
    """Returns the best gist, None if no line is good enough. Like `ranked_gists` otherwise."""
    ranked = await ranked_gists(models, article, sentences, salience, lang=lang, encoder=encoder)
    best = next(iter(ranked), None)
    title = next((gist for gist in ranked if gist.source == "title"), None)
    if best and title and best.source == "page" and best.score < title.score + _MARGIN:
        return title
    return best


async def ranked_gists(
    models: Models,
    article: Article,
    sentences: Sequence[Sentence],
    salience: Salience,
    *,
    lang: str,
    encoder: bool,
) -> list[Gist]:
    """Returns the possible gists, best first. `encoder`: whether salience comes from the encoder. Raises ModelError."""
    found = candidates(article, sentences, salience)
    if not found:
        return []
    inputs = {"features": features(article, sentences, salience, found, lang, encoder)}
    scores = (await models.run("gist", inputs))["scores"].data.tolist()
    gists = [
        Gist(candidate.text, candidate.source, candidate.sentence, score)
        for candidate, score in zip(found, scores, strict=True)
    ]
    return sorted(gists, key=lambda gist: -round(gist.score / _TIE))


def without_repeats(salience: Salience, gist: Gist, sentences: Sequence[Sentence], lang: str) -> Salience:
    """Returns the salience with 0 for the gist's own sentence and for those that repeat it, so that no point does.

    Sentences that differ in a name or a number share most words with the gist but are less similar to it.
    """
    said = frozenset(terms(gist.text, lang))

    def repeats(number: int) -> bool:
        if gist.sentence >= 0 and salience.similarity(number, gist.sentence) < _SIMILAR:
            return number == gist.sentence
        bag = frozenset(terms(sentences[number].text, lang))
        return number == gist.sentence or len(bag & said) > _SAME_SHARE * max(1, min(len(bag), len(said)))

    scores = tuple(0.0 if repeats(number) else score for number, score in enumerate(salience.scores))
    return replace(salience, scores=scores)
