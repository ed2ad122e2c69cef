"""Extraction compared with people's idea of a page's main content: Nutshell, Readability, Defuddle and trafilatura.

On the WCXB pages of seven kinds and the 130 Readability pages: the F1 of words, as WCXB defines it, averaged over the
pages. On the 487 trafilatura pages, where people marked segments: the share of segments to keep that are present, and
of segments to drop that are absent. Nutshell reads each page with weights that were trained without its site.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean, median
from time import perf_counter
from typing import Any

import numpy as np
import onnxruntime

from models.content import recipe
from models.content.examples import CROSS_VALIDATION, FOLDS, Source, fold_of, sources
from models.content.labels import word_f1, words_of
from models.host import from_array, to_array
from models.tables import Table
from nutshell.cli.extraction import Extractor, with_main_content
from nutshell.extraction.reading import PageReader
from nutshell.ports import Tensor
from tests.bench.report import ROOT, BenchError, Result, main
from tests.extract.chromium import READABILITY, Tab, chromium

DEFUDDLE = ROOT / "tests/bench/node_modules/defuddle/dist/index.js"
WORST = 20
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


@dataclass(slots=True)
class Score:
    """How one extractor does. `f1`: of each page with an expected text, by kind and name."""

    f1: dict[tuple[str, str], float] = field(default_factory=dict)
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    kept: int = 0
    lost: int = 0
    dropped: int = 0
    left: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def add(self, source: Source, text: str, milliseconds: float) -> None:
        self.milliseconds.append(milliseconds)
        if source.text:
            key = source.kind, source.name
            found, expected = words_of(text), words_of(source.text)
            self.f1[key] = word_f1(found, expected)
            self.reasons[key] = reason(found, expected)
        if source.collection != "trafilatura":
            return
        flat = " ".join(text.split())
        there = [" ".join(segment.split()) in flat for segment in source.keep]
        gone = [" ".join(segment.split()) not in flat for segment in source.leave_out]
        self.kept += sum(there)
        self.lost += len(there) - sum(there)
        self.dropped += sum(gone)
        self.left += len(gone) - sum(gone)

    def by_kind(self) -> dict[str, float]:
        kinds: dict[str, list[float]] = defaultdict(list)
        for (kind, _), value in self.f1.items():
            kinds[kind].append(value)
            if kind != "readability":
                kinds["WCXB"].append(value)
        return {kind: fmean(values) for kind, values in sorted(kinds.items())}

    def segments(self) -> dict[str, float]:
        precision = self.kept / max(1, self.kept + self.left)
        recall = self.kept / max(1, self.kept + self.lost)
        right = self.kept + self.dropped
        return {
            "kept": recall,
            "dropped": self.dropped / max(1, self.dropped + self.left),
            "segments F1": 2 * precision * recall / max(1e-9, precision + recall),
            "accuracy": right / max(1, right + self.lost + self.left),
        }

    def times(self) -> dict[str, float]:
        return {"ms median": median(self.milliseconds), "ms slowest": max(self.milliseconds)}


def reason(found: list[str], expected: list[str]) -> str:
    """Returns what is wrong with a text, from how much of it is expected and how much of the expected text it has."""
    if not found:
        return "nothing was found"
    shared = (Counter(found) & Counter(expected)).total()
    precision, recall = shared / len(found), shared / max(1, len(expected))
    parts = []
    if recall < 0.9:
        parts.append(f"{1 - recall:.0%} of the text is missing")
    if precision < 0.9:
        parts.append(f"{1 - precision:.0%} of what was found is something else")
    return "; ".join(parts) or "nearly right"


class CrossValidatedModels:
    """The content model with the weights that were trained without the sites of one fold."""

    def __init__(self, fold: int) -> None:
        with np.load(CROSS_VALIDATION) as stored:
            weights = {key.split("/", 1)[1]: stored[key] for key in stored.files if key.startswith(f"{fold}/")}
        self._session = onnxruntime.InferenceSession(recipe.build(weights))

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        outputs = self._session.run(None, {name: to_array(tensor) for name, tensor in inputs.items()})
        return {"scores": from_array(outputs[0])}


def text_of(answer: dict[str, Any]) -> str:
    return "\n\n".join(block["text"] for block in answer.get("article", {}).get("blocks", ()))


async def in_chromium(pages: Iterable[Source], readers: Mapping[int, PageReader]) -> dict[str, Score]:
    """Scores Nutshell and each installed library on the same loaded page."""
    libraries = {"Readability": READABILITY} | ({"Defuddle": DEFUDDLE} if DEFUDDLE.is_file() else {})
    trafilatura = _trafilatura()
    names = (
        "Nutshell in Chromium",
        *(f"{name} alone" for name in libraries),
        *(("trafilatura",) if trafilatura else ()),
    )
    scores = {name: Score() for name in names}
    async with chromium() as browser:
        tab = await Tab.open(browser, "page.test")
        for page in pages:
            await tab.load(page.html)
            answer, milliseconds = await tab.read()
            answer = await with_main_content(answer, readers[fold_of(page)])
            scores["Nutshell in Chromium"].add(page, text_of(answer), milliseconds)
            for name, path in libraries.items():
                await tab.run(path.read_text() + "\n;0")
                text, milliseconds = await tab.run(f"{ALONE}('{name}')")
                scores[f"{name} alone"].add(page, text, milliseconds)
            if trafilatura:
                start = perf_counter()
                text = trafilatura.extract(page.html, include_comments=False) or ""
                scores["trafilatura"].add(page, text, (perf_counter() - start) * 1000)
    return scores


def _trafilatura() -> Any:
    """Returns the module, or None if it is not installed (`pip install trafilatura`)."""
    try:
        import trafilatura  # noqa: PLC0415
    except ImportError:
        return None
    return trafilatura


async def on_the_desktop(pages: Iterable[Source], readers: Mapping[int, PageReader]) -> Score:
    score = Score()
    with Extractor() as extractor:
        for page in pages:
            start = perf_counter()
            answer = await with_main_content(extractor.read(page.html), readers[fold_of(page)])
            score.add(page, text_of(answer), (perf_counter() - start) * 1000)
    return score


def measure(quick: bool) -> Result:
    if not CROSS_VALIDATION.is_file():
        raise BenchError(f"{CROSS_VALIDATION.relative_to(ROOT)} is missing: python -m models train content")
    pages = list(sources())[:: 20 if quick else 1]
    readers = {fold: PageReader(CrossValidatedModels(fold)) for fold in range(FOLDS)}
    scores = asyncio.run(in_chromium(pages, readers))
    scores["Nutshell on the desktop"] = asyncio.run(on_the_desktop(pages, readers))
    kinds = {name: score.by_kind() for name, score in scores.items()}
    segments = {name: score.segments() for name, score in scores.items()}
    times = {name: score.times() for name, score in scores.items()}
    ours = scores["Nutshell in Chromium"]
    worst = sorted((key for key in ours.f1 if key[0] != "readability"), key=ours.f1.__getitem__)[:WORST]
    tables = [
        _table("word F1 by kind", kinds, ".3f", "WCXB: the average over its pages."),
        _table("segments", segments, ".3f", "487 pages annotated by hand."),
        _table("time", times, ".0f", "Milliseconds a page; on the desktop and for trafilatura they include parsing."),
        Table(
            ["worst WCXB pages", "kind", "word F1", *(name for name in kinds if "Nutshell" not in name), "reason"],
            [
                [
                    key[1],
                    key[0],
                    f"{ours.f1[key]:.3f}",
                    *(f"{score.f1[key]:.3f}" for name, score in scores.items() if "Nutshell" not in name),
                    ours.reasons[key],
                ]
                for key in worst
            ],
        ),
    ]
    about = (
        "Nutshell reads each page with weights that were trained without its site. The expected articles of "
        "Readability's own pages were made by Readability and reviewed by people, so they favour it."
    )
    return Result(
        "extraction", "Article extraction", tables, about, {"kinds": kinds, "segments": segments, "ms": times}
    )


def _table(name: str, figures: Mapping[str, Mapping[str, float]], form: str, note: str) -> Table:
    columns = list(next(iter(figures.values())))
    rows = [[system, *(format(row[column], form) for column in columns)] for system, row in figures.items()]
    return Table([name, *columns], rows, note=note)


if __name__ == "__main__":
    main(measure)
