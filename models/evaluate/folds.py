"""All of GUM's genres, by cross-validation: each document summarized with salience that was not trained on it.

GUM's own development part has two documents a genre, and not of every genre. So its documents are dealt into FOLDS
parts, each genre evenly over all; for each part one head is trained as the shipped ones are, on every training set
but without that part, and the product summarizes the part with it. Heads are kept in .cache/folds: they take minutes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from models.data import summaries
from models.evaluate import genres
from models.evaluate.page import Result
from models.evaluate.product import Cached, Product, made_by
from models.evaluate.sets import Text, gum_text
from models.host import ShopModels, from_array, to_array
from models.shop import ROOT, Model
from nutshell.ports import Models, Tensor

FOLDS, QUICK_FOLDS, SEED = 5, 1, 0
_CACHE = ROOT.parent / ".cache" / "folds"
# What a head depends on, beside the texts.
_CODE = (
    "models/salience/train.py",
    "models/salience/corpus.py",
    "models/salience/recipe.py",
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


class Swapped:
    """Models, one of them replaced by a graph."""

    def __init__(self, models: Models, name: str, graph: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._models, self._name = models, name
        self._session = onnxruntime.InferenceSession(graph, options)

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if model != self._name:
            return await self._models.run(model, inputs)
        names = [output.name for output in self._session.get_outputs()]
        made = self._session.run(names, {name: to_array(tensor) for name, tensor in inputs.items()})
        return {name: from_array(value) for name, value in zip(names, made, strict=True)}


def _graph(number: int, without: frozenset[str], quick: bool) -> bytes:
    """The salience graph of one head that has seen no document of `without`."""
    from models.salience.corpus import TRAIN, documents  # noqa: PLC0415
    from models.salience.recipe import build  # noqa: PLC0415
    from models.salience.train import held_out, train_head  # noqa: PLC0415

    path = _kept(number, without, quick)
    if not path.is_file():
        corpus = documents(("train-gum",) if quick else TRAIN, ShopModels(threads=1))
        seen = [d for d in corpus if d.id not in without and (d.data == "train-gum" or not held_out(d))]
        weights: dict[str, Any] = {
            name: value.numpy().astype(np.float16).astype(np.float32)
            for name, value in train_head(seen, SEED).state_dict().items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(build([weights]))
        print(f"part {number}: a head trained on {len(seen)} documents", flush=True)
    return path.read_bytes()


def _kept(number: int, without: frozenset[str], quick: bool) -> Path:
    digest = hashlib.sha256(Model("encoder").card["outputs"]["encoder.onnx"].encode())
    for file in _CODE:
        digest.update((ROOT.parent / file).read_bytes())
    digest.update("\n".join([*sorted(without), str(quick)]).encode())
    return _CACHE / f"{number}-{digest.hexdigest()[:16]}.onnx"
