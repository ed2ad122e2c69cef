"""The whole path from an article to its summary, in the two steps the product takes.

`score` is the costly one (vectors of every sentence); `shape` makes a summary of any length from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.article import Article, Sentence
from nutshell.ports import Models, Progress
from nutshell.records.summary import Method, Summary
from nutshell.text.encoder import encode
from nutshell.text.language import detect, encoder_knows
from nutshell.text.sentences import split
from nutshell.text.wordpiece import WordPiece

from .boilerplate import boilerplate
from .centrality import centrality
from .composition import compose
from .salience import Salience, salience
from .selection import select

# The similarities of n sentences are n * n numbers, and a reader waits for n vectors. Beyond this many,
# the sentences that open paragraphs stand for the rest.
MOST_SENTENCES = 480
# As many sentences as this are no longer than their summary.
_WHOLE = 3
# Anything but space, and marks that nobody sees: of zero width, of direction, of variation, fillers.
_SEEN = re.compile(r"[^\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
                   r"\u3164\ufe00-\ufe0f\ufeff\uffa0]")  # fmt: skip


class NoSentences(ValueError):
    """The article has not one sentence that could stand in a summary."""


@dataclass(frozen=True, slots=True)
class Scored:
    """An article's sentences and the salience of each that was `considered` (numbers into `sentences`)."""

    sentences: tuple[Sentence, ...]
    considered: tuple[int, ...]
    salience: Salience
    method: Method
    lang: str


async def score(article: Article, *, models: Models, wordpiece: WordPiece, progress: Progress) -> Scored:
    """Raises NoSentences, or ModelError when a model cannot be run."""
    around = boilerplate(article)
    sentences = tuple(
        sentence for sentence in split(article) if sentence.block not in around and _SEEN.search(sentence.text)
    )
    if not sentences:
        raise NoSentences("There is no sentence in this article.")
    lang = detect(article.text, article.lang)
    considered = shortlist(sentences, MOST_SENTENCES)
    texts = [sentences[number] for number in considered]
    if encoder_knows(lang):
        encoded = await encode(models, wordpiece, [sentence.text for sentence in texts], progress)
        return Scored(sentences, considered, await salience(models, article, texts, encoded), "encoder", lang)
    return Scored(sentences, considered, await centrality(models, texts, lang), "words", lang)


def shape(article: Article, scored: Scored, length: int | None) -> Summary:
    """A summary of `length` sentences; None lets the page decide."""
    texts = [scored.sentences[number] for number in scored.considered]
    chosen = [
        scored.considered[number] for number in select(article, texts, scored.salience, length=length, lang=scored.lang)
    ]
    whole = len(chosen) == len(scored.sentences) or len(scored.sentences) <= _WHOLE
    if whole:
        chosen = list(range(len(scored.sentences)))
    scores = [0.0] * len(scored.sentences)
    for number, value in zip(scored.considered, scored.salience.scores, strict=True):
        scores[number] = value
    return compose(
        article,
        scored.sentences,
        scores,
        chosen,
        method="whole" if whole else scored.method,
        lang=scored.lang,
    )


def shortlist(sentences: Sequence[Sentence], most: int) -> tuple[int, ...]:
    """At most `most` sentences, in order: those nearest the start of their paragraphs, spread evenly."""
    if len(sentences) <= most:
        return tuple(range(len(sentences)))
    depths: dict[int, list[int]] = {}
    block, depth = -1, 0
    for number, sentence in enumerate(sentences):
        depth = depth + 1 if sentence.block == block else 0
        block = sentence.block
        depths.setdefault(depth, []).append(number)
    taken: list[int] = []
    for depth in sorted(depths):
        room = most - len(taken)
        level = depths[depth]
        if len(level) > room:
            level = [level[number * len(level) // room] for number in range(room)]
        taken += level
        if len(taken) >= most:
            break
    return tuple(sorted(taken))
