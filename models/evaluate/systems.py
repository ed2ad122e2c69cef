"""What the product is measured against: the lead, sumy's extractors, and the best that extraction could do.

All cut the page into the same sentences. `size` is how many of them a summary may have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from models.evaluate.sets import Text
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
    """The first `size` sentences."""
    return sentences(text)[:size]


def lead_words(text: Text, words: int) -> Sequence[str]:
    """The first `words` words, the last sentence cut where they end."""
    taken: list[str] = []
    for sentence in sentences(text):
        found = sentence.split()
        taken.append(" ".join(found[:words]))
        words -= len(found)
        if words <= 0:
            break
    return taken


def oracle(text: Text, size: int) -> Sequence[str]:
    """The greedy oracle for whichever reference it can serve best: it has read the answer."""
    texts = sentences(text)
    best: tuple[float, Sequence[str]] = (-1.0, ())
    for reference in map(Reference, text.references):
        chosen = [texts[number] for number in reference.oracle(texts, size)]
        best = max(best, (sum(reference.score("\n".join(chosen))), chosen))
    return best[1]


def sumy(name: str) -> Summarizer:
    """One of SUMY, set up as its manual says: English stemmer, English stop words."""
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
    """sumy's tokenizer, without the data that NLTK would download."""

    def to_words(self, text: str) -> list[str]:
        return re.findall(r"[^\W\d_]+", text.lower())
