"""All of GUM's genres, by cross-validation: each document summarized with salience that was not trained on it.

GUM's own development part has two documents a genre, and not of every genre. So its documents are dealt into FOLDS
parts, each genre evenly over all; for each part one head is trained as the shipped ones are, on every training set
but without that part, and the product summarizes the part with it. Heads are kept in .cache/folds: they take minutes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.data import summaries
from models.evaluate import genres
from models.evaluate.page import Result
from models.evaluate.product import Cached, Product, Swapped, made_by
from models.evaluate.sets import Text, gum_text
from models.host import ShopModels
from models.shop import ROOT, Model

if TYPE_CHECKING:
    from models.salience.corpus import Document

FOLDS, QUICK_FOLDS, SEED = 3, 1, 0
_CACHE = ROOT.parent / ".cache" / "folds"
# What a head depends on, beside the texts.
_CODE = (
    "models/salience/train.py",
    "models/salience/corpus.py",
    "models/salience/recipe.py",
    "models/salience/aside.npy",
    "core/nutshell/summary/features.py",
)


def measure(quick: bool) -> Result:
    texts = [gum_text(row) for row in summaries("train-gum") if not row["redacted"]]
    fold = folds(texts)
    if quick:
        texts = [text for text in texts if fold[text.id] < QUICK_FOLDS]
    cached = Cached(ShopModels(threads=1))
    made: dict[str, tuple[str, ...]] = {}
    for number in sorted({fold[text.id] for text in texts}):
        part = [text for text in texts if fold[text.id] == number]
        graph = _graph(number, frozenset(text.id for text in part), quick)
        product = Product(Swapped(cached, "salience", graph))
        summarized = made_by(product, [text.article for text in part])
        made |= {text.id: summary.points for text, summary in zip(part, summarized, strict=True)}
    whose = f"heads trained without the document ({FOLDS} parts, one head each)"
    return replace(
        genres.result("folds", texts, [made[text.id] for text in texts], whose),
        about=f"{len(texts)} documents of {len({text.genre for text in texts})} genres.",
    )


def folds(texts: Sequence[Text]) -> dict[str, int]:
    """Each document's part: those of a genre in the order of their ids' hashes, dealt out in turn."""
    dealt: dict[str, int] = {}
    at = 0
    for genre in sorted({text.genre for text in texts}):
        ids = [text.id for text in texts if text.genre == genre]
        for number in sorted(ids, key=lambda name: hashlib.sha256(name.encode()).hexdigest()):
            dealt[number] = at % FOLDS
            at += 1
    return dealt


def _graph(number: int, without: frozenset[str], quick: bool) -> bytes:
    """The salience graph of one head that has seen no document of `without`."""
    path = _kept(number, without, quick)
    if not path.is_file():
        from models.salience.recipe import build  # noqa: PLC0415
        from models.salience.train import train_head  # noqa: PLC0415

        seen = [document for document in _corpus(quick) if document.id not in without]
        weights: dict[str, Any] = {
            name: value.numpy().astype(np.float16).astype(np.float32)
            for name, value in train_head(seen, SEED).state_dict().items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(build([weights]))
        print(f"part {number}: a head trained on {len(seen)} documents", flush=True)
    return path.read_bytes()


@cache
def _corpus(quick: bool) -> tuple[Document, ...]:
    """What the shipped heads are trained on, and GUM's development part."""
    from models.salience.corpus import TRAIN, documents  # noqa: PLC0415
    from models.salience.train import held_out  # noqa: PLC0415

    found = documents(("train-gum",) if quick else TRAIN, ShopModels(threads=1))
    return tuple(document for document in found if document.data == "train-gum" or not held_out(document))


def _kept(number: int, without: frozenset[str], quick: bool) -> Path:
    digest = hashlib.sha256(Model("encoder").card["outputs"]["encoder.onnx"].encode())
    for file in _CODE:
        digest.update((ROOT.parent / file).read_bytes())
    digest.update("\n".join([*sorted(without), str(quick)]).encode())
    return _CACHE / f"{number}-{digest.hexdigest()[:16]}.onnx"
