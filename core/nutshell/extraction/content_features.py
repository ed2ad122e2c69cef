"""Features of a page's blocks for the `content` model, which says which of them are the main content.

The same code runs in training (models/content) and in use. Words in texts and in class names enter as hashes, so no
vocabulary has to be kept.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from struct import pack  # faster than array for many floats
from urllib.parse import urlsplit

from nutshell.ports import Tensor

from . import surroundings
from .candidates import BlockCandidate, Candidates
from .surroundings import FAR_HINTS, NEAR_HINTS, SHORTEST_WORD, Paths, hash_word, padded, sum_groups

TEXT_WORDS, PAGE_WORDS = 10, 24
WORD_COUNT = NEAR_HINTS + FAR_HINTS + TEXT_WORDS

_ROLES = ("heading", "paragraph", "item", "quote", "caption", "code", "row")
_SHORT = 400
"""Characters; in longer texts, some features tell nothing."""
_START, _END, _LAST_WORDS = 120, 40, 3
"""Characters at the start and end of a text whose words are hashed, and how many words of the end."""

_OWN = (
    *("log_words", "log_chars", "linked", "kept", "level", "first", "ends", "sentences", "commas", "digits"),
    *("capitals", "colon", "question", "sign", "bar", "date", "lower", "log_twins", "title", "unlinked_words"),
    *("place", "words_before"),
)
NAMES = (*_OWN, *_ROLES, *surroundings.NAMES)
COUNT = len(NAMES)

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*(?:\s|$)|[。！？]")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./:]\d\d\b")
_SIGN = re.compile(r"[©®™]|\(c\)", re.IGNORECASE)
_DIGITS = re.compile(r"\d")
_CAPITALS = re.compile(r"\b[A-Z]")


@dataclass(frozen=True, slots=True)
class Inputs:
    """features: float32 [n, COUNT]; words: int32 [n, WORD_COUNT], 0 = padding; page: int32 [1, PAGE_WORDS]"""

    features: Tensor
    words: Tensor
    page: Tensor

    def tensors(self) -> dict[str, Tensor]:
        return {"features": self.features, "words": self.words, "page": self.page}


def count_words(text: str) -> int:
    """Counts words; in scripts without spaces, two characters count as a word."""
    if text.isascii():
        return len(text.split())
    unspaced = len(_UNSPACED.findall(text))
    return len(text.split()) + unspaced // 2


def inputs(candidates: Candidates, url: str = "") -> Inputs:
    """Returns the model's inputs for the blocks of a page."""
    blocks = candidates.blocks
    words = [count_words(block.text) for block in blocks]
    sentences = [len(_SENTENCE.findall(block.text)) for block in blocks]
    groups = sum_groups(candidates, words, sentences)
    paths = Paths(candidates.elements, groups)
    twins: dict[str, int] = {}
    for block in blocks:
        twins[block.text] = twins.get(block.text, 0) + 1
    title_words = set(_WORD.findall(candidates.title.lower()))
    features: list[float] = []
    hashes: list[int] = []
    before, total, count = 0, groups[-1].words or 1, len(blocks)
    for number, block in enumerate(blocks):
        features += _own(block, words[number], sentences[number], twins[block.text], title_words)
        features += (number / count, before / total)
        features += _ONE_HOT[block.role]
        path_features, path_hashes = paths.of(block.element)
        features += path_features
        hashes += path_hashes
        hashes += _text_hashes(block.text)
        before += words[number]
    return Inputs(
        Tensor("float32", (count, COUNT), memoryview(pack(f"{len(features)}f", *features)).cast("f")),
        Tensor("int32", (count, WORD_COUNT), memoryview(pack(f"{len(hashes)}i", *hashes)).cast("i")),
        Tensor("int32", (1, PAGE_WORDS), memoryview(array("i", _page_hashes(candidates.about, url)))),
    )


_ONE_HOT = {role: tuple(float(role == other) for other in _ROLES) for role in _ROLES}


def _own(block: BlockCandidate, words: int, sentences: int, twins: int, title: set[str]) -> tuple[float, ...]:
    text = block.text
    chars = len(text) or 1
    last, first = text[-1:], text[:1]
    short = chars < _SHORT
    alike = 0.0
    if title and words <= 3 * len(title):
        found = set(_WORD.findall(text.lower()))
        alike = len(found & title) / (len(found | title) or 1)
    return (
        math.log1p(words) / 5,
        math.log1p(chars) / 7,
        block.linked,
        float(block.kept),
        block.level / 6,
        float(first.isdigit()),
        float(last in ".!?…。！？"),
        min(1.0, sentences / 5),
        min(1.0, text.count(",") / 5),
        len(_DIGITS.findall(text)) / chars if short else 0.0,
        min(1.0, len(_CAPITALS.findall(text)) / (words or 1)) if short else 0.0,
        float(last == ":"),
        float(last == "?"),
        float(short and _SIGN.search(text) is not None),
        float("|" in text or "·" in text or "»" in text or "›" in text),
        float(short and _DATE.search(text) is not None),
        float(first.islower()),
        math.log(twins),
        alike,
        math.log1p(words * (1 - block.linked)) / 5,
    )


def _text_hashes(text: str) -> tuple[int, ...]:
    """Returns the hashes of the first and the last words, which say what a text is ("Read more", "Photo: …")."""
    words = _WORD.findall(text[:_START].lower())
    if len(text) > _START or len(words) > TEXT_WORDS:
        words = words[: TEXT_WORDS - _LAST_WORDS] + _WORD.findall(text[-_END:].lower())[-_LAST_WORDS:]
    return padded(tuple([hash_word("=" + word) for word in words]), TEXT_WORDS)


def _page_hashes(about: Sequence[str], url: str) -> tuple[int, ...]:
    """Returns the hashes of what the page says that it is, and of the words in its address."""
    try:
        parts = urlsplit(url)
        address = f"{parts.netloc}/{parts.path}"
    except ValueError:
        address = ""
    words: dict[str, None] = {}
    for text in about:
        words.update((f"@{word}", None) for word in text.lower().split()[:2])
    named = [word for word in _WORD.findall(address.lower()) if len(word) >= SHORTEST_WORD and not word.isdigit()]
    words.update((f"/{word}", None) for word in named)
    return padded(tuple([hash_word(word) for word in list(words)[:PAGE_WORDS]]), PAGE_WORDS)
