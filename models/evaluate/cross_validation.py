"""All genres of GUM, cross-validated: each document is summarized with salience that was not trained on it.

GUM's own development part has two documents per genre and does not cover every genre. All documents are therefore split
into FOLDS folds, with each genre spread evenly. For each fold, one head is trained like the shipped heads, on every
training set but without that fold, and the product summarizes the fold with it. Training takes minutes, so heads are
cached in .cache/cross_validation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.artifacts import ROOT, Model
from models.data import summaries
from models.evaluate import genres
from models.evaluate.datasets import Text, gum_text
from models.evaluate.product import CachedModels, Product, ReplacedModel, summarize_all
from models.evaluate.report import Result
from models.host import BuiltModels

if TYPE_CHECKING:
    from models.salience.corpus import Document

FOLDS, QUICK_FOLDS, SEED = 3, 1, 0
_CACHE = ROOT.parent / ".cache" / "cross_validation"
# What a head depends on, besides the texts.
_CODE = (
    "models/salience/train.py",
    "models/salience/corpus.py",
    "models/salience/recipe.py",
    "models/salience/name_directions.npy",
    "core/nutshell/summary/features.py",
)


def measure(quick: bool) -> Result:
    texts = [gum_text(row) for row in summaries("train-gum") if not row["redacted"]]
    fold = folds(texts)
    if quick:
        texts = [text for text in texts if fold[text.id] < QUICK_FOLDS]
    cached = CachedModels(BuiltModels(threads=1))
    made: dict[str, tuple[str, ...]] = {}
    for number in sorted({fold[text.id] for text in texts}):
        part = [text for text in texts if fold[text.id] == number]
        graph = _graph(number, frozenset(text.id for text in part), quick)
        product = Product(ReplacedModel(cached, "salience", graph))
        summarized = summarize_all(product, [text.article for text in part])
        made |= {text.id: summary.points for text, summary in zip(part, summarized, strict=True)}
    whose = f"cross-validated ({FOLDS} folds, one head each)"
    return replace(
        genres.result("cross_validation", texts, [made[text.id] for text in texts], whose),
        about=f"{len(texts)} documents of {len({text.genre for text in texts})} genres.",
    )


def folds(texts: Sequence[Text]) -> dict[str, int]:
    """Returns each document's fold. A genre's documents are assigned in turn, in the order of their ids' hashes."""
    assigned: dict[str, int] = {}
    at = 0
    for genre in sorted({text.genre for text in texts}):
        ids = [text.id for text in texts if text.genre == genre]
        for number in sorted(ids, key=lambda name: hashlib.sha256(name.encode()).hexdigest()):
            assigned[number] = at % FOLDS
            at += 1
    return assigned


def _graph(number: int, without: frozenset[str], quick: bool) -> bytes:
    """Returns the salience graph of one head that was trained without the documents of `without`."""
    path = _cache_path(number, without, quick)
    if not path.is_file():
        from models.salience.recipe import build, read_fitness  # noqa: PLC0415
        from models.salience.train import train_head  # noqa: PLC0415

        training = [document for document in _corpus(quick) if document.id not in without]
        weights: dict[str, Any] = {
            name: value.numpy().astype(np.float16).astype(np.float32)
            for name, value in train_head(training, SEED).state_dict().items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(build([weights], read_fitness()))
        print(f"fold {number}: trained a head on {len(training)} documents", flush=True)
    return path.read_bytes()


@cache
def _corpus(quick: bool) -> tuple[Document, ...]:
    """Returns the training documents of the shipped heads, plus GUM's development part."""
    from models.salience.corpus import TRAIN, documents  # noqa: PLC0415
    from models.salience.train import held_out  # noqa: PLC0415

    found = documents(("train-gum",) if quick else TRAIN, BuiltModels(threads=1))
    return tuple(document for document in found if document.data == "train-gum" or not held_out(document))


def _cache_path(number: int, without: frozenset[str], quick: bool) -> Path:
    digest = hashlib.sha256(Model("encoder").card["outputs"]["encoder.onnx"].encode())
    for file in _CODE:
        digest.update((ROOT.parent / file).read_bytes())
    digest.update("\n".join([*sorted(without), str(quick)]).encode())
    return _CACHE / f"{number}-{digest.hexdigest()[:16]}.onnx"
