"""Trains the content model: `python -m models train content` (seeded; reading the pages takes minutes, then minutes
for each of six networks on one CPU core).

The loss of a page is the cross entropy of its blocks, weighted by their words, and half of one minus the soft F1 of the
page's words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from models import weights
from models.content.examples import CROSS_VALIDATION, FOLDS, PageExample, fold_of, page_examples
from models.content.recipe import DILATIONS, KERNEL
from nutshell.extraction.content_features import COUNT
from nutshell.extraction.surroundings import BUCKETS, FAR_HINTS, NEAR_HINTS

EMBEDDING, HIDDEN = 12, 48
EPOCHS, BATCH, RATE, DROPOUT, WORD_DROPOUT = 10, 8, 3e-3, 0.15, 0.1
MOST_BLOCKS = 800
SHARES = {"wcxb": 1.0, "trafilatura": 0.6, "readability": 0.4}
"""How much a page of each collection counts."""


def train() -> None:
    """Writes and pins weights.npz and rebuilds the model.

    Also writes cross_validation.npz: for each fold, the weights trained without the fold's sites.
    """
    examples = page_examples()
    folds: dict[str, NDArray[Any]] = {}
    for fold in range(FOLDS):
        made = fit([example for example in examples if fold_of(example.source) != fold], seed=fold)
        folds |= {f"{fold}/{name}": value for name, value in made.items()}
    CROSS_VALIDATION.write_bytes(weights.pack(folds))
    weights.save("content", fit(examples, seed=0))


class Network(nn.Module):
    """The network of recipe.py, over padded batches of pages."""

    def __init__(self, mean: NDArray[np.float32], std: NDArray[np.float32]) -> None:
        super().__init__()
        self.mean, self.std = torch.from_numpy(mean), torch.from_numpy(std)
        self.embedding = nn.Embedding(BUCKETS, EMBEDDING)
        nn.init.normal_(self.embedding.weight, 0, 0.1)
        self.input = nn.Linear(COUNT + 3 * EMBEDDING, HIDDEN)
        self.page = nn.Linear(EMBEDDING, HIDDEN)
        self.convolutions = nn.ModuleList(nn.Linear(KERNEL * HIDDEN, HIDDEN) for _ in DILATIONS)
        self.whole = nn.Linear(2 * HIDDEN, HIDDEN)
        self.output = nn.Linear(HIDDEN, 1)
        self.dropout = nn.Dropout(DROPOUT)

    def bag(self, ids: torch.Tensor) -> torch.Tensor:
        if self.training:
            ids = ids * (torch.rand(ids.shape) > WORD_DROPOUT)
        rows = ids.reshape(-1, ids.shape[-1])
        total = functional.embedding_bag(rows, self.embedding.weight, mode="sum", padding_idx=0)
        count = (rows > 0).sum(1, keepdim=True).clamp(min=1).float().sqrt()
        return (total / count).reshape(*ids.shape[:-1], -1)

    def forward(
        self, features: torch.Tensor, words: torch.Tensor, page: torch.Tensor, present: torch.Tensor
    ) -> torch.Tensor:
        near, far, text = words.split([NEAR_HINTS, FAR_HINTS, words.shape[-1] - NEAR_HINTS - FAR_HINTS], -1)
        x = torch.cat([(features - self.mean) / self.std, self.bag(near), self.bag(far), self.bag(text)], -1)
        mask = present.unsqueeze(-1)
        h = functional.relu(self.input(x) + self.page(self.bag(page)).unsqueeze(1)) * mask
        for number, (convolution, dilation) in enumerate(zip(self.convolutions, DILATIONS, strict=True)):
            if number == 1:
                mean = h.sum(1) / mask.sum(1)
                highest = (h - 1e4 * (1 - mask)).amax(1)
                h = (h + self.whole(torch.cat([mean, highest], -1)).unsqueeze(1)) * mask
            h = (h + functional.relu(convolution(_shifted(self.dropout(h), dilation)))) * mask
        return torch.as_tensor(self.output(self.dropout(h)).squeeze(-1))


def _shifted(h: torch.Tensor, dilation: int) -> torch.Tensor:
    """Returns each row of h [pages, n, H] joined with the rows around it: [pages, n, KERNEL * H]."""
    reach = KERNEL // 2 * dilation
    padded = functional.pad(h, (0, 0, reach, reach))
    return torch.cat([padded[:, tap * dilation : tap * dilation + h.shape[1]] for tap in range(KERNEL)], -1)


def fit(examples: Sequence[PageExample], seed: int) -> dict[str, NDArray[Any]]:
    """Returns the weights as recipe.build reads them: AdamW with a one-cycle schedule (Smith & Topin 2017)."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    features = np.concatenate([example.features[::3] for example in examples])
    net = Network(features.mean(0), features.std(0) + np.float32(0.01))
    table = [net.embedding.weight]
    others = [weight for name, weight in net.named_parameters() if name != "embedding.weight"]
    optimizer = torch.optim.AdamW(
        [{"params": table, "weight_decay": 3e-2}, {"params": others, "weight_decay": 1e-2}], RATE
    )
    sizes = np.array([min(len(example.texts), MOST_BLOCKS) for example in examples])
    steps = EPOCHS * -(-len(examples) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    net.train()
    for _ in range(EPOCHS):
        # Batches of pages of about the same size.
        order = np.argsort(sizes * np.exp(random.normal(0, 0.25, len(sizes))))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        random.shuffle(batches)
        for batch in batches:
            optimizer.zero_grad()
            _loss(net, [examples[number] for number in batch]).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return _export(net.eval())


def _loss(net: Network, examples: Sequence[PageExample]) -> torch.Tensor:
    def padded(name: str) -> torch.Tensor:
        rows = [torch.from_numpy(getattr(example, name)[:MOST_BLOCKS]) for example in examples]
        return nn.utils.rnn.pad_sequence(rows, batch_first=True)

    lengths = [torch.tensor([float(len(words)) for words in example.block_words[:MOST_BLOCKS]]) for example in examples]
    present = nn.utils.rnn.pad_sequence([torch.ones(len(row)) for row in lengths], batch_first=True)
    length = nn.utils.rnn.pad_sequence(lengths, batch_first=True)
    page = torch.stack([torch.from_numpy(example.page) for example in examples])
    target, known = padded("labels"), padded("known")
    logits = net(padded("features"), padded("words"), page, present)
    weight = known * (length**0.6 + 1)
    weight = weight / weight.sum(1, keepdim=True).clamp(min=1e-6)
    entropy = (functional.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight).sum(1)
    chance = torch.sigmoid(logits) * present
    f1 = 2 * (chance * target * length).sum(1) / ((chance * length).sum(1) + (target * length).sum(1) + 1)
    whole = torch.tensor([float(bool(example.source.text)) for example in examples])
    share = torch.tensor([SHARES[example.source.collection] for example in examples])
    return ((entropy + 0.5 * whole * (1 - f1)) * share).sum() / share.sum()


def _export(net: Network) -> dict[str, NDArray[Any]]:
    table = net.embedding.weight.detach().numpy().copy()
    table[0] = 0
    arrays: dict[str, NDArray[Any]] = {
        "mean": net.mean.numpy(),
        "std": net.std.numpy(),
        "embedding": table.astype(np.float16),
    }
    layers: Mapping[str, nn.Linear] = {
        "input": net.input,
        "page": net.page,
        "whole": net.whole,
        "output": net.output,
        **{f"conv{number}": layer for number, layer in enumerate(net.convolutions)},
    }
    for name, layer in layers.items():
        arrays[f"{name}.weight"] = layer.weight.detach().numpy().T.astype(np.float16)
        arrays[f"{name}.bias"] = layer.bias.detach().numpy()
    return arrays
