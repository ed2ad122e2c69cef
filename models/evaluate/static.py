"""What the static encoder keeps of its teacher: neighbours of the same category, and the teacher's own neighbours."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data import FOLDER
from models.evaluate.page import Result
from models.evaluate.product import Swapped
from models.host import ShopModels, to_array, wait, wordpiece
from models.shop import RecipeError
from models.static import recipe
from models.tables import Table
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
        models = ShopModels()
        teacher = to_array(wait(embed(models, wordpiece(), texts)))
        student = to_array(wait(embed_static(models, wordpiece(), texts)))
        aim, reached = precision(teacher, labels), precision(student, labels)
        same, rank = shared(student, teacher), correlation(student, teacher)
        figures[load.__name__] = {
            "texts": len(texts),
            "teacher precision@10": aim,
            "static precision@10": reached,
            "kept": reached / aim,
            "teacher's ten nearest kept": same,
            "rank correlation of likenesses": rank,
        }
        cells = (f"{aim:.3f}", f"{reached:.3f}", f"{100 * reached / aim:.1f} %", f"{100 * same:.1f} %", f"{rank:.3f}")
        rows.append([f"{title} ({len(texts):,} texts)", *cells])
    columns = [
        "headline and description",
        "encoder's precision@10",
        "static's",
        "kept",
        "encoder's ten nearest kept",
        "rank correlation",
    ]
    note = "Precision@10: the share of the ten nearest stories that are of the story's own category."
    tables = [Table(columns, rows, note=note), _coarser(quick, figures)]
    return Result("static", tables, figures=figures)


def _coarser(quick: bool, figures: dict[str, Any]) -> Table:
    """How few steps a row of the table can have: what is committed has 255."""
    texts, labels = huffpost()
    if quick:
        texts, labels = texts[:FEW], labels[:FEW]
    weights, rows, whole = recipe.read(), [], np.zeros(0, np.float32)
    for steps in (recipe.FINE, 31, recipe.STEPS, 7, 3):
        graph = recipe.build(recipe.coarser(weights, steps))
        made = to_array(wait(embed_static(Swapped(ShopModels(), "static", graph), wordpiece(), texts)))
        whole = made if not len(whole) else whole
        numbers = {
            "zipped MB": len(zlib.compress(graph, 9)) / 1e6,
            "precision@10": precision(made, labels),
            "cosine": float((made * whole).sum(1).mean()),
        }
        figures[f"{2 * steps + 1} steps"] = numbers
        shipped = " (shipped)" if steps == recipe.STEPS else ""
        rows.append([f"{2 * steps + 1}{shipped}", *(f"{numbers[key]:.{n}f}" for key, n in _SHOWN.items())])
    return Table(["steps in a row of the table", *_SHOWN], rows, title="How coarse the table may be (HuffPost)")


def huffpost() -> tuple[list[str], NDArray[Any]]:
    """What the encoder is measured on; no text of it was trained or tuned on."""
    path = _there("huffpost-10k/News_Category_Dataset_v3.json")
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [f"{item['headline']}. {item['short_description']}".strip() for item in items]
    return texts, np.array([item["category"] for item in items])


def mind() -> tuple[list[str], NDArray[Any]]:
    lines = _there("mind-titles/news.tsv").read_text(encoding="utf-8").splitlines()
    items = [line.split("\t") for line in lines]
    return [f"{item[3]}. {item[4]}".strip() for item in items], np.array([item[2] for item in items])


def precision(vectors: Floats, labels: NDArray[Any]) -> float:
    return float((labels[nearest(vectors)] == labels[:, None]).mean())


def shared(vectors: Floats, others: Floats) -> float:
    pairs = zip(nearest(vectors), nearest(others), strict=True)
    return float(np.mean([len(np.intersect1d(one, other)) / NEAREST for one, other in pairs]))


def correlation(vectors: Floats, others: Floats, texts: int = 1500) -> float:
    """Spearman's, over all pairs of the first texts."""
    above = np.triu_indices(min(texts, len(vectors)), 1)
    one, other = ((v[:texts] @ v[:texts].T)[above].argsort().argsort() for v in (vectors, others))
    return float(np.corrcoef(one, other)[0, 1])


def nearest(vectors: Floats) -> NDArray[np.int64]:
    """[n, NEAREST]: the numbers of the most similar others, in no order."""
    found = []
    for start in range(0, len(vectors), 1000):
        cosine = vectors[start : start + 1000] @ vectors.T
        cosine[np.arange(len(cosine)), start + np.arange(len(cosine))] = -2
        found.append(np.argpartition(-cosine, NEAREST, axis=1)[:, :NEAREST])
    return np.concatenate(found)


def _there(name: str) -> Any:
    path = FOLDER / "news" / name
    if not path.is_file():
        raise RecipeError(f"{path.name} is not there: put the data set at ../shared/data/news beside the repository")
    return path
