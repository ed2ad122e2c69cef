"""ROUGE-1, ROUGE-2 and ROUGE-Lsum F1 (Lin 2004) with the rouge-score package, stemmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from models.evaluate.datasets import Text
from models.rouge import tokens

METRICS = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeLsum": "ROUGE-Lsum"}


class _Tokenizer:
    """rouge-score's tokens and stems, with cached stems."""

    def tokenize(self, text: str) -> list[str]:
        return tokens(text)


_SCORER = RougeScorer(list(METRICS), tokenizer=_Tokenizer())


def rouge(summary: Sequence[str], references: Sequence[str]) -> list[float]:
    """Returns one F1 x 100 per metric. With several references, the best one counts for each metric, as usual."""
    best = _SCORER.score_multi(references, "\n".join(summary))
    return [100 * best[metric].fmeasure for metric in METRICS]


def table(summaries: Sequence[Sequence[str]], texts: Sequence[Text]) -> np.ndarray[Any, Any]:
    """Returns float [texts, metrics]."""
    rows = [rouge(summary, text.references) for summary, text in zip(summaries, texts, strict=True)]
    return np.array(rows)
