"""Documents, machine summaries and people's judgements of them, in parts that share no document.

The sets of ../shared/data/faithfulness share documents among them, so the part goes by the hash of the document's
key, over all sets alike: six of ten documents to train, one to develop, three to test.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache

from models.data import FOLDER
from models.shop import RecipeError
from nutshell.text.sentences import split_text
from nutshell.text.tokens import restore_punctuation

FILES = ("bump", "fib", "summac_polytope_factcc", "summedits", "xsumfaith")
SETS = ("summedits", "bump", "fib", "xsumfaith", "polytope", "factcc")
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Judged:
    """`claims`: the summary's sentences; `label` 1 when people found nothing in it that the document does not say."""

    set: str
    id: str
    key: str
    part: str
    document: tuple[str, ...]
    claims: tuple[str, ...]
    label: int


@cache
def judged() -> tuple[Judged, ...]:
    """All of them; raises RecipeError when the data is not there."""
    found = []
    for name in FILES:
        path = FOLDER / "faithfulness" / f"{name}.jsonl"
        if not path.is_file():
            raise RecipeError(
                f"training data {path.name} is not there: put the data set at ../shared/data/faithfulness beside the "
                "repository (it is not needed to build: trained weights are committed)"
            )
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            document, claims = sentences(row["document"])[:LONGEST], sentences(row["summary"])
            if document and claims:
                key = row["doc_key"]
                found.append(Judged(row["dataset"], row["id"], key, part_of(key), document, claims, int(row["label"])))
    return tuple(found)


def part_of(key: str) -> str:
    place = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 10
    return "test" if place < 3 else "dev" if place < 4 else "train"


@cache
def sentences(text: str) -> tuple[str, ...]:
    """What is worth checking in a text: its sentences that hold a word."""
    found: list[str] = []
    for line in text.replace("\\'", "'").split("\n"):
        whole = restore_punctuation(line)
        found += [whole[start:end] for start, end in split_text(whole)]
    return tuple(sentence for sentence in found if re.search(r"\w", sentence))
