"""Training and development documents as the product reads them: articles, sentences and targets.

The sentence vectors come from the product's own encoder.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.data import summaries
from models.host import BuiltModels, to_array
from models.rouge import Reference
from models.salience import pages
from models.salience.vectors import VectorCache
from nutshell.article import Article, Block, Role, Sentence
from nutshell.summary.candidates import is_boilerplate
from nutshell.summary.features import features
from nutshell.summary.summarizer import shortlist
from nutshell.text.sentences import split
from nutshell.text.words import FUNCTION, words

TRAIN = (
    "train-cnn-val1000",
    "train-cnndm-200",
    "train-cnndm-245",
    "train-inshorts",
    "train-page-descriptions",
    "train-standfirst",
    "train-xsum-faithful",
    "train-newsdiscourse",
    "train-scitldr",
    "train-gum",
)
PAGES = "train-pages-en"
MAX_SENTENCES = 200
# Of a long page, only the sentences nearest the start of their blocks are used, as the product does.
MAX_PAGE_SENTENCES = 60
# The salience of a sentence by its human-labelled role in a news story (NewsDiscourse, Choubey et al. 2020).
ROLES = {
    "Main": 1.0,
    "Main_Consequence": 0.6,
    "Cause_Specific": 0.3,
    "Cause_General": 0.15,
    "Distant_Expectations_Consequences": 0.15,
    "Distant_Evaluation": 0.1,
    "Distant_Historical": 0.0,
    "Distant_Anecdotal": 0.0,
    "NA": 0.0,
}


@dataclass(frozen=True)
class Document:
    """`views` are the features with and without title and paragraphs; the first is the page as it is.

    `gains` [sentences] is each sentence's own ROUGE, `oracle` [sentences] is 1 for sentences of the greedy oracle.
    """

    id: str
    data: str
    genre: str
    article: Article
    sentences: tuple[Sentence, ...]
    references: tuple[str, ...]
    vectors: np.ndarray[Any, Any]
    lower: np.ndarray[Any, Any]
    views: tuple[np.ndarray[Any, Any], ...]
    gains: np.ndarray[Any, Any]
    oracle: np.ndarray[Any, Any]


def documents(names: Sequence[str], models: BuiltModels) -> Iterator[Document]:
    cache = VectorCache(models)
    for name in names:
        for row in summaries(name):
            if not _english(row):
                continue
            article = _article(row)
            sentences, references = _sentences(row, article), _references(row)
            if len(sentences) < 3 or not references:
                continue
            vectors = cache.get([sentence.text for sentence in sentences])
            gains, oracle = _targets(row, sentences, references)
            yield Document(
                id=row["id"],
                data=name,
                genre=row.get("genre", name) + ("" if row.get("partition") != "dev" else "/dev"),
                article=article,
                sentences=sentences,
                references=references,
                vectors=vectors[0],
                lower=vectors[1],
                views=_views(article, sentences),
                gains=gains,
                oracle=oracle,
            )


def page_documents(models: BuiltModels, name: str = PAGES) -> Iterator[Document]:
    """Yields the pages of pages.py. A sentence's gain is how well it supports the line that a person wrote."""
    cache = VectorCache(models)
    for row in pages.rows(name):
        article, line = pages.article(row), pages.line_of(row)
        everything = split(article)
        sentences = tuple(everything[number] for number in shortlist(everything, MAX_PAGE_SENTENCES))
        if len(sentences) < 3 or not line:
            continue
        vectors = cache.get([*(sentence.text for sentence in sentences), line])
        gains, oracle = _support(sentences, line, vectors[0])
        yield Document(
            id=row["id"],
            data=name,
            genre=row["kind"],
            article=article,
            sentences=sentences,
            references=(line,),
            vectors=vectors[0, :-1],
            lower=vectors[1, :-1],
            views=_views(article, sentences),
            gains=gains,
            oracle=oracle,
        )


def _support(
    sentences: Sequence[Sentence], line: str, vectors: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Returns the gains and the oracle: by shared words and by meaning in equal parts, because most lines use other
    words than their page. `vectors`: of the sentences, and last of the line."""
    texts = [sentence.text for sentence in sentences]
    reference = Reference(line)
    words = reference.gains(texts)
    cosines = vectors[:-1] @ vectors[-1]
    meaning = np.clip((cosines - cosines.mean()) / max(cosines.max() - cosines.mean(), 1e-6), 0, 1)
    gains = (words / max(words.max(), 1e-6) + meaning) / 2
    gains[[is_boilerplate(text) for text in texts]] = 0
    oracle = np.zeros(len(texts))
    oracle[reference.oracle(texts, 3)] = 1
    oracle[int(gains.argmax())] = 1
    return gains, oracle * (gains > 0)


def _english(row: dict[str, Any]) -> bool:
    text = words(" ".join(row.get("sentences") or [row.get("document", "")])[:3000])
    known = sum(word in FUNCTION["en"] for word in text) / max(1, len(text))
    return "paragraphs" in row or known > 0.25


def _article(row: dict[str, Any]) -> Article:
    if "paragraphs" in row:
        # GUM lists sentences by paragraph. A first line that repeats the title is dropped below.
        parts = [" ".join(paragraph) for paragraph in row["paragraphs"]]
    elif "sentences" in row:
        parts = [" ".join(row["sentences"])]
    else:
        parts = row["document"].split("\n")
    title = row.get("title") or ""
    texts = [" ".join(part.split()) for part in parts]
    if "document" not in row or len(texts) > 1:
        texts = [text for text in texts if text and text != title]
    return Article(tuple(Block(Role.PARAGRAPH, text) for text in texts if text), title=title, lang="en")


def _sentences(row: dict[str, Any], article: Article) -> tuple[Sentence, ...]:
    if "sentences" not in row:
        return tuple(split(article))[:MAX_SENTENCES]
    # These sets label their own sentences, so keep their sentence boundaries.
    text, found, start = article.blocks[0].text if article.blocks else "", [], 0
    for sentence in row["sentences"]:
        clean = " ".join(sentence.split())
        at = text.index(clean, start)
        start = at + len(clean)
        found.append(Sentence(clean, 0, at, start))
    return tuple(found)[:MAX_SENTENCES]


def _references(row: dict[str, Any]) -> tuple[str, ...]:
    if "highlights" in row:
        return ("\n".join(row["highlights"]),)
    if "summaries" in row:
        return tuple(row["summaries"])
    if "human_summaries" in row:
        return tuple(row["human_summaries"])
    return (row.get("summary") or row.get("title") or "",)


def _targets(
    row: dict[str, Any], sentences: Sequence[Sentence], references: Sequence[str]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    if "label" in row and isinstance(row["label"], list):
        roles = np.array([ROLES.get(label, 0.0) for label in row["label"][: len(sentences)]])
        return roles, (roles == 1).astype(np.float64)
    made = [Reference(text) for text in references]
    texts = [sentence.text for sentence in sentences]
    gains = np.max([reference.gains(texts) for reference in made], axis=0)
    oracle = np.zeros(len(texts))
    for reference in made:
        oracle[reference.oracle(texts)] = 1
    return gains, oracle


def _views(article: Article, sentences: tuple[Sentence, ...]) -> tuple[np.ndarray[Any, Any], ...]:
    made = [(article, sentences)]
    if article.title:
        made.append((replace(article, title=""), sentences))
    if len(article.blocks) == 1:
        made.append(_paragraphed(article, sentences))
    return tuple(to_array(features(*view)).copy() for view in made)


def _paragraphed(article: Article, sentences: tuple[Sentence, ...]) -> tuple[Article, tuple[Sentence, ...]]:
    """Splits a text without paragraphs into paragraphs of one to three sentences, as a page would have."""
    rng = random.Random(article.text[:200])
    blocks: list[Block] = []
    found: list[Sentence] = []
    at = 0
    while at < len(sentences):
        part = sentences[at : at + rng.choice((1, 1, 2, 2, 3))]
        blocks.append(Block(Role.PARAGRAPH, " ".join(sentence.text for sentence in part)))
        found += [Sentence(sentence.text, len(blocks) - 1, 0, len(sentence.text)) for sentence in part]
        at += len(part)
    return replace(article, blocks=tuple(blocks)), tuple(found)
