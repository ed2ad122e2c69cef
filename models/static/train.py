"""Trains the static encoder on the teacher's vectors: `python -m models train static` (seeded, some minutes).

The teacher embeds the texts of corpus.py. Its vectors, projected onto their 256 principal components, are the targets.
A token's row is its initial vector (distill.py) times one matrix shared by all tokens, plus a part of its own, so that
rare tokens also gain from what common tokens teach. There are two losses: the cosine to the teacher's vector, and for
each text the divergence between the teacher's and the student's similarities to the rest of the batch (softmax at
TEMPERATURE, so that near neighbours count most, as in a ranking).
"""

from __future__ import annotations

import hashlib
import time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from models import weights
from models.artifacts import ROOT
from models.host import wordpiece
from models.static.corpus import texts
from models.static.distill import SIF, WIDTH, teacher_of_tokens
from models.static.recipe import SCALE, quantize
from models.static.teacher import embed, published

SEED, EPOCHS, BATCH, RATE = 0, 4, 2048, 4e-3
TEMPERATURE = 0.05
INNER = 512
HELD_OUT = 3000  # texts not trained on; their mean cosine is printed after each epoch
_TEACHER_TOKENS, _STUDENT_TOKENS = 96, 128
_CACHE = ROOT.parent / ".cache" / "static"

Floats = NDArray[np.float32]


class Student(nn.Module):
    """Computes the same as the graph that recipe.build makes from `weights()`."""

    def __init__(self, initial: Floats, probabilities: NDArray[np.float64]) -> None:
        super().__init__()
        self.initial = torch.from_numpy(initial)
        self.common = torch.from_numpy((SIF / (SIF + probabilities)).astype(np.float32))
        self.shared = nn.Parameter(torch.eye(WIDTH))
        self.own = nn.Parameter(torch.zeros(len(initial), WIDTH))
        self.weight = nn.Parameter(torch.zeros(len(initial)))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def table(self) -> torch.Tensor:
        weight = (self.common * torch.exp(self.weight))[:, None]
        return (self.initial @ self.shared + self.own) * weight

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
    """Writes and pins weights.npz and rebuilds the model."""
    torch.set_num_threads(1)  # a fixed order of summation, so that a seed always gives the same weights
    torch.manual_seed(SEED)
    started = time.time()
    found = texts()
    targets = teacher_vectors(found)
    print(f"{len(found)} texts, {time.time() - started:.0f} s", flush=True)
    rows = [np.array(wordpiece().encode(text, _STUDENT_TOKENS + 2)[1:-1], np.int64) for text in found]
    axes = principal(targets[:20000])
    initial = teacher_of_tokens()
    initial = ((initial - initial[1:].mean(0)) @ axes).astype(np.float32)
    initial[0] = 0
    counts = np.bincount(np.concatenate(rows[:-HELD_OUT]), minlength=len(initial))
    student = Student(initial, counts / counts.sum())
    fit(student, rows, targets, axes, started)
    weights.save("static", student.weights())


def fit(student: Student, rows: list[NDArray[np.int64]], targets: Floats, axes: Floats, started: float) -> None:
    rng = np.random.default_rng(SEED)
    count = len(rows) - HELD_OUT
    projected = functional.normalize(torch.from_numpy(targets @ axes), dim=-1)
    given = torch.from_numpy(targets)
    optimizer = torch.optim.AdamW(student.parameters(), RATE, betas=(0.9, 0.98), weight_decay=0.0)
    steps = EPOCHS * (count // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    diagonal = torch.eye(BATCH, dtype=torch.bool)
    for epoch in range(EPOCHS):
        order = rng.permutation(count)
        for start in range(0, count - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            vectors = student(*bags([rows[number] for number in batch]))
            numbers = torch.from_numpy(batch)
            similarity = ((vectors @ vectors.T) / TEMPERATURE).masked_fill(diagonal, -1e4)
            target = ((given[numbers] @ given[numbers].T) / TEMPERATURE).masked_fill(diagonal, -1e4)
            loss = 1 - (vectors * projected[numbers]).sum(1).mean()
            loss = loss + functional.kl_div(
                functional.log_softmax(similarity, 1), functional.softmax(target, 1), reduction="batchmean"
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            cosine = (student(*bags(rows[count:])) * projected[count:]).sum(1).mean()
        print(f"epoch {epoch}: held out, cosine {cosine:.4f}, {time.time() - started:.0f} s", flush=True)


def bags(rows: list[NDArray[np.int64]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns the inputs of embedding_bag: all ids in one row, and the offset of each text."""
    lengths = [len(row) for row in rows]
    return torch.from_numpy(np.concatenate(rows)), torch.from_numpy(np.cumsum([0, *lengths[:-1]]))


def principal(vectors: Floats) -> Floats:
    """Returns [384, WIDTH], the first principal directions of the vectors."""
    wide = vectors.astype(np.float64)
    values, axes = np.linalg.eigh(wide.T @ wide)
    kept: Floats = axes[:, np.argsort(values)[::-1][:WIDTH]].astype(np.float32)
    return kept


def teacher_vectors(found: list[str]) -> Floats:
    """Returns float32 [texts, 384], L2-normalized. They take minutes, so they are cached in .cache."""
    digest = hashlib.sha256("\n".join(found).encode()).hexdigest()[:16]
    path = _CACHE / f"teacher-{digest}.npy"
    if not path.is_file():
        model = published()
        vectors = embed(model, [wordpiece().encode(text, _TEACHER_TOKENS) for text in found])
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, vectors.astype(np.float16))
    vectors = np.load(path).astype(np.float32)
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
