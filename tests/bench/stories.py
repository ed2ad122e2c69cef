"""Stories: which articles tell of the same event, by cross-validation over topics, beside two cosines; and the time."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.host import BuiltModels, from_array, to_array, wordpiece
from models.tables import Table
from nutshell.ranking.candidates import Candidate
from nutshell.stories import same_event as telling
from nutshell.stories.clustering import StoryIndex
from nutshell.stories.same_event import Frequencies, SameEventClassifier
from nutshell.text.encoder import embed
from nutshell.text.static_encoder import embed_static
from tests.bench.news_data import events as ecb
from tests.bench.news_data import huffpost
from tests.bench.report import Result, main

FOLDS, QUICK_FOLDS = 5, 2
FORMS = {"whole articles (2,000 characters)": 2000, "as feeds give them (250 characters)": 250, "first lines alone": 0}
SIZES, QUICK_SIZES = (1_000, 5_000, 10_000, 20_000), (500, 1_000)
Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Part:
    """Articles of some topics with all that is known of their pairs; `same` is the truth."""

    items: list[Candidate]
    packed: dict[str, bytes]
    similar: dict[str, Floats]
    features: Floats
    same: NDArray[np.bool_]


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
    """Average link over any similarity down to a threshold: what Stories does as items come, here all at once."""
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
    order = np.random.default_rng(seed).permutation(len(rows))
    items = []
    for row in (rows[number] for number in order):
        title, _, text = row["document"].partition("\n")
        items.append(Candidate(row["id"], title[:300], text[: max(0, characters - len(title))]))
    made = to_array(asyncio.run(embed_static(models, wordpiece(), [item.said for item in items])))
    answer = asyncio.run(
        models.run(
            "topics",
            {
                "vectors": from_array(made),
                "packed": from_array(np.zeros((0, 256), np.int8)),
                "center": from_array(np.zeros(256)),
                "topics": from_array(np.zeros((1, 256))),
            },
        )
    )
    kept = to_array(answer["kept"])
    packed = {item.id: bytes(row.tobytes()) for item, row in zip(items, kept, strict=True)}
    minilm = to_array(asyncio.run(embed(models, wordpiece(), [f"{item.title}. {item.text}" for item in items])))
    unit = kept / np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-9)
    features = pair_features(items, unit @ unit.T)
    similar = {"TF-IDF cosine": tfidf(items), "MiniLM cosine": minilm @ minilm.T}
    events = np.array([rows[number]["event"] for number in order])
    return Part(items, packed, similar, features, events[:, None] == events[None])


def tfidf(items: list[Candidate]) -> Floats:
    """Cosines of all words, rare as they are among these items alone."""
    bags = [telling.bag_of_words(item) for item in items]
    frequencies = Frequencies()
    frequencies.count(bags)
    told = [frequencies.telling(bag, None) for bag in bags]
    place = {word: number for number, word in enumerate({word for each in told for word in each.weights})}
    rows = np.zeros((len(told), len(place)))
    for row, each in zip(rows, told, strict=True):
        row[[place[word] for word in each.weights]] = list(each.weights.values())
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return np.asarray(rows @ rows.T)


def pair_features(items: list[Candidate], cosines: Floats) -> Floats:
    """Of every pair: what a Judge weighs."""
    bags = [telling.bag_of_words(item) for item in items]
    frequencies = Frequencies(wordpiece().place)
    frequencies.count(bags)
    told = [frequencies.telling(bag, None) for bag in bags]
    made = np.zeros((len(items), len(items), len(telling.SIMILARITIES)))
    for one, other in itertools.combinations(range(len(items)), 2):
        values = telling.similarities(told[one], told[other], float(cosines[one, other]))
        made[one, other] = made[other, one] = values
    return made


def learn(parts: Sequence[Part]) -> tuple[Floats, float]:
    """Weights by logistic regression over pairs: Newton's method, with a little ridge."""
    pairs = [np.triu_indices(len(each.same), 1) for each in parts]
    rows = np.vstack([each.features[pair] for each, pair in zip(parts, pairs, strict=True)])
    wanted = np.concatenate([each.same[pair] for each, pair in zip(parts, pairs, strict=True)]).astype(float)
    design = np.hstack([rows, np.ones((len(rows), 1))])
    penalty = np.diag([0.5] * (design.shape[1] - 1) + [1e-6])
    weights = np.zeros(design.shape[1])
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        curve = (design * (chance * (1 - chance) + 1e-9)[:, None]).T @ design + penalty
        weights = weights + np.linalg.solve(curve, design.T @ (wanted - chance) - penalty @ weights)
    return weights[:-1], float(weights[-1])


def judge_of(forms: Sequence[Sequence[Part]], models: BuiltModels) -> SameEventClassifier:
    """Weights, and from where on an item joins, as these parts have them in all their forms."""
    parts = [each for form in forms for each in form]
    weights, bias = learn(parts)
    names = dict(zip(telling.SIMILARITIES, map(float, weights), strict=True))
    tried = [SameEventClassifier(**names, bias=bias, join=join) for join in (-0.25, -0.2, -0.15, -0.1, -0.05, 0.0)]
    return max(tried, key=lambda judge: float(np.mean([scores(product(p, judge, models), p.same)[2] for p in parts])))


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


def product(each: Part, judge: SameEventClassifier, models: BuiltModels) -> NDArray[np.bool_]:
    """What Stories makes of the articles as they come."""
    made = StoryIndex(models, wordpiece().place, judge)
    for start in range(0, len(each.items), 40):
        asyncio.run(made.add(each.items[start : start + 40], each.packed.__getitem__))
    return together([made.of(item.id).id for item in each.items])


def folds(rows: list[dict[str, Any]], count: int) -> list[list[dict[str, Any]]]:
    """By topic: an event and its hard negative are never apart."""
    topics = sorted({row["topic"] for row in rows})
    lot = [topics[number] for number in np.random.default_rng(5).permutation(len(topics))]
    return [[row for row in rows if row["topic"] in set(lot[start::count])] for start in range(count)]


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
        made[name] = [part(fold, characters, models, n) for n, fold in enumerate(folds(ecb(), FOLDS))]
    cosines = np.linspace(0.05, 0.8, 16)
    judges = {}
    for number in range(QUICK_FOLDS if quick else FOLDS):
        # Learned on the other topics, as the shipped one is on all.
        forms = [[each for n, each in enumerate(form) if n != number] for form in made.values()]
        judges[number] = judge_of(forms, models)
    for name, parts in made.items():
        found: dict[str, list[tuple[float, float, float]]] = {}
        for number, judge in judges.items():
            test, train = parts[number], [each for n, each in enumerate(parts) if n != number]
            for label, similar in test.similar.items():
                for how, judged in (("pair by pair", np.greater), ("grouped", grouped)):
                    threshold = best_threshold(train, lambda each, label=label: each.similar[label], judged, cosines)
                    made_of = scores(judged(similar, threshold), test.same)
                    found.setdefault(f"{label}, {how}", []).append(made_of)
            found.setdefault("Nutshell", []).append(scores(product(test, judge, models), test.same))
            seen = scores(product(test, telling.CLASSIFIER, models), test.same)
            found.setdefault("(Nutshell as shipped, which has seen these)", []).append(seen)
        rows = [(key, *(f"{value:.3f}" for value in np.mean(values, 0))) for key, values in found.items()]
        figures[name] = {key: np.mean(values, 0).tolist() for key, values in found.items()}
        tables.append(Table(("mean over the folds", "precision", "recall", "pairwise F1"), rows, title=name))
    shipped = judge_of(list(made.values()), models)
    figures["learned on all"] = {
        name: round(getattr(shipped, name), 2) for name in (*telling.SIMILARITIES, "bias", "join")
    }
    times = pace(models, QUICK_SIZES if quick else SIZES)
    figures["milliseconds an item"] = times
    tables.append(
        Table(
            ("items there", *(f"{size:,}" for size in times)),
            [("one more item, milliseconds", *(f"{ms:.2f}" for ms in times.values()))],
            title="Time on the desktop",
            note="HuffPost headlines over six days, each more than once from 10,000 on: many are alike.",
        )
    )
    return Result(
        name="stories",
        title="Stories: the same event",
        about=(
            f"ECB+ in {FOLDS} folds over its 43 topics: 86 events, each topic with another event of the same kind "
            "as hard negatives. Weights and thresholds come from the other folds; the cosines have a threshold of "
            "their own for each form, Nutshell one judge for all of them, and goes through the same incremental code "
            "as in the product. Dates are not known here, so time does not help. "
            f"Learned on all: {json.dumps(figures['learned on all'])}."
        ),
        tables=tables,
        figures=figures,
    )


if __name__ == "__main__":
    main(measure)
