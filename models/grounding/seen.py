"""What the head sees of judged summaries and of corrupted sentences."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.grounding import corrupt
from models.grounding.data import Judged
from models.host import ShopModels, from_array, to_array, wait, wordpiece
from models.shop import ROOT, Model
from nutshell.grounding.source import ComparedClaim, compare_claims, index_source
from nutshell.text.encoder import embed

CHUNK = 512
CACHE = ROOT.parent / ".cache" / "grounding"

Vectors = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence that its source holds, and what a script made of it."""

    kind: str
    key: str
    document: tuple[str, ...]
    true: str
    false: str


def vectors_of(texts: Iterable[str], models: ShopModels) -> Vectors:
    """The encoder's vector of each text; those made before are kept in .cache, by the encoder's hash."""
    folder = CACHE / Model("encoder").card["outputs"]["encoder.onnx"][:12]
    known: Vectors = {}
    if (folder / "texts.json").is_file():
        listed = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
        known = dict(zip(listed, np.load(folder / "vectors.npy"), strict=True))
    missing = sorted({text for text in texts if text not in known}, key=lambda text: (len(text), text))
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        made = to_array(wait(embed(models, wordpiece(), chunk)))
        known.update(zip(chunk, made.astype(np.float16), strict=True))
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "texts.json").write_text(json.dumps(list(known)), encoding="utf-8")
        np.save(folder / "vectors.npy", np.stack(list(known.values())))
    return known


def compared(rows: Sequence[Judged], vectors: Vectors, models: ShopModels) -> list[list[ComparedClaim]]:
    """For each summary, each of its sentences beside its document."""
    by_document: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_document[row.document].append(number)
    found: list[list[ComparedClaim]] = [[] for _ in rows]
    for document, numbers in by_document.items():
        claims = [claim for number in numbers for claim in rows[number].claims]
        made = iter(beside(document, claims, vectors, models))
        for number in numbers:
            found[number] = [next(made) for _ in rows[number].claims]
    return found


def beside(
    document: tuple[str, ...], claims: Sequence[str], vectors: Vectors, models: ShopModels
) -> list[ComparedClaim]:
    def stacked(texts: Sequence[str]) -> Any:
        return from_array(np.stack([vectors[text] for text in texts]).astype(np.float32))

    source = wait(index_source(models, wordpiece(), document, stacked(document)))
    return wait(compare_claims(models, wordpiece(), source, claims, stacked(claims)))


def pairs(rows: Sequence[Judged], most: int, seed: int, parts: Sequence[str]) -> list[Pair]:
    """Sentences that must be held true, each made false once by each script that can: from the documents themselves
    and from summaries that people found consistent; `most` of each kind and origin."""
    dice = random.Random(seed)
    documents = {row.document: row.key for row in rows if row.part in parts}
    told = [(claim, row) for row in rows if row.part in parts and row.label == 1 for claim in row.claims]
    own = [(sentence, document, key) for document, key in documents.items() for sentence in document]
    own = [(s, d, k) for s, d, k in own if 6 <= len(s.split()) <= 45]
    both = ([(claim, row.document, row.key) for claim, row in told], own)
    found = []
    for origin in both:
        order = sorted(origin, key=lambda one: (one[2], one[0]))
        dice.shuffle(order)
        for kind, change in corrupt.KINDS.items():
            made = 0
            for true, document, key in order:
                false = change(true, document, dice)
                if false and false != true:
                    found.append(Pair(kind, key, document, true, false))
                    made += 1
                    if made == most:
                        break
    return found
