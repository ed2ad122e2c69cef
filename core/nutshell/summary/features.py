"""Features of sentences for the salience model: position, length, style, words shared with the page, kind of page.

The same code runs in training (models/salience) and in use. The first POSITIONAL features depend on position: they help
on news and mislead elsewhere, so training drops them at random.
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
    # Position.
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
    # Page and block.
    "log_sentences",
    "log_blocks",
    "block_sentences",
    "item",
    "quote",
    # Style.
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
    # Words shared with the page.
    "has_title",
    "title_covered",
    "title_share",
    "heading_share",
    "frequency",
    "frequency_top",
    "novelty",
    "repeated_later",
    "repeated_words",
    "pairs_share",
    "repeated_pairs",
    "repeated_names",
    "names_top",
    # The kind of the page.
    "article",
    "documentation",
    "reference",
    "paper",
    "forum",
    "question-and-answer",
    "recipe",
    "product",
    "list",
    "other",
)
COUNT = len(NAMES)
POSITIONAL = NAMES.index("log_sentences")
KINDS = NAMES[NAMES.index("article") :]

_NAME = re.compile(r"(?<=[\w,;:’'”\"] )[A-Z]\w+")
_NUMBER = re.compile(r"\d[\d.,]*")
_PERSONAL_PRONOUNS = frozenset(
    ["i", "we", "my", "our", "me", "us", "you", "your", "i'm", "we're", "you're", "i've", "we've"]
)
_CAPITAL = re.compile(r"\b[A-Z]\w+")
_TOP_WORDS, _TOP_NAMES = 12, 6
_LEAD_SENTENCES = 3
_STOP = FUNCTION["en"]


def features(article: Article, sentences: Sequence[Sentence]) -> Tensor:
    """Returns float32 [len(sentences), COUNT], each value about 0 to 1."""
    tokens = [words(sentence.text) for sentence in sentences]
    bags = [_content_words(found) for found in tokens]
    frequency = Counter(word for bag in bags for word in bag)
    highest = max(frequency.values(), default=1)
    top = _most_frequent(frequency, _TOP_WORDS)
    title = _content_words(words(article.title))
    headings = _headings(article)
    in_block = Counter(sentence.block for sentence in sentences)
    repetitions = _repetitions(sentences, tokens, bags)
    last, seen = len(sentences) - 1, Counter[int]()
    blocks: dict[int, int] = {}
    earlier: set[str] = set()
    kind = tuple(article.page_kind == name for name in KINDS)
    values = array("f")
    for index, (sentence, bag) in enumerate(zip(sentences, bags, strict=True)):
        within = seen[sentence.block]
        seen[sentence.block] += 1
        number = blocks.setdefault(sentence.block, len(blocks))
        follows_heading, heading = headings[sentence.block]
        size = max(1, len(bag))
        lead = frozenset[str]().union(*(bags[n] for n in range(min(_LEAD_SENTENCES, len(bags))) if n != index))
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
                follows_heading and within == 0,
                len(bag & lead) / size,
                math.log1p(len(sentences)) / 5,
                math.log1p(len(in_block)) / 5,
                math.log1p(in_block[sentence.block]) / 5,
                article.blocks[sentence.block].role is Role.ITEM,
                article.blocks[sentence.block].role is Role.QUOTE,
            )
        )
        values.extend(_style(sentence.text, tokens[index]))
        values.extend(
            (
                bool(title),
                len(bag & title) / max(1, len(title)),
                len(bag & title) / size,
                len(bag & heading) / max(1, len(heading)),
                sum(frequency[word] for word in bag) / size / highest,
                len(bag & top) / max(1, len(top)),
                len(bag - earlier) / size,
            )
        )
        values.extend(repetitions[index])
        values.extend(kind)
        earlier |= bag
    return Tensor("float32", (len(sentences), COUNT), memoryview(values))


def _repetitions(
    sentences: Sequence[Sentence], tokens: Sequence[Sequence[str]], bags: Sequence[frozenset[str]]
) -> list[tuple[float, ...]]:
    """Returns for each sentence how much of it is repeated in others: words, word pairs, names. Linear in the words."""
    pairs = [frozenset(pairwise(found)) for found in tokens]
    names = [frozenset(_CAPITAL.findall(sentence.text)) for sentence in sentences]
    frequency = Counter(word for bag in bags for word in bag)
    pair_frequency = Counter(pair for found in pairs for pair in found)
    name_frequency = Counter(name for found in names for name in found)
    repeated = sum(frequency.values()) - len(frequency)
    named = sum(name_frequency.values())
    top = _most_frequent(name_frequency, _TOP_NAMES)
    later: set[str] = set()
    rows: list[tuple[float, ...]] = []
    for bag, own_pairs, own_names in zip(reversed(bags), reversed(pairs), reversed(names), strict=True):
        repeated_pairs = sum(pair_frequency[pair] - 1 for pair in own_pairs)
        rows.append(
            (
                len(bag & later) / max(1, len(bag)),
                min(2.0, 5 * (sum(frequency[word] for word in bag) - len(bag)) / max(1, repeated)),
                sum(pair_frequency[pair] > 1 for pair in own_pairs) / max(1, len(own_pairs)),
                min(2.0, math.log1p(repeated_pairs) / 4),
                min(2.0, 5 * sum(name_frequency[name] for name in own_names) / max(1, named)),
                len(own_names & top) / max(1, len(top)),
            )
        )
        later |= bag
    return rows[::-1]


def _most_frequent(frequency: Counter[str], count: int) -> frozenset[str]:
    """Returns the `count` most frequent that occur at least twice. Ties break alphabetically, to be deterministic."""
    ranked = sorted(frequency, key=lambda word: (-frequency[word], word))
    return frozenset(word for word in ranked[:count] if frequency[word] > 1)


def _style(text: str, tokens: Sequence[str]) -> tuple[float, ...]:
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
        min(1.0, 5 * sum(token in _PERSONAL_PRONOUNS for token in tokens) / size),
    )


def _content_words(tokens: Sequence[str]) -> frozenset[str]:
    """Returns the content words, without the s of an English plural."""
    return frozenset(
        word[:-1] if word.endswith("s") and len(word) > 4 else word
        for word in tokens
        if len(word) > 2 and word not in _STOP
    )


def _headings(article: Article) -> dict[int, tuple[bool, frozenset[str]]]:
    """Returns for each block whether it follows a heading directly, and the words of the heading above it."""
    found: dict[int, tuple[bool, frozenset[str]]] = {}
    current, after_heading = frozenset[str](), False
    for number, block in enumerate(article.blocks):
        found[number] = (after_heading, current)
        after_heading = block.role is Role.HEADING
        if after_heading:
            current = _content_words(words(block.text))
    return found
