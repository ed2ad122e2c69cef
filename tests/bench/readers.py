"""Simulated and real readers: how well the order fits what they like, beside simpler orders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.host import ShopModels, to_array, wordpiece
from models.tables import Table
from nutshell.hosts.desktop import FileDatabase
from nutshell.memory import schema
from nutshell.taste.events import Act
from nutshell.taste.pool import Candidate
from nutshell.taste.taste import Taste
from nutshell.text.encoder import embed
from tests.bench.news_data import Topical, auc, huffpost, mind, ndcg, yow
from tests.bench.report import Result, main

READERS, QUICK_READERS, LEAST = 60, 6, 40
OPENS = (0, 5, 10, 20, 50)
OPEN_LIKED, OPEN_OTHER = 0.6, 0.05
Scores = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Likes some topics; sees items in `order`, and opens those where `opened` is true."""

    liked: NDArray[np.bool_]
    order: NDArray[np.int64]
    opened: NDArray[np.bool_]
    lot: np.random.Generator

    def seen(self, opens: int) -> int:
        """How many are shown until so many are opened; 0 when there are not so many."""
        if not opens:
            return 0
        counted = np.cumsum(self.opened)
        return int(np.searchsorted(counted, opens)) + 1 if counted[-1] >= opens else -1


def readers(data: Topical, topics: list[str], count: int, seed: int) -> Iterator[Reader]:
    for number in range(count):
        lot = np.random.default_rng([seed, number])
        liked = np.isin(data.topics, lot.choice(topics, 3, replace=False))
        order = lot.permutation(len(data.items))
        opened = lot.random(len(order)) < np.where(liked, OPEN_LIKED, OPEN_OTHER)
        yield Reader(liked, order, opened[order], lot)


class Ours:
    """The product: a taste with the items in its pool, which forgets one reader before the next."""

    def __init__(self, data: Topical) -> None:
        self.data = data
        self.models = ShopModels(threads=1)
        database = FileDatabase()
        schema.prepare(database)
        self.taste = Taste(self.models, wordpiece(), database)
        asyncio.run(self.taste.add_items(data.items))
        self.number = {item.id: number for number, item in enumerate(data.items)}
        self.rows = np.array([self.number[item] for item in self.taste.known])
        self.now = max((item.published or 0) for item in data.items) + 3600 or 1.8e9

    def learn(self, seen: NDArray[np.int64], opened: NDArray[np.bool_]) -> None:
        if self.taste.learned:
            self.taste.forget_all()
        ids = [self.data.items[number].id for number in seen]
        self.taste.record_many(
            [Act("open" if open_ else "shown", item, self.now) for item, open_ in zip(ids, opened, strict=True)]
        )

    def scores(self) -> Scores:
        """Of every item, read or not: the graph's own, in the order of the pool's rows."""
        ranked = asyncio.run(self.taste.rank(self.now, limit=1, explore=False, by_story=False, include_done=True))
        made = np.zeros(len(self.data.items))
        made[self.rows] = np.asarray(ranked[0].said.order.scores)
        return made

    def list_of(self, seen: NDArray[np.int64], explore: bool) -> list[int]:
        """The first ten of "for you", without what was seen."""
        ids = [self.data.items[number].id for number in seen]
        self.taste.done_many(ids)
        found = asyncio.run(self.taste.rank(self.now, limit=60, explore=explore))
        self.taste.done_many(ids, False)
        gone = set(seen.tolist())
        return [number for each in found if (number := self.number[each.item]) not in gone][:10]


def baselines(data: Topical, vectors: NDArray[Any]) -> dict[str, Callable[[NDArray[Any], NDArray[Any], Any], Scores]]:
    """Orders by scores of all items, from those seen and which of them were opened."""
    times = np.array([item.published or 0.0 for item in data.items])
    hours = (times.max() + 3600 - times) / 3600

    def brave(seen: Any, opened: Any, lot: Any) -> Scores:
        # Source visits times recency, half-life 18 h, doubled under 5 h (facts.md); all come from one source here.
        return (1 + opened.sum()) * (0.5 ** (hours / 18)) * np.where(hours < 5, 2, 1)

    def regression(seen: Any, opened: Any, lot: Any) -> Scores:
        if not len(seen) or opened.all() or not opened.any():
            return np.zeros(len(vectors))
        return vectors @ logistic(vectors[seen], opened)

    return {
        "newest first": lambda seen, opened, lot: times,
        "random": lambda seen, opened, lot: lot.random(len(times)),
        "Brave News": brave,
        "centroid of opens, MiniLM": lambda s, o, lot: vectors @ vectors[s[o]].sum(0),
        "nearest open, MiniLM": lambda s, o, lot: (
            (vectors @ vectors[s[o]].T).max(1) if o.any() else np.zeros(len(vectors))
        ),
        "logistic regression, MiniLM": regression,
    }


def logistic(rows: NDArray[Any], opened: NDArray[np.bool_]) -> NDArray[Any]:
    """Weights by Newton's method, ridge 1 on all but the intercept: scikit-learn's default."""
    design = np.hstack([rows, np.ones((len(rows), 1))]).astype(float)
    penalty = np.diag([1.0] * rows.shape[1] + [1e-6])
    weights = np.zeros(design.shape[1])
    for _ in range(8):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (opened - chance) - penalty @ weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        weights = weights + np.linalg.solve(curve, slope)
    return weights[:-1]


def simulate(
    data: Topical, topics: list[str], count: int, seed: int, ours: Ours, vectors: NDArray[Any]
) -> dict[str, Any]:
    """Mean AUC over readers after each number of opens, and what the list itself is like after 20."""
    others = baselines(data, vectors)
    found: dict[str, list[list[float]]] = {name: [[] for _ in OPENS] for name in ("Nutshell", *others)}
    lists: dict[str, list[float]] = {}
    for reader in readers(data, topics, count, seed):
        for place, opens in enumerate(OPENS):
            seen = reader.seen(opens)
            if seen < 0:
                continue
            shown, opened, rest = reader.order[:seen], reader.opened[:seen], reader.order[seen:]
            ours.learn(shown, opened)
            made = {"Nutshell": ours.scores()} | {
                name: order(shown, opened, reader.lot) for name, order in others.items()
            }
            for name, scores in made.items():
                found[name][place].append(auc(scores[rest], reader.liked[rest]))
            if opens == 20:
                for name, value in _lists(ours, made, reader, shown, rest, vectors).items():
                    lists.setdefault(name, []).append(value)
    explored, without = (np.array(lists[f"nDCG@10 {how} exploration"]) for how in ("with", "without"))
    return {
        "exploration": {
            "cost": float(1 - explored.mean() / without.mean()),
            "error": float((without - explored).std() / np.sqrt(len(explored)) / without.mean()),
        },
        "auc": {name: [float(np.mean(v)) if v else None for v in rows] for name, rows in found.items()},
        "error": [float(np.std(v) / np.sqrt(len(v))) if v else None for v in found["Nutshell"]],
        "list": {name: float(np.mean(values)) for name, values in lists.items()},
    }


def _lists(
    ours: Ours, made: dict[str, Scores], reader: Reader, shown: Any, rest: Any, vectors: Any
) -> dict[str, float]:
    pick = {
        "with exploration": ours.list_of(shown, True),
        "without exploration": ours.list_of(shown, False),
        "by score alone": rest[np.argsort(-made["Nutshell"][rest], kind="stable")][:10].tolist(),
        "logistic regression": rest[np.argsort(-made["logistic regression, MiniLM"][rest], kind="stable")][
            :10
        ].tolist(),
        "random": rest[:10].tolist(),
    }
    values = {}
    for name, listed in pick.items():
        values[f"nDCG@10 {name}"] = ndcg(reader.liked[listed], int(reader.liked[rest].sum()))
        near = vectors[listed] @ vectors[listed].T
        values[f"likeness {name}"] = float(near[np.triu_indices(len(listed), 1)].mean())
    return values


def people() -> dict[str, Any]:
    """Real ratings without texts: what feed affinity and time on page are worth. Liked: 4 or 5 of 5."""
    models, steps = ShopModels(threads=1), (0, 5, 10, 50, 100)
    found = {name: {n: [] for n in steps} for name in ("Nutshell", "Brave News", "mean of the feed")}
    for rows in yow().values():
        if len(rows) < 150:
            continue
        items = [Candidate(str(n), "", "", row["RSS_ID"]) for n, row in enumerate(rows)]
        liked = np.array([int(row["user_like"]) >= 4 for row in rows])
        database = FileDatabase()
        schema.prepare(database)
        taste = Taste(models, wordpiece(), database)
        asyncio.run(taste.add_items(items))
        taught = 0
        for events in steps:
            for number in range(taught, events):
                seconds = float(rows[number]["TimeOnPage"] or 0) / 1000
                taste.record("open" if seconds >= 5 else "shown", str(number), 1.8e9)
                taste.record("dwell", str(number), 1.8e9, seconds=seconds)
                if int(rows[number]["user_like"]) == 5:
                    taste.record("more", str(number), 1.8e9)
                if int(rows[number]["user_like"]) == 1:
                    taste.record("less", str(number), 1.8e9)
            taught = events
            made = {
                int(r.item): r.score for r in asyncio.run(taste.rank(1.8e9, limit=None, explore=False, by_story=False))
            }
            rest = np.arange(100, len(rows))
            if liked[rest].all() or not liked[rest].any():
                continue
            visits, sums = {}, {}
            for number in range(events):
                home = rows[number]["RSS_ID"]
                visits[home] = visits.get(home, 0) + 1
                sums[home] = sums.get(home, 0.0) + liked[number]
            homes = [rows[number]["RSS_ID"] for number in rest]
            scores = {
                "Nutshell": np.array([made[number] for number in rest]),
                "Brave News": np.array([visits.get(home, 0) for home in homes], float),
                "mean of the feed": np.array([(sums.get(home, 0) + 1) / (visits.get(home, 0) + 2) for home in homes]),
            }
            for name, values in scores.items():
                found[name][events].append(auc(values, liked[rest]))
    return {name: {str(n): float(np.mean(v)) for n, v in rows.items()} for name, rows in found.items()}


def measure(quick: bool) -> Result:
    count = QUICK_READERS if quick else READERS
    tables, figures = [], {}
    for data, seed in ((huffpost(), 23), (mind(), 29)):
        ours = Ours(data)
        texts = [item.said for item in data.items]
        vectors = to_array(asyncio.run(embed(ours.models, wordpiece(), texts))).astype(float)
        often = data.often(LEAST)
        # Settings were looked at on every other topic of huffpost-10k and on mind-titles, never on these.
        parts = {"all topics": often}
        if data.name.startswith("huffpost"):
            parts["the half of the topics nothing was tuned on"] = often[0::2]
        for part, topics in parts.items():
            made = simulate(data, topics, count, seed, ours, vectors)
            figures[f"{data.name}, {part}"] = made
            rows = [
                (name, *(f"{value:.3f}" if value is not None else "-" for value in values))
                for name, values in made["auc"].items()
            ]
            rows.append(("standard error of ours", *(f"{v:.3f}" if v is not None else "-" for v in made["error"])))
            columns = ("mean AUC", *(f"{opens} opens" for opens in OPENS))
            tables.append(Table(columns, rows, title=f"{data.name}, {part} ({len(topics)} of {LEAST} items or more)"))
            lists, cost = made["list"], made["exploration"]
            names = [name.removeprefix("nDCG@10 ") for name in lists if name.startswith("nDCG")]
            tables.append(
                Table(
                    ("after 20 opens", "nDCG@10", "mean cosine in the list"),
                    [(name, f"{lists[f'nDCG@10 {name}']:.3f}", f"{lists[f'likeness {name}']:.3f}") for name in names],
                    note=f"Exploration costs {cost['cost']:.1%} of nDCG@10 (standard error {cost['error']:.1%}).",
                )
            )
    real = people()
    figures["yow"] = real
    tables.append(
        Table(
            ("mean AUC over people", *(f"{n} events" for n in next(iter(real.values())))),
            [(name, *(f"{value:.3f}" for value in row.values())) for name, row in real.items()],
            title="yow: feed affinity and time on page alone (its texts are not there)",
        )
    )
    return Result(
        name="readers",
        title="The reader's own order",
        about=(
            f"{count} simulated readers each: three liked topics, random stories shown, a liked one opened with "
            f"probability {OPEN_LIKED}, any other with {OPEN_OTHER}; judged by liked or not on stories never shown. "
            "What this shows: that from few and noisy clicks the order finds an editor's sections again, sooner than "
            "simpler orders do on the same clicks. What it does not show: that anybody is happier with it. Simulated "
            "readers like whole sections, do not change, click without regard to the place or the headline, and see "
            "stories at random, not in an order that their own clicks have made; real interests are finer, move, and "
            "are only seen through what was put before people. A list of what one liked before can be right by this "
            "measure and dull to read. The people of yow are real, but of 2004, and their texts are not there."
        ),
        tables=tables,
        figures=figures,
    )


if __name__ == "__main__":
    main(measure)
