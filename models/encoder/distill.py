"""Distils an encoder with fewer layers from the whole one. Part of `python -m models train encoder`.

Layers are dropped (Sajjad et al. 2023) and the rest are trained on the published model's outputs for unlabelled text
(Hinton et al. 2015): the cosine of the sentence vectors, the similarities within a batch (Tung & Mori 2019), and the
last token states (Jiao et al. 2020, TinyBERT). The embedding tables stay as published, so that weights.npz holds only
the layers.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from models.static.teacher import MiniLM

BATCH, RATE, WARM_UP, DECAY, CLIP = 48, 5e-4, 200, 0.01, 1.0
SEED = 0
TOKENS_WEIGHT, SIMILARITY_WEIGHT = 0.3, 2.0

Floats = NDArray[np.float32]


def distill(
    model: MiniLM, teacher: MiniLM, rows: Sequence[Sequence[int]], steps: int, *, verbose: bool = False
) -> float:
    """Trains `model` in place on `steps` batches of `rows` (token ids). Returns the seconds taken."""
    started = time.time()
    rng = random.Random(SEED)
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]) + 6 * rng.random())
    groups = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    rng.shuffle(groups)
    model.tokens.requires_grad = model.positions.requires_grad = False
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, RATE, weight_decay=DECAY, betas=(0.9, 0.98))
    model.train()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
        loss = loss_of(model, teacher, padded([rows[number] for number in groups[step % len(groups)]]))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, CLIP)
        optimizer.step()
        if verbose and step % 100 == 99:
            print(f"step {step + 1} of {steps}: loss {loss.item():.4f}, {time.time() - started:.0f} s", flush=True)
    model.eval()
    return time.time() - started


def loss_of(model: MiniLM, teacher: MiniLM, ids: torch.Tensor) -> torch.Tensor:
    real = (ids != 0)[..., None].float()
    with torch.no_grad():
        expected = teacher.states(ids).float()
    with torch.autocast("cpu", torch.bfloat16):
        states = model.states(ids)
    student, target = (functional.normalize((x * real).sum(1).float(), dim=-1) for x in (states, expected))
    distance = 1 - (student * target).sum(1).mean()
    similarity = ((student @ student.T - target @ target.T) ** 2).sum() / (len(ids) * (len(ids) - 1))
    tokens = ((states.float() - expected) ** 2 * real).sum() / (expected**2 * real).sum()
    loss: torch.Tensor = distance + TOKENS_WEIGHT * tokens + SIMILARITY_WEIGHT * similarity
    return loss


def padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *[0] * (width - len(row))] for row in rows])
