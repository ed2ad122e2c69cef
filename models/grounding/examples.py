"""Features of labelled summaries and of corrupted sentences, for training and evaluating the grounding model."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.artifacts import ROOT, Model
from models.grounding import corrupt
from models.grounding.data import LabelledSummary
from models.host import BuiltModels, from_array, run_sync, to_array, wordpiece
from nutshell.grounding.source import ComparedClaim, compare_claims, index_source
from nutshell.text.encoder import embed

CHUNK = 512
CACHE = ROOT.parent / ".cache" / "grounding"

Vectors = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class CorruptedPair:
    """A sentence that its document supports, and the same sentence made false by a script."""

    kind: str
    key: str
    document: tuple[str, ...]
    true: str
    false: str


def vectors_of(texts: Iterable[str], models: BuiltModels) -> Vectors:
    """Returns the encoder's vector of each text. Caches them in .cache, keyed by the encoder's hash."""
    folder = CACHE / Model("encoder").card["outputs"]["encoder.onnx"][:12]
    known: Vectors = {}
    if (folder / "texts.json").is_file():
        listed = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
        known = dict(zip(listed, np.load(folder / "vectors.npy"), strict=True))
    missing = sorted({text for text in texts if text not in known}, key=lambda text: (len(text), text))
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        vectors = to_array(run_sync(embed(models, wordpiece(), chunk)))
        known.update(zip(chunk, vectors.astype(np.float16), strict=True))
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "texts.json").write_text(json.dumps(list(known)), encoding="utf-8")
        np.save(folder / "vectors.npy", np.stack(list(known.values())))
    return known


def compare_summaries(
    rows: Sequence[LabelledSummary], vectors: Vectors, models: BuiltModels
) -> list[list[ComparedClaim]]:
    """Compares each sentence of each summary with its document."""
    by_document: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_document[row.document].append(number)
    found: list[list[ComparedClaim]] = [[] for _ in rows]
    for document, numbers in by_document.items():
        claims = [claim for number in numbers for claim in rows[number].claims]
        compared = iter(compare_with_document(document, claims, vectors, models))
        for number in numbers:
            found[number] = [next(compared) for _ in rows[number].claims]
    return found


def compare_with_document(
    document: tuple[str, ...], claims: Sequence[str], vectors: Vectors, models: BuiltModels
) -> list[ComparedClaim]:
    def stacked(texts: Sequence[str]) -> Any:
        return from_array(np.stack([vectors[text] for text in texts]).astype(np.float32))

    source = run_sync(index_source(models, wordpiece(), document, stacked(document)))
    return run_sync(compare_claims(models, wordpiece(), source, claims, stacked(claims)))


def corrupted_pairs(
    rows: Sequence[LabelledSummary], limit: int, seed: int, parts: Sequence[str]
) -> list[CorruptedPair]:
    """Returns supported sentences, each corrupted once by every script that applies to it.

    The sentences come from the documents themselves and from summaries that people found consistent. There are at most
    `limit` pairs of each kind and origin.
    """
    dice = random.Random(seed)
    documents = {row.document: row.key for row in rows if row.part in parts}
    consistent = [
        (claim, row.document, row.key) for row in rows if row.part in parts and row.label == 1 for claim in row.claims
    ]
    own = [(sentence, document, key) for document, key in documents.items() for sentence in document]
    own = [row for row in own if 6 <= len(row[0].split()) <= 45]
    found = []
    for origin in (consistent, own):
        order = sorted(origin, key=lambda row: (row[2], row[0]))
        dice.shuffle(order)
        for kind, change in corrupt.KINDS.items():
            count = 0
            for true, document, key in order:
                false = change(true, document, dice)
                if false and false != true:
                    found.append(CorruptedPair(kind, key, document, true, false))
                    count += 1
                    if count == limit:
                        break
    return found
