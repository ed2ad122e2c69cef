"""What can be seen of a sentence without a model: where it stands, how long it is, what it shares.

The same code runs when the salience model is trained and when it is used. Features of position come
first (POSITIONAL of them): on news they carry much, elsewhere they mislead, and training drops them at random.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from nutshell.article import Article, Role, Sentence
from nutshell.ports import Tensor
from nutshell.text.words import FUNCTION, words

NAMES = (
    # Where it stands.
    "first",
    "second",
    "third",
    "nearness",
    "depth",
    "log_index",
    "is_last",
    "block_nearness",
    "opens_block",
    "block_index",
    "under_heading",
    "lead_share",
    # What kind of page and block it stands in.
    "log_sentences",
    "log_blocks",
    "block_sentences",
    "item",
    "quote",
    # What it looks like.
    "log_words",
    "too_short",
    "too_long",
    "unfinished",
    "numbers",
    "names",
    "quoted",
    "opens_quote",
    "question",
    "bracket",
    "you_and_i",
    # What it shares with the page.
    "has_title",
    "title_covered",
    "title_share",
    "heading_share",
    "frequency",
    "frequency_top",
    "novelty",
    "told_again",
    "carried",
    "pairs_share",
    "pairs_said",
    "names_said",
    "names_top",
)
COUNT = len(NAMES)
POSITIONAL = NAMES.index("log_sentences")

_NAME = re.compile(r"(?<=[\w,;:’'”\"] )[A-Z]\w+")
_NUMBER = re.compile(r"\d[\d.,]*")
_PERSON = frozenset(["i", "we", "my", "our", "me", "us", "you", "your", "i'm", "we're", "you're", "i've", "we've"])
_CAPITAL = re.compile(r"\b[A-Z]\w+")
_TOP, _TOP_NAMES = 12, 6
_LEAD = 3  # how many sentences a page is opened with
_STOP = FUNCTION["en"]


def features(article: Article, sentences: Sequence[Sentence]) -> Tensor:
    """float32 [len(sentences), COUNT], every value about 0 to 1."""
    tokens = [words(sentence.text) for sentence in sentences]
    bags = [_content(found) for found in tokens]
    frequency = Counter(word for bag in bags for word in bag)
    often = max(frequency.values(), default=1)
    top = _most(frequency, _TOP)
    title = _content(words(article.title))
    headings = _headings(article)
    in_block = Counter(sentence.block for sentence in sentences)
    said = _said(sentences, tokens, bags)
    last, seen = len(sentences) - 1, Counter[int]()
    blocks: dict[int, int] = {}
    told: set[str] = set()
    values = array("f")
    for index, (sentence, bag) in enumerate(zip(sentences, bags, strict=True)):
        within = seen[sentence.block]
        seen[sentence.block] += 1
        number = blocks.setdefault(sentence.block, len(blocks))
        opens, heading = headings[sentence.block]
        size = max(1, len(bag))
        lead = frozenset[str]().union(*(bags[n] for n in range(min(_LEAD, len(bags))) if n != index))
        values.extend(
            (
                index == 0,
                index == 1,
                index == 2,
                1 / (1 + index),
                index / max(1, last),
                math.log1p(index) / 5,
                index == last,
                1 / (1 + number),
                within == 0,
                within / max(1, in_block[sentence.block] - 1),
                opens and within == 0,
                len(bag & lead) / size,
                math.log1p(len(sentences)) / 5,
                math.log1p(len(in_block)) / 5,
                math.log1p(in_block[sentence.block]) / 5,
                article.blocks[sentence.block].role is Role.ITEM,
                article.blocks[sentence.block].role is Role.QUOTE,
            )
        )
        values.extend(_looks(sentence.text, tokens[index]))
        values.extend(
            (
                bool(title),
                len(bag & title) / max(1, len(title)),
                len(bag & title) / size,
                len(bag & heading) / max(1, len(heading)),
                sum(frequency[word] for word in bag) / size / often,
                len(bag & top) / max(1, len(top)),
                len(bag - told) / size,
            )
        )
        values.extend(said[index])
        told |= bag
    return Tensor("float32", (len(sentences), COUNT), memoryview(values))


def _said(
    sentences: Sequence[Sentence], tokens: Sequence[Sequence[str]], bags: Sequence[frozenset[str]]
) -> list[tuple[float, ...]]:
    """What each sentence shares with others: words told again, pairs of words, names. Linear in the words."""
    pairs = [frozenset(pairwise(found)) for found in tokens]
    names = [frozenset(_CAPITAL.findall(sentence.text)) for sentence in sentences]
    frequency = Counter(word for bag in bags for word in bag)
    pair_frequency = Counter(pair for found in pairs for pair in found)
    name_frequency = Counter(name for found in names for name in found)
    repeated = sum(frequency.values()) - len(frequency)
    named = sum(name_frequency.values())
    top = _most(name_frequency, _TOP_NAMES)
    later: set[str] = set()
    made: list[tuple[float, ...]] = []
    for bag, mine, called in zip(reversed(bags), reversed(pairs), reversed(names), strict=True):
        again = sum(pair_frequency[pair] - 1 for pair in mine)
        made.append(
            (
                len(bag & later) / max(1, len(bag)),
                min(2.0, 5 * (sum(frequency[word] for word in bag) - len(bag)) / max(1, repeated)),
                sum(pair_frequency[pair] > 1 for pair in mine) / max(1, len(mine)),
                min(2.0, math.log1p(again) / 4),
                min(2.0, 5 * sum(name_frequency[name] for name in called) / max(1, named)),
                len(called & top) / max(1, len(top)),
            )
        )
        later |= bag
    return made[::-1]


def _most(frequency: Counter[str], count: int) -> frozenset[str]:
    """The `count` most frequent of those that occur twice. Ties by the alphabet, not as a set happens to be ordered."""
    ranked = sorted(frequency, key=lambda word: (-frequency[word], word))
    return frozenset(word for word in ranked[:count] if frequency[word] > 1)


def _looks(text: str, tokens: Sequence[str]) -> tuple[float, ...]:
    count = len(tokens)
    size = max(1, count)
    return (
        math.log1p(count) / 5,
        count < 6,
        max(0.0, min(1.0, (count - 30) / 30)),
        text[-1:].isalnum() or text[-1:] in ":,;-–—",
        min(1.0, len(_NUMBER.findall(text)) / 4),
        min(1.0, 2 * len(_NAME.findall(text)) / size),
        min(1.0, sum(text.count(mark) for mark in '"“”«»') / 2),
        text[:1] in "\"“‘'«",
        "?" in text,
        "(" in text or "[" in text,
        min(1.0, 5 * sum(token in _PERSON for token in tokens) / size),
    )


def _content(tokens: Sequence[str]) -> frozenset[str]:
    """The words that carry meaning, without an English plural's s."""
    return frozenset(
        word[:-1] if word.endswith("s") and len(word) > 4 else word
        for word in tokens
        if len(word) > 2 and word not in _STOP
    )


def _headings(article: Article) -> dict[int, tuple[bool, frozenset[str]]]:
    """For each block: whether it follows right on a heading, and the words of the heading it is under."""
    found: dict[int, tuple[bool, frozenset[str]]] = {}
    current, fresh = frozenset[str](), False
    for number, block in enumerate(article.blocks):
        found[number] = (fresh, current)
        fresh = block.role is Role.HEADING
        if fresh:
            current = _content(words(block.text))
    return found
