"""Article extraction compared with people's idea of the article: Nutshell and the libraries alone, in Chromium.

On the 130 Readability pages: the words of the text compared with the words of the expected article (precision, recall
and F1, averaged over the pages). On the 487 trafilatura pages, where people marked segments: the share of segments to
keep that are present, and of segments to drop that are absent.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median
from time import perf_counter
from typing import Any

from models.tables import Table
from nutshell.cli.extraction import Extractor
from tests.bench.report import ROOT, BenchError, Result, main
from tests.extract.chromium import READABILITY, Tab, chromium

PAGES = ROOT.parent / "shared/data/pages"
DEFUDDLE = ROOT / "tests/bench/node_modules/defuddle/dist/index.js"
WORD = re.compile(r"\w+")
INLINE = "a|b|i|em|strong|span|code|sub|sup|u|s|small|abbr|cite|q|font|mark|time|kbd|var"

# Runs one library alone and returns its text, with block elements separated by spaces.
ALONE = """((name) => {
  const inline = /^(INLINE)$/i;
  const flat = (node) => Array.from(node.childNodes, (child) => child.nodeType === 3 ? child.data
    : child.nodeType !== 1 || /^(script|style|noscript|template)$/i.test(child.tagName) ? ''
    : inline.test(child.tagName) ? flat(child) : ` ${flat(child)} `).join('');
  const copy = document.cloneNode(true);
  const start = performance.now();
  let content = null;
  if (name === 'Readability') {
    content = new Readability(copy, {serializer: (element) => element}).parse()?.content;
  } else {
    const found = new Defuddle(copy, {url: 'https://example.com/'}).parse();
    content = new DOMParser().parseFromString(found.content, 'text/html').body;
  }
  const time = performance.now() - start;
  return [content ? flat(content) : '', time];
})""".replace("INLINE", INLINE)


@dataclass(frozen=True, slots=True)
class Expected:
    """The human annotation of a page: all its words, or segments to keep and to drop."""

    path: Path
    words: Counter[str] | None = None
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(slots=True)
class Score:
    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    f1: list[float] = field(default_factory=list)
    kept: int = 0
    lost: int = 0
    dropped: int = 0
    left: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def add(self, expected: Expected, text: str, milliseconds: float) -> None:
        self.milliseconds.append(milliseconds)
        if expected.words is not None:
            found = words(text)
            shared = (found & expected.words).total()
            precision = shared / max(1, found.total())
            recall = shared / max(1, expected.words.total())
            self.precision.append(precision)
            self.recall.append(recall)
            self.f1.append(2 * precision * recall / max(1e-9, precision + recall))
        flat = " ".join(text.split())
        there = [" ".join(segment.split()) in flat for segment in expected.keep]
        gone = [" ".join(segment.split()) not in flat for segment in expected.drop]
        self.kept += sum(there)
        self.lost += len(there) - sum(there)
        self.dropped += sum(gone)
        self.left += len(gone) - sum(gone)

    def figures(self) -> dict[str, float]:
        precision = self.kept / max(1, self.kept + self.left)
        recall = self.kept / max(1, self.kept + self.lost)
        right = self.kept + self.dropped
        return {
            "words precision": fmean(self.precision),
            "words recall": fmean(self.recall),
            "words F1": fmean(self.f1),
            "kept": recall,
            "dropped": self.dropped / max(1, self.dropped + self.left),
            "segments F1": 2 * precision * recall / max(1e-9, precision + recall),
            "accuracy": right / max(1, right + self.lost + self.left),
            "ms median": median(self.milliseconds),
            "ms slowest": max(self.milliseconds),
        }


def words(text: str) -> Counter[str]:
    return Counter(word.lower() for word in WORD.findall(text))


def strip(markup: str) -> str:
    markup = re.sub(r"(?is)<(script|style)\b.*?</\1>", " ", markup)
    markup = re.sub(rf"(?i)</?({INLINE})\b[^>]*>", "", markup)
    return html.unescape(re.sub(r"<[^>]*>", " ", markup))


def corpus(quick: bool) -> list[Expected]:
    if not PAGES.is_dir():
        raise BenchError("the pages in ../shared/data/pages are missing")
    step = 10 if quick else 1
    articles = [
        Expected(path / "source.html", words(strip((path / "expected.html").read_text())))
        for path in sorted((PAGES / "readability").iterdir())[::step]
    ]
    marked = json.loads((PAGES / "trafilatura-half/evaldata.json").read_text())
    return articles + [
        Expected(PAGES / "trafilatura-half" / entry["file"], None, tuple(entry["with"]), tuple(entry["without"]))
        for entry in list(marked.values())[::step]
    ]


def text_of(answer: dict[str, Any]) -> str:
    return "\n\n".join(block["text"] for block in answer.get("article", {}).get("blocks", ()))


async def in_chromium(pages: Iterable[Expected]) -> dict[str, Score]:
    """Scores Nutshell and each installed library on the same loaded page."""
    libraries = {"Readability": READABILITY} | ({"Defuddle": DEFUDDLE} if DEFUDDLE.is_file() else {})
    scores = {"Nutshell in Chromium": Score()} | {f"{name} alone": Score() for name in libraries}
    async with chromium() as browser:
        tab = await Tab.open(browser, "page.test")
        for page in pages:
            await tab.load(page.path.read_bytes())
            answer, milliseconds = await tab.extract()
            scores["Nutshell in Chromium"].add(page, text_of(answer), milliseconds)
            for name, path in libraries.items():
                await tab.run(path.read_text() + "\n;0")
                text, milliseconds = await tab.run(f"{ALONE}('{name}')")
                scores[f"{name} alone"].add(page, text, milliseconds)
    return scores


def on_the_desktop(pages: Iterable[Expected]) -> Score:
    score = Score()
    with Extractor() as extractor:
        for page in pages:
            start = perf_counter()
            answer = extractor.extract(page.path.read_bytes())
            score.add(page, text_of(answer), (perf_counter() - start) * 1000)
    return score


def measure(quick: bool) -> Result:
    pages = corpus(quick)
    scores = asyncio.run(in_chromium(pages))
    scores["Nutshell on the desktop"] = on_the_desktop(pages)
    figures = {name: score.figures() for name, score in scores.items()}
    columns = list(next(iter(figures.values())))
    rows = [
        [name, *(f"{row[column]:.0f}" if column.startswith("ms") else f"{row[column]:.3f}" for column in columns)]
        for name, row in figures.items()
    ]
    table = Table(
        ["", *columns],
        rows,
        note="Words: 130 Readability pages, averaged over pages. Segments: 487 pages annotated by hand. "
        "Times are per page; on the desktop they include parsing.",
    )
    about = (
        "The expected articles of Readability's own pages were made by Readability and reviewed by people, so they "
        "favour it."
    )
    return Result("extraction", "Article extraction", [table], about, figures)


if __name__ == "__main__":
    main(measure)
