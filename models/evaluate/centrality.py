"""Summaries of pages in languages that the encoder does not support, compared with the lead and sumy's LexRank.

German, Spanish and other pages with an editor's description or standfirst. The sets are named train-*, but centrality
is not trained and only English pages train the other models.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from models.data import summaries
from models.evaluate import baselines, scores
from models.evaluate.datasets import QUICK, Text
from models.evaluate.product import Product, summarize_all
from models.evaluate.report import Result
from models.evaluate.statistics import bootstrap
from models.tables import Table
from nutshell.article import Article, Block, Role
from nutshell.text.language import detect, encoder_supports

DATASETS = ("train-standfirst", "train-page-descriptions")


def measure(quick: bool) -> Result:
    texts = foreign()[: QUICK if quick else None]
    made = summarize_all(Product(), [text.article for text in texts])
    points = [summary.points for summary in made]
    sizes = [len(chosen) for chosen in points]
    lexrank = baselines.sumy("LexRank")
    found: dict[str, Sequence[Sequence[str]]] = {
        "Nutshell (centrality)": points,
        "Lead-k": [baselines.lead(text, size) for text, size in zip(texts, sizes, strict=True)],
        "sumy LexRank": [lexrank(text, size) for text, size in zip(texts, sizes, strict=True)],
    }
    scored = {name: scores.table(summaries_of, texts) for name, summaries_of in found.items()}
    rows = [
        [name, *(str(bootstrap(values[:, column])) for column in range(len(scores.METRICS)))]
        for name, values in scored.items()
    ]
    ours = scored["Nutshell (centrality)"]
    minus: dict[str, Any] = {}
    for name in ("Lead-k", "sumy LexRank"):
        minus[name] = [bootstrap((ours - scored[name])[:, column]) for column in range(len(scores.METRICS))]
        rows.append([f"Nutshell minus {name}", *map(str, minus[name])])
    languages = Counter(text.genre for text in texts)
    note = (
        f"{len(texts)} pages: {', '.join(f'{code} {count}' for code, count in languages.most_common())}. One "
        "description per page, which is not a sentence of the page. rouge-score recognizes only the letters a to z and "
        "stems English, for all systems alike."
    )
    table = Table(["system", *scores.METRICS.values()], rows, note=note)
    figures = {
        "languages": dict(languages),
        "systems": {name: bootstrap(values[:, 0]) for name, values in scored.items()},
        "minus": minus,
    }
    return Result("centrality", [table], figures=figures)


def foreign() -> list[Text]:
    """Returns the pages in languages that the encoder does not support. `genre` is the language."""
    found = []
    for name in DATASETS:
        for row in summaries(name):
            parts = [" ".join(part.split()) for part in row["document"].split("\n")]
            article = Article(
                tuple(Block(Role.PARAGRAPH, part) for part in parts if part), title=row.get("title") or ""
            )
            lang = detect(article.text, "")
            if lang and not encoder_supports(lang):
                found.append(Text(row["id"], lang, replace(article, lang=lang), (row["summary"],)))
    return found
