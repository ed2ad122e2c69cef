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
from urllib.parse import urlsplit
from zlib import crc32

from nutshell.ports import Tensor

from .candidates import Candidate, Candidates, Element

BUCKETS = 4_096
"""Words are hashed to 1 to BUCKETS - 1; 0 is padding."""

NEAR_HINTS, FAR_HINTS, TEXT_WORDS, PAGE_WORDS = 12, 16, 10, 24
WORD_COUNT = NEAR_HINTS + FAR_HINTS + TEXT_WORDS

_ROLES = ("heading", "paragraph", "item", "quote", "caption", "code", "cell")
_AROUND = (
    *("nav", "aside", "footer", "header", "article", "main", "form", "figure", "table", "ul", "ol", "li", "a"),
    *("section", "dl", "blockquote", "details", "address"),
)
_AROUND_PLACE = {tag: place for place, tag in enumerate(_AROUND)}
_GROUPS = 5
"""How many of the elements around a block, each with more blocks than the one inside it, are described."""
_NEAR_ELEMENTS = 3
_ELEMENT_WORDS = 6
_SHORTEST = 2
_SHORT = 400
"""Characters; in longer texts, some features tell nothing."""
_START, _END, _LAST_WORDS = 120, 40, 3
"""Characters at the start and end of a text whose words are hashed, and how many words of the end."""

_OWN = (
    *(
        "log_words",
        "log_chars",
        "linked",
        "kept",
        "level",
        "first",
        "ends",
        "sentences",
        "commas",
        "digits",
        "capitals",
    ),
    *(
        "colon",
        "question",
        "sign",
        "bar",
        "date",
        "lower",
        "log_twins",
        "title",
        "unlinked_words",
        "place",
        "words_before",
    ),
)
_PATH = ("depth", "log_like", "like_words")
_GROUP = ("blocks", "words", "linked", "kept", "mean_words", "sentences", "headings")
NAMES = (
    *_OWN,
    *_ROLES,
    *_PATH,
    *_AROUND,
    *(f"{name}_{group}" for group in range(_GROUPS) for name in _GROUP),
    *(f"{name}_page" for name in _GROUP),
)
COUNT = len(NAMES)
_KEPT_GROUPS = (_GROUPS - 1) * len(_GROUP)

_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+|[^\x00-\x7f]+")
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


class _Group:
    """Sums over the blocks in an element."""

    __slots__ = ("blocks", "headings", "kept", "linked", "sentences", "words")

    def __init__(self) -> None:
        self.blocks = self.words = self.sentences = self.headings = 0
        self.linked = self.kept = 0.0

    def describe(self) -> tuple[float, ...]:
        words = self.words or 1
        return (
            math.log1p(self.blocks) / 5,
            math.log1p(self.words) / 7,
            self.linked / words,
            self.kept / words,
            math.log1p(self.words / (self.blocks or 1)) / 4,
            min(1.0, 10 * self.sentences / words),
            self.headings / (self.blocks or 1),
        )


def inputs(candidates: Candidates, url: str = "") -> Inputs:
    """Returns the model's inputs for the blocks of a page."""
    blocks = candidates.blocks
    words = [count_words(block.text) for block in blocks]
    sentences = [len(_SENTENCE.findall(block.text)) for block in blocks]
    groups = _groups(candidates, words, sentences)
    paths = _Paths(candidates.elements, groups)
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
        Tensor("float32", (count, COUNT), memoryview(array("f", features))),
        Tensor("int32", (count, WORD_COUNT), memoryview(array("i", hashes))),
        Tensor("int32", (1, PAGE_WORDS), memoryview(array("i", _page_hashes(candidates.about, url)))),
    )


_ONE_HOT = {role: tuple(float(role == other) for other in _ROLES) for role in _ROLES}
_ONE_HOT["row"] = _ONE_HOT["cell"]


def _own(block: Candidate, words: int, sentences: int, twins: int, title: set[str]) -> tuple[float, ...]:
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


def _groups(candidates: Candidates, words: Sequence[int], sentences: Sequence[int]) -> list[_Group]:
    """Returns the sums of each element, and of the whole page as the last."""
    elements = candidates.elements
    groups = [_Group() for _ in range(len(elements) + 1)]
    for block, count, ends in zip(candidates.blocks, words, sentences, strict=True):
        group = groups[block.element]
        group.blocks += 1
        group.words += count
        group.linked += count * block.linked
        group.kept += count * block.kept
        group.sentences += ends
        group.headings += block.role == "heading"
    for number in range(len(elements) - 1, -1, -1):
        group, outer = groups[number], groups[elements[number].parent]
        outer.blocks += group.blocks
        outer.words += group.words
        outer.linked += group.linked
        outer.kept += group.kept
        outer.sentences += group.sentences
        outer.headings += group.headings
    return groups


class _Paths:
    """What the elements around a block tell. Lists have an entry for the body, then one for each element."""

    def __init__(self, elements: Sequence[Element], groups: Sequence[_Group]) -> None:
        self._page = groups[-1].describe()
        self._made: dict[int, tuple[tuple[float, ...], tuple[int, ...]]] = {}
        self._outer = outers = [0]
        self._depths = depths = [0]
        self._around = around = [(0.0,) * len(_AROUND)]
        # What the elements are called, and those of the elements around them too, from the innermost outward.
        own: list[tuple[int, ...]] = [()]
        self._own = own
        hints: list[tuple[int, ...]] = [()]
        self._hints = hints
        # The sums of each, and of the elements around it with more blocks.
        chains: list[tuple[float, ...]] = [()]
        self._groups = chains
        # The number of elements that are like it, or like one around it, and their words.
        self._like = likes = [(1, 0)]
        alike = _alike(elements, groups)
        known: dict[str, dict[str, tuple[int, ...]]] = {}
        for number, element in enumerate(elements):
            outer, group, tag = element.parent + 1, groups[number], element.tag
            names = known.setdefault(tag, {})
            called = names.get(element.hints)
            if called is None:
                called = names[element.hints] = _element_hashes(tag, element.hints)
            outers.append(outer)
            depths.append(depths[outer] + 1)
            own.append(called)
            hints.append((called + hints[outer])[:FAR_HINTS])
            flags, place = around[outer], _AROUND_PLACE.get(tag)
            if place is not None and not flags[place]:
                flags = (*flags[:place], 1.0, *flags[place + 1 :])
            around.append(flags)
            chain = chains[outer]
            if not chain or groups[element.parent].blocks != group.blocks:
                chain = group.describe() + chain[:_KEPT_GROUPS]
            chains.append(chain)
            same = alike.get(number)
            likes.append(same if same and same[0] >= likes[outer][0] else likes[outer])

    def of(self, number: int) -> tuple[tuple[float, ...], tuple[int, ...]]:
        """Returns the features and the hashes of an element."""
        made = self._made.get(number)
        if made is None:
            made = self._made[number] = self._make(number + 1)
        return made

    def _make(self, number: int) -> tuple[tuple[float, ...], tuple[int, ...]]:
        near, at = self._own[number], self._outer[number]
        for _ in range(_NEAR_ELEMENTS - 1):
            near += self._own[at]
            at = self._outer[at]
        groups = self._groups[number]
        while len(groups) < _GROUPS * len(_GROUP):
            groups += self._page
        like, like_words = self._like[number]
        features = (
            min(1.0, self._depths[number] / 30),
            math.log(like) / 4,
            math.log1p(like_words / like) / 5,
            *self._around[number],
            *groups,
            *self._page,
        )
        return features, _padded(near, NEAR_HINTS) + _padded(self._hints[at], FAR_HINTS)


def _alike(elements: Sequence[Element], groups: Sequence[_Group]) -> dict[int, tuple[int, int]]:
    """Returns for each element that has siblings like it how many there are, with itself, and their words."""
    found: dict[tuple[int, str, str], list[int]] = {}
    for number, element in enumerate(elements):
        if groups[number].words:
            found.setdefault((element.parent, element.tag, element.hints), []).append(number)
    alike = {}
    for numbers in found.values():
        if len(numbers) > 1:
            same = len(numbers), sum(groups[number].words for number in numbers)
            alike.update(dict.fromkeys(numbers, same))
    return alike


def _element_hashes(tag: str, hints: str) -> tuple[int, ...]:
    words = dict.fromkeys(word.lower() for word in _PARTS.findall(hints) if len(word) > _SHORTEST)
    return (_hash(f"<{tag}"), *map(_hash, list(words)[:_ELEMENT_WORDS]))


def _padded(hashes: tuple[int, ...], length: int) -> tuple[int, ...]:
    return hashes[:length] if len(hashes) >= length else hashes + (0,) * (length - len(hashes))


def _hash(word: str) -> int:
    return crc32(word.encode()) % (BUCKETS - 1) + 1


def _text_hashes(text: str) -> tuple[int, ...]:
    """Returns the hashes of the first and the last words, which say what a text is ("Read more", "Photo: …")."""
    words = _WORD.findall(text[:_START].lower())
    if len(text) > _START or len(words) > TEXT_WORDS:
        words = words[: TEXT_WORDS - _LAST_WORDS] + _WORD.findall(text[-_END:].lower())[-_LAST_WORDS:]
    return _padded(tuple([_hash("=" + word) for word in words]), TEXT_WORDS)


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
    words.update(
        (f"/{word}", None) for word in _WORD.findall(address.lower()) if len(word) > _SHORTEST and not word.isdigit()
    )
    return _padded(tuple([_hash(word) for word in list(words)[:PAGE_WORDS]]), PAGE_WORDS)
