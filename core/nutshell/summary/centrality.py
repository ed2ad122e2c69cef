"""LexRank over shared words, for languages that the encoder does not support.

Erkan & Radev 2004, "LexRank: Graph-based lexical centrality as salience in text summarization". Each sentence becomes a
TF-IDF vector over the page. In scripts without spaces, pairs of neighbouring characters stand for words, as in the CJK
analyzers of search engines. The model `centrality` computes the scores.
"""

from __future__ import annotations

import math
import re
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence
from typing import Any

from nutshell.article import Sentence
from nutshell.ports import Models, Tensor
from nutshell.text.words import FUNCTION, words

from .salience import Salience

WIDTH = 1024
# Han, kana, Thai, Lao, Burmese and Khmer have no spaces between words; Korean attaches particles to its words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
# Most pages start with what matters: the first sentence gets this share of the best score on top, the second half of
# it, and so on. On either half of the pages in models/README.md this gains 3.5 ROUGE-1.
_LEAD_BONUS = 0.5
_PREFIX_CHARS = 6  # only the start of a longer word counts, which most inflections do not change


async def centrality(models: Models, sentences: Sequence[Sentence], lang: str = "") -> Salience:
    """Returns scores from 0 to 1; the best sentence has 1. `lang` is an ISO 639-1 code. Raises ModelError."""
    if not sentences:
        return Salience((), Tensor("float32", (0, 0), memoryview(b"").cast("f")))
    answer = await models.run("centrality", {"vectors": tf_idf([sentence.text for sentence in sentences], lang)})
    central = answer["scores"].data.tolist()
    best = max(central) or 1.0
    scores = [value / best + _LEAD_BONUS / (1 + place) for place, value in enumerate(central)]
    best = max(scores)
    return Salience(tuple(value / best for value in scores), answer["similarity"])


def tf_idf(texts: Sequence[str], lang: str = "") -> Tensor:
    """Returns the TF-IDF vectors of the texts, with terms hashed into WIDTH columns: float32 [len(texts), WIDTH]."""
    bags = [Counter(terms(text, lang)) for text in texts]
    frequency = Counter(term for bag in bags for term in bag)
    column = {term: zlib.crc32(term.encode("utf-8", "surrogatepass")) % WIDTH for term in frequency}
    weight = {term: math.log(1 + len(texts) / count) for term, count in frequency.items()}
    values: memoryview[Any] = memoryview(array("f", bytes(4 * WIDTH * len(texts))))
    for number, bag in enumerate(bags):
        base = number * WIDTH
        for term, count in bag.items():
            values[base + column[term]] += (1 + math.log(count)) * weight[term]
    return Tensor("float32", (len(texts), WIDTH), values)


def terms(text: str, lang: str = "") -> list[str]:
    """Returns the terms of a text: the starts of its words, or pairs of characters."""
    skip = FUNCTION.get(lang, frozenset())
    found: list[str] = []
    for run in _UNSPACED.findall(text):
        found += [run[at : at + 2] for at in range(max(1, len(run) - 1))]
    found += [word[:_PREFIX_CHARS] for word in words(_UNSPACED.sub(" ", text)) if word not in skip and len(word) > 1]
    return found
