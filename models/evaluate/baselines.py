"""The baselines: the lead, sumy's extractive summarizers, and the extractive oracle.

All systems use the same sentence boundaries. `size` is the maximum number of sentences in a summary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from models.evaluate.datasets import Text
from models.rouge import Reference
from nutshell.text.sentences import split

SUMY = {
    "LexRank": ("lex_rank", "LexRankSummarizer"),
    "TextRank": ("text_rank", "TextRankSummarizer"),
    "LSA": ("lsa", "LsaSummarizer"),
    "Luhn": ("luhn", "LuhnSummarizer"),
}
Summarizer = Callable[[Text, int], Sequence[str]]


@cache
def sentences(text: Text) -> tuple[str, ...]:
    return tuple(sentence.text for sentence in split(text.article))


def lead(text: Text, size: int) -> Sequence[str]:
    """Returns the first `size` sentences."""
    return sentences(text)[:size]


def lead_words(text: Text, words: int) -> Sequence[str]:
    """Returns the first `words` words; the last sentence is cut."""
    chosen: list[str] = []
    for sentence in sentences(text):
        found = sentence.split()
        chosen.append(" ".join(found[:words]))
        words -= len(found)
        if words <= 0:
            break
    return chosen


def oracle(text: Text, size: int) -> Sequence[str]:
    """Returns the greedy oracle for the reference that it can match best. It uses the human summary."""
    texts = sentences(text)
    best: tuple[float, Sequence[str]] = (-1.0, ())
    for reference in map(Reference, text.references):
        chosen = [texts[number] for number in reference.oracle(texts, size)]
        best = max(best, (sum(reference.score("\n".join(chosen))), chosen))
    return best[1]


def sumy(name: str) -> Summarizer:
    """Returns one of SUMY, set up as its documentation says: English stemmer and stop words."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence  # noqa: PLC0415
    from sumy.nlp.stemmers import Stemmer  # noqa: PLC0415
    from sumy.utils import get_stop_words  # noqa: PLC0415

    module, kind = SUMY[name]
    summarizer: Any = getattr(import_module(f"sumy.summarizers.{module}"), kind)(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")

    def summarize(text: Text, size: int) -> list[str]:
        words = _Words()
        document = ObjectDocumentModel([Paragraph([Sentence(sentence, words) for sentence in sentences(text)])])
        return [str(sentence) for sentence in summarizer(document, size)]

    return summarize


class _Words:
    """A replacement for sumy's tokenizer that needs no NLTK download."""

    def to_words(self, text: str) -> list[str]:
        return re.findall(r"[^\W\d_]+", text.lower())
