"""The sentence of a page that answers a question, or that none does.

Every sentence is looked at by its words and its static vector; the encoder, a hundred times slower, only reads the
`SHORTLIST` that those two bring up, so that a question to a book takes no longer than one to an article. The head
(models/ask) then says of each how likely it holds the answer. Chen et al. 2017, "Reading Wikipedia to Answer
Open-Domain Questions", take the same two steps.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nutshell.grounding.source import cosines_of
from nutshell.ports import Models, Progress, Tensor
from nutshell.text.encoder import WIDTH, Tokenizer, embed
from nutshell.text.slots import Places
from nutshell.text.static_encoder import embed_static
from nutshell.text.tokens import names, plain, read

from .evidence import COUNT, Soft, evidence
from .question import Question, read_question

SHORTLIST = 64
# What the head must say of the best sentence: the operating point that the ask card measures.
FOUND = 0.25


@dataclass
class AskedPage:
    """A page that questions are put to: what was computed for one serves the next.

    `vectors`: the encoder's, of a sentence alone and of it with the one before (its "He" then has a name).
    """

    texts: tuple[str, ...]
    places: Places
    known: frozenset[str]
    static: Tensor
    words: dict[str, int]
    word_vectors: Tensor
    vectors: dict[int, tuple[memoryview[Any], memoryview[Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """`chances`: (how likely it holds the answer, number of the sentence), the likeliest first."""

    question: Question
    chances: tuple[tuple[float, int], ...]

    @property
    def found(self) -> bool:
        return bool(self.chances) and self.chances[0][0] >= FOUND


async def read_page(models: Models, tokenizer: Tokenizer, sentences: Sequence[str]) -> AskedPage:
    """Raises ModelError."""
    texts = tuple(plain(sentence) for sentence in sentences)
    text = read(texts)
    words = sorted({t.low for row in text.sentences for t in row if t.kind in {"word", "name"}})
    return AskedPage(
        texts,
        Places(text),
        names(text),
        await embed_static(models, tokenizer, texts),
        {word: number for number, word in enumerate(words)},
        await embed_static(models, tokenizer, words),
    )


async def look_for(
    models: Models, tokenizer: Tokenizer, page: AskedPage, question: str, progress: Progress | None = None
) -> Found:
    """Raises ValueError for a question without a word, ModelError."""
    asked = read_question(question, page.known)
    if not page.texts:
        return Found(asked, ())
    chosen, rows = await gather(models, tokenizer, page, asked, progress)
    flat = array("f", (value for row in rows for value in row))
    answer = await models.run("ask", {"features": Tensor("float32", (len(rows), COUNT), memoryview(flat))})
    chances = sorted(zip(answer["scores"].data.tolist(), chosen, strict=True), key=lambda one: (-one[0], one[1]))
    return Found(asked, tuple(chances))


async def gather(
    models: Models, tokenizer: Tokenizer, page: AskedPage, asked: Question, progress: Progress | None = None
) -> tuple[list[int], list[list[float]]]:
    """The sentences worth a closer look, in the page's order, and what speaks for each."""
    query = await embed_static(models, tokenizer, [asked.text])
    rough = (await cosines_of(models, query, page.static)).tolist()
    chosen = _shortlist(page.places, asked, rough)
    missing = [number for number in chosen if number not in page.vectors]
    texts = [page.texts[number] for number in missing]
    windows = [f"{page.texts[number - 1]} {page.texts[number]}" if number else page.texts[number] for number in missing]
    made = await embed(models, tokenizer, [asked.text, *texts, *windows], progress)
    for place, number in enumerate(missing, 1):
        page.vectors[number] = _row(made, place), _row(made, place + len(missing))
    flat = array("f")
    for which in (0, 1):
        for number in chosen:
            flat.extend(page.vectors[number][which])
    close = await cosines_of(
        models,
        Tensor("float32", (1, WIDTH), _row(made, 0)),
        Tensor("float32", (2 * len(chosen), WIDTH), memoryview(flat)),
    )
    cosines = [min(close)] * len(page.texts)
    window = list(cosines)
    for place, number in enumerate(chosen):
        cosines[number], window[number] = close[place], close[place + len(chosen)]
    soft = await _soft(models, tokenizer, page, asked, chosen)
    rows = evidence(asked, page.places, cosines, soft, window)
    return chosen, [rows[number] for number in chosen]


def _shortlist(places: Places, asked: Question, rough: Sequence[float]) -> list[int]:
    if len(rough) <= SHORTLIST:
        return list(range(len(rough)))
    held = {token.key: places.weight(token.key) for token in asked.tokens}
    total = sum(held.values()) or 1.0
    scores = list(rough)
    for key, weight in held.items():
        for number in {number for number, _ in places.by_key.get(key, ())}:
            scores[number] += weight / total
    return sorted(sorted(range(len(scores)), key=lambda number: (-scores[number], number))[:SHORTLIST])


def _row(vectors: Tensor, number: int) -> memoryview[Any]:
    return vectors.data[number * WIDTH : (number + 1) * WIDTH]


async def _soft(
    models: Models, tokenizer: Tokenizer, page: AskedPage, asked: Question, chosen: Sequence[int]
) -> list[Soft]:
    weights = {token.low: page.places.weight(token.key) for token in asked.tokens}
    found = [Soft()] * len(page.texts)
    if not weights or not page.words:
        return found
    lows = sorted(weights)
    total = sum(weights.values()) or 1.0
    vectors = await embed_static(models, tokenizer, [*lows, asked.head] if asked.head else lows)
    cosines = await cosines_of(models, vectors, page.word_vectors)
    width = len(page.words)
    head = len(lows) * width
    for number in chosen:
        here = [t.low for t in page.places.source.sentences[number] if t.low in page.words]
        columns = [page.words[low] for low in here]
        if columns:
            best = [max(cosines[row * width + column] for column in columns) for row in range(len(lows))]
            weighted = sum(value * weights[low] for value, low in zip(best, lows, strict=True)) / total
            others = [cosines[head + page.words[low]] for low in here if low not in weights] if asked.head else []
            found[number] = Soft(sum(best) / len(best), min(best), weighted, max(others, default=0.0))
    return found
