"""In other words: how much of what the language model writes is shown, whether what is shown is the source's own, how
well it sums up beside extraction of the same length, and how long it takes."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from models.evaluate import scores
from models.evaluate.page import Result
from models.evaluate.product import Product
from models.evaluate.sets import Text, cnn
from models.evaluate.statistics import bootstrap, share
from models.host import wait
from models.shop import Model
from models.tables import Table
from nutshell.hosts.generation import NativeGenerator
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
class Said:
    """What was written of one article; seconds from the request to the first draft, and to the answer."""

    id: str
    sentences: Sequence[Mapping[str, Any]]
    first_s: float
    last_s: float

    @property
    def shown(self) -> list[str]:
        return [one["text"] for one in self.sentences if one["shown"]]


def measure(quick: bool) -> Result:
    texts = chosen(QUICK if quick else ARTICLES)
    product = writing()
    said = [say(product, text) for text in texts]
    written = [one for article in said for one in article.sentences]
    shown = [
        (one["text"], text)
        for article, text in zip(said, texts, strict=True)
        for one in article.sentences
        if one["shown"]
    ]
    foreign = [(sentence, text.id) for sentence, text in shown if lacks(sentence, text.article.text)]
    some = [number for number, article in enumerate(said) if article.shown]
    tables = [
        Table(
            (
                "articles",
                "sentences written",
                "shown",
                "articles with one shown",
                "shown, with a number or name not in the source",
            ),
            [
                [
                    str(len(texts)),
                    str(len(written)),
                    f"{len(shown)} ({share(len(shown), len(written))} %)",
                    f"{len(some)}",
                    f"{len(foreign)} ({share(len(foreign), len(shown))} %)",
                ]
            ],
            note=(
                f"CNN, dev-cnn-test500: the {len(texts)} articles whose ids have the lowest sha256. Numbers and "
                "names are looked for by a rule of the evaluation's own, not the check's: digits, spelled numbers, and "
                "words with a capital; a word counts as the source's own in capitals or without."
            ),
        ),
        _rouge(product, [texts[n] for n in some], [said[n] for n in some]),
        Table(
            ("seconds, one thread, desktop", "median", "90 % under"),
            [
                [name, f"{np.median(values):.1f}", f"{np.percentile(values, 90):.1f}"]
                for name, values in (
                    ("to the first word of a draft", [one.first_s for one in said]),
                    ("to the last sentence, checked", [one.last_s for one in said]),
                )
            ],
            note="The summary's own sentences, there before, are in neither. In the browser: docs/BENCHMARKS.md.",
        ),
    ]
    reasons: dict[str, int] = {}
    for one in written:
        if not one["shown"]:
            kind = re.sub("“[^”]*”", "“…”", one["reasons"][0]) if one["reasons"] else one["verdict"]
            reasons[kind] = reasons.get(kind, 0) + 1
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    tables.append(
        Table(
            ("why a sentence is not shown (its first reason)", "sentences"),
            [[name, str(count)] for name, count in ordered],
        )
    )
    figures = {
        # Without their texts: those are nearly the articles' own.
        "said": [[article.id, [one["shown"] for one in article.sentences]] for article in said],
        "articles": len(texts),
        "written": len(written),
        "shown": len(shown),
        "foreign": foreign,
        "decoder": Model("decoder").card["outputs"]["decoder.bin"][:12],
    }
    return Result("words", tables, figures=figures)


def chosen(count: int) -> list[Text]:
    return sorted(cnn(), key=lambda text: hashlib.sha256(text.id.encode()).hexdigest())[:count]


def writing() -> Product:
    """The product with the language model, on one thread."""
    Model("decoder").verify()
    return Product(generator=NativeGenerator(Model("decoder").out, 1))


def say(product: Product, text: Text) -> Said:
    """Extraction has run before, as it has in the panel."""
    product.summarize(text.article)
    begun = time.perf_counter()
    first = 0.0

    def hear(stage: str, done: int, total: int, part: Mapping[str, Any] | None = None) -> None:
        nonlocal first
        if part and not first:
            first = time.perf_counter() - begun

    answer = wait(product.application.handle("words", {"article": asdict(text.article), "insist": True}, hear))
    return Said(text.id, answer["sentences"], first, time.perf_counter() - begun)


def lacks(sentence: str, source: str) -> list[str]:
    """Numbers and names of a sentence that stand nowhere in its source."""
    digits = {_plain(number) for number in _DIGITS.findall(source)}
    lower = {word.lower() for word in _WORD.findall(source)}
    found = [number for number in _DIGITS.findall(sentence) if _plain(number) not in digits]
    for place, word in enumerate(_WORD.findall(sentence)):
        # The first word has its capital from its place, whether the source has it or not.
        spelled = word.lower() in _SPELLED
        named = word[0].isupper() and len(word) > 1 and not (place == 0 and word.lower() in FUNCTION["en"])
        if (spelled or named) and word.lower() not in lower:
            found.append(word)
    return found


def _plain(number: str) -> str:
    return number.replace(",", "").rstrip(".:")


def _rouge(product: Product, texts: Sequence[Text], said: Sequence[Said]) -> Table:
    """Against the highlights; extraction is cut to the words that the shown sentences have."""
    rows, values = [], {}
    for name, made in (
        ("in other words, shown", [one.shown for one in said]),
        ("extraction, as many words", [_extracted(product, text, one) for text, one in zip(texts, said, strict=True)]),
        (
            "first sentences, as many words",
            [_cut([s.text for s in split(text.article)], one) for text, one in zip(texts, said, strict=True)],
        ),
    ):
        values[name] = scores.table(made, texts)
        size = np.mean([sum(len(sentence.split()) for sentence in one) for one in made])
        rows.append([name, *(str(bootstrap(column)) for column in values[name].T), f"{size:.0f}"])
    first, second = list(values.values())[:2]
    rows.append(["shown less extraction", *(str(bootstrap(column)) for column in (first - second).T), ""])
    return Table(
        ("ROUGE against the highlights", *scores.METRICS.values(), "words"),
        rows,
        note=f"The {len(texts)} articles of which something is shown.",
    )


def _extracted(product: Product, text: Text, said: Said) -> list[str]:
    """The product's own points, the best first, in the page's order, as many as are needed."""
    for length in range(2, 11):
        points = product.summarize(text.article, length).points
        if sum(len(point.split()) for point in points) >= _words(said):
            break
    return _cut(points, said)


def _cut(sentences: Sequence[str], said: Said) -> list[str]:
    left, taken = _words(said), []
    for sentence in sentences:
        found = sentence.split()[:left]
        if found:
            taken.append(" ".join(found))
        left -= len(found)
    return taken


def _words(said: Said) -> int:
    return sum(len(sentence.split()) for sentence in said.shown)
