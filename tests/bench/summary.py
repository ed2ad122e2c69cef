"""Summary quality on news with human highlights: ours, Lead-3, sumy's LexRank and TextRank, by ROUGE."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from models.data import FOLDER, summaries
from models.host import ShopModels, wordpiece
from nutshell.article import Article, Block, Role
from nutshell.summary.summarizer import score, shape
from nutshell.text.sentences import split
from nutshell.text.standing import leans

from . import report

DATA = "dev-cnn-test500"
METRICS = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeLsum": "ROUGE-Lsum"}
RESAMPLES = 1000
Summarizer = Callable[[Article], Sequence[str]]


def measure(quick: bool) -> report.Result:
    if not (FOLDER / "summaries" / f"{DATA}.jsonl").is_file():
        raise report.BenchError(f"{DATA}.jsonl is not in ../shared/data/summaries beside the repository")
    rows = summaries(DATA)[: 20 if quick else None]
    articles = [_article(row["document"]) for row in rows]
    references = ["\n".join(row["highlights"]) for row in rows]
    systems: dict[str, Summarizer] = {
        "Nutshell": _ours(),
        "Lead-3": lambda article: [sentence.text for sentence in split(article)[:3]],
        "sumy LexRank": _sumy("lex_rank", "LexRankSummarizer"),
        "sumy TextRank": _sumy("text_rank", "TextRankSummarizer"),
    }
    made = {name: [system(article) for article in articles] for name, system in systems.items()}
    scores = {name: _rouge(texts, references) for name, texts in made.items()}
    figures = {name: _figures(values, made[name]) for name, values in scores.items()}
    table = report.Table(
        ["system", *METRICS.values(), "sentences", "characters"],
        [
            [name, *(_interval(row[metric]) for metric in METRICS), row["sentences"], row["characters"]]
            for name, row in figures.items()
        ],
        note=f"{len(rows)} articles of {DATA}; F1 x 100 with the bootstrap's 95 % interval "
        f"({RESAMPLES} resamples of articles); rouge-score, stemmed, one point a line.",
    )
    gains = report.Table(
        ["Nutshell less Lead-3", *METRICS.values()],
        [["difference", *(_interval(row) for row in _paired(scores["Nutshell"], scores["Lead-3"]))]],
        note="The same articles in both: an interval above zero is a real difference.",
    )
    dangling = _dangling(made["Nutshell"])
    alone = report.Table(
        ["points", "of", "lean on something unsaid"],
        [["Nutshell", str(dangling[1]), f"{100 * dangling[0] / max(1, dangling[1]):.1f} %"]],
        note="Points that begin with a pronoun or connective and do not follow on the sentence before them.",
    )
    return report.Result(
        "summary",
        "Summaries of news",
        [table, gains, alone],
        about="Default settings, plain text without title or paragraphs, the desktop host's own path.",
        figures=figures | {"dangling": list(dangling)},
    )


def _article(document: str) -> Article:
    return Article(tuple(Block(Role.PARAGRAPH, " ".join(part.split())) for part in document.split("\n")))


def _ours() -> Summarizer:
    models = ShopModels()

    def summarize(article: Article) -> list[str]:
        work = score(article, models=models, wordpiece=wordpiece(), progress=lambda *_: None)
        return [point.text for point in shape(article, asyncio.run(work), None).points]

    return summarize


class _Words:
    """sumy's tokenizer, without the data that NLTK would download."""

    def to_words(self, text: str) -> list[str]:
        return re.findall(r"[^\W\d_]+", text.lower())


def _sumy(module: str, name: str) -> Summarizer:
    from importlib import import_module  # noqa: PLC0415

    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence  # noqa: PLC0415
    from sumy.nlp.stemmers import Stemmer  # noqa: PLC0415

    summarizer = getattr(import_module(f"sumy.summarizers.{module}"), name)(Stemmer("english"))
    summarizer.stop_words = frozenset()

    def summarize(article: Article) -> list[str]:
        words = _Words()
        document = ObjectDocumentModel([Paragraph([Sentence(s.text, words) for s in split(article)])])
        return [str(sentence) for sentence in summarizer(document, 3)]

    return summarize


def _rouge(made: Sequence[Sequence[str]], references: Sequence[str]) -> np.ndarray[Any, Any]:
    scorer = RougeScorer(list(METRICS), use_stemmer=True)
    rows = [scorer.score(reference, "\n".join(texts)) for texts, reference in zip(made, references, strict=True)]
    return np.array([[100 * row[metric].fmeasure for metric in METRICS] for row in rows])


def _bootstrap(values: np.ndarray[Any, Any]) -> list[list[float]]:
    """Mean, low and high of each column."""
    dice = np.random.default_rng(0)
    means = np.array([values[dice.integers(0, len(values), len(values))].mean(0) for _ in range(RESAMPLES)])
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return [list(map(float, row)) for row in zip(values.mean(0), low, high, strict=True)]


def _figures(values: np.ndarray[Any, Any], made: Sequence[Sequence[str]]) -> dict[str, Any]:
    sizes = [len(texts) for texts in made]
    characters = [sum(map(len, texts)) for texts in made]
    return dict(zip(METRICS, _bootstrap(values), strict=True)) | {
        "sentences": f"{np.mean(sizes):.2f}",
        "characters": f"{np.mean(characters):.0f}",
    }


def _paired(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> list[list[float]]:
    return _bootstrap(one - other)


def _interval(row: Sequence[float]) -> str:
    return f"{row[0]:.2f} [{row[1]:.2f}, {row[2]:.2f}]"


def _dangling(made: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Points that lean, in all; one that follows a point which does not lean is taken to lean on that."""
    bad = total = 0
    for texts in made:
        for number, text in enumerate(texts):
            total += 1
            bad += leans(text) and (number == 0 or leans(texts[number - 1]))
    return bad, total


if __name__ == "__main__":
    report.main(measure)
