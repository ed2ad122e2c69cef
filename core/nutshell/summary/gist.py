"""The gist: the one line that says best what the page is about.

The page's own description, its sentences and its title compete (gist_candidates.py); the model `gist` scores them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nutshell.article import Article, Role, Sentence
from nutshell.ports import Models
from nutshell.records.summary import GistSource
from nutshell.text.context import depends_on_context

from .candidates import is_boilerplate, is_good
from .centrality import terms
from .gist_candidates import candidates as gist_candidates
from .gist_candidates import is_thread, repeats_title
from .gist_cues import is_finding, is_imperative
from .gist_features import features
from .salience import Salience

# Scores differ between processors by less than this: of equally good lines, all choose the first.
_TIE = 1e-4
# A sentence must score this much more than the title, which is never far off. On judged pages (cross-validated), 11 of
# 15 sentences within the margin were off or said only a part, and 8 of 50 beyond it.
_MARGIN = 0.1
# And this much in all: of 15 sentences read on further pages, 3 of 4 below it said only a part, and 2 of 11 above.
_MIN_SENTENCE = 0.6
# A point that shares more of its words with the gist than this repeats it.
_SAME_SHARE = 0.75
_SIMILAR = 0.6  # cosine
# Kinds of pages that are about the thing that their title names.
_NAMED = frozenset({"list", "product", "recipe"})
# Kinds of pages that say first what the thing is, the blocks in which they do, and how.
_DEFINING = frozenset({"documentation", "reference"})
_START_BLOCKS, _SUBJECT_WORDS, _MAX_DEFINITION = 8, 3, 320
_DEFINES = re.compile(
    r"(?:(?:the|an?|der|die|das|les?|la|el|los) )?(?:"
    r"[\w.,()+/-]+(?: [\w.,()+/-]+){0,5} [-–—] [^\W\d_](?:(?! [-–—] ).){12,}$"
    r"|[^.!?;:]{2,120}?\b(?:is|are|was|refers to|means|provides|lets|allows|ist|sind|est|sont|es|son|è|sono)\b"
    r" (?!not\b).{12,}[.。]$)",
    re.IGNORECASE,
)
# The score of a line that can stand below the title, and the characters of one from the first post of a thread.
_MIN_ADDED = 0.25
# Of lines that score no less than the best by more than this, the one with the most terms of the title.
_CLOSE = 0.05
_MIN_NEW = 2  # terms that the title does not have
_MIN_OPENING, _MAX_OPENING = 30, 240
_OWN_WORDS = frozenset({Role.PARAGRAPH, Role.ITEM})


@dataclass(frozen=True, slots=True)
class Gist:
    """`sentence` is its number among the sentences it was chosen from, -1 if it is not one of them.

    `title`: the page's title, if that says best what the page is about and this line adds to it.
    """

    text: str
    source: GistSource
    sentence: int
    score: float
    title: str = ""


async def choose_gist(
    models: Models,
    article: Article,
    sentences: Sequence[Sentence],
    salience: Salience,
    *,
    lang: str,
    encoder: bool,
) -> Gist | None:
    """Returns the best gist, None if no line is good enough. Like `ranked_gists` otherwise.

    A line that only repeats the title is not chosen. Where the title says it best, the gist is a line that adds to it,
    or the title itself if there is none.
    """
    ranked = [
        gist
        for gist in await ranked_gists(models, article, sentences, salience, lang=lang, encoder=encoder)
        if gist.source == "title" or _says_more(gist.text, article, lang)
    ]
    if article.page_kind == "paper":  # its abstract begins with what was known before
        ranked.sort(key=lambda gist: not (gist.source == "page" and is_finding(gist.text)))
    best = next(iter(ranked), None)
    title = next((gist for gist in ranked if gist.source == "title"), None)
    if best and article.page_kind in _DEFINING and best.source != "description":
        defined = _definition(article, sentences, lang)
        if defined is not None:
            return Gist(sentences[defined].text, "page", defined, best.score)
    if best is None or title is None:
        return best
    if article.page_kind == "paper" and is_finding(best.text):
        return best
    if best is not title and (best.source != "page" or best.score >= max(title.score + _MARGIN, _MIN_SENTENCE)):
        return best
    added = (
        _opening_line(article, sentences, salience, lang) if is_thread(article) else _added_line(ranked, article, lang)
    )
    return replace(added, source="title", title=title.text) if added else title


def _definition(article: Article, sentences: Sequence[Sentence], lang: str) -> int | None:
    """Returns the sentence near the start that says what the title's thing is: "X is a tool", "x - do a thing"."""
    title = frozenset(terms(article.title, lang))
    for number, sentence in enumerate(sentences):
        if sentence.block >= _START_BLOCKS:
            break
        subject = frozenset(terms(" ".join(sentence.text.split()[:_SUBJECT_WORDS]), lang))
        if subject & title and len(sentence.text) <= _MAX_DEFINITION and _DEFINES.match(sentence.text):
            return number
    return None


def _says_more(text: str, article: Article, lang: str) -> bool:
    """Whether a line is not the title again, and names what the page is about if that is a thing with a name."""
    if repeats_title(text, article, lang):
        return False
    title = frozenset(terms(article.title, lang))
    return article.page_kind not in _NAMED or not title or not title.isdisjoint(terms(text, lang))


def _added_line(ranked: Sequence[Gist], article: Article, lang: str) -> Gist | None:
    """Returns the best sentence that can stand below the title: one that is about the same things, and adds to it."""
    title = frozenset(terms(article.title, lang))
    fit = [
        gist
        for gist in ranked
        if gist.sentence >= 0
        and gist.score >= _MIN_ADDED
        and len(frozenset(terms(gist.text, lang)) - title) >= _MIN_NEW
        and not depends_on_context(gist.text, lang)
        and not is_imperative(gist.text)
    ]
    close = [gist for gist in fit if gist.score >= fit[0].score - _CLOSE]
    return max(close, key=lambda gist: len(title.intersection(terms(gist.text, lang))), default=None)


def _opening_line(article: Article, sentences: Sequence[Sentence], salience: Salience, lang: str) -> Gist | None:
    """Returns what the first post of a thread asks, or else the sentence that says most of it."""
    opening = [
        number
        for number, sentence in enumerate(sentences)
        if article.blocks[sentence.block].post == 0
        and article.blocks[sentence.block].role in _OWN_WORDS
        and _MIN_OPENING <= len(sentence.text) <= _MAX_OPENING
        and not is_boilerplate(sentence.text)
        and not repeats_title(sentence.text, article, lang)
    ]
    asked = [number for number in opening if sentences[number].text.rstrip("\"'”’)").endswith(("?", "？"))]
    good = [number for number in opening if is_good(article, sentences[number], lang)]
    best = max(asked or good, key=lambda number: salience.scores[number], default=None)
    return None if best is None else Gist(sentences[best].text, "page", best, salience.scores[best])


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
    found = gist_candidates(article, sentences, salience)
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
