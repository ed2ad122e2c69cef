"""Stories: which articles report the same event, cross-validated over topics, beside two cosines; and the time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.host import BuiltModels, to_array, wordpiece
from models.same_event.data import FOLDS, FORMS, ArticlePairs, EcbArticle, article_pairs, split_by_topic
from models.same_event.train import fit
from models.tables import Table
from nutshell.ports import Models, Tensor
from nutshell.stories.clustering import JOIN_THRESHOLD, StoryIndex
from nutshell.stories.same_event import FEATURES
from nutshell.stories.term_vectors import Frequencies, bag_of_words
from nutshell.text.encoder import embed
from tests.bench.news_data import events as ecb
from tests.bench.news_data import huffpost
from tests.bench.report import Result, main

QUICK_FOLDS = 2
THRESHOLDS = (-0.25, -0.2, -0.15, -0.1, -0.05, 0.0)
SIZES, QUICK_SIZES = (1_000, 5_000, 10_000, 20_000), (500, 1_000)
Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Part:
    """The articles of some topics; `similar` are their cosines [n, n] by other means."""

    pairs: ArticlePairs
    similar: dict[str, Floats]

    @property
    def same(self) -> NDArray[np.bool_]:
        return self.pairs.same


@dataclass(frozen=True, slots=True)
class Trained:
    """A classifier and the threshold from which items are put together."""

    models: Models
    threshold: float


class TrainedModels:
    """The shipped models, except that `same_event` has other weights."""

    def __init__(self, models: BuiltModels, weights: Mapping[str, float]) -> None:
        self._models = models
        self._weights = np.array([weights[name] for name in FEATURES])
        self._bias = weights["bias"]

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if model != "same_event":
            return await self._models.run(model, inputs)
        odds = to_array(inputs["features"]) @ self._weights + self._bias
        return {"log_odds": Tensor("float32", odds.shape, memoryview(odds.astype(np.float32)))}


def scores(found: NDArray[np.bool_], same: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs."""
    pairs = np.triu_indices(len(same), 1)
    hits, made, true = (found & same)[pairs].sum(), found[pairs].sum(), same[pairs].sum()
    precision, recall = hits / max(made, 1), hits / true
    return float(precision), float(recall), float(2 * precision * recall / max(precision + recall, 1e-9))


def together(labels: Sequence[str]) -> NDArray[np.bool_]:
    names = np.array(labels)
    return names[:, None] == names[None]


def grouped(similar: Floats, threshold: float) -> NDArray[np.bool_]:
    """Average link over any similarity down to a threshold: what StoryIndex does as items arrive, here all at once."""
    mean = similar.astype(float).copy()
    np.fill_diagonal(mean, -np.inf)
    size, label = np.ones(len(mean)), np.arange(len(mean))
    while True:
        one, other = divmod(int(mean.argmax()), len(mean))
        if mean[one, other] <= threshold:
            return np.asarray(label[:, None] == label[None])
        both = (mean[one] * size[one] + mean[other] * size[other]) / (size[one] + size[other])
        mean[one] = mean[:, one] = both
        mean[other] = mean[:, other] = mean[one, one] = -np.inf
        size[one] += size[other]
        label[label == label[other]] = label[one]


def part(rows: list[dict[str, Any]], characters: int, models: BuiltModels, seed: int) -> Part:
    pairs = article_pairs(rows, characters, models, seed)
    minilm = to_array(asyncio.run(embed(models, wordpiece(), [f"{item.title}. {item.text}" for item in pairs.items])))
    return Part(pairs, {"TF-IDF cosine": tfidf(pairs.items), "MiniLM cosine": minilm @ minilm.T})


def tfidf(items: list[EcbArticle]) -> Floats:
    """Cosines of all terms, weighted by their frequency among these items alone."""
    bags = [bag_of_words(item) for item in items]
    frequencies = Frequencies()
    frequencies.count(bags)
    vectors = [frequencies.vectorize(bag, None) for bag in bags]
    column = {term: number for number, term in enumerate({term for vector in vectors for term in vector.weights})}
    rows = np.zeros((len(vectors), len(column)))
    for row, vector in zip(rows, vectors, strict=True):
        row[[column[term] for term in vector.weights]] = list(vector.weights.values())
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return np.asarray(rows @ rows.T)


def trained(forms: Sequence[Sequence[Part]], models: BuiltModels) -> tuple[dict[str, float], Trained]:
    """Returns weights fitted to these parts in all their forms, and with the best of THRESHOLDS."""
    parts = [each for form in forms for each in form]
    weights = fit([each.pairs for each in parts])
    candidates = [Trained(TrainedModels(models, weights), threshold) for threshold in THRESHOLDS]
    best = max(candidates, key=lambda one: float(np.mean([scores(product(p, one), p.same)[2] for p in parts])))
    return weights, best


def best_threshold(
    parts: Sequence[Part],
    score: Callable[[Part], Floats],
    judged: Callable[[Floats, float], NDArray[np.bool_]],
    tried: Floats,
) -> float:
    """The threshold with the best F1 on these parts."""
    made = [score(each) for each in parts]

    def mean_f1(threshold: float) -> float:
        return float(np.mean([scores(judged(s, threshold), p.same)[2] for s, p in zip(made, parts, strict=True)]))

    return float(max(tried, key=mean_f1))


def product(each: Part, trained: Trained) -> NDArray[np.bool_]:
    """Returns which articles StoryIndex puts together as they arrive."""
    index = StoryIndex(trained.models, wordpiece().place, threshold=trained.threshold)
    items = each.pairs.items
    for start in range(0, len(items), 40):
        asyncio.run(index.add(items[start : start + 40], each.pairs.packed.__getitem__))
    return together([index.get(item.id).id for item in items])


def pace(models: BuiltModels, sizes: Sequence[int]) -> dict[int, float]:
    """Milliseconds for each of the last tenth of so many items, six days of news in all."""
    news = huffpost().items
    found = {}
    for size in sizes:
        items = [
            replace(news[number % len(news)], id=str(number), published=1.8e9 + number / size * 6 * 86_400)
            for number in range(size)
        ]
        lot = np.random.default_rng(3)
        vector = {item.id: bytes(lot.integers(-99, 99, 256, np.int8)) for item in items}
        made = StoryIndex(models, wordpiece().place)
        asyncio.run(made.add(items[: -(size // 10)], vector.__getitem__))
        begun = time.process_time()
        asyncio.run(made.add(items[-(size // 10) :], vector.__getitem__))
        found[size] = (time.process_time() - begun) * 1000 / (size // 10)
    return found


def measure(quick: bool) -> Result:
    models, tables = BuiltModels(threads=1), []
    figures: dict[str, Any] = {}
    made: dict[str, list[Part]] = {}
    for name, characters in FORMS.items():
        made[name] = [part(fold, characters, models, n) for n, fold in enumerate(split_by_topic(ecb(), FOLDS))]
    cosines = np.linspace(0.05, 0.8, 16)
    judges: dict[int, Trained] = {}
    as_shipped = Trained(models, JOIN_THRESHOLD)
    for number in range(QUICK_FOLDS if quick else FOLDS):
        # Learned on the other topics, as the shipped one is on all.
        forms = [[each for n, each in enumerate(form) if n != number] for form in made.values()]
        judges[number] = trained(forms, models)[1]
    for name, parts in made.items():
        found: dict[str, list[tuple[float, float, float]]] = {}
        for number, judge in judges.items():
            test, train = parts[number], [each for n, each in enumerate(parts) if n != number]
            for label, similar in test.similar.items():
                for how, judged in (("pairwise", np.greater), ("grouped", grouped)):
                    threshold = best_threshold(train, lambda each, label=label: each.similar[label], judged, cosines)
                    made_of = scores(judged(similar, threshold), test.same)
                    found.setdefault(f"{label}, {how}", []).append(made_of)
            found.setdefault("Nutshell", []).append(scores(product(test, judge), test.same))
            seen = scores(product(test, as_shipped), test.same)
            found.setdefault("(Nutshell as shipped, trained on these)", []).append(seen)
        rows = [(key, *(f"{value:.3f}" for value in np.mean(values, 0))) for key, values in found.items()]
        figures[name] = {key: np.mean(values, 0).tolist() for key, values in found.items()}
        tables.append(Table(("mean over the folds", "precision", "recall", "pairwise F1"), rows, title=name))
    weights, on_all = trained(list(made.values()), models)
    figures["learned on all"] = {
        **{name: round(value, 2) for name, value in weights.items()},
        "join": on_all.threshold,
    }
    times = pace(models, QUICK_SIZES if quick else SIZES)
    figures["milliseconds an item"] = times
    tables.append(
        Table(
            ("items", *(f"{size:,}" for size in times)),
            [("adding one item, ms", *(f"{ms:.2f}" for ms in times.values()))],
            title="Time on the desktop",
            note="HuffPost headlines over six days; from 10,000 on, headlines repeat, so many are similar.",
        )
    )
    return Result(
        name="stories",
        title="Stories: the same event",
        about=(
            f"ECB+ in {FOLDS} folds over its 43 topics: 86 events, where each topic has another event of the same kind "
            "as hard negatives. Weights and thresholds come from the other folds. The cosines have a separate "
            "threshold for each text length; Nutshell has one classifier for all of them and runs the product's "
            "incremental code. Dates are unknown here, so time does not help. "
            f"Weights learned on all folds: {json.dumps(figures['learned on all'])}."
        ),
        tables=tables,
        figures=figures,
    )


if __name__ == "__main__":
    main(measure)
