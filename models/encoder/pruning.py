"""Is a smaller encoder nearly as good? Layers dropped (and taught again), vocabulary cut, fewer dimensions.

`python -m models.encoder.pruning` writes pruning.json beside this file (half an hour); README.md says what follows.
Quality: precision@10 on 1,500 HuffPost headlines with descriptions; the cosine to the whole encoder on 1,000 texts that
nothing was taught on; of XQuAD's questions, how many have the sentence with the answer nearest in their paragraph; and
ROUGE of the product's summaries of CNN with the smaller encoder in the whole one's place (a taught one speaks of the
same 384 directions, so salience reads it as it is), paired with the whole one's. Cost is the processor's time for 60
sentences in torch, fp32, one thread, all alike.
"""

from __future__ import annotations

import copy
import json
import random
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load

from models.data import FOLDER
from models.evaluate import scores
from models.evaluate.encoder import answered, questions
from models.evaluate.product import Product, made_by
from models.evaluate.sets import Text, cnn
from models.evaluate.static import huffpost, precision
from models.evaluate.statistics import bootstrap
from models.host import ShopModels, from_array, to_array, wordpiece
from models.shop import Model
from models.static.corpus import texts
from models.static.teacher import MiniLM, embed, published
from models.static.train import principal
from nutshell.ports import Tensor
from nutshell.text.language import detect

KEPT = {3: (0, 2, 5), 2: (0, 5)}
TAUGHT, BATCH, RATE = 8_000, 32, 2e-4
HELD_OUT, TIMED, ROUNDS = 1000, 60, 5
STORIES = 1500  # of HuffPost
EVERY = 3  # of CNN's articles, one in so many is summarized
_TOKENS = 96
WIDTHS = (256, 192)

Floats = NDArray[np.float32]


def measure() -> dict[str, Any]:
    torch.manual_seed(0)
    weights = load(Model("encoder").sources()["weights"].read())
    everything = texts()
    found = random.Random(0).sample(everything, TAUGHT + HELD_OUT)
    rows = [wordpiece().encode(text, _TOKENS) for text in found]
    wanted = embed(published(), rows)
    stories, labels = huffpost()
    labels = labels[:STORIES]
    news = [wordpiece().encode(story, 128) for story in stories[:STORIES]]
    articles = cnn()[::EVERY]
    asked = questions()
    whole_rouge: Floats | None = None
    held, aim = rows[-HELD_OUT:], wanted[-HELD_OUT:]
    timed = [row for row in rows if 20 <= len(row) <= 40][:TIMED]
    results: dict[str, Any] = {}

    def note(name: str, model: MiniLM) -> Floats:
        nonlocal whole_rouge
        half = copy.deepcopy(model).to(torch.bfloat16).eval()
        vectors = embed(half, news)
        cosine = float((embed(half, held) * aim).sum(1).mean())
        rouge = summaries(half, articles)
        whole_rouge = rouge if whole_rouge is None else whole_rouge
        results[name] = {
            "precision@10": precision(vectors, labels),
            "cosine": cosine,
            "questions answered by the nearest sentence": answered(
                lambda texts: embed(half, [wordpiece().encode(text, 128) for text in texts]), asked
            ),
            "ROUGE-1 of summaries": float(rouge.mean()),
            "less the whole encoder's": bootstrap(rouge - whole_rouge),
            "ms for 60 sentences": milliseconds(model.float().eval(), timed),
            "MB in int8": sum(p.numel() for p in model.parameters()) / 1e6,
        }
        print(name, results[name], flush=True)
        return vectors

    whole = note("6 layers", MiniLM(weights))
    axes = principal(wanted[:TAUGHT])
    for width in WIDTHS:
        cut = whole @ axes[:, :width]
        cut /= np.linalg.norm(cut, axis=1, keepdims=True)
        results[f"6 layers, {width} dimensions"] = {"precision@10": precision(cut, labels)}
    for layers, kept in KEPT.items():
        model = MiniLM(weights, kept)
        note(f"{layers} layers, dropped", model)
        seconds = teach(model, rows[:TAUGHT], wanted[:TAUGHT])
        note(f"{layers} layers, taught", model)
        results[f"{layers} layers, taught"]["seconds of teaching"] = seconds
    whole_rows = [wordpiece().encode(text, _TOKENS) for text in everything]
    return results | {"vocabulary": vocabulary(whole_rows)}


class Swapped:
    """The shop's models with another encoder."""

    def __init__(self, model: MiniLM) -> None:
        self._model, self._others = model, ShopModels(threads=1)

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if model != "encoder":
            return await self._others.run(model, inputs)
        with torch.inference_mode():
            ids = torch.from_numpy(to_array(inputs["input_ids"]).astype(np.int64))
            return {"vectors": from_array(self._model(ids).numpy())}


def summaries(model: MiniLM, articles: Sequence[Text]) -> Floats:
    made = made_by(Product(Swapped(model)), [text.article for text in articles])
    rouge: Floats = scores.table([summary.points for summary in made], articles)[:, 0]
    return rouge


def teach(model: MiniLM, rows: Sequence[Sequence[int]], wanted: Floats) -> float:
    """One epoch over the texts, batches of like length, the cosine to the whole encoder's vectors."""
    started = time.time()
    model.train()
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
    groups = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    random.Random(0).shuffle(groups)
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=len(groups), pct_start=0.1)
    for group in groups:
        width = max(len(rows[number]) for number in group)
        ids = torch.tensor([[*rows[number], *[0] * (width - len(rows[number]))] for number in group])
        with torch.autocast("cpu", torch.bfloat16):
            made = model(ids)
        loss = (1 - (made * torch.from_numpy(wanted[group])).sum(1)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return time.time() - started


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


def vocabulary(rows: Sequence[Sequence[int]]) -> dict[str, Any]:
    """What is lost when only tokens of the training texts stay: how often a cut one stands on a real English page."""
    known = Counter(token for row in rows for token in row)
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
