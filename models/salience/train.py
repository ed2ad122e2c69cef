"""Trains the salience heads: `python -m models train salience` (seeded, minutes on a CPU).

There are two losses: a binary one on whether a sentence is in the greedy ROUGE oracle (or has the human role Main), and
a listwise one (ListNet, Cao et al. 2007) on each sentence's own ROUGE. For a share of the documents the position
features are blanked, and so are the title and the paragraphs (see corpus.py), so that no head relies on position alone.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from models import weights
from models.host import BuiltModels
from models.salience import name_directions
from models.salience.corpus import TRAIN, Document, documents, page_documents
from models.salience.recipe import ATTENTION_HEADS, DEGREE, FITNESS, LEAD, PLACES, SCALE, read_fitness
from nutshell.summary.features import COUNT, POSITIONAL

WIDTH, INNER, LAYERS, DROPOUT = 128, 256, 2, 0.2
EPOCHS, RATE, BATCH, DECAY = 8, 8e-4, 32, 0.05
SEEDS = (0, 1, 2, 3)
PROCESSES = 2
BLANKED = 0.3  # share of documents with blanked position features
ORACLE = 0.7  # weight of the oracle's labels in the binary target; the rest is the sentence's own ROUGE
TEMPERATURE = 0.25
NEWS = frozenset({"train-cnn-val1000", "train-cnndm-200", "train-cnndm-245"})
OTHERS_WEIGHT = 0.5


_shared: list[Document] = []  # a worker process's training documents


class Head(nn.Module):
    """recipe.py reads the weights by these attribute names."""

    aside: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.v, self.l = nn.Linear(384, WIDTH), nn.Linear(384, WIDTH)
        self.f = nn.Sequential(nn.Linear(COUNT + PLACES, 64), nn.GELU(), nn.Linear(64, WIDTH))
        layer = nn.TransformerEncoderLayer(
            WIDTH, ATTENTION_HEADS, INNER, DROPOUT, "gelu", batch_first=True, norm_first=True
        )
        self.t = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
        self.n = nn.LayerNorm(WIDTH)
        self.o = nn.Sequential(nn.Linear(WIDTH, 64), nn.GELU(), nn.Dropout(DROPOUT), nn.Linear(64, 1))
        self.drop = nn.Dropout(0.3)
        self.register_buffer("aside", torch.from_numpy(np.load(name_directions.PATH).astype(np.float32)))

    def forward(
        self, vectors: torch.Tensor, lower: torch.Tensor, features: torch.Tensor, padding: torch.Tensor
    ) -> torch.Tensor:
        """vectors, lower: [B, n, 384]; features: [B, n, COUNT]; padding: [B, n]. Returns logits [B, n]."""
        vectors, lower = (
            x - x @ directions.T @ directions for x, directions in zip((vectors, lower), self.aside, strict=True)
        )
        inputs = torch.cat([features, places(vectors, features, padding)], -1)
        x = self.v(self.drop(vectors) * SCALE) + self.l(self.drop(lower) * SCALE) + self.f(inputs)
        logits: torch.Tensor = self.o(self.n(self.t(x, src_key_padding_mask=padding)))[..., 0]
        return logits


def places(vectors: torch.Tensor, features: torch.Tensor, padding: torch.Tensor) -> torch.Tensor:
    """Returns [B, n, PLACES], the measures that recipe.py computes in the graph."""
    centroid = functional.normalize(vectors.sum(1), dim=-1)
    first = features[..., :LEAD].sum(-1, keepdim=True)
    lead = functional.normalize((vectors * first).sum(1), dim=-1)
    others = vectors @ vectors.transpose(1, 2) - 2 * torch.eye(vectors.shape[1])
    others = others.clamp(min=0)
    size = (~padding).sum(1)[:, None]
    return torch.stack(
        [
            (vectors * centroid[:, None]).sum(-1),
            (vectors * lead[:, None]).sum(-1),
            others.max(-1).values,
            DEGREE * (others**2).sum(-1) / size,
        ],
        -1,
    )


def train_head(train: Sequence[Document], seed: int) -> Head:
    torch.set_num_threads(1)  # a fixed order of summation, so that a seed always gives the same weights
    torch.manual_seed(seed)
    rng = random.Random(seed)
    head = Head()
    optimizer = torch.optim.AdamW(head.parameters(), RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(train) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.15)
    head.train()
    for _ in range(EPOCHS):
        for batch in shuffled_batches(train, rng):
            loss = loss_of(head, batch, rng)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return head.eval()


def shuffled_batches(train: Sequence[Document], rng: random.Random) -> Iterator[list[Document]]:
    """Yields batches of documents of similar length, in random order."""
    order = sorted(range(len(train)), key=lambda i: len(train[i].sentences) + 4 * rng.random())
    starts = list(range(0, len(order), BATCH))
    rng.shuffle(starts)
    for start in starts:
        yield [train[i] for i in order[start : start + BATCH]]


def loss_of(head: Head, batch: Sequence[Document], rng: random.Random) -> torch.Tensor:
    most = max(len(document.sentences) for document in batch)
    vectors, lower = torch.zeros(len(batch), most, 384), torch.zeros(len(batch), most, 384)
    features = torch.zeros(len(batch), most, COUNT)
    padding = torch.ones(len(batch), most, dtype=torch.bool)
    target, worth = torch.zeros(len(batch), most), torch.zeros(len(batch), most)
    weight = torch.tensor([1.0 if document.data in NEWS else OTHERS_WEIGHT for document in batch])
    for i, document in enumerate(batch):
        n = len(document.sentences)
        vectors[i, :n] = torch.from_numpy(document.vectors)
        lower[i, :n] = torch.from_numpy(document.lower)
        features[i, :n] = torch.from_numpy(rng.choice(document.views))
        if rng.random() < BLANKED:
            features[i, :n, :POSITIONAL] = 0
        padding[i, :n] = False
        relative = document.gains / max(document.gains.max(), 1e-6)
        target[i, :n] = torch.from_numpy(ORACLE * document.oracle + (1 - ORACLE) * relative**2)
        worth[i, :n] = torch.from_numpy(relative)
    logits = head(vectors, lower, features, padding)
    real = (~padding).float()
    binary = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    binary = (binary * real).sum(1) / real.sum(1)
    shares = functional.softmax((worth / TEMPERATURE).masked_fill(padding, -1e9), 1)
    listwise = -(shares * functional.log_softmax(logits.masked_fill(padding, -1e9), 1) * real).sum(1)
    loss: torch.Tensor = ((3 * binary + listwise) * weight).sum() / weight.sum()
    return loss


def train() -> None:
    """Trains every head on all training sets, writes and pins weights.npz, and rebuilds the model."""
    started = time.time()
    models = BuiltModels(threads=1)
    corpus = [d for d in (*documents(TRAIN, models), *page_documents(models)) if not held_out(d)]
    print(f"{len(corpus)} documents, {sum(len(d.sentences) for d in corpus)} sentences", flush=True)
    np.save(name_directions.PATH, name_directions.compute(BuiltModels(threads=1)).astype(np.float16))
    arrays: dict[str, Any] = {}
    with get_context("fork").Pool(PROCESSES, _share, (corpus,)) as pool:
        for number, head in enumerate(pool.imap(_trained, SEEDS)):
            arrays |= {f"{number}/{name}": weight for name, weight in head.items()}
            print(f"head {number} trained, {time.time() - started:.0f} s", flush=True)
    weights.save("salience", arrays | {f"{FITNESS}/{name}": value for name, value in read_fitness().items()})


def _share(corpus: Sequence[Document]) -> None:
    _shared.extend(corpus)


def _trained(seed: int) -> dict[str, Any]:
    """Returns one head's weights. They depend on the seed and the documents, not on the process."""
    return {name: weight.numpy().astype(np.float16) for name, weight in train_head(_shared, seed).state_dict().items()}


def held_out(document: Document) -> bool:
    """Whether selection was tuned on the document: three tenths of the CNN articles, and GUM's development part."""
    if document.data == "train-cnn-val1000":
        return int(hashlib.sha256(document.id.encode()).hexdigest(), 16) % 10 < 3
    return document.genre.endswith("/dev")
