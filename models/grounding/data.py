"""Texts, claims about them and human labels, in parts that share no text.

The sets in ../shared/data/faithfulness share documents. A document's part therefore depends only on the hash of its
key: of ten documents, six are for training, one for development and three for testing. The sets in HELD_OUT are never
trained on: their licence does not allow it, or says nothing.
"""

from __future__ import annotations

import gzip
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
PAIR_SETS = (
    *("frank", "fever_symmetric", "conjnli", "pawsx_dev", "begin", "storysumm"),
    *("cliff", "goyal21", "covidfact", "rte123", "control", "sick", "xnli_dev"),
)
"""English sets of entailment-pairs.jsonl.gz; those with loose labels are left out."""
HELD_OUT = frozenset(["fib", "cliff", "goyal21", "covidfact", "rte123", "control", "sick", "xnli_dev"])
MAX_SENTENCES = 120


@dataclass(frozen=True, slots=True)
class LabelledSummary:
    """`claims` are the summary's sentences. `label` is 1 when people found the summary consistent with the document.

    `original`: the sentences of the true summary that a false one was made from, where the set has it.
    """

    set: str
    id: str
    key: str
    part: str
    document: tuple[str, ...]
    claims: tuple[str, ...]
    label: int
    original: tuple[str, ...] = ()


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
                original = () if label else sentences(row.get("pair") or row.get("original_summary") or "")
                found.append(LabelledSummary(row["dataset"], row["id"], key, part, document, claims, label, original))
    return tuple(found)


@cache
def labelled_pairs() -> tuple[LabelledSummary, ...]:
    """Returns the English claims of PAIR_SETS. FRANK's are in two sets, "frank cnn" and "frank bbc".

    Raises RecipeError when the data set is missing.
    """
    found = []
    with gzip.open(path_of("faithfulness/entailment-pairs.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            name = row["source_set"]
            if name not in PAIR_SETS or row["lang"] != "en":
                continue
            document, claims = sentences(row["premise"])[:MAX_SENTENCES], sentences(row["claim"])
            if document and claims:
                # Groups of news articles begin with "nw" and go on with the key of the older sets.
                key = row["group"].removeprefix("nw")
                part = "test" if name in HELD_OUT else part_of(key)
                if name == "frank":
                    name = f"frank {row['detail'][:3]}"
                label = int(row["label"] == "supported")
                found.append(LabelledSummary(name, row["id"], key, part, document, claims, label))
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
