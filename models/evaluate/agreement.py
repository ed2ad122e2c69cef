"""Compares browser WASM, the desktop and the unquantized encoder: vectors, salience scores and summaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.evaluate.datasets import Text, cnn, gum
from models.evaluate.product import FullPrecisionEncoder, Product, RecordingModels, Summarized
from models.evaluate.report import Result
from models.evaluate.wasm import Wasm
from models.host import BuiltModels
from models.tables import Table
from nutshell.ports import Models

ARTICLES = 60


@dataclass(frozen=True)
class _Run:
    vectors: np.ndarray[Any, Any]
    scores: np.ndarray[Any, Any]
    made: list[Summarized]


def measure(quick: bool) -> Result:
    texts = [*cnn()[: 3 if quick else ARTICLES], *gum()[: 1 if quick else None]]
    native = BuiltModels(threads=1)
    with Wasm() as wasm:
        runs = {"desktop": _run(native, texts), "WASM": _run(wasm, texts)}
    runs["fp32"] = _run(FullPrecisionEncoder(native), texts)
    rows, figures = [], {}
    for one, other in (("WASM", "desktop"), ("desktop", "fp32"), ("WASM", "fp32")):
        numbers = _compared(runs[one], runs[other])
        figures[f"{one} to {other}"] = numbers
        rows.append(
            [
                f"{one} to {other}",
                f"{numbers['cosine mean']:.4f}",
                f"{numbers['cosine least']:.4f}",
                f"{numbers['vectors most']:.4f}",
                f"{numbers['scores mean']:.4f}",
                f"{numbers['scores most']:.3f}",
                f"{100 * numbers['points']:.1f} %",
                f"{100 * numbers['summaries']:.1f} %",
                f"{100 * numbers['gists']:.1f} %",
            ]
        )
    columns = [
        "",
        "mean cosine",
        "minimum cosine",
        "largest vector difference",
        "mean salience difference",
        "largest salience difference",
        "same points",
        "same summaries",
        "same gists",
    ]
    note = f"{len(texts)} documents of CNN and GUM, {len(runs['desktop'].vectors)} sentences."
    return Result("agreement", [Table(columns, rows, note=note)], figures=figures | {"documents": len(texts)})


def _run(models: Models, texts: Sequence[Text]) -> _Run:
    recording = RecordingModels(models)
    product = Product(recording)
    scores = [np.array(product.score(text.article).salience.scores) for text in texts]
    vectors = recording.vectors()
    return _Run(vectors, np.concatenate(scores), [product.summarize(text.article) for text in texts])


def _compared(one: _Run, other: _Run) -> dict[str, float]:
    cosine = (one.vectors * other.vectors).sum(1)
    pairs = list(zip(one.made, other.made, strict=True))
    return {
        "cosine mean": float(cosine.mean()),
        "cosine least": float(cosine.min()),
        "vectors most": float(np.abs(one.vectors - other.vectors).max()),
        "scores mean": float(np.abs(one.scores - other.scores).mean()),
        "scores most": float(np.abs(one.scores - other.scores).max()),
        "points": sum(len({*a.numbers} & {*b.numbers}) for a, b in pairs) / sum(len(a.numbers) for a, _ in pairs),
        "summaries": sum(a.numbers == b.numbers for a, b in pairs) / len(pairs),
        "gists": sum(a.gist == b.gist for a, b in pairs) / len(pairs),
    }
