"""Title, author, date and data of pages: Nutshell, Readability and trafilatura in one run.

Right is what `tests/bench/metadata_scores.py` says, the same for all. The pages: the multilingual half of trafilatura's
own test, the development half of WCXB, the recipes of recipe-scrapers; the price strings are those of price-parser.
"""

from __future__ import annotations

import ast
import asyncio
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from statistics import fmean, median
from time import perf_counter
from typing import Any

from models.tables import Table
from nutshell.cli.extraction import apply_detection
from nutshell.extraction.numbers import amount
from nutshell.extraction.reading import decide
from tests.bench import peers
from tests.bench.metadata_scores import Stated, Tally, joined, letters
from tests.bench.report import ROOT, BenchError, Result, main
from tests.extract.chromium import Tab, chromium

PAGES = ROOT.parent / "shared/data/pages"
PRICES = PAGES / "prices/price_parser-0.5.1/tests/test_price_parsing.py"
READABILITY = """(() => {
  const found = new Readability(document.cloneNode(true)).parse();
  return found && [found.title, found.byline, found.publishedTime];
})()"""
_STEP_NUMBER = re.compile(r"^\d+[.)]\s+")


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and what people say about it."""

    collection: str
    path: Path
    expected: Stated
    ingredients: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def html(self) -> bytes:
        return gzip.decompress(self.path.read_bytes()) if self.path.suffix == ".gz" else self.path.read_bytes()


@dataclass(slots=True)
class Recalls:
    """For each recipe the share of its ingredients and steps that were found, in the data and in the text."""

    data: dict[str, list[float]] = field(default_factory=lambda: {"ingredients": [], "steps": []})
    text: dict[str, list[float]] = field(default_factory=lambda: {"ingredients": [], "steps": []})

    def add(self, sample: Sample, article: dict[str, Any]) -> None:
        recipe = (article.get("data") or {}).get("recipe") or {}
        text = letters(" ".join(block["text"] for block in article.get("blocks", ())))
        for name, wanted in (("ingredients", sample.ingredients), ("steps", sample.steps)):
            if wanted:
                stated = letters(" ".join(recipe.get(name, ())))
                self.data[name].append(fmean(letters(part) in stated for part in wanted))
                self.text[name].append(fmean(letters(part) in text for part in wanted))


def samples() -> Iterator[Sample]:
    if not PAGES.is_dir():
        raise BenchError("the pages in ../shared/data/pages are missing")
    for entry in json.loads((PAGES / "trafilatura-half/evaldata.json").read_text()).values():
        if "author" in entry:  # the others have marked segments only
            stated = Stated(entry["title"] or "", joined(entry["author"]), entry["date"] or "")
            yield Sample("multilingual", PAGES / "trafilatura-half" / entry["file"], stated)
    with gzip.open(PAGES / "wcxb-dev/ground-truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            path = PAGES / f"wcxb-dev/html/{row.get('file_id')}.html.gz"
            if path.is_file():
                truth = row["ground_truth"]
                stated = Stated(truth.get("title") or "", joined(truth.get("author")), truth.get("publish_date") or "")
                yield Sample("WCXB", path, stated)
    for path in sorted((PAGES / "recipes").glob("*.testhtml")):
        row = json.loads(path.with_suffix(".json").read_text())
        steps = tuple(_STEP_NUMBER.sub("", step) for step in row.get("instructions_list", ()))
        stated = Stated(row.get("title") or None, row.get("author") or None)
        yield Sample("recipes", path, stated, tuple(row.get("ingredients", ())), steps)


async def run(chosen: list[Sample]) -> tuple[dict[tuple[str, str], Tally], Recalls, list[float]]:
    """Scores all three on the same pages. Returns tallies by (collection, name), recalls, and times in ms."""
    peers.install_python()
    from trafilatura import load_html  # noqa: PLC0415
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415

    names = ("Nutshell", "Readability", "trafilatura")
    tallies = {(sample.collection, name): Tally() for sample in chosen for name in names}
    recalls, times = Recalls(), []
    async with chromium() as browser:
        tab = await Tab.open(browser, "page.test")
        for sample in chosen:
            html = sample.html()
            await tab.load(html)
            sent = await tab.run("nutshell.extract({mode: 'page'})")
            start = perf_counter()
            article = dict(decide(sent.get("article") or {}))
            times.append((perf_counter() - start) * 1000)
            answer = apply_detection({**sent, "article": article}) if sent["ok"] else sent
            found = answer.get("article") or article
            ours = Stated(found.get("title"), found.get("author"), found.get("published"))
            theirs = Stated(*(await tab.run(READABILITY) or ()))
            other = extract_metadata(load_html(html))
            tallies[sample.collection, names[0]].add(sample.expected, ours)
            tallies[sample.collection, names[1]].add(sample.expected, theirs)
            tallies[sample.collection, names[2]].add(sample.expected, Stated(other.title, other.author, other.date))
            if sample.collection == "recipes":
                recalls.add(sample, found)
    return tallies, recalls, times


def prices() -> tuple[int, int]:
    """Returns how many of the price strings have a known amount, and how many were read right."""
    total = right = 0
    for node in ast.walk(ast.parse(PRICES.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Example" and len(node.args) >= 5:
            try:
                text, wanted = ast.literal_eval(node.args[1]), ast.literal_eval(node.args[4])
            except ValueError:
                continue
            if not isinstance(text, str):
                continue
            total += 1
            try:
                found = Decimal(amount(text)) if amount(text) else None
            except InvalidOperation:
                found = None
            right += found == (None if wanted is None else Decimal(str(wanted)))
    return total, right


def measure(quick: bool) -> Result:
    tallies, recalls, times = asyncio.run(run(list(samples())[:: 20 if quick else 1]))
    figures = {f"{collection}: {name}": tally.figures() for (collection, name), tally in tallies.items()}
    columns = list(dict.fromkeys(column for row in figures.values() for column in row))
    rows = [
        [name, *(f"{row[column]:.3f}" if column in row else "" for column in columns)] for name, row in figures.items()
    ]
    total, right = prices()
    shares = {
        f"{part} in the {place}": fmean(found[part] or [0.0])
        for place, found in (("data", recalls.data), ("text", recalls.text))
        for part in ("ingredients", "steps")
    } | {"prices": right / max(1, total), "ms median": median(times), "ms slowest": max(times)}
    tables = [
        Table(
            ["", *columns], rows, note="Author: any of those expected. Date: the exact day. Invented: there is none."
        ),
        Table(["", "share"], [[name, f"{value:.3f}"] for name, value in shares.items()]),
    ]
    return Result("metadata", "Title, author, date and data", tables, figures=figures | {"data": shares})


if __name__ == "__main__":
    main(measure)
