"""Documents, machine summaries and human consistency labels, in parts that share no document.

The sets in ../shared/data/faithfulness share documents. A document's part therefore depends only on the hash of its
key: of ten documents, six are for training, one for development and three for testing.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache

from models.data import path_of
from nutshell.text.sentences import split_text
from nutshell.text.tokens import restore_punctuation

FILES = ("bump", "fib", "summac_polytope_factcc", "summedits", "xsumfaith")
SETS = ("summedits", "bump", "fib", "xsumfaith", "polytope", "factcc")
MAX_SENTENCES = 120


@dataclass(frozen=True, slots=True)
class LabelledSummary:
    """`claims` are the summary's sentences. `label` is 1 when people found the summary consistent with the document."""

    set: str
    id: str
    key: str
    part: str
    document: tuple[str, ...]
    claims: tuple[str, ...]
    label: int


@cache
def labelled_summaries() -> tuple[LabelledSummary, ...]:
    """Raises RecipeError when the data set is missing."""
    found = []
    for name in FILES:
        for line in path_of(f"faithfulness/{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            document, claims = sentences(row["document"])[:MAX_SENTENCES], sentences(row["summary"])
            if document and claims:
                key = row["doc_key"]
                part, label = part_of(key), int(row["label"])
                found.append(LabelledSummary(row["dataset"], row["id"], key, part, document, claims, label))
    return tuple(found)


def part_of(key: str) -> str:
    place = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 10
    return "test" if place < 3 else "dev" if place < 4 else "train"


@cache
def sentences(text: str) -> tuple[str, ...]:
    """Returns the sentences that contain at least one word."""
    found: list[str] = []
    for line in text.replace("\\'", "'").split("\n"):
        whole = restore_punctuation(line)
        found += [whole[start:end] for start, end in split_text(whole)]
    return tuple(sentence for sentence in found if re.search(r"\w", sentence))
