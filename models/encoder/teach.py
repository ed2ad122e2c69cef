"""Teach an encoder of fewer layers what the whole one says. `python -m models train encoder`

Layers dropped (Sajjad et al. 2023) and what is left taught on the published model's own answers for unlabelled text
(Hinton et al. 2015): the cosine of the sentence vectors, the likenesses within a batch (Tung & Mori 2019), and the last
states of the tokens (Jiao et al. 2020, TinyBERT). The embedding tables stay as published, so that
only the layers are kept in weights.npz.
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

BATCH, RATE, WARM, DECAY, CLIP = 48, 5e-4, 200, 0.01, 1.0
SEED = 0
TOKENS_SHARE, LIKENESS_SHARE = 0.3, 2.0

Floats = NDArray[np.float32]


def teach(model: MiniLM, teacher: MiniLM, rows: Sequence[Sequence[int]], steps: int, *, tell: bool = False) -> float:
    """`steps` batches of `rows` (token ids, special tokens in): seconds taken. `model` learns in place."""
    started = time.time()
    dice = random.Random(SEED)
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]) + 6 * dice.random())
    groups = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    dice.shuffle(groups)
    model.tokens.requires_grad = model.positions.requires_grad = False
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learning, RATE, weight_decay=DECAY, betas=(0.9, 0.98))
    model.train()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / WARM) * max(0.02, 1 - step / steps)
        loss = loss_of(model, teacher, padded([rows[number] for number in groups[step % len(groups)]]))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(learning, CLIP)
        optimizer.step()
        if tell and step % 100 == 99:
            print(f"step {step + 1} of {steps}: loss {loss.item():.4f}, {time.time() - started:.0f} s", flush=True)
    model.eval()
    return time.time() - started


def loss_of(model: MiniLM, teacher: MiniLM, ids: torch.Tensor) -> torch.Tensor:
    real = (ids != 0)[..., None].float()
    with torch.no_grad():
        wanted = teacher.states(ids).float()
    with torch.autocast("cpu", torch.bfloat16):
        states = model.states(ids)
    made, aim = (functional.normalize((x * real).sum(1).float(), dim=-1) for x in (states, wanted))
    apart = 1 - (made * aim).sum(1).mean()
    likeness = ((made @ made.T - aim @ aim.T) ** 2).sum() / (len(ids) * (len(ids) - 1))
    tokens = ((states.float() - wanted) ** 2 * real).sum() / (wanted**2 * real).sum()
    loss: torch.Tensor = apart + TOKENS_SHARE * tokens + LIKENESS_SHARE * likeness
    return loss


def padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *[0] * (width - len(row))] for row in rows])
