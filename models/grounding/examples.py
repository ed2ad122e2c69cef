"""Comparisons of labelled claims and of rewritten sentences, for training and evaluating the grounding model."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from models.data import path_of
from models.grounding.corrupt import HARMFUL
from models.grounding.data import LabelledSummary, sentences
from models.grounding.rewrite import HARMLESS
from models.host import BuiltModels, run_sync, wordpiece
from nutshell.grounding.source import ComparedClaim, compare_claims, index_source

_MIN_WORDS, _MAX_WORDS = 7, 40
_MAX_SENTENCES, _MIN_SENTENCES = 60, 3
# How many sentences of a document are rewritten, and in how many ways, harmfully and harmlessly.
_PER_DOCUMENT, _WAYS = 2, 2


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A sentence of a document, rewritten by a script. `kind` is "same" for the sentence itself."""

    kind: str
    harmful: bool
    document: tuple[str, ...]
    original: str
    claim: str


def compare_summaries(rows: Sequence[LabelledSummary], models: BuiltModels) -> list[list[ComparedClaim]]:
    """Compares each sentence of each summary with its document. Each document is read once."""
    return _compare([(row.document, row.claims) for row in rows], models)


def compare_rewritten(pairs: Sequence[Rewritten], models: BuiltModels) -> list[ComparedClaim]:
    return [compared for (compared,) in _compare([(pair.document, (pair.claim,)) for pair in pairs], models)]


def _compare(rows: Sequence[tuple[tuple[str, ...], Sequence[str]]], models: BuiltModels) -> list[list[ComparedClaim]]:
    found: list[list[ComparedClaim]] = [[] for _ in rows]
    for document, group in groupby(sorted(range(len(rows)), key=lambda number: rows[number][0]), lambda n: rows[n][0]):
        source = run_sync(index_source(models, wordpiece(), document))
        for number in group:
            found[number] = run_sync(compare_claims(models, wordpiece(), source, rows[number][1]))
    return found


def pages(file: str, count: int, seed: int) -> Iterator[str]:
    """Yields `count` documents of ../shared/data/summaries/FILE, without transcripts of meetings."""
    data = path_of(f"summaries/{file}").read_bytes()
    text = (gzip.decompress(data) if file.endswith(".gz") else data).decode()
    rows = [row for row in map(json.loads, text.splitlines()) if row.get("kind") != "meeting"]
    random.Random(seed).shuffle(rows)
    yield from (row.get("document") or row.get("article") for row in rows[:count])


def rewritten(documents: Iterable[str], seed: int) -> list[Rewritten]:
    """Rewrites sentences of the documents by every script; the scripts that rarely apply come first."""
    dice = random.Random(seed)
    count: Counter[str] = Counter()
    found = []
    for text in documents:
        document = tuple(line for line in sentences(text) if line[0].isupper() or line[0] in '“"')[:_MAX_SENTENCES]
        fit = [line for line in document if _MIN_WORDS <= len(line.split()) <= _MAX_WORDS and line[-1] in '.”"!']
        fit = [line for line in fit if "|" not in line]
        if len(fit) < _MIN_SENTENCES:
            continue
        for original in dice.sample(fit, _PER_DOCUMENT):
            found.append(Rewritten("same", False, document, original, original))
            for harmful, scripts in ((True, HARMFUL), (False, HARMLESS)):
                ways = 0
                for kind in sorted(scripts, key=lambda kind: (count[kind], kind)):
                    claim = scripts[kind](original, document, dice)
                    if claim and claim != original and ways < _WAYS:
                        found.append(Rewritten(kind, harmful, document, original, claim))
                        count[kind] += 1
                        ways += 1
    return found
