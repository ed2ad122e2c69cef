"""Train the static encoder on the teacher's vectors: one command, seeded, some minutes. `python -m models train static`

The teacher embeds the texts of corpus.py; its vectors are turned onto their 256 principal components, which are
what the student is to say. A token's row is what distill.py found for it alone, through one matrix that all tokens
share, plus a part of its own: so what is learned from common tokens reaches the rare ones too. Two losses: the
cosine to the teacher's vector, and for each text the divergence between the teacher's and the student's likeness to
the others of its batch (softmax at TEMPERATURE: near neighbours count most, as in a ranking).
"""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from models.host import wordpiece
from models.salience.train import packed
from models.shop import ROOT, Model
from models.static.corpus import texts
from models.static.distill import SIF, WIDTH, teacher_of_tokens
from models.static.recipe import SCALE, WEIGHTS, quantize
from models.static.teacher import embed, published

SEED, EPOCHS, BATCH, RATE = 0, 4, 2048, 4e-3
TEMPERATURE = 0.05
INNER = 512
HELD_OUT = 3000  # texts not trained on, told of while training
_TEACHER_TOKENS, _STUDENT_TOKENS = 96, 128
_CACHE = ROOT.parent / ".cache" / "static"

Floats = NDArray[np.float32]


class Student(nn.Module):
    """recipe.build makes the same of what `weights` gives."""

    def __init__(self, alone: Floats, chances: NDArray[np.float64]) -> None:
        super().__init__()
        self.alone = torch.from_numpy(alone)
        self.common = torch.from_numpy((SIF / (SIF + chances)).astype(np.float32))
        self.shared = nn.Parameter(torch.eye(WIDTH))
        self.own = nn.Parameter(torch.zeros(len(alone), WIDTH))
        self.weight = nn.Parameter(torch.zeros(len(alone)))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def table(self) -> torch.Tensor:
        weight = (self.common * torch.exp(self.weight))[:, None]
        return (self.alone @ self.shared + self.own) * weight

    def forward(self, ids: torch.Tensor, starts: torch.Tensor) -> torch.Tensor:
        mean = functional.normalize(functional.embedding_bag(ids, self.table(), starts, mode="sum"), dim=-1)
        return functional.normalize(mean + self.down(functional.gelu(self.up(mean * SCALE))), dim=-1)

    def weights(self) -> dict[str, Any]:
        with torch.no_grad():
            table = self.table().numpy()
        table[0] = 0  # padding
        rows, scale = quantize(table)
        head = {name: getattr(self, name) for name in ("up", "down")}
        arrays: dict[str, Any] = {"rows": rows, "scale": scale}
        for name, layer in head.items():
            arrays[f"{name}.weight"] = layer.weight.detach().numpy().T.astype(np.float16)
            arrays[f"{name}.bias"] = layer.bias.detach().numpy().astype(np.float16)
        return arrays


def train() -> None:
    """Write weights.npz and its pin, and build the graph."""
    torch.set_num_threads(1)  # sums in one order: the same seed gives the same weights
    torch.manual_seed(SEED)
    started = time.time()
    found = texts()
    wanted = teacher_vectors(found)
    print(f"{len(found)} texts, {time.time() - started:.0f} s", flush=True)
    rows = [np.array(wordpiece().encode(text, _STUDENT_TOKENS + 2)[1:-1], np.int64) for text in found]
    axes = principal(wanted[:20000])
    alone = teacher_of_tokens()
    alone = ((alone - alone[1:].mean(0)) @ axes).astype(np.float32)
    alone[0] = 0
    counts = np.bincount(np.concatenate(rows[:-HELD_OUT]), minlength=len(alone))
    student = Student(alone, counts / counts.sum())
    fit(student, rows, wanted, axes, started)
    data = packed(student.weights())
    WEIGHTS.write_bytes(data)
    model = Model("static")
    model.card["weights"] = hashlib.sha256(data).hexdigest()
    (model.folder / "model.json").write_text(json.dumps(model.card, indent=2) + "\n", encoding="utf-8")
    Model("static").build(pin=True)


def fit(student: Student, rows: list[NDArray[np.int64]], wanted: Floats, axes: Floats, started: float) -> None:
    dice = np.random.default_rng(SEED)
    count = len(rows) - HELD_OUT
    turned = functional.normalize(torch.from_numpy(wanted @ axes), dim=-1)
    given = torch.from_numpy(wanted)
    optimizer = torch.optim.AdamW(student.parameters(), RATE, betas=(0.9, 0.98), weight_decay=0.0)
    steps = EPOCHS * (count // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    itself = torch.eye(BATCH, dtype=torch.bool)
    for epoch in range(EPOCHS):
        order = dice.permutation(count)
        for start in range(0, count - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            made = student(*bags([rows[number] for number in batch]))
            there = torch.from_numpy(batch)
            like = ((made @ made.T) / TEMPERATURE).masked_fill(itself, -1e4)
            aim = ((given[there] @ given[there].T) / TEMPERATURE).masked_fill(itself, -1e4)
            loss = 1 - (made * turned[there]).sum(1).mean()
            loss = loss + functional.kl_div(
                functional.log_softmax(like, 1), functional.softmax(aim, 1), reduction="batchmean"
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            cosine = (student(*bags(rows[count:])) * turned[count:]).sum(1).mean()
        print(f"epoch {epoch}: held out, cosine {cosine:.4f}, {time.time() - started:.0f} s", flush=True)


def bags(rows: list[NDArray[np.int64]]) -> tuple[torch.Tensor, torch.Tensor]:
    """What embedding_bag takes: all ids one after the other, and where each text starts."""
    lengths = [len(row) for row in rows]
    return torch.from_numpy(np.concatenate(rows)), torch.from_numpy(np.cumsum([0, *lengths[:-1]]))


def principal(vectors: Floats) -> Floats:
    """[384, WIDTH]: the directions along which the teacher's vectors of texts are largest."""
    wide = vectors.astype(np.float64)
    values, axes = np.linalg.eigh(wide.T @ wide)
    kept: Floats = axes[:, np.argsort(values)[::-1][:WIDTH]].astype(np.float32)
    return kept


def teacher_vectors(found: list[str]) -> Floats:
    """[texts, 384] float32, L2-normalized; kept in .cache, because they take minutes."""
    digest = hashlib.sha256("\n".join(found).encode()).hexdigest()[:16]
    path = _CACHE / f"teacher-{digest}.npy"
    if not path.is_file():
        model = published()
        made = embed(model, [wordpiece().encode(text, _TEACHER_TOKENS) for text in found])
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, made.astype(np.float16))
    vectors = np.load(path).astype(np.float32)
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
