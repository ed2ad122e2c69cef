"""How much of its teacher's quality the static encoder keeps: neighbours of the same category, shared neighbours."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data import path_of
from models.evaluate.product import ReplacedModel
from models.evaluate.report import Result
from models.host import BuiltModels, run_sync, to_array, wordpiece
from models.static import recipe
from models.tables import Table
from models.weights import read
from nutshell.text.encoder import embed
from nutshell.text.static_encoder import embed_static

NEAREST = 10
FEW = 1000
_SHOWN = {"zipped MB": 2, "precision@10": 3, "cosine": 4}

Floats = NDArray[np.float32]


def measure(quick: bool) -> Result:
    rows, figures = [], {}
    for title, load in (("HuffPost, 29 categories", huffpost), ("MIND, subcategories (tuned on)", mind)):
        texts, labels = load()
        if quick:
            texts, labels = texts[:FEW], labels[:FEW]
        models = BuiltModels()
        teacher = to_array(run_sync(embed(models, wordpiece(), texts)))
        student = to_array(run_sync(embed_static(models, wordpiece(), texts)))
        expected, reached = precision(teacher, labels), precision(student, labels)
        same, rank = shared(student, teacher), correlation(student, teacher)
        figures[load.__name__] = {
            "texts": len(texts),
            "teacher precision@10": expected,
            "static precision@10": reached,
            "ratio": reached / expected,
            "shared ten nearest": same,
            "rank correlation": rank,
        }
        cells = (
            f"{expected:.3f}",
            f"{reached:.3f}",
            f"{100 * reached / expected:.1f} %",
            f"{100 * same:.1f} %",
            f"{rank:.3f}",
        )
        rows.append([f"{title} ({len(texts):,} texts)", *cells])
    columns = [
        "headline and description",
        "encoder's precision@10",
        "static encoder's",
        "ratio",
        "shared ten nearest",
        "rank correlation",
    ]
    note = "Precision@10: the share of the ten nearest stories that are in the story's own category."
    tables = [Table(columns, rows, note=note), _coarser(quick, figures)]
    return Result("static", tables, figures=figures)


def _coarser(quick: bool, figures: dict[str, Any]) -> Table:
    """Measures tables with fewer steps per row. The committed table has 255."""
    texts, labels = huffpost()
    if quick:
        texts, labels = texts[:FEW], labels[:FEW]
    weights, rows, reference = read("static"), [], np.zeros(0, np.float32)
    for steps in (recipe.FINE, 31, recipe.STEPS, 7, 3):
        graph = recipe.build(recipe.coarser(weights, steps))
        vectors = to_array(run_sync(embed_static(ReplacedModel(BuiltModels(), "static", graph), wordpiece(), texts)))
        reference = vectors if not len(reference) else reference
        numbers = {
            "zipped MB": len(zlib.compress(graph, 9)) / 1e6,
            "precision@10": precision(vectors, labels),
            "cosine": float((vectors * reference).sum(1).mean()),
        }
        figures[f"{2 * steps + 1} steps"] = numbers
        shipped = " (shipped)" if steps == recipe.STEPS else ""
        rows.append([f"{2 * steps + 1}{shipped}", *(f"{numbers[key]:.{n}f}" for key, n in _SHOWN.items())])
    return Table(["steps per row", *_SHOWN], rows, title="Quantization of the token table (HuffPost)")


def huffpost() -> tuple[list[str], NDArray[Any]]:
    """Returns HuffPost's texts and categories. No model was trained or tuned on them."""
    path = path_of("news/huffpost-10k/News_Category_Dataset_v3.json")
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [f"{item['headline']}. {item['short_description']}".strip() for item in items]
    return texts, np.array([item["category"] for item in items])


def mind() -> tuple[list[str], NDArray[Any]]:
    lines = path_of("news/mind-titles/news.tsv").read_text(encoding="utf-8").splitlines()
    items = [line.split("\t") for line in lines]
    return [f"{item[3]}. {item[4]}".strip() for item in items], np.array([item[2] for item in items])


def precision(vectors: Floats, labels: NDArray[Any]) -> float:
    return float((labels[nearest(vectors)] == labels[:, None]).mean())


def shared(vectors: Floats, others: Floats) -> float:
    pairs = zip(nearest(vectors), nearest(others), strict=True)
    return float(np.mean([len(np.intersect1d(one, other)) / NEAREST for one, other in pairs]))


def correlation(vectors: Floats, others: Floats, texts: int = 1500) -> float:
    """Returns Spearman's correlation of the similarities of all pairs of the first texts."""
    above = np.triu_indices(min(texts, len(vectors)), 1)
    one, other = ((v[:texts] @ v[:texts].T)[above].argsort().argsort() for v in (vectors, others))
    return float(np.corrcoef(one, other)[0, 1])


def nearest(vectors: Floats) -> NDArray[np.int64]:
    """Returns [n, NEAREST], the numbers of the most similar other texts, unordered."""
    found = []
    for start in range(0, len(vectors), 1000):
        cosine = vectors[start : start + 1000] @ vectors.T
        cosine[np.arange(len(cosine)), start + np.arange(len(cosine))] = -2
        found.append(np.argpartition(-cosine, NEAREST, axis=1)[:, :NEAREST])
    return np.concatenate(found)
