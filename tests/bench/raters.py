"""The raters of yow: real ratings without texts. Measures the value of feed affinity and time on page."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.host import BuiltModels, wordpiece
from nutshell.hosts.desktop import FileDatabase
from nutshell.ranking.candidates import Candidate
from nutshell.ranking.feedback import Feedback
from nutshell.ranking.ranker import RankingOptions
from nutshell.ranking.recommender import Recommender
from nutshell.storage import schema
from tests.bench.news_data import auc, ndcg, yow

STEPS = (0, 5, 10, 50, 100)
LEAST, FIRST = 150, 100
"""The minimum number of ratings per person, and how many of them are used only for training."""

Rating = dict[str, str]


def people() -> dict[str, dict[str, dict[str, float]]]:
    """Returns metric -> ranker -> number of training events -> mean over people. Liked: 4 or 5 of 5."""
    found: dict[str, dict[str, dict[int, list[float]]]] = {"AUC": {}, "nDCG@10": {}}
    models = BuiltModels(threads=1)
    for number, rows in enumerate(yow().values()):
        liked = np.array([int(row["user_like"]) >= 4 for row in rows])
        if len(rows) < LEAST or liked[FIRST:].all() or not liked[FIRST:].any():
            continue
        rng = np.random.default_rng([31, number])
        recommender = _recommender(models, rows)
        recorded = 0
        for events in STEPS:
            recommender.record([event for place in range(recorded, events) for event in _feedback(place, rows[place])])
            recorded = events
            rest = rng.permutation(np.arange(FIRST, len(rows)))  # breaks ties randomly
            for name, scores in _scores(recommender, rows, liked, events, rest).items():
                listed = liked[rest[np.argsort(-scores, kind="stable")]]
                measured = {"AUC": auc(scores, liked[rest]), "nDCG@10": ndcg(listed, int(liked[rest].sum()))}
                for kind, value in measured.items():
                    found[kind].setdefault(name, {n: [] for n in STEPS})[events].append(value)
    return {
        kind: {name: {str(n): float(np.mean(v)) for n, v in steps.items()} for name, steps in orders.items()}
        for kind, orders in found.items()
    }


def _recommender(models: BuiltModels, rows: list[Rating]) -> Recommender:
    database = FileDatabase()
    schema.prepare(database)
    recommender = Recommender(models, wordpiece(), database)
    asyncio.run(recommender.add_items([Candidate(str(n), "", "", row["RSS_ID"]) for n, row in enumerate(rows)]))
    return recommender


def _feedback(place: int, row: Rating) -> list[Feedback]:
    """Returns a rating as the product's feedback; the ends of the scale count as thumbs."""
    seconds = float(row["TimeOnPage"] or 0) / 1000
    item, at = str(place), 1.8e9
    feedback = [Feedback("open" if seconds >= 5 else "shown", item, at), Feedback("dwell", item, at, seconds)]
    thumb = {5: "more", 1: "less"}.get(int(row["user_like"]))
    return [*feedback, Feedback(thumb, item, at)] if thumb else feedback


def _scores(
    recommender: Recommender, rows: list[Rating], liked: NDArray[np.bool_], events: int, rest: NDArray[Any]
) -> dict[str, NDArray[Any]]:
    ranked = asyncio.run(recommender.rank(1.8e9, RankingOptions(limit=None, explore=False, by_story=False)))
    by_item = {int(story.item): story.score for story in ranked}
    visits: dict[str, int] = {}
    sums: dict[str, float] = {}
    for number in range(events):
        feed = rows[number]["RSS_ID"]
        visits[feed] = visits.get(feed, 0) + 1
        sums[feed] = sums.get(feed, 0.0) + liked[number]
    feeds = [rows[number]["RSS_ID"] for number in rest]
    return {
        "Nutshell": np.array([by_item[number] for number in rest]),
        "Brave News": np.array([visits.get(feed, 0) for feed in feeds], float),
        "mean of the feed": np.array([(sums.get(feed, 0) + 1) / (visits.get(feed, 0) + 2) for feed in feeds]),
        "random": np.arange(len(rest), 0, -1, dtype=float),
    }
