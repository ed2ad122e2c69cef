"""Every shipped model with its card, size and hash, and the difference between WASM and the desktop.

A model runs on both with the same inputs (EXAMPLES, seeded). The result is the largest difference of any value of any
output, relative to that output's largest value. A model without example inputs raises RecipeError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.artifacts import NAMES, Model, RecipeError
from models.evaluate.report import Result
from models.evaluate.wasm import Wasm
from models.host import BuiltModels, from_array, run_sync, to_array, wordpiece
from models.tables import Table
from nutshell.ask.evidence import COUNT as EVIDENCE
from nutshell.extraction.content_features import COUNT as CONTENT_FEATURES
from nutshell.extraction.content_features import PAGE_WORDS, WORD_COUNT
from nutshell.extraction.surroundings import BUCKETS
from nutshell.grounding.features import COUNT as FINDINGS
from nutshell.ports import Models
from nutshell.stories.same_event import FEATURES as PAIR_FEATURES
from nutshell.summary.features import COUNT
from nutshell.summary.gist_features import COUNT as LINE_FEATURES
from nutshell.text.tone import features

TEXTS = (
    "The city council voted on Tuesday to close the old harbour bridge.",
    "Engineers found cracks in four of its nine pillars, and a ferry will carry passengers until 2031.",
    "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.",
    "“We did not expect this,” said Anna Lind, who has run the bakery on the north bank since 1998.",
    "Bake until golden.",
    "She died in 1903 in Vienna, aged 71; her letters were published much later by a nephew who lived in Graz.",
    "17 Things You Will Only Understand If You Love Cats",
    "הגשר נסגר ביום שני",
    "😀",
)
Array = NDArray[Any]
Inputs = dict[str, Array]


def _unit(rng: np.random.Generator, rows: int, width: int) -> Array:
    made = rng.normal(size=(rows, width)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def _packed(rng: np.random.Generator, rows: int) -> Array:
    return np.round(127 * _unit(rng, rows, 256)).astype(np.int8)


def _tokens(special: bool) -> Array:
    rows = [wordpiece().encode(text, 128)[slice(None) if special else slice(1, -1)] for text in TEXTS]
    width = max(map(len, rows))
    return np.array([row + [0] * (width - len(row)) for row in rows], np.int32)


def _encoder(rng: np.random.Generator) -> Inputs:
    return {"input_ids": _tokens(special=True)}


def _static(rng: np.random.Generator) -> Inputs:
    return {"input_ids": _tokens(special=False)}


def _salience(rng: np.random.Generator) -> Inputs:
    vectors, lower = _unit(rng, 60, 384), _unit(rng, 60, 384)
    return {"vectors": vectors, "lower": lower, "features": rng.random((60, COUNT), np.float32)}


def _centrality(rng: np.random.Generator) -> Inputs:
    return {"vectors": (rng.random((60, 1024)) ** 30).astype(np.float32)}


def _interest(rng: np.random.Generator) -> Inputs:
    vectors = _run(BuiltModels(threads=1), "static", _static(rng))["vectors"]
    return {"vectors": vectors, "features": np.array([features(text) for text in TEXTS], np.float32)}


def _topics(rng: np.random.Generator) -> Inputs:
    return {
        "vectors": _unit(rng, 50, 256),
        "packed": _packed(rng, 70),
        "center": (rng.normal(size=256) * 0.02).astype(np.float32),
        "topics": _unit(rng, 12, 256),
    }


def _nearest(rng: np.random.Generator) -> Inputs:
    return {"rows": _packed(rng, 30), "others": _packed(rng, 40)}


def _ranking(rng: np.random.Generator) -> Inputs:
    items, events, groups, sources = 400, 60, 3, 5
    return {
        "items": _packed(rng, items),
        "events": _packed(rng, events),
        "item_sources": rng.integers(0, sources, items).astype(np.int32),
        "event_sources": rng.integers(0, sources, events),
        "item_extras": rng.random((items, 3), np.float32),
        "item_times": rng.random(items, np.float32) * 100,
        "clock": np.array([90.0, 18.0], np.float32),
        "event_extras": rng.random((events, 4), np.float32),
        "allowed": np.zeros(items, np.float32),
        "members": np.eye(groups, dtype=np.float32)[rng.integers(0, groups, events)],
        "working": (rng.normal(size=events) * 3).astype(np.float32),
        "weights": rng.random(events, np.float32) * 0.4,
        "factors": np.array([1.0, 2.0, -0.5], np.float32),
        "source_prior": rng.normal(size=sources).astype(np.float32),
        "extra_prior": rng.normal(size=4).astype(np.float32),
        "variances": np.array([1.0, 0.3, 0.1, 0.2, 0.1, 0.1], np.float32),
        "diversity": np.array([0.5], np.float32),
        "top": np.array([60], np.int64),
        "close": np.array([50], np.int64),
        "slots": np.array([30], np.int64),
    }


def _recall(rng: np.random.Generator) -> Inputs:
    return {
        "vectors": _unit(rng, 3, 256),
        "packed": _packed(rng, 500),
        "scales": np.full(500, 1 / 127, np.float32),
        "most": np.array([20], np.int64),
    }


def _cosine(rng: np.random.Generator) -> Inputs:
    return {"rows": _unit(rng, 3, 384), "others": _unit(rng, 60, 384)}


def _gist(rng: np.random.Generator) -> Inputs:
    return {"features": rng.random((40, LINE_FEATURES)).astype(np.float32)}


def _ask(rng: np.random.Generator) -> Inputs:
    return {"features": rng.random((60, EVIDENCE), np.float32)}


def _grounding(rng: np.random.Generator) -> Inputs:
    return {"features": rng.random((60, FINDINGS), np.float32)}


def _same_event(rng: np.random.Generator) -> Inputs:
    return {"features": rng.random((60, len(PAIR_FEATURES)), np.float32)}


def _content(rng: np.random.Generator) -> Inputs:
    return {
        "features": rng.random((200, CONTENT_FEATURES), np.float32),
        "words": rng.integers(0, BUCKETS, (200, WORD_COUNT), np.int32),
        "page": rng.integers(0, BUCKETS, (1, PAGE_WORDS), np.int32),
    }


EXAMPLES: dict[str, Callable[[np.random.Generator], Inputs]] = {
    "encoder": _encoder,
    "centrality": _centrality,
    "salience": _salience,
    "static": _static,
    "interest": _interest,
    "topics": _topics,
    "nearest": _nearest,
    "ranking": _ranking,
    "recall": _recall,
    "cosine": _cosine,
    "grounding": _grounding,
    "ask": _ask,
    "gist": _gist,
    "same_event": _same_event,
    "content": _content,
}


def measure(quick: bool) -> Result:
    rows, figures = [], {}
    with Wasm() as wasm:
        for name in NAMES:
            inputs = example(name)
            differences = compared(_run(BuiltModels(threads=1), name, inputs), _run(wasm, name, inputs))
            model = Model(name)
            output, largest = max(differences.items(), key=lambda found: found[1])
            sha256 = model.card["outputs"][f"{name}.onnx"]
            size = model.onnx.stat().st_size
            figures[name] = {"bytes": size, "sha256": sha256, "difference": differences}
            rows.append(
                [
                    f"[{name}]({name}/README.md)",
                    model.card["title"],
                    model.card["licence"],
                    f"{size / 1e6:.2f} MB" if size >= 100_000 else f"{size / 1e3:.1f} KB",
                    f"`{sha256[:12]}`",
                    f"{largest:.1g} ({output})",
                ]
            )
    columns = ["model", "description", "licence", "size", "sha256", "largest WASM difference"]
    note = (
        "Largest WASM difference: the largest difference between WASM and the desktop for any value of any output, "
        "relative to that output's largest value. The encoder quantizes activations at run time, so different rounding "
        "shows here; “Browser, desktop and full precision” shows the effect on summaries. Full hashes: each model's "
        "`model.json`."
    )
    return Result("shipped", [Table(columns, rows, note=note)], figures=figures)


def example(name: str) -> Inputs:
    """Returns a model's example inputs, always the same. Raises RecipeError for a model without any."""
    if name not in EXAMPLES:
        raise RecipeError(f"{name} has no example inputs: add them to models/evaluate/shipped.py")
    return EXAMPLES[name](np.random.default_rng(0))


def compared(one: Mapping[str, Array], other: Mapping[str, Array]) -> dict[str, float]:
    """Returns each output's largest difference, relative to its largest value."""
    return {
        output: float(
            np.abs(value.astype(np.float64) - other[output].reshape(value.shape)).max(initial=0)
            / max(1e-9, np.abs(value.astype(np.float64)).max(initial=0))
        )
        for output, value in one.items()
    }


def _run(models: Models, name: str, inputs: Inputs) -> dict[str, Array]:
    made = run_sync(models.run(name, {key: from_array(value) for key, value in inputs.items()}))
    return {key: to_array(value) for key, value in made.items()}
