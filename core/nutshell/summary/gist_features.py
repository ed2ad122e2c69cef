"""Features of the lines that could be a page's gist, for the model `gist`. The same code runs in training and use."""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Sequence

from nutshell.article import Article, Role, Sentence
from nutshell.ports import Tensor
from nutshell.text.context import depends_on_context
from nutshell.text.words import words

from . import gist_cues
from .centrality import terms
from .gist_candidates import GistCandidate
from .salience import Salience

NAMES = (
    # Source.
    "described",
    "cut",
    "untraced",
    "is_title",
    "page_describes",
    # Position.
    "first",
    "nearness",
    "depth",
    "block_nearness",
    "opens_block",
    "before_headings",
    "item",
    "quote",
    # What the page says.
    "salience",
    "salience_rank",
    "central",
    "frequency",
    "covered",
    "supported",
    "headings",
    "has_title",
    "title_covered",
    "title_share",
    "opens_with_title",
    "misses_title",
    "log_sentences",
    "log_blocks",
    # Form.
    "log_words",
    "short",
    "long",
    "very_long",
    "unfinished",
    "question",
    "exclamation",
    "opens_quote",
    "quoted",
    "bracket",
    "numbers",
    "names",
    "listed",
    "context",
    # Cues.
    *gist_cues.NAMES,
    "encoder",
)
COUNT = len(NAMES)

_TOP_TERMS = 12
_END = re.compile(r"[.!?。！？｡؟۔…‼⁇⁈⁉।][\"'”’“‘»«›‹)\]」』】》）]*$")
_NAME = re.compile(r"(?<=[\w,;:’'”\"] )[A-Z]\w+")
_NUMBER = re.compile(r"\d[\d.,]*")


def features(
    article: Article,
    sentences: Sequence[Sentence],
    salience: Salience,
    candidates: Sequence[GistCandidate],
    lang: str,
    encoder: bool,
) -> Tensor:
    """Returns float32 [len(candidates), COUNT], each value about 0 to 1.

    `encoder`: whether salience comes from the encoder. `sentences` are those that have a salience.
    """
    page = _Page(article, sentences, salience, lang)
    describes = any(candidate.described for candidate in candidates)
    values = array("f")
    for candidate in candidates:
        text = candidate.text
        values.extend(
            (
                candidate.described,
                candidate.cut,
                candidate.source == "description",
                candidate.source == "title",
                describes,
            )
        )
        values.extend(page.place(candidate.sentence))
        values.extend(page.content(candidate))
        values.extend(_form(text, lang))
        values.extend(gist_cues.cues(text))
        values.append(encoder)
    return Tensor("float32", (len(candidates), COUNT), memoryview(values))


class _Page:
    def __init__(self, article: Article, sentences: Sequence[Sentence], salience: Salience, lang: str) -> None:
        self._article, self._sentences, self._salience, self._lang = article, sentences, salience, lang
        self._terms = [terms(sentence.text, lang) for sentence in sentences]
        self._frequency = Counter(term for found in self._terms for term in {*found})
        self._highest = max(self._frequency.values(), default=1)
        ranked = sorted(self._frequency, key=lambda term: (-self._frequency[term], term))
        self._top = frozenset(term for term in ranked[:_TOP_TERMS] if self._frequency[term] > 1)
        self._title = frozenset(terms(article.title, lang))
        self._headings = frozenset(
            term
            for block in article.blocks
            if block.role is Role.HEADING and block.text != article.title
            for term in terms(block.text, lang)
        )
        self._blocks: dict[int, int] = {}
        for sentence in sentences:
            self._blocks.setdefault(sentence.block, len(self._blocks))
        self._first_heading = next(
            (
                number
                for number, block in enumerate(article.blocks)
                if block.role is Role.HEADING and number > 0 and number - 1 in self._blocks
            ),
            len(article.blocks),
        )
        self._rank = {
            number: rank for rank, number in enumerate(sorted(range(len(sentences)), key=lambda n: -salience.scores[n]))
        }
        self._sizes = (math.log1p(len(sentences)) / 5, math.log1p(len(self._blocks)) / 5)

    def place(self, number: int) -> tuple[float, ...]:
        if number < 0:
            return (0.0,) * 8
        sentence = self._sentences[number]
        role = self._article.blocks[sentence.block].role
        return (
            number == 0,
            1 / (1 + number),
            number / max(1, len(self._sentences) - 1),
            1 / (1 + self._blocks[sentence.block]),
            number == 0 or self._sentences[number - 1].block != sentence.block,
            sentence.block < self._first_heading,
            role is Role.ITEM,
            role is Role.QUOTE,
        )

    def content(self, candidate: GistCandidate) -> tuple[float, ...]:
        number = candidate.sentence
        own = number >= 0
        found = self._terms[number] if own else terms(candidate.text, self._lang)
        bag = frozenset(found)
        size = max(1, len(bag))
        opening = frozenset(found[: max(2, len(self._title))])
        return (
            self._salience.scores[number] if own else 0.0,
            1 / (1 + self._rank[number]) if own else 0.0,
            self._central(number) if own else 0.0,
            sum(self._frequency[term] for term in bag) / size / self._highest,
            len(bag & self._top) / max(1, len(self._top)),
            sum(self._frequency[term] > own for term in bag) / size,
            len(bag & self._headings) / max(1, len(self._headings)) ** 0.5 / 2,
            bool(self._title),
            len(bag & self._title) / max(1, len(self._title)),
            len(bag & self._title) / size,
            len(opening & self._title) / max(1, len(self._title)),
            len(self._title) > 1 and not bag & self._title,
            *self._sizes,
        )

    def _central(self, number: int) -> float:
        """Returns the mean similarity to all sentences."""
        count = len(self._sentences)
        return float(sum(self._salience.similarities.data[number * count : (number + 1) * count])) / count


def _form(text: str, lang: str) -> tuple[float, ...]:
    said = words(text)
    size = max(1, len(said))
    return (
        math.log1p(len(said)) / 5,
        len(text) < 45,
        max(0.0, min(1.0, (len(text) - 200) / 100)),
        max(0.0, min(1.0, (len(text) - 320) / 100)),
        _END.search(text) is None,
        "?" in text or "？" in text,
        "!" in text or "！" in text,
        text[:1] in "\"“‘'«„「",
        min(1.0, sum(text.count(mark) for mark in '"“”«»「」') / 2),
        "(" in text or "[" in text,
        min(1.0, len(_NUMBER.findall(text)) / 4),
        min(1.0, 2 * len(_NAME.findall(text)) / size),
        min(1.0, text.count(",") / 5),
        depends_on_context(text, lang),
    )
