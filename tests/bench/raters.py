"""The people of yow: real ratings without texts. What feed affinity and time on page are worth."""

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
"""Ratings that a person must have given, and those that are only learned from."""

Rating = dict[str, str]


def people() -> dict[str, dict[str, dict[str, float]]]:
    """Measure -> order -> events learned from -> its mean over people. Liked: 4 or 5 of 5."""
    found: dict[str, dict[str, dict[int, list[float]]]] = {"AUC": {}, "nDCG@10": {}}
    models = BuiltModels(threads=1)
    for number, rows in enumerate(yow().values()):
        liked = np.array([int(row["user_like"]) >= 4 for row in rows])
        if len(rows) < LEAST or liked[FIRST:].all() or not liked[FIRST:].any():
            continue
        lot = np.random.default_rng([31, number])
        recommender = _recommender(models, rows)
        taught = 0
        for events in STEPS:
            recommender.record([act for place in range(taught, events) for act in _feedback(place, rows[place])])
            taught = events
            rest = lot.permutation(np.arange(FIRST, len(rows)))  # ties fall by lot
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
    """What a person did with an item, as the product would see it; the ends of their scale are thumbs."""
    seconds = float(row["TimeOnPage"] or 0) / 1000
    item, at = str(place), 1.8e9
    acts = [Feedback("open" if seconds >= 5 else "shown", item, at), Feedback("dwell", item, at, seconds)]
    thumb = {5: "more", 1: "less"}.get(int(row["user_like"]))
    return [*acts, Feedback(thumb, item, at)] if thumb else acts


def _scores(
    recommender: Recommender, rows: list[Rating], liked: NDArray[np.bool_], events: int, rest: NDArray[Any]
) -> dict[str, NDArray[Any]]:
    ranked = asyncio.run(recommender.rank(1.8e9, RankingOptions(limit=None, explore=False, by_story=False)))
    made = {int(story.item): story.score for story in ranked}
    visits: dict[str, int] = {}
    sums: dict[str, float] = {}
    for number in range(events):
        home = rows[number]["RSS_ID"]
        visits[home] = visits.get(home, 0) + 1
        sums[home] = sums.get(home, 0.0) + liked[number]
    homes = [rows[number]["RSS_ID"] for number in rest]
    return {
        "Nutshell": np.array([made[number] for number in rest]),
        "Brave News": np.array([visits.get(home, 0) for home in homes], float),
        "mean of the feed": np.array([(sums.get(home, 0) + 1) / (visits.get(home, 0) + 2) for home in homes]),
        "random": np.arange(len(rest), 0, -1, dtype=float),
    }
