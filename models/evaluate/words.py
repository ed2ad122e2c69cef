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
from models.evaluate.sets import Text, cnn, xsum
from models.evaluate.statistics import bootstrap, share
from models.host import wait
from models.shop import Model
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
    product = writing()
    sets = chosen(QUICK if quick else ARTICLES)
    made = {name: [say(product, text) for text in texts] for name, texts in sets.items()}
    foreign = {
        name: [
            (sentence, text.id)
            for article, text in zip(made[name], texts, strict=True)
            for sentence in article.shown
            if lacks(sentence, text.article.text)
        ]
        for name, texts in sets.items()
    }
    everything = [one for articles in made.values() for one in articles]
    tables = [
        Table(
            (
                "articles",
                "sentences written",
                "shown",
                "of these the page's sentence, nothing left out",
                "articles with one shown",
                "shown, with a number or name not in the source",
            ),
            [_counted(f"{len(texts)}, {name}", made[name], texts, foreign[name]) for name, texts in sets.items()],
            note=(
                "CNN, dev-cnn-test500, in the order of the ids' sha256: the prompt and the rules were chosen after "
                "looking at what was said of the first 100, one rule (a name's own form) after the next 100, and none "
                "after the others. BBC, dev-xsum-500, in the same order. Numbers and names are looked for by a rule of "
                "the evaluation's own, not the check's: "
                "digits, spelled numbers, and words with a capital; a word counts as the source's own in capitals or "
                "without."
            ),
        ),
        *(_rouge(product, name, texts, made[name]) for name, texts in sets.items()),
        Table(
            ("seconds, one thread, desktop", "median", "90 % under"),
            [
                [name, f"{np.median(values):.1f}", f"{np.percentile(values, 90):.1f}"]
                for name, values in (
                    ("to the first word of a draft", [one.first_s for one in everything]),
                    ("to the last sentence, checked", [one.last_s for one in everything]),
                )
            ],
            note="The summary's own sentences, there before, are in neither. In the browser: docs/BENCHMARKS.md.",
        ),
        _reasons(everything),
    ]
    figures = {
        name: {
            # Without their texts: those are nearly the articles' own.
            "said": [[article.id, [one["shown"] for one in article.sentences]] for article in articles],
            "written": sum(len(article.sentences) for article in articles),
            "shown": sum(len(article.shown) for article in articles),
            "foreign": foreign[name],
        }
        for name, articles in made.items()
    }
    return Result("words", tables, figures=figures | {"decoder": Model("decoder").card["outputs"]["decoder.onnx"][:12]})


def chosen(count: int) -> dict[str, list[Text]]:
    """Texts by the name of their set."""

    def ordered(texts: Sequence[Text]) -> list[Text]:
        return sorted(texts, key=lambda text: hashlib.sha256(text.id.encode()).hexdigest())

    news = ordered(cnn())
    return {
        "CNN, looked at": news[:count],
        "CNN, looked at once": news[ARTICLES:][:count],
        "CNN, not looked at": news[2 * ARTICLES :][:count],
        "BBC, not looked at": ordered(xsum())[:count],
    }


def _counted(label: str, made: Sequence[Said], texts: Sequence[Text], foreign: Sequence[object]) -> list[str]:
    written = sum(len(article.sentences) for article in made)
    shown = sum(len(article.shown) for article in made)
    whole = sum(
        _bare(sentence) in {_bare(one.text) for one in split(text.article)}
        for article, text in zip(made, texts, strict=True)
        for sentence in article.shown
    )
    return [
        label,
        str(written),
        f"{shown} ({share(shown, written)} %)",
        str(whole),
        str(sum(bool(article.shown) for article in made)),
        f"{len(foreign)} ({share(len(foreign), shown)} %)",
    ]


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _reasons(said: Sequence[Said]) -> Table:
    reasons: dict[str, int] = {}
    for one in (one for article in said for one in article.sentences):
        if not one["shown"]:
            kind = re.sub("“[^”]*”", "“…”", one["reasons"][0]) if one["reasons"] else one["verdict"]
            reasons[kind] = reasons.get(kind, 0) + 1
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    return Table(
        ("why a sentence is not shown (its first reason)", "sentences"), [[name, str(count)] for name, count in ordered]
    )


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


def _rouge(product: Product, label: str, all_texts: Sequence[Text], all_said: Sequence[Said]) -> Table:
    """Against the summaries; extraction is cut to the words that the shown sentences have."""
    some = [number for number, article in enumerate(all_said) if article.shown]
    texts, said = [all_texts[number] for number in some], [all_said[number] for number in some]
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
        (f"ROUGE against the human summary: {label}", *scores.METRICS.values(), "words"),
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
