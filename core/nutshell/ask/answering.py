"""Finds the sentence of a page that answers a question, or that no sentence does.

Retrieve and rerank, as in Chen et al. 2017, "Reading Wikipedia to Answer Open-Domain Questions". Words and static
vectors rank all sentences; the encoder, a hundred times slower, reads only the `SHORTLIST` best, so that a question to
a book takes no longer than one to an article. The `ask` head then scores each of these (models/ask).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nutshell.ports import Models, Progress, Tensor
from nutshell.text.encoder import WIDTH, Tokenizer, embed
from nutshell.text.slots import SlotIndex
from nutshell.text.static_encoder import embed_static
from nutshell.text.tokens import names, parse_text, restore_punctuation
from nutshell.text.vectors import cosines

from .evidence import COUNT, WordMatch, evidence
from .question import Question, parse_question

SHORTLIST = 64
MIN_CHANCE = 0.25
"""The score from which a sentence counts as an answer: the operating point that models/ask/README.md measures."""


@dataclass
class IndexedPage:
    """A page that can be asked questions. Vectors computed for one question are kept for the next.

    `static` holds a static vector for each sentence, `word_vectors` one for each of `words` (word -> row). `vectors`
    holds the encoder's, by sentence: of the sentence alone, and together with the one before it, which resolves a
    leading "He".
    """

    texts: tuple[str, ...]
    slots: SlotIndex
    names: frozenset[str]
    static: Tensor
    words: dict[str, int]
    word_vectors: Tensor
    vectors: dict[int, tuple[memoryview[Any], memoryview[Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskResult:
    """`chances`: (the chance that it holds the answer, index of the sentence), best first.

    Only the shortlist is there.
    """

    question: Question
    chances: tuple[tuple[float, int], ...]

    @property
    def found(self) -> bool:
        return bool(self.chances) and self.chances[0][0] >= MIN_CHANCE


async def index_page(models: Models, tokenizer: Tokenizer, sentences: Sequence[str]) -> IndexedPage:
    """Raises ModelError."""
    texts = tuple(restore_punctuation(sentence) for sentence in sentences)
    text = parse_text(texts)
    words = sorted({token.low for row in text.sentences for token in row if token.kind in {"word", "name"}})
    return IndexedPage(
        texts,
        SlotIndex(text),
        names(text),
        await embed_static(models, tokenizer, texts),
        {word: number for number, word in enumerate(words)},
        await embed_static(models, tokenizer, words),
    )


async def find_answer(
    models: Models, tokenizer: Tokenizer, page: IndexedPage, text: str, progress: Progress | None = None
) -> AskResult:
    """Raises ValueError for a question without a word, ModelError when a model cannot be run."""
    question = parse_question(text, page.names)
    if not page.texts:
        return AskResult(question, ())
    candidates, rows = await candidate_features(models, tokenizer, page, question, progress)
    flat = array("f", (value for row in rows for value in row))
    answer = await models.run("ask", {"features": Tensor("float32", (len(rows), COUNT), memoryview(flat))})
    scores = answer["scores"].data.tolist()
    chances = sorted(zip(scores, candidates, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return AskResult(question, tuple(chances))


async def candidate_features(
    models: Models, tokenizer: Tokenizer, page: IndexedPage, question: Question, progress: Progress | None = None
) -> tuple[list[int], list[list[float]]]:
    """Returns the indices of the shortlisted sentences, in the page's order, and the COUNT features of each."""
    query = await embed_static(models, tokenizer, [question.text])
    chosen = _shortlist(page.slots, question, (await cosines(models, query, page.static)).tolist())
    missing = [index for index in chosen if index not in page.vectors]
    texts = [page.texts[index] for index in missing]
    windows = [f"{page.texts[index - 1]} {page.texts[index]}" if index else page.texts[index] for index in missing]
    embedded = await embed(models, tokenizer, [question.text, *texts, *windows], progress)
    for row, index in enumerate(missing, 1):
        page.vectors[index] = _row(embedded, row), _row(embedded, row + len(missing))
    flat = array("f")
    for alone_or_window in (0, 1):
        for index in chosen:
            flat.extend(page.vectors[index][alone_or_window])
    close = await cosines(
        models,
        Tensor("float32", (1, WIDTH), _row(embedded, 0)),
        Tensor("float32", (2 * len(chosen), WIDTH), memoryview(flat)),
    )
    alone = [min(close)] * len(page.texts)
    window = list(alone)
    for place, index in enumerate(chosen):
        alone[index], window[index] = close[place], close[place + len(chosen)]
    matches = await _word_matches(models, tokenizer, page, question, chosen)
    rows = evidence(question, page.slots, alone, matches, window)
    return chosen, [rows[index] for index in chosen]


def _shortlist(slots: SlotIndex, question: Question, cosines: Sequence[float]) -> list[int]:
    """Ranks by cosine plus the weighted share of the question's words."""
    scores = list(cosines)
    if len(scores) <= SHORTLIST:
        return list(range(len(scores)))
    weights = {token.key: slots.weight(token.key) for token in question.tokens}
    total = sum(weights.values()) or 1.0
    for key, weight in weights.items():
        for index in {index for index, _ in slots.by_key.get(key, ())}:
            scores[index] += weight / total
    return sorted(sorted(range(len(scores)), key=lambda index: (-scores[index], index))[:SHORTLIST])


def _row(vectors: Tensor, number: int) -> memoryview[Any]:
    return vectors.data[number * WIDTH : (number + 1) * WIDTH]


async def _word_matches(
    models: Models, tokenizer: Tokenizer, page: IndexedPage, question: Question, chosen: Sequence[int]
) -> list[WordMatch]:
    """Returns one match for each sentence of the page; those that were not chosen match nothing."""
    weights = {token.low: page.slots.weight(token.key) for token in question.tokens}
    found = [WordMatch()] * len(page.texts)
    if not weights or not page.words:
        return found
    asked = sorted(weights)
    total = sum(weights.values()) or 1.0
    vectors = await embed_static(models, tokenizer, [*asked, question.head] if question.head else asked)
    similarity = await cosines(models, vectors, page.word_vectors)
    width = len(page.words)
    head_row = len(asked) * width
    for index in chosen:
        here = [token.low for token in page.slots.source.sentences[index] if token.low in page.words]
        columns = [page.words[low] for low in here]
        if columns:
            best = [max(similarity[row * width + column] for column in columns) for row in range(len(asked))]
            weighted = sum(value * weights[low] for value, low in zip(best, asked, strict=True)) / total
            others = (
                [similarity[head_row + page.words[low]] for low in here if low not in weights] if question.head else []
            )
            found[index] = WordMatch(sum(best) / len(best), min(best), weighted, max(others, default=0.0))
    return found
