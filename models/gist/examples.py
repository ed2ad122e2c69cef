"""Training examples of the gist model: the candidates of a page as features, with how well each says what it is about.

Two kinds of page. Pages with a line that a person wrote (data.py): the target of a candidate is how close it is to the
line, by ROUGE and by the encoder's cosine. There the line itself is added as the page's description on some pages, and
as a worse one on others: another page's line, a slogan, the line cut off. Otherwise the model would learn that a
description is always right, or always wrong. And real web pages whose candidates were graded by reading
(judgements.json): the target is the grade.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.evaluate.product import CachedModels
from models.gist.data import Page
from models.host import BuiltModels, run_sync, to_array, wordpiece
from models.rouge import Reference
from nutshell.article import Article, Description
from nutshell.summary.gist_candidates import GistCandidate, candidates
from nutshell.summary.gist_features import features
from nutshell.summary.summarizer import NoSentences, ScoredArticle, score_sentences
from nutshell.text.encoder import encode

Floats = NDArray[np.float32]
MIN_CANDIDATES = 3
# Shares of pages whose description is the line, another page's line, or a template.
_TRUE, _OTHER, _TEMPLATE = 0.3, 0.25, 0.15
# A true line is the best candidate, but pages' own lines are often no better than their best sentence.
_TRUE_TARGET, _TEMPLATE_TARGET = 0.8, 0.1
# The title is shown above the gist anyway: a line that adds to it is better.
_TITLE_SHARE = 0.7
_TEMPLATES = (
    "Read more about {title} and other news, guides and stories on {site}.",
    "{site} is the place for news, tips and resources that help you get more done.",
    "Find everything you need to know about {title} at {site}. Visit us today!",
    "Welcome to {site}, the home of our community and products.",
    "The latest updates, articles and documentation from the {site} team.",
    "{title} on {site}. Quality service, great support and the best prices.",
)
_SITES = ("Northgate", "the Harbor Review", "Plainware", "Fieldnote", "Open Quarry", "Bright Ledger")


@dataclass(frozen=True, slots=True)
class Example:
    """`features` [candidates, COUNT], `targets` [candidates] 0 to 1 with NaN for unknown; `weight` of the page."""

    id: str
    kind: str
    candidates: tuple[GistCandidate, ...]
    features: Floats
    targets: Floats
    weight: float


class Reader:
    """Reads pages with the product's own models. Vectors are cached."""

    def __init__(self) -> None:
        self.models = CachedModels(BuiltModels(threads=1))

    def score(self, article: Article) -> ScoredArticle | None:
        work = score_sentences(article, models=self.models, wordpiece=wordpiece(), progress=_no_progress)
        try:
            return run_sync(work)
        except NoSentences:
            return None

    def vectors(self, texts: Sequence[str]) -> Floats:
        encoded = run_sync(encode(self.models, wordpiece(), texts))
        return np.asarray(to_array(encoded.vectors))

    def candidates(self, article: Article, scored: ScoredArticle) -> tuple[list[GistCandidate], Floats]:
        considered = [scored.sentences[number] for number in scored.considered]
        found = candidates(article, considered, scored.salience)
        encoder = scored.method == "encoder"
        made = features(article, considered, scored.salience, found, scored.lang, encoder)
        return found, np.array(to_array(made))


def examples(pages: Sequence[Page], reader: Reader) -> Iterator[Example]:
    for number, page in enumerate(pages):
        scored = reader.score(page.article)
        if scored is None:
            continue
        article, given = _described(page, pages[(number + 1) % len(pages)])
        found, made = reader.candidates(article, scored)
        if len(found) < MIN_CANDIDATES:
            continue
        targets = closeness([candidate.text for candidate in found], page.line, reader, scored.lang == "en")
        for place, candidate in enumerate(found):
            if candidate.source == "description":
                targets[place] = given if given is not None else min(targets[place], 0.3)
            elif candidate.source == "title":
                targets[place] *= _TITLE_SHARE
        yield Example(page.id, page.kind, tuple(found), made, targets, 1.0)


def closeness(texts: Sequence[str], line: str, reader: Reader, english: bool) -> Floats:
    """Returns how close each text is to the line, about 0 to 1."""
    reference = Reference(line) if english else None
    if reference is None:
        shared = [_shared_characters(text, line) for text in texts]
        return np.array(shared, np.float32)
    rouge = reference.gains(texts)
    vectors = reader.vectors([line, *texts])
    cosines = vectors[1:] @ vectors[0]
    return np.asarray(0.5 * np.minimum(1, rouge / 0.6) + 0.5 * np.clip(cosines, 0, 1), np.float32)


def _shared_characters(text: str, line: str) -> float:
    """Returns the F1 of the texts' character trigrams, for languages that ROUGE cannot split."""
    grams = [{value[at : at + 3] for at in range(len(value) - 2)} for value in (text.casefold(), line.casefold())]
    shared = len(grams[0] & grams[1])
    return 2 * shared / max(1, len(grams[0]) + len(grams[1]))


def _described(page: Page, other: Page) -> tuple[Article, float | None]:
    """Returns the page with a description on some, and the description's target; None if it is another page's."""
    rng = random.Random(page.id)
    draw = rng.random()
    if draw < _TRUE:
        return _with(page.article, page.line), _TRUE_TARGET
    if draw < _TRUE + _OTHER:
        return _with(page.article, other.line), None
    if draw < _TRUE + _OTHER + _TEMPLATE and page.article.lang == "en":
        title = page.article.title or page.kind
        return _with(
            page.article, rng.choice(_TEMPLATES).format(title=title, site=rng.choice(_SITES))
        ), _TEMPLATE_TARGET
    return page.article, None


def _with(article: Article, line: str) -> Article:
    return replace(article, descriptions=(Description("meta", line),))


def _no_progress(stage: str, done: int, total: int, part: Any = None) -> None:
    pass
