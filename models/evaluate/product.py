"""The product on the desktop host, at its default settings, over models that can be watched or changed on the way."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import onnxruntime

from models.host import ShopModels, from_array, to_array, wait, wordpiece
from models.shop import ROOT, Model
from nutshell.app import Application
from nutshell.article import Article
from nutshell.hosts.desktop import FileDatabase, SystemClock
from nutshell.ports import Generator, Models, Tensor
from nutshell.summary.features import POSITIONAL
from nutshell.summary.summarizer import ScoredArticle, score_article

CACHE = ROOT.parent / ".cache" / "evaluate"


@dataclass(frozen=True, slots=True)
class Made:
    """A summary: its points in the page's order, their numbers among the page's sentences, and the gist."""

    points: tuple[str, ...]
    numbers: tuple[int, ...]
    gist: str


class Product:
    """The core's own door, `summarize`, over given models."""

    def __init__(self, models: Models | None = None, generator: Generator | None = None) -> None:
        self.models = models or Cached(ShopModels(threads=1))
        vocabulary = (Model("encoder").out / "vocab.txt").read_text(encoding="utf-8")
        self.application = Application(
            models=self.models,
            database=FileDatabase(),
            clock=SystemClock(),
            vocabulary=vocabulary,
            generator=generator,
            not_saved_reason="an evaluation keeps no history",
        )

    def summarize(self, article: Article, length: int | None = None) -> Made:
        """An empty summary where the product finds no article."""
        work = self.application.handle("summarize", {"article": asdict(article), "length": length}, _unheard)
        answer = wait(work)
        points = answer.get("points", [])
        return Made(
            tuple(point["text"] for point in points), tuple(point["index"] for point in points), answer.get("gist", "")
        )

    def score(self, article: Article) -> ScoredArticle:
        """What `summarize` chooses from: every sentence and its salience."""
        return wait(score_article(article, models=self.models, wordpiece=wordpiece(), progress=_unheard))


class Cached:
    """Remembers what the encoder made of each batch, both outputs, since that is what costs the time.

    The key is the model's pinned hash and the batch itself: another encoder, or other batches, are made anew.
    """

    def __init__(self, models: Models, kind: str = "native") -> None:
        CACHE.mkdir(parents=True, exist_ok=True)
        self._models = models
        self._salt = f"{kind} {Model('encoder').card['outputs']['encoder.onnx']} {onnxruntime.__version__}".encode()
        self._store = sqlite3.connect(CACHE / "vectors.sqlite", isolation_level=None)
        self._store.execute("PRAGMA synchronous = OFF")
        self._store.execute("CREATE TABLE IF NOT EXISTS batch (key BLOB PRIMARY KEY, width INTEGER, vectors BLOB)")

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if model != "encoder":
            return await self._models.run(model, inputs)
        ids = inputs["input_ids"]
        key = hashlib.blake2b(self._salt + repr(ids.shape).encode() + ids.data.tobytes(), digest_size=16).digest()
        row = self._store.execute("SELECT width, vectors FROM batch WHERE key = ?", (key,)).fetchone()
        if row is None:
            made = await self._models.run(model, inputs)
            vectors = made["vectors"]
            values = (key, vectors.shape[1], vectors.data.tobytes() + made["lower"].data.tobytes())
            self._store.execute("INSERT OR REPLACE INTO batch VALUES (?, ?, ?)", values)
            return made
        shape, both = (ids.shape[0], row[0]), memoryview(row[1]).cast("f")
        half = shape[0] * shape[1]
        return {"vectors": Tensor("float32", shape, both[:half]), "lower": Tensor("float32", shape, both[half:])}


class PositionBlanked:
    """The salience model without what says where a sentence stands."""

    def __init__(self, models: Models) -> None:
        self._models = models

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if model == "salience":
            features = to_array(inputs["features"]).copy()
            features[:, :POSITIONAL] = 0
            inputs = {**inputs, "features": from_array(features)}
        return await self._models.run(model, inputs)


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


class FullPrecision:
    """The encoder's fp32 reference in place of the quantized one; the other models are fp32 as they are."""

    def __init__(self, models: Models) -> None:
        from models.encoder.recipe import build, smoothing, taught  # noqa: PLC0415

        self._models = models
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        graph = build(taught(Model("encoder").sources(), smoothing()), None)
        self._encoder = onnxruntime.InferenceSession(graph, options)

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if model != "encoder":
            return await self._models.run(model, inputs)
        names = ("vectors", "lower")
        made = self._encoder.run(names, {"input_ids": to_array(inputs["input_ids"])})
        return {name: from_array(value) for name, value in zip(names, made, strict=True)}


class Recording:
    """Passes everything on and keeps the encoder's vectors."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._batches: list[np.ndarray[Any, Any]] = []

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        outputs = await self._models.run(model, inputs)
        if model == "encoder":
            self._batches.append(to_array(outputs["vectors"]).copy())
        return outputs

    def vectors(self) -> np.ndarray[Any, Any]:
        """float32 [all texts so far, width], in the order of the batches."""
        return np.concatenate(self._batches)


def made_by(product: Product, articles: Sequence[Article]) -> list[Made]:
    return [product.summarize(article) for article in articles]


def _unheard(stage: str, done: int, total: int, part: object = None) -> None:
    pass
