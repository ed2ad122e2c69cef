"""Trains and measures the kind of a page: `python -m models.page_kind.train` (minutes at first, then seconds).

A multinomial logistic regression with an L2 penalty, trained with full batches. Nothing is random: the same pages give
the same weights. Cross-validation keeps the pages of a site in one fold.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nutshell.extraction
from models.page_kind.data import FOLDER, LabelledPage, labelled_pages
from nutshell.extraction.page_kind import PageKind
from nutshell.extraction.page_structure import names

MODEL = Path(nutshell.extraction.__file__).with_name("page_kind.json")
FOLDS = 10
MIN_PAGES = 5
"""A kind with fewer labelled pages is only known from structured data."""

_PENALTY = 1.0
_STEPS, _RATE = 400, 0.05
_BALANCE = 0.35
"""Rare kinds weigh more: each page counts (pages of the most common kind / pages of its own) to this power."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    kinds: tuple[PageKind, ...]
    weights: Floats
    biases: Floats
    means: Floats
    deviations: Floats

    def predict(self, features: Floats) -> list[PageKind]:
        logits = (features - self.means) / self.deviations @ self.weights.T + self.biases
        return [self.kinds[number] for number in logits.argmax(1)]


def fit(pages: Sequence[LabelledPage]) -> Weights:
    counts = Counter(page.kind for page in pages)
    kinds = tuple(kind for kind in PageKind if counts[kind] >= MIN_PAGES)
    pages = [page for page in pages if page.kind in kinds]
    x = np.array([page.features for page in pages])
    y = np.array([[float(page.kind is kind) for kind in kinds] for page in pages])
    importance = np.array([(max(counts.values()) / counts[page.kind]) ** _BALANCE for page in pages])
    importance /= importance.sum()
    means, deviations = x.mean(0), x.std(0) + 0.05
    x = (x - means) / deviations
    weights, biases = np.zeros((len(kinds), x.shape[1])), np.zeros(len(kinds))
    state = [np.zeros_like(value) for value in (weights, weights, biases, biases)]
    for step in range(1, _STEPS + 1):  # Adam (Kingma & Ba 2015)
        logits = x @ weights.T + biases
        powers = np.exp(logits - logits.max(1, keepdims=True))
        error = (powers / powers.sum(1, keepdims=True) - y) * importance[:, None]
        for place, (value, gradient) in enumerate(
            ((weights, error.T @ x + _PENALTY / 100 * weights), (biases, error.sum(0)))
        ):
            first, second = state[2 * place], state[2 * place + 1]
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient**2 - second)
            rate = _RATE * (1 - step / _STEPS)
            value[...] = value - rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return Weights(kinds, weights, biases, means, deviations)


def cross_validate(pages: Sequence[LabelledPage]) -> list[PageKind]:
    """Returns the kind decided for each page, with a model that saw no page of its site."""
    fold = np.array([int(hashlib.sha256(page.site.encode()).hexdigest(), 16) % FOLDS for page in pages])
    found: list[PageKind] = [PageKind.OTHER] * len(pages)
    for number in range(FOLDS):
        model = fit([page for page, own in zip(pages, fold, strict=True) if own != number])
        held_out = np.flatnonzero(fold == number).tolist()
        for place, kind in zip(held_out, model.predict(np.array([pages[i].features for i in held_out])), strict=True):
            found[place] = pages[place].stated or kind
    return found


def results(pages: Sequence[LabelledPage], found: Sequence[PageKind]) -> dict[str, Any]:
    confusion = Counter((page.kind, kind) for page, kind in zip(pages, found, strict=True))
    rows = {}
    for kind in PageKind:
        right = confusion[kind, kind]
        labelled = sum(count for (label, _), count in confusion.items() if label is kind)
        decided = sum(count for (_, decided), count in confusion.items() if decided is kind)
        if labelled:
            rows[kind.value] = {
                "pages": labelled,
                "recall": round(right / labelled, 3),
                "precision": round(right / max(1, decided), 3),
                "decided": {other.value: confusion[kind, other] for other in PageKind if confusion[kind, other]},
            }
    right = sum(page.kind is kind for page, kind in zip(pages, found, strict=True))
    stated = [page for page in pages if page.stated]
    return {
        "pages": len(pages),
        "sites": len({page.site for page in pages}),
        "accuracy": round(right / len(pages), 4),
        "stated": len(stated),
        "stated_accuracy": round(sum(page.stated is page.kind for page in stated) / max(1, len(stated)), 4),
        "kinds": rows,
    }


def table(measured: dict[str, Any]) -> str:
    """Returns the confusion table in Markdown: a row for each label, a column for each decision."""
    kinds = list(measured["kinds"])
    columns = [
        kind.value for kind in PageKind if any(kind.value in row["decided"] for row in measured["kinds"].values())
    ]
    lines = ["| labelled | pages | recall | precision | " + " | ".join(columns) + " |"]
    lines.append("| --- | ---: | ---: | ---: |" + " ---: |" * len(columns))
    for kind in kinds:
        row = measured["kinds"][kind]
        cells = [str(row["decided"].get(column, "")) for column in columns]
        lines.append(
            f"| {kind} | {row['pages']} | {row['recall']:.3f} | {row['precision']:.3f} | " + " | ".join(cells) + " |"
        )
    return "\n".join(lines)


def write_table(text: str) -> None:
    """Replaces the table between the markers of README.md."""
    path = FOLDER / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition("<!-- results -->")
    path.write_text(f"{before}<!-- results -->\n{text}\n<!-- /results -->{rest.partition('<!-- /results -->')[2]}")


def save(model: Weights) -> None:
    content = {"features": list(names()), "kinds": [kind.value for kind in model.kinds]}
    numbers = {"biases": model.biases, "means": model.means, "deviations": model.deviations}
    numbers |= {f"weights:{kind.value}": row for kind, row in zip(model.kinds, model.weights, strict=True)}
    rows = content | {name: [f"{value:.4g}" for value in values] for name, values in numbers.items()}
    MODEL.write_text(
        "{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items()) + "\n}\n"
    )


def main() -> None:
    pages = labelled_pages()
    found = cross_validate(pages)
    measured = results(pages, found)
    (FOLDER / "results.json").write_text(json.dumps(measured, indent=1) + "\n")
    figures = (
        f"{measured['pages']} pages of {measured['sites']} sites: accuracy {measured['accuracy']:.3f}. Structured data "
        f"decides {measured['stated']} of them, {measured['stated_accuracy']:.3f} rightly."
    )
    write_table(f"{figures}\n\n{table(measured)}")
    print(figures, table(measured), sep="\n")
    save(fit(pages))


if __name__ == "__main__":
    main()
