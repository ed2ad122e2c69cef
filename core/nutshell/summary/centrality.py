"""LexRank over shared words, for pages in languages that the encoder does not know.

Erkan & Radev 2004, "LexRank: Graph-based lexical centrality as salience in text summarization". Rows are
TF-IDF over the page's own sentences; where a script puts no spaces between words, pairs of neighbouring
characters stand for words (as CJK analyzers of search engines do). The arithmetic over rows is the graph's.
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
# Han, kana, Thai, Lao, Burmese and Khmer have no spaces between words; Korean joins particles to its words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
# Shared words alone do not know that most pages say first what they are about: the first sentence has this much of the
# best score on top, the second half of it, and so on. Either half of the pages in models/README.md gains 3.5 ROUGE-1.
_LEAD = 0.5
_PREFIX = 6  # a longer word is known by its beginning, which most inflections leave alone


async def centrality(models: Models, sentences: Sequence[Sentence], lang: str = "") -> Salience:
    """Scores 0 to 1, the most central or leading sentence 1. `lang` is an ISO 639-1 code. Raises ModelError."""
    if not sentences:
        return Salience((), Tensor("float32", (0, 0), memoryview(b"").cast("f")))
    answer = await models.run("centrality", {"vectors": rows([s.text for s in sentences], lang)})
    found = answer["scores"].data.tolist()
    most = max(found) or 1.0
    led = [value / most + _LEAD / (1 + place) for place, value in enumerate(found)]
    most = max(led)
    return Salience(tuple(value / most for value in led), answer["similarity"])


def rows(texts: Sequence[str], lang: str = "") -> Tensor:
    """float32 [len(texts), WIDTH]: TF-IDF of each text's terms, terms hashed into WIDTH columns."""
    bags = [Counter(terms(text, lang)) for text in texts]
    spread = Counter(term for bag in bags for term in bag)
    column = {term: zlib.crc32(term.encode("utf-8", "surrogatepass")) % WIDTH for term in spread}
    weight = {term: math.log(1 + len(texts) / count) for term, count in spread.items()}
    values: memoryview[Any] = memoryview(array("f", bytes(4 * WIDTH * len(texts))))
    for number, bag in enumerate(bags):
        base = number * WIDTH
        for term, count in bag.items():
            values[base + column[term]] += (1 + math.log(count)) * weight[term]
    return Tensor("float32", (len(texts), WIDTH), values)


def terms(text: str, lang: str = "") -> list[str]:
    """What stands for meaning in a text: beginnings of its words, or pairs of characters."""
    skip = FUNCTION.get(lang, frozenset())
    found: list[str] = []
    for run in _UNSPACED.findall(text):
        found += [run[at : at + 2] for at in range(max(1, len(run) - 1))]
    found += [word[:_PREFIX] for word in words(_UNSPACED.sub(" ", text)) if word not in skip and len(word) > 1]
    return found
