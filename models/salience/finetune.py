"""Continues the training of earlier heads, so that features and pages can be added without training from the start.

    python -m models.salience.finetune EARLIER_WEIGHTS.npz

The earlier weights are those of an earlier commit (`git show COMMIT:models/salience/weights.npz`). A feature they do
not know starts with weight zero. Trains on the same sets as train.py, with every second page, for a few epochs.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from models import weights
from models.host import BuiltModels
from models.salience import train
from models.salience.corpus import TRAIN, Document, documents, page_documents
from models.salience.recipe import FITNESS, PLACES, read_fitness
from nutshell.summary.features import COUNT, KINDS, NAMES

EPOCHS, RATE, SEED_OFFSET = 3, 4e-4, 100
PAGE_STEP = 2
ADDED = frozenset(KINDS)


def main(earlier: Path) -> None:
    with np.load(earlier) as stored:
        arrays = {name: stored[name].astype(np.float32) for name in stored.files}
    models = BuiltModels(threads=1)
    corpus = [
        d for d in (*documents(TRAIN, models), *list(page_documents(models))[::PAGE_STEP]) if not train.held_out(d)
    ]
    tuned: dict[str, Any] = {}
    for seed in train.SEEDS:
        prefix = f"{seed}/"
        old = {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}
        head = continued(grown(old), corpus, seed)
        tuned |= {prefix + name: value.numpy().astype(np.float16) for name, value in head.state_dict().items()}
        print(f"head {seed} trained", flush=True)
    weights.save("salience", tuned | {f"{FITNESS}/{name}": value for name, value in read_fitness().items()})


def grown(old: dict[str, np.ndarray[Any, Any]]) -> dict[str, torch.Tensor]:
    """Returns a head's weights with columns of zeros for the features that it does not know."""
    known = [place for place, name in enumerate(NAMES) if name not in ADDED] + list(range(COUNT, COUNT + PLACES))
    inputs = torch.zeros(old["f.0.weight"].shape[0], COUNT + PLACES)
    inputs[:, known] = torch.from_numpy(old["f.0.weight"])
    return {name: torch.from_numpy(value) for name, value in old.items()} | {"f.0.weight": inputs}


def continued(state: dict[str, torch.Tensor], corpus: Sequence[Document], seed: int) -> train.Head:
    torch.set_num_threads(1)
    torch.manual_seed(seed + SEED_OFFSET)
    rng = random.Random(seed + SEED_OFFSET)
    head = train.Head()
    head.load_state_dict(state)
    optimizer = torch.optim.AdamW(head.parameters(), RATE, weight_decay=train.DECAY)
    steps = EPOCHS * -(-len(corpus) // train.BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.15)
    head.train()
    for _ in range(EPOCHS):
        for batch in train.shuffled_batches(corpus, rng):
            loss = train.loss_of(head, batch, rng)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    head.eval()
    return head


if __name__ == "__main__":
    main(Path(sys.argv[1]))
