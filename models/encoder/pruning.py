"""Is a smaller encoder nearly as good? Layers dropped (and taught again), vocabulary cut, fewer dimensions.

`python -m models.encoder.pruning` writes pruning.json beside this file (three quarters of an hour on one thread); the
shipped layers are read, two layers are taught. Quality: precision@10 on 1,500 HuffPost headlines with descriptions;
the cosine to the whole encoder on 1,000 texts that nothing was taught on; and of XQuAD's questions, how many have the
sentence with the answer nearest in their paragraph. Cost is the processor's time for 60 sentences in torch, fp32, one
thread, all alike.
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

from models.data import FOLDER
from models.encoder.recipe import KEPT, smoothing, taught
from models.encoder.teach import SEED, teach
from models.encoder.train import HELD_OUT, STEPS_TAUGHT, rows
from models.evaluate.encoder import answered, questions
from models.evaluate.static import huffpost, precision
from models.host import wordpiece
from models.shop import Model
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
    everything = rows()
    held = everything[:HELD_OUT]
    teacher = published()
    aim = embed(teacher, held)
    stories, labels = huffpost()
    labels = labels[:STORIES]
    news = [wordpiece().encode(story, 128) for story in stories[:STORIES]]
    asked = questions()
    timed = [row for row in held if 20 <= len(row) <= 40][:TIMED]
    results: dict[str, Any] = {}

    def note(name: str, model: MiniLM) -> Floats:
        half = copy.deepcopy(model).to(torch.bfloat16).eval()
        vectors = embed(half, news)
        cosine = float((embed(half, held) * aim).sum(1).mean())
        results[name] = {
            "precision@10": precision(vectors, labels),
            "cosine": cosine,
            "questions answered by the nearest sentence": answered(
                lambda texts: embed(half, [wordpiece().encode(text, 128) for text in texts]), asked
            ),
            "ms for 60 sentences": milliseconds(model.float().eval(), timed),
            "MB in int8": sum(p.numel() for p in model.parameters()) / 1e6,
        }
        print(name, results[name], flush=True)
        return vectors

    whole = note("6 layers", MiniLM(weights))
    axes = principal(embed(teacher, everything[HELD_OUT : 10 * HELD_OUT]))
    for width in WIDTHS:
        cut = whole @ axes[:, :width]
        cut /= np.linalg.norm(cut, axis=1, keepdims=True)
        results[f"6 layers, {width} dimensions"] = {"precision@10": precision(cut, labels)}
    for layers, kept in FEWER.items():
        model = MiniLM(weights, kept)
        note(f"{layers} layers, dropped", model)
        if kept == KEPT:
            model = MiniLM(taught(Model("encoder").sources(), smoothing()), range(layers))
        else:
            teach(model, teacher, everything[HELD_OUT:], STEPS_TAUGHT)
        note(f"{layers} layers, taught", model)
    return results | {"vocabulary": vocabulary(everything)}


def milliseconds(model: MiniLM, rows: Sequence[Sequence[int]]) -> float:
    torch.set_num_threads(1)
    taken = []
    with torch.inference_mode():
        for _ in range(ROUNDS):
            started = time.process_time()
            for at in range(0, len(rows), 8):
                width = max(map(len, rows[at : at + 8]))
                model(torch.tensor([[*row, *[0] * (width - len(row))] for row in rows[at : at + 8]]))
            taken.append(1000 * (time.process_time() - started))
    return sorted(taken)[len(taken) // 2]


def vocabulary(texts: Sequence[Sequence[int]]) -> dict[str, Any]:
    """What is lost when only tokens of the training texts stay: how often a cut one stands on a real English page."""
    known = Counter(token for row in texts for token in row)
    pages = []
    for path in sorted((FOLDER / "pages/readability").glob("*/expected.html")):
        plain = " ".join(re.sub(r"<[^>]*>", " ", path.read_text(encoding="utf-8")).split())
        if detect(plain) == "en":
            pages.append(wordpiece().encode(plain, 4000)[1:-1])
    count = sum(map(len, pages))
    found = {}
    for least in (1, 3):
        kept = {token for token, times in known.items() if times >= least}
        lost = sum(token not in kept for page in pages for token in page)
        found[f"seen {least} times or more"] = {
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
