"""Measures whether a smaller encoder is nearly as good: fewer layers (with and without distillation), fewer tokens or
dimensions.

`python -m models.encoder.pruning` writes pruning.json beside this file (three quarters of an hour on one thread). It
reads the three shipped layers and distils two. Quality: precision@10 on 1,500 HuffPost headlines with descriptions; the
cosine to the whole encoder on 1,000 held-out texts; and the share of XQuAD's questions for which the nearest sentence
of the paragraph holds the answer. Cost: CPU time for 60 sentences in PyTorch, fp32, one thread, the same for all.
"""

from __future__ import annotations

import copy
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load

from models.artifacts import Model
from models.data import path_of
from models.encoder.distill import SEED, distill
from models.encoder.recipe import KEPT, distilled, smoothing
from models.encoder.train import DISTILLATION_STEPS, HELD_OUT, rows
from models.evaluate.encoder import answered, questions
from models.evaluate.static import huffpost, precision
from models.host import wordpiece
from models.static.teacher import MiniLM, embed, published
from models.static.train import principal
from nutshell.text.language import detect

FEWER = {3: KEPT, 2: (0, 5)}
TIMED, ROUNDS = 60, 5
STORIES = 1500  # of HuffPost
WIDTHS = (256, 192)

Floats = NDArray[np.float32]


def measure() -> dict[str, Any]:
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    weights = load(Model("encoder").sources()["weights"].read())
    all_rows = rows()
    held = all_rows[:HELD_OUT]
    teacher = published()
    expected = embed(teacher, held)
    stories, labels = huffpost()
    labels = labels[:STORIES]
    news = [wordpiece().encode(story, 128) for story in stories[:STORIES]]
    asked_questions = questions()
    timed = [row for row in held if 20 <= len(row) <= 40][:TIMED]
    results: dict[str, Any] = {}

    def record(name: str, model: MiniLM) -> Floats:
        half = copy.deepcopy(model).to(torch.bfloat16).eval()
        vectors = embed(half, news)
        cosine = float((embed(half, held) * expected).sum(1).mean())
        results[name] = {
            "precision@10": precision(vectors, labels),
            "cosine": cosine,
            "questions answered by the nearest sentence": answered(
                lambda texts: embed(half, [wordpiece().encode(text, 128) for text in texts]), asked_questions
            ),
            "ms for 60 sentences": milliseconds(model.float().eval(), timed),
            "MB in int8": sum(p.numel() for p in model.parameters()) / 1e6,
        }
        print(name, results[name], flush=True)
        return vectors

    whole = record("6 layers", MiniLM(weights))
    axes = principal(embed(teacher, all_rows[HELD_OUT : 10 * HELD_OUT]))
    for width in WIDTHS:
        cut = whole @ axes[:, :width]
        cut /= np.linalg.norm(cut, axis=1, keepdims=True)
        results[f"6 layers, {width} dimensions"] = {"precision@10": precision(cut, labels)}
    for layers, kept in FEWER.items():
        model = MiniLM(weights, kept)
        record(f"{layers} layers, dropped", model)
        if kept == KEPT:
            model = MiniLM(distilled(Model("encoder").sources(), smoothing()), range(layers))
        else:
            distill(model, teacher, all_rows[HELD_OUT:], DISTILLATION_STEPS)
        record(f"{layers} layers, distilled", model)
    return results | {"vocabulary": vocabulary(all_rows)}


def milliseconds(model: MiniLM, rows: Sequence[Sequence[int]]) -> float:
    torch.set_num_threads(1)
    times = []
    with torch.inference_mode():
        for _ in range(ROUNDS):
            started = time.process_time()
            for at in range(0, len(rows), 8):
                width = max(map(len, rows[at : at + 8]))
                model(torch.tensor([[*row, *[0] * (width - len(row))] for row in rows[at : at + 8]]))
            times.append(1000 * (time.process_time() - started))
    return sorted(times)[len(times) // 2]


def vocabulary(texts: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Measures a vocabulary cut to the tokens of the training texts: how often a real English page has a cut token."""
    known = Counter(token for row in texts for token in row)
    pages = []
    for path in sorted(path_of("pages/readability").glob("*/expected.html")):
        plain = " ".join(re.sub(r"<[^>]*>", " ", path.read_text(encoding="utf-8")).split())
        if detect(plain) == "en":
            pages.append(wordpiece().encode(plain, 4000)[1:-1])
    count = sum(map(len, pages))
    found = {}
    for minimum in (1, 3):
        kept = {token for token, count_ in known.items() if count_ >= minimum}
        lost = sum(token not in kept for page in pages for token in page)
        found["seen at least once" if minimum == 1 else f"seen at least {minimum} times"] = {
            "tokens kept": len(kept),
            "MB saved": (30522 - len(kept)) * 388 / 1e6,
            "share of tokens lost on pages": lost / count,
            "pages that lose one": sum(any(t not in kept for t in page) for page in pages) / len(pages),
        }
    return found


if __name__ == "__main__":
    result = {"command": "python -m models.encoder.pruning", **measure()}
    path = Path(__file__).with_name("pruning.json")
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))
