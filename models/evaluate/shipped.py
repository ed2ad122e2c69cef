"""What is shipped: every model with its card, size and hash, and how far its WASM is from the desktop.

A model runs on both with the same inputs (EXAMPLES, seeded; texts where it reads texts), and the largest difference
of any number of any output is told, beside the size of those numbers. A model without an example is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.evaluate.page import Result
from models.evaluate.wasm import Wasm
from models.host import ShopModels, from_array, to_array, wait, wordpiece
from models.shop import NAMES, Model, RecipeError
from models.tables import Table
from nutshell.ask.evidence import COUNT as EVIDENCE
from nutshell.grounding.features import COUNT as FINDINGS
from nutshell.ports import Models
from nutshell.stories.same_event import FEATURES as PAIR_FEATURES
from nutshell.summary.features import COUNT
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


def _unit(dice: np.random.Generator, rows: int, width: int) -> Array:
    made = dice.normal(size=(rows, width)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def _packed(dice: np.random.Generator, rows: int) -> Array:
    return np.round(127 * _unit(dice, rows, 256)).astype(np.int8)


def _tokens(special: bool) -> Array:
    rows = [wordpiece().encode(text, 128)[slice(None) if special else slice(1, -1)] for text in TEXTS]
    width = max(map(len, rows))
    return np.array([row + [0] * (width - len(row)) for row in rows], np.int32)


def _encoder(dice: np.random.Generator) -> Inputs:
    return {"input_ids": _tokens(special=True)}


def _static(dice: np.random.Generator) -> Inputs:
    return {"input_ids": _tokens(special=False)}


def _salience(dice: np.random.Generator) -> Inputs:
    vectors, lower = _unit(dice, 60, 384), _unit(dice, 60, 384)
    return {"vectors": vectors, "lower": lower, "features": dice.random((60, COUNT), np.float32)}


def _centrality(dice: np.random.Generator) -> Inputs:
    return {"vectors": (dice.random((60, 1024)) ** 30).astype(np.float32)}


def _interest(dice: np.random.Generator) -> Inputs:
    vectors = _run(ShopModels(threads=1), "static", _static(dice))["vectors"]
    return {"vectors": vectors, "features": np.array([features(text) for text in TEXTS], np.float32)}


def _topics(dice: np.random.Generator) -> Inputs:
    return {
        "vectors": _unit(dice, 50, 256),
        "packed": _packed(dice, 70),
        "center": (dice.normal(size=256) * 0.02).astype(np.float32),
        "topics": _unit(dice, 12, 256),
    }


def _nearest(dice: np.random.Generator) -> Inputs:
    return {"rows": _packed(dice, 30), "others": _packed(dice, 40)}


def _ranking(dice: np.random.Generator) -> Inputs:
    items, events, groups, sources = 400, 60, 3, 5
    return {
        "items": _packed(dice, items),
        "events": _packed(dice, events),
        "item_sources": dice.integers(0, sources, items).astype(np.int32),
        "event_sources": dice.integers(0, sources, events),
        "item_extras": dice.random((items, 3), np.float32),
        "item_times": dice.random(items, np.float32) * 100,
        "clock": np.array([90.0, 18.0], np.float32),
        "event_extras": dice.random((events, 4), np.float32),
        "allowed": np.zeros(items, np.float32),
        "members": np.eye(groups, dtype=np.float32)[dice.integers(0, groups, events)],
        "working": (dice.normal(size=events) * 3).astype(np.float32),
        "weights": dice.random(events, np.float32) * 0.4,
        "factors": np.array([1.0, 2.0, -0.5], np.float32),
        "source_prior": dice.normal(size=sources).astype(np.float32),
        "extra_prior": dice.normal(size=4).astype(np.float32),
        "variances": np.array([1.0, 0.3, 0.1, 0.2, 0.1, 0.1], np.float32),
        "diversity": np.array([0.5], np.float32),
        "top": np.array([60], np.int64),
        "close": np.array([50], np.int64),
        "slots": np.array([30], np.int64),
    }


def _recall(dice: np.random.Generator) -> Inputs:
    return {
        "vectors": _unit(dice, 3, 256),
        "packed": _packed(dice, 500),
        "scales": np.full(500, 1 / 127, np.float32),
        "most": np.array([20], np.int64),
    }


def _cosine(dice: np.random.Generator) -> Inputs:
    return {"rows": _unit(dice, 3, 384), "others": _unit(dice, 60, 384)}


def _ask(dice: np.random.Generator) -> Inputs:
    return {"features": dice.random((60, EVIDENCE), np.float32)}


def _grounding(dice: np.random.Generator) -> Inputs:
    return {"features": dice.random((60, FINDINGS), np.float32)}


def _same_event(dice: np.random.Generator) -> Inputs:
    return {"features": dice.random((60, len(PAIR_FEATURES)), np.float32)}


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
    "same_event": _same_event,
}


def measure(quick: bool) -> Result:
    rows, figures = [], {}
    with Wasm() as wasm:
        for name in NAMES:
            inputs = example(name)
            apart = compared(_run(ShopModels(threads=1), name, inputs), _run(wasm, name, inputs))
            model = Model(name)
            output, most = max(apart.items(), key=lambda found: found[1])
            sha256 = model.card["outputs"][f"{name}.onnx"]
            size = model.onnx.stat().st_size
            figures[name] = {"bytes": size, "sha256": sha256, "apart": apart}
            rows.append(
                [
                    f"[{name}]({name}/README.md)",
                    model.card["title"],
                    model.card["licence"],
                    f"{size / 1e6:.2f} MB" if size >= 100_000 else f"{size / 1e3:.1f} KB",
                    f"`{sha256[:12]}`",
                    f"{most:.1g} ({output})",
                ]
            )
    columns = ["model", "what it is", "licence", "size", "sha256", "WASM to desktop, most apart"]
    note = (
        "Apart: the largest difference of any number of any output, in parts of that output's largest number. The "
        "encoder quantizes what flows through it, so a rounding the other way shows; see “Browser, desktop, full "
        "precision” for what is left of that in a summary. Whole hashes: each model's `model.json`."
    )
    return Result("shipped", [Table(columns, rows, note=note)], figures=figures)


def example(name: str) -> Inputs:
    """Inputs for a model, the same ones each time; raises RecipeError for one that has none here."""
    if name not in EXAMPLES:
        raise RecipeError(f"{name} has no example inputs: put them into models/evaluate/shipped.py")
    return EXAMPLES[name](np.random.default_rng(0))


def compared(one: Mapping[str, Array], other: Mapping[str, Array]) -> dict[str, float]:
    """For each output the largest difference, in parts of its largest number."""
    return {
        output: float(
            np.abs(value.astype(np.float64) - other[output].reshape(value.shape)).max(initial=0)
            / max(1e-9, np.abs(value.astype(np.float64)).max(initial=0))
        )
        for output, value in one.items()
    }


def _run(models: Models, name: str, inputs: Inputs) -> dict[str, Array]:
    made = wait(models.run(name, {key: from_array(value) for key, value in inputs.items()}))
    return {key: to_array(value) for key, value in made.items()}
