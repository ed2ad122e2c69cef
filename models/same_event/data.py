"""Pairs of ECB+ articles (Cybulska & Vossen 2014) with their features, and whether they report the same event."""

from __future__ import annotations

import gzip
import itertools
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data import path_of
from models.host import BuiltModels, from_array, run_sync, to_array, wordpiece
from nutshell.stories.same_event import FEATURES, pair_features
from nutshell.stories.term_vectors import Document, Frequencies, bag_of_words
from nutshell.text.static_encoder import embed_static

FOLDS = 5
FORMS = {"whole articles (2,000 characters)": 2000, "as feeds give them (250 characters)": 250, "first lines alone": 0}
"""The texts that the features are computed from, and their length in characters."""

_EMBEDDED = 400
_COUNTED = 1_000
"""Pairs whose terms are counted: as many items as a user has in a few days."""
Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class EcbArticle:
    id: str
    title: str
    text: str
    published: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ArticlePairs:
    """Articles with the features of all their pairs [n, n, F]; `same` is the truth [n, n].

    `packed` are their static vectors as the product stores them (int8).
    """

    items: list[EcbArticle]
    packed: dict[str, bytes]
    features: Floats
    same: NDArray[np.bool_]


def ecb_rows() -> list[dict[str, Any]]:
    """Returns the articles: id, event, topic, document. Raises RecipeError when the data set is missing."""
    path = path_of("news/same-event-ecbplus.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def split_by_topic(rows: list[dict[str, Any]], count: int = FOLDS) -> list[list[dict[str, Any]]]:
    """Returns folds in which an event and its hard negative are never apart."""
    topics = sorted({row["topic"] for row in rows})
    order = [topics[number] for number in np.random.default_rng(5).permutation(len(topics))]
    return [[row for row in rows if row["topic"] in set(order[start::count])] for start in range(count)]


def article_pairs(rows: list[dict[str, Any]], characters: int, models: BuiltModels, seed: int) -> ArticlePairs:
    """Shuffles the articles, cuts them to `characters`, and compares all of them."""
    order = np.random.default_rng(seed).permutation(len(rows))
    items = []
    for row in (rows[number] for number in order):
        title, _, text = row["document"].partition("\n")
        items.append(EcbArticle(row["id"], title[:300], text[: max(0, characters - len(title))]))
    vectors = _packed_vectors(items, models)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    packed = {item.id: bytes(row.tobytes()) for item, row in zip(items, vectors, strict=True)}
    events = np.array([rows[number]["event"] for number in order])
    return ArticlePairs(items, packed, all_features(items, unit @ unit.T), events[:, None] == events[None])


@dataclass(frozen=True, slots=True)
class LabelledPairs:
    """Pairs of articles of one set: their features [n, F], and whether they report the same event.

    `fold` [n] is by the event of the first article.
    """

    features: Floats
    same: NDArray[np.bool_]
    fold: NDArray[np.int_]

    def every(self, step: int) -> LabelledPairs:
        return LabelledPairs(self.features[::step], self.same[::step], self.fold[::step])


def labelled_pairs(models: BuiltModels) -> dict[str, LabelledPairs]:
    """Returns the pairs of news/same-event-pairs by set. Raises RecipeError when the data set is missing.

    Of the headlines of STS only those are used whose label is plain: at least 4, or below 2, of 5.
    """
    path = path_of("news/same-event-pairs.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if not 2 <= _sts_score(row) < 4]
    found = {}
    for name in sorted({row["source_set"] for row in rows}):
        pairs = [row for row in rows if row["source_set"] == name]
        items = [_article(row, side) for row in pairs for side in ("a", "b")]
        vectors = _packed_vectors(items, models)
        unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        bags = [bag_of_words(item) for item in items]
        frequencies = Frequencies(wordpiece().place)
        frequencies.count(bags[: 2 * _COUNTED])
        terms = [frequencies.vectorize(bag, item.published) for bag, item in zip(bags, items, strict=True)]
        cosines = (unit[0::2] * unit[1::2]).sum(1)
        features = [pair_features(terms[2 * n], terms[2 * n + 1], float(cosines[n])) for n in range(len(pairs))]
        events = [str(row.get("group_a") or row["id"]) for row in pairs]
        fold = np.array([zlib.crc32(event.encode()) % FOLDS for event in events])
        found[name] = LabelledPairs(np.array(features), np.array([row["same"] for row in pairs]), fold)
    return found


def _sts_score(row: dict[str, Any]) -> float:
    kind = str(row["kind"])
    return float(kind.removeprefix("sts=")) if kind.startswith("sts=") else 0.0


def _article(row: dict[str, Any], side: str) -> EcbArticle:
    article = row[side]
    published = None
    if article["date"]:
        published = datetime.fromisoformat(article["date"]).replace(tzinfo=UTC).timestamp()
    return EcbArticle(f"{row['id']}-{side}", article["title"][:300], article["text"] or "", published)


def all_features(items: list[EcbArticle], cosines: Floats) -> Floats:
    """Returns the features of every pair [n, n, F]."""
    bags = [bag_of_words(item) for item in items]
    frequencies = Frequencies(wordpiece().place)
    frequencies.count(bags)
    vectors = [frequencies.vectorize(bag, None) for bag in bags]
    features = np.zeros((len(items), len(items), len(FEATURES)))
    for left, right in itertools.combinations(range(len(items)), 2):
        values = pair_features(vectors[left], vectors[right], float(cosines[left, right]))
        features[left, right] = features[right, left] = values
    return features


def _packed_vectors(items: list[EcbArticle], models: BuiltModels) -> Floats:
    """Returns the static vectors as int8 [n, 256], as ranking/candidate_matrix.py stores them."""
    vectors = to_array(run_sync(embed_static(models, wordpiece(), [_embedded_text(item) for item in items])))
    outputs = run_sync(
        models.run(
            "topics",
            {
                "vectors": from_array(vectors),
                "packed": from_array(np.zeros((0, 256), np.int8)),
                "center": from_array(np.zeros(256)),
                "topics": from_array(np.zeros((1, 256))),
            },
        )
    )
    return to_array(outputs["kept"])


def _embedded_text(item: Document) -> str:
    return f"{item.title}. {item.text[:_EMBEDDED]}" if item.text else item.title
