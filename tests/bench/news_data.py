"""The news sets of ../shared/data as items with topics, and ranking metrics."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nutshell.ranking.candidates import Candidate
from tests.bench.report import ROOT, BenchError

DATA = ROOT.parent / "shared/data/news"


@dataclass(frozen=True, slots=True)
class Topical:
    """Items and the topic of each."""

    name: str
    items: list[Candidate]
    topics: NDArray[np.str_]

    def often(self, least: int) -> list[str]:
        """Returns the topics with at least `least` items, the most frequent first."""
        return [str(topic) for topic, count in Counter(self.topics.tolist()).most_common() if count >= least]


def _there(name: str) -> Any:
    path = DATA / name
    if not path.is_file():
        raise BenchError(f"{path.name} is missing from ../shared/data/news")
    return path


def huffpost() -> Topical:
    rows = [json.loads(line) for line in _there("huffpost-10k/News_Category_Dataset_v3.json").open(encoding="utf-8")]
    items = [
        Candidate(
            str(number),
            row["headline"],
            row["short_description"],
            "huffpost",
            datetime.fromisoformat(row["date"]).replace(tzinfo=UTC).timestamp(),
        )
        for number, row in enumerate(rows)
    ]
    return Topical("huffpost-10k", items, np.array([row["category"] for row in rows]))


def mind() -> Topical:
    """Returns MIND's items; the topics are its subcategories."""
    rows = [line.rstrip("\n").split("\t") for line in _there("mind-titles/news.tsv").open(encoding="utf-8")]
    items = [Candidate(row[0], row[3], row[4], "msn") for row in rows]
    return Topical("mind-titles", items, np.array([row[2] for row in rows]))


def yow() -> dict[str, list[dict[str, str]]]:
    """Returns each person's ratings in chronological order."""
    with _there("yow-early/yow-first-70-percent-per-user.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if int(row["user_like"]) > 0]
    people: dict[str, list[dict[str, str]]] = {}
    for row in sorted(rows, key=lambda row: row["TimeVisit"]):
        people.setdefault(row["user_id"], []).append(row)
    return people


def events() -> list[dict[str, Any]]:
    """Returns ECB+ articles with id, event, topic and document."""
    return [json.loads(line) for line in _there("same-event-ecbplus.jsonl").open(encoding="utf-8")]


def auc(scores: NDArray[Any], liked: NDArray[np.bool_]) -> float:
    """Returns the probability that a liked item ranks above another; ties count half (Mann & Whitney 1947)."""
    values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    del values
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    good = int(liked.sum())
    return float((ranks[liked].sum() - good * (good + 1) / 2) / (good * (len(liked) - good)))


def ndcg(liked: NDArray[np.bool_], possible: int, depth: int = 10) -> float:
    """Returns nDCG of a list in order, when it could have contained `possible` liked items."""
    discounts = 1 / np.log2(np.arange(2, depth + 2))
    first = liked[:depth]
    return float((discounts[: len(first)] * first).sum() / discounts[: min(depth, possible)].sum())
