"""Paraphrases by the language model: how much passes the check, how often a sentence is the source's own, ROUGE
compared with extraction of the same length, and time.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from models.artifacts import Model
from models.evaluate import scores
from models.evaluate.datasets import Text, cnn, xsum
from models.evaluate.product import Product
from models.evaluate.report import Result
from models.evaluate.statistics import bootstrap, share
from models.host import run_sync
from models.tables import Table
from nutshell.hosts.native_generator import NativeGenerator
from nutshell.text.sentences import split
from nutshell.text.words import FUNCTION, word_set

ARTICLES, QUICK = 100, 4
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
_SPELLED = word_set(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion"
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Paraphrased:
    """The output for one article, with the seconds from the request to the first draft and to the answer."""

    id: str
    sentences: Sequence[Mapping[str, Any]]
    first_s: float
    last_s: float

    @property
    def shown(self) -> list[str]:
        return [item["text"] for item in self.sentences if item["shown"]]


def measure(quick: bool) -> Result:
    product = paraphrasing_product()
    sets = articles_by_set(QUICK if quick else ARTICLES)
    outputs = {name: [paraphrase(product, text) for text in texts] for name, texts in sets.items()}
    unsupported = {
        name: [
            (sentence, text.id)
            for article, text in zip(outputs[name], texts, strict=True)
            for sentence in article.shown
            if missing_from(sentence, text.article.text)
        ]
        for name, texts in sets.items()
    }
    all_outputs = [item for articles in outputs.values() for item in articles]
    tables = [
        Table(
            (
                "articles",
                "sentences generated",
                "shown",
                "shown unchanged",
                "articles with at least one shown",
                "shown with a number or name not in the source",
            ),
            [
                _count_row(f"{len(texts)}, {name}", outputs[name], texts, unsupported[name])
                for name, texts in sets.items()
            ],
            note=(
                "CNN: dev-cnn-test500, ordered by the sha256 of the ids. The prompt and the rules were chosen after "
                "reading the outputs for the first 100, one rule (a name's own form) after the next 100, and none "
                "after the rest. BBC: dev-xsum-500, in the same order. Numbers and names are found by a rule of this "
                "evaluation, not of the check: digits, spelled-out numbers, and capitalized words. A word counts as "
                "present in the source in upper or lower case."
            ),
        ),
        *(_rouge(product, name, texts, outputs[name]) for name, texts in sets.items()),
        Table(
            ("seconds, one thread, desktop", "median", "90th percentile"),
            [
                [name, f"{np.median(values):.1f}", f"{np.percentile(values, 90):.1f}"]
                for name, values in (
                    ("until the first word of a draft", [item.first_s for item in all_outputs]),
                    ("until the last sentence is checked", [item.last_s for item in all_outputs]),
                )
            ],
            note="The extractive summary is ready before both. For the browser, see docs/BENCHMARKS.md.",
        ),
        _reasons(all_outputs),
    ]
    figures = {
        name: {
            # Without the texts, which are nearly the articles' own.
            "sentences": [[article.id, [item["shown"] for item in article.sentences]] for article in articles],
            "generated": sum(len(article.sentences) for article in articles),
            "shown": sum(len(article.shown) for article in articles),
            "not in source": unsupported[name],
        }
        for name, articles in outputs.items()
    }
    return Result(
        "paraphrase", tables, figures=figures | {"decoder": Model("decoder").card["outputs"]["decoder.onnx"][:12]}
    )


def articles_by_set(count: int) -> dict[str, list[Text]]:
    """Returns the texts of each set, by the set's name."""

    def ordered(texts: Sequence[Text]) -> list[Text]:
        return sorted(texts, key=lambda text: hashlib.sha256(text.id.encode()).hexdigest())

    news = ordered(cnn())
    return {
        "CNN, used in development": news[:count],
        "CNN, read once": news[ARTICLES:][:count],
        "CNN, unseen": news[2 * ARTICLES :][:count],
        "BBC, unseen": ordered(xsum())[:count],
    }


def _count_row(
    label: str, outputs: Sequence[Paraphrased], texts: Sequence[Text], unsupported: Sequence[object]
) -> list[str]:
    written = sum(len(article.sentences) for article in outputs)
    shown = sum(len(article.shown) for article in outputs)
    unchanged = sum(
        _normalized(sentence) in {_normalized(item.text) for item in split(text.article)}
        for article, text in zip(outputs, texts, strict=True)
        for sentence in article.shown
    )
    return [
        label,
        str(written),
        f"{shown} ({share(shown, written)} %)",
        str(unchanged),
        str(sum(bool(article.shown) for article in outputs)),
        f"{len(unsupported)} ({share(len(unsupported), shown)} %)",
    ]


def _normalized(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _reasons(paraphrased: Sequence[Paraphrased]) -> Table:
    reasons: dict[str, int] = {}
    for item in (item for article in paraphrased for item in article.sentences):
        if not item["shown"]:
            kind = re.sub("“[^”]*”", "“…”", item["reasons"][0]) if item["reasons"] else item["verdict"]
            reasons[kind] = reasons.get(kind, 0) + 1
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    return Table(
        ("first reason why a sentence is hidden", "sentences"), [[name, str(count)] for name, count in ordered]
    )


def paraphrasing_product() -> Product:
    """Returns the product with the language model, on one thread."""
    Model("decoder").verify()
    return Product(generator=NativeGenerator(Model("decoder").out, 1))


def paraphrase(product: Product, text: Text) -> Paraphrased:
    """Paraphrases an article. Extraction runs first, as in the panel."""
    product.summarize(text.article)
    started = time.perf_counter()
    first = 0.0

    def progress(stage: str, done: int, total: int, part: Mapping[str, Any] | None = None) -> None:
        nonlocal first
        if part and not first:
            first = time.perf_counter() - started

    answer = run_sync(product.application.handle("words", {"article": asdict(text.article), "insist": True}, progress))
    return Paraphrased(text.id, answer["sentences"], first, time.perf_counter() - started)


def missing_from(sentence: str, source: str) -> list[str]:
    """Returns the numbers and names of a sentence that do not occur in its source."""
    digits = {_plain(number) for number in _DIGITS.findall(source)}
    lower = {word.lower() for word in _WORD.findall(source)}
    found = [number for number in _DIGITS.findall(sentence) if _plain(number) not in digits]
    for place, word in enumerate(_WORD.findall(sentence)):
        # The first word is capitalized by its position, whether or not it is a name.
        spelled = word.lower() in _SPELLED
        named = word[0].isupper() and len(word) > 1 and not (place == 0 and word.lower() in FUNCTION["en"])
        if (spelled or named) and word.lower() not in lower:
            found.append(word)
    return found


def _plain(number: str) -> str:
    return number.replace(",", "").rstrip(".:")


def _rouge(product: Product, label: str, all_texts: Sequence[Text], all_outputs: Sequence[Paraphrased]) -> Table:
    """Compares with the human summaries. Extraction is cut to the number of words in the shown sentences."""
    numbers = [number for number, article in enumerate(all_outputs) if article.shown]
    texts, paraphrased = [all_texts[number] for number in numbers], [all_outputs[number] for number in numbers]
    rows, values = [], {}
    for name, outputs in (
        ("shown paraphrases", [item.shown for item in paraphrased]),
        (
            "extraction, same length",
            [_extracted(product, text, item) for text, item in zip(texts, paraphrased, strict=True)],
        ),
        (
            "first sentences, same length",
            [_cut([s.text for s in split(text.article)], item) for text, item in zip(texts, paraphrased, strict=True)],
        ),
    ):
        values[name] = scores.table(outputs, texts)
        size = np.mean([sum(len(sentence.split()) for sentence in item) for item in outputs])
        rows.append([name, *(str(bootstrap(column)) for column in values[name].T), f"{size:.0f}"])
    first, second = list(values.values())[:2]
    rows.append(["paraphrases minus extraction", *(str(bootstrap(column)) for column in (first - second).T), ""])
    return Table(
        (f"ROUGE against the human summary: {label}", *scores.METRICS.values(), "words"),
        rows,
        note=f"{len(texts)} articles with at least one shown sentence.",
    )


def _extracted(product: Product, text: Text, paraphrased: Paraphrased) -> list[str]:
    """Returns as many of the product's points as are needed for the length, in page order."""
    for length in range(2, 11):
        points = product.summarize(text.article, length).points
        if sum(len(point.split()) for point in points) >= _words(paraphrased):
            break
    return _cut(points, paraphrased)


def _cut(sentences: Sequence[str], paraphrased: Paraphrased) -> list[str]:
    remaining, chosen_words = _words(paraphrased), []
    for sentence in sentences:
        found = sentence.split()[:remaining]
        if found:
            chosen_words.append(" ".join(found))
        remaining -= len(found)
    return chosen_words


def _words(paraphrased: Paraphrased) -> int:
    return sum(len(sentence.split()) for sentence in paraphrased.shown)
