"""From an article to its summary, in two steps.

`score_article` is the expensive one: it computes a vector for every sentence. `build_summary` then makes a summary of
any length from the scores. `Summarizer` does both and caches the scores.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nutshell.article import Article, Sentence
from nutshell.ports import Models, Progress
from nutshell.records.summary import Method, Summary
from nutshell.text.encoder import encode
from nutshell.text.language import detect, encoder_supports
from nutshell.text.sentences import split
from nutshell.text.wordpiece import WordPiece

from .boilerplate import boilerplate
from .centrality import centrality
from .composition import compose
from .forms.composing import with_form
from .gist import Gist, choose_gist, without_repeats
from .salience import Salience, salience
from .selection import select

# n sentences need n * n similarities and n runs of the encoder. Above this limit, only the sentences nearest the start
# of their paragraphs are considered.
MAX_SENTENCES = 480
# An article of at most this many sentences is its own summary.
_SHOWN_WHOLE = 3
_CACHED_ARTICLES = 4
# At least three points, and the gist where it is one of the sentences chosen.
_MIN_SENTENCES = 4
# Any visible character: not a space, and no zero-width, direction, variation or filler mark.
_VISIBLE = re.compile(
    r"[^\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)


class NoSentences(ValueError):
    """The article has no sentence that could stand in a summary."""


@dataclass(frozen=True, slots=True)
class ScoredArticle:
    """An article's sentences, and the salience of those in `considered` (indices into `sentences`).

    `gist`: its `sentence` is an index into `considered`. None if no line is good enough.
    """

    sentences: tuple[Sentence, ...]
    considered: tuple[int, ...]
    salience: Salience
    method: Method
    lang: str
    gist: Gist | None = None


class Summarizer:
    """Summarizes articles. Caches the scores of the last few, so that another length needs no model."""

    def __init__(self, models: Models, wordpiece: WordPiece) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self._scored: OrderedDict[Article, ScoredArticle] = OrderedDict()

    async def summarize(
        self, article: Article, length: int | None, progress: Progress, *, cached: bool = True
    ) -> Summary:
        """Returns a summary of `length` sentences; with None, the article decides. Without `cached`, the models always
        run.

        Raises NoSentences, or ModelError when a model cannot be run.
        """
        scored = self._scored.get(article) if cached else None
        if scored is None:
            scored = await score_article(article, models=self._models, wordpiece=self._wordpiece, progress=progress)
            if cached:
                self._scored[article] = scored
                while len(self._scored) > _CACHED_ARTICLES:
                    self._scored.popitem(last=False)
        return build_summary(article, scored, length)

    def clear_cache(self) -> None:
        self._scored.clear()


async def score_article(article: Article, *, models: Models, wordpiece: WordPiece, progress: Progress) -> ScoredArticle:
    """Raises NoSentences, or ModelError when a model cannot be run."""
    scored = await score_sentences(article, models=models, wordpiece=wordpiece, progress=progress)
    considered = [scored.sentences[index] for index in scored.considered]
    encoder = scored.method == "encoder"
    gist = await choose_gist(models, article, considered, scored.salience, lang=scored.lang, encoder=encoder)
    return replace(scored, gist=gist)


async def score_sentences(
    article: Article, *, models: Models, wordpiece: WordPiece, progress: Progress
) -> ScoredArticle:
    """Like `score_article`, but without the gist."""
    excluded = boilerplate(article)
    sentences = tuple(
        sentence for sentence in split(article) if sentence.block not in excluded and _VISIBLE.search(sentence.text)
    )
    if not sentences:
        raise NoSentences("There is no sentence in this article.")
    lang = detect(article.text, article.lang)
    considered = shortlist(sentences, MAX_SENTENCES)
    candidates = [sentences[index] for index in considered]
    if encoder_supports(lang):
        encoded = await encode(models, wordpiece, [sentence.text for sentence in candidates], progress)
        return ScoredArticle(
            sentences, considered, await salience(models, article, candidates, encoded), "encoder", lang
        )
    return ScoredArticle(sentences, considered, await centrality(models, candidates, lang), "words", lang)


def build_summary(article: Article, scored: ScoredArticle, length: int | None) -> Summary:
    """Returns a summary of `length` sentences; with None, the article decides."""
    candidates = [scored.sentences[index] for index in scored.considered]
    gist = scored.gist
    chosen = [scored.considered[index] for index in _points(article, candidates, scored, length)]
    if gist is not None and gist.sentence >= 0:
        gist = replace(gist, sentence=scored.considered[gist.sentence])
    whole = len(chosen) == len(scored.sentences) or len(scored.sentences) <= _SHOWN_WHOLE
    if whole:
        chosen = list(range(len(scored.sentences)))
    scores = [0.0] * len(scored.sentences)
    for index, value in zip(scored.considered, scored.salience.scores, strict=True):
        scores[index] = value
    summary = compose(
        article,
        scored.sentences,
        scores,
        chosen,
        method="whole" if whole else scored.method,
        lang=scored.lang,
        gist=gist,
    )
    return with_form(article, scored.sentences, scores, summary, length=length, method=scored.method)


def _points(article: Article, sentences: Sequence[Sentence], scored: ScoredArticle, length: int | None) -> list[int]:
    """Returns the sentences that are points, in the page's order: with the gist, `length` lines."""
    gist = scored.gist
    if gist is None:
        return select(article, sentences, scored.salience, length=length, lang=scored.lang, minimum=_MIN_SENTENCES)
    salience = without_repeats(scored.salience, gist, sentences, scored.lang)
    rest = None if length is None else length - 1
    chosen = set(select(article, sentences, salience, length=rest, lang=scored.lang))
    if gist.sentence in chosen:  # there was nothing better
        chosen = set(select(article, sentences, salience, length=length, lang=scored.lang, minimum=_MIN_SENTENCES))
    return sorted(chosen | ({gist.sentence} if gist.sentence >= 0 else set()))


def shortlist(sentences: Sequence[Sentence], limit: int) -> tuple[int, ...]:
    """Returns the indices of at most `limit` sentences, in order: those nearest the start of their blocks, spread
    evenly over the article."""
    if len(sentences) <= limit:
        return tuple(range(len(sentences)))
    by_depth: dict[int, list[int]] = {}
    block, depth = -1, 0
    for index, sentence in enumerate(sentences):
        depth = depth + 1 if sentence.block == block else 0
        block = sentence.block
        by_depth.setdefault(depth, []).append(index)
    chosen: list[int] = []
    for depth in sorted(by_depth):
        room = limit - len(chosen)
        level = by_depth[depth]
        if len(level) > room:
            level = [level[place * len(level) // room] for place in range(room)]
        chosen += level
        if len(chosen) >= limit:
            break
    return tuple(sorted(chosen))
