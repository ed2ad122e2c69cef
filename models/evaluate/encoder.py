"""The encoder: the cost of int8, the effect of batching, and whether a smaller encoder would do.

`python -m models.encoder.pruning` measures the last (it distils smaller encoders and needs torch). Its stored result is
shown here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.artifacts import ROOT, Model
from models.data import path_of
from models.evaluate.datasets import Text, cnn
from models.evaluate.product import FullPrecisionEncoder
from models.evaluate.report import Result
from models.evaluate.static import huffpost, precision
from models.host import BuiltModels, run_sync, to_array, wordpiece
from models.tables import Table
from nutshell.article import Article
from nutshell.ports import Models
from nutshell.text.encoder import BATCH, MAX_TOKENS, batches, embed
from nutshell.text.sentences import split

STORIES, ARTICLES, ROUNDS = 1500, 40, 3
PRUNING = ROOT / "encoder" / "pruning.json"

Floats = NDArray[np.float32]
AnswerableQuestion = tuple[str, list[str], list[bool]]


def measure(quick: bool) -> Result:
    stories, labels = huffpost()
    count = 200 if quick else STORIES
    asked = questions()[: 40 if quick else None]
    native = BuiltModels(threads=1)
    figures: dict[str, Any] = {}
    made: dict[str, Floats] = {}
    rows = []
    for name, models in (("fp32", FullPrecisionEncoder(native)), ("int8 (shipped)", native)):
        vectors = _vectors(models, stories[:count])
        made[name] = vectors
        cosine = (vectors * made["fp32"]).sum(1)
        numbers = {
            "mean cosine": float(cosine.mean()),
            "minimum cosine": float(cosine.min()),
            "precision@10": precision(vectors, labels[:count]),
            "answered": answered(lambda texts, models=models: _vectors(models, texts), asked),  # type: ignore[misc]
        }
        figures[name] = numbers
        rows.append([name, *(f"{numbers[key]:.4f}" for key in ("mean cosine", "minimum cosine"))])
        rows[-1] += [f"{numbers['precision@10']:.3f}", f"{100 * numbers['answered']:.1f} %"]
    columns = [
        "encoder",
        "mean cosine to fp32",
        "minimum",
        "precision@10",
        "questions answered by the nearest sentence",
    ]
    note = (
        f"{count:,} HuffPost headlines with descriptions (29 categories), and XQuAD's {len(asked):,} English "
        "questions: the share for which the paragraph's sentence nearest to the question holds the answer."
    )
    validated = Table(columns, rows, title="Cost of int8", note=note)
    tables = [validated, _batching(native, cnn()[: 4 if quick else ARTICLES], figures)]
    if PRUNING.is_file():
        tables.append(_smaller(figures))
    return Result("encoder", tables, figures=figures)


def _vectors(models: Models, texts: Sequence[str]) -> Floats:
    return to_array(run_sync(embed(models, wordpiece(), texts)))


def questions() -> list[AnswerableQuestion]:
    """Returns XQuAD's questions with the sentences of their paragraph and which of them hold the answer."""
    found = []
    data = json.loads(path_of("text/xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]
    for paragraph in (paragraph for row in data for paragraph in row["paragraphs"]):
        cut = split(Article.from_text(paragraph["context"].replace("\n", " ")))
        for question in paragraph["qas"] if len(cut) > 1 else []:
            start = question["answers"][0]["answer_start"]
            holds = [sentence.start <= start < sentence.end for sentence in cut]
            if any(holds):
                found.append((question["question"], [sentence.text for sentence in cut], holds))
    return found


def answered(vectors_of: Callable[[Sequence[str]], Floats], asked: Sequence[AnswerableQuestion]) -> float:
    """Returns the share of questions whose nearest sentence holds the answer."""
    sentences = sorted({sentence for _, cut, _ in asked for sentence in cut})
    vectors = vectors_of([*sentences, *(question for question, _, _ in asked)])
    place = {sentence: number for number, sentence in enumerate(sentences)}
    right = 0
    for vector, (_, cut, holds) in zip(vectors[len(sentences) :], asked, strict=True):
        right += holds[int((vectors[[place[sentence] for sentence in cut]] @ vector).argmax())]
    return right / len(asked)


def _batching(models: BuiltModels, texts: Sequence[Text], figures: dict[str, Any]) -> Table:
    """Measures the batching of `text/encoder.py`: the share of padding among computed tokens, and CPU time."""
    pages = [[wordpiece().encode(s.text, MAX_TOKENS) for s in split(text.article)] for text in texts]
    ways: dict[str, Callable[[list[int]], list[list[int]]]] = {
        "by length, up to 8, limited padding (shipped)": batches,
        "by length, 8": lambda lengths: _eights(sorted(range(len(lengths)), key=lengths.__getitem__)),
        "page order, 8": lambda lengths: _eights(list(range(len(lengths)))),
        "one at a time": lambda lengths: [[number] for number in range(len(lengths))],
        "all at once": lambda lengths: [list(range(len(lengths)))],
    }
    session = models.session("encoder")
    times: dict[str, list[float]] = {name: [] for name in ways}
    padding = {}
    for turn in range(ROUNDS + 1):
        for name, way in ways.items():
            started, computed, real = time.process_time(), 0, 0
            for rows in pages:
                for batch in way([len(row) for row in rows]):
                    width = max(len(rows[number]) for number in batch)
                    ids = [rows[number] + [0] * (width - len(rows[number])) for number in batch]
                    session.run(None, {"input_ids": np.array(ids, np.int32)})
                    computed += width * len(batch)
                    real += sum(len(rows[number]) for number in batch)
            if turn:
                times[name].append(time.process_time() - started)
            padding[name] = 1 - real / computed
    shipped = next(iter(ways))
    cells = []
    figures["batching"] = {}
    for name in ways:
        ratio = float(np.median([one / other for one, other in zip(times[name], times[shipped], strict=True)]))
        figures["batching"][name] = {"padding": padding[name], "time": ratio}
        cells.append([name, f"{100 * padding[name]:.1f} %", f"{ratio:.2f}x"])
    note = (
        f"{sum(map(len, pages)):,} sentences of {len(pages)} CNN articles, page by page; CPU time on the desktop, "
        "one thread."
    )
    return Table(["batching", "share of padding", "time"], cells, title="Effect of batching", note=note)


def _eights(order: list[int]) -> list[list[int]]:
    return [order[at : at + BATCH] for at in range(0, len(order), BATCH)]


def _smaller(figures: dict[str, Any]) -> Table:
    kept: Mapping[str, Any] = json.loads(PRUNING.read_text(encoding="utf-8"))
    figures["smaller"] = kept
    rows = []
    whole = kept["6 layers"]
    for name, numbers in kept.items():
        if not isinstance(numbers, dict) or "precision@10" not in numbers:
            continue
        cells = [name, f"{numbers['precision@10']:.3f}"]
        if "cosine" in numbers:
            cells += [
                f"{100 * numbers['questions answered by the nearest sentence']:.1f} %",
                f"{numbers['cosine']:.3f}",
                f"{numbers['ms for 60 sentences'] / whole['ms for 60 sentences']:.2f}",
                f"{numbers['MB in int8']:.1f}",
            ]
        rows.append(cells + [""] * (6 - len(cells)))
    columns = [
        "encoder",
        "precision@10",
        "questions answered",
        "cosine to all six layers",
        "relative time",
        "MB",
    ]
    cut = kept["vocabulary"]
    note = " ".join(
        f"Keeping only the tokens {name} in the training texts leaves {numbers['tokens kept']:,} tokens and saves "
        f"{numbers['MB saved']:.1f} MB. {100 * numbers['share of tokens lost on pages']:.2f} % of the tokens of real "
        f"English pages are then missing, and {100 * numbers['pages that lose one']:.0f} % of the pages miss at "
        "least one."
        for name, numbers in cut.items()
    )
    note += f" Measured by `{kept['command']}` ({Model('encoder').card['title']})."
    return Table(columns, rows, title="Smaller encoders", note=note)
