"""The product on the desktop host at its default settings, over models that can be recorded or replaced."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import onnxruntime

from models.artifacts import ROOT, Model
from models.host import BuiltModels, from_array, run_sync, to_array, wordpiece
from nutshell.app import Application
from nutshell.article import Article
from nutshell.hosts.desktop import FileDatabase
from nutshell.hosts.system_clock import SystemClock
from nutshell.ports import Generator, Models, Tensor
from nutshell.summary.features import POSITIONAL
from nutshell.summary.summarizer import ScoredArticle, score_article

CACHE = ROOT.parent / ".cache" / "evaluate"


@dataclass(frozen=True, slots=True)
class Summarized:
    """A summary: the points in page order, their sentence numbers, and the gist."""

    points: tuple[str, ...]
    numbers: tuple[int, ...]
    gist: str


class Product:
    """Summarizes through the core's `summarize` request, with the given models."""

    def __init__(self, models: Models | None = None, generator: Generator | None = None) -> None:
        self.models = models or CachedModels(BuiltModels(threads=1))
        vocabulary = (Model("encoder").out / "vocab.txt").read_text(encoding="utf-8")
        self.application = Application(
            models=self.models,
            database=FileDatabase(),
            clock=SystemClock(),
            vocabulary=vocabulary,
            generator=generator,
            not_saved_reason="an evaluation keeps no history",
        )

    def summarize(self, article: Article, length: int | None = None) -> Summarized:
        """Returns an empty summary when the product finds no article."""
        work = self.application.handle("summarize", {"article": asdict(article), "length": length}, _no_progress)
        answer = run_sync(work)
        points = answer.get("points", [])
        return Summarized(
            tuple(point["text"] for point in points), tuple(point["index"] for point in points), answer.get("gist", "")
        )

    def score(self, article: Article) -> ScoredArticle:
        """Returns every sentence with its salience, from which `summarize` selects."""
        return run_sync(score_article(article, models=self.models, wordpiece=wordpiece(), progress=_no_progress))


class CachedModels:
    """Caches both outputs of the encoder for each batch, since the encoder takes most of the time.

    The key is the model's pinned hash and the batch, so another encoder or other batches are computed again.
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
    """Blanks the position features of the salience model."""

    def __init__(self, models: Models) -> None:
        self._models = models

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if model == "salience":
            features = to_array(inputs["features"]).copy()
            features[:, :POSITIONAL] = 0
            inputs = {**inputs, "features": from_array(features)}
        return await self._models.run(model, inputs)


class ReplacedModel:
    """Replaces one model with a given graph."""

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


class FullPrecisionEncoder:
    """Replaces the quantized encoder with its fp32 reference. The other models are fp32 already."""

    def __init__(self, models: Models) -> None:
        from models.encoder.recipe import build, distilled, smoothing  # noqa: PLC0415

        self._models = models
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        graph = build(distilled(Model("encoder").sources(), smoothing()), None)
        self._encoder = onnxruntime.InferenceSession(graph, options)

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if model != "encoder":
            return await self._models.run(model, inputs)
        names = ("vectors", "lower")
        made = self._encoder.run(names, {"input_ids": to_array(inputs["input_ids"])})
        return {name: from_array(value) for name, value in zip(names, made, strict=True)}


class RecordingModels:
    """Forwards all calls and records the encoder's vectors."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._batches: list[np.ndarray[Any, Any]] = []

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        outputs = await self._models.run(model, inputs)
        if model == "encoder":
            self._batches.append(to_array(outputs["vectors"]).copy())
        return outputs

    def vectors(self) -> np.ndarray[Any, Any]:
        """Returns float32 [texts so far, width], in the order of the batches."""
        return np.concatenate(self._batches)


def summarize_all(product: Product, articles: Sequence[Article]) -> list[Summarized]:
    return [product.summarize(article) for article in articles]


def _no_progress(stage: str, done: int, total: int, part: object = None) -> None:
    pass
