"""Finds the passage of a page that answers a question, or that none does.

Retrieve and rerank, as in Chen et al. 2017, "Reading Wikipedia to Answer Open-Domain Questions". Words and static
vectors rank all passages; the encoder, a hundred times slower, reads only the `SHORTLIST` best, so that a question to
a book takes no longer than one to an article. The `ask` head then scores each of these (models/ask). A row, a labelled
value or a fact that the question names is looked up (lookup.py).
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from nutshell.ports import Models, Progress, Tensor
from nutshell.text.encoder import WIDTH, Tokenizer, embed
from nutshell.text.slots import SlotIndex
from nutshell.text.static_encoder import embed_static
from nutshell.text.tokens import Token, TokenizedText, names, parse_text, restore_punctuation
from nutshell.text.vectors import cosines

from .answer_form import STRICT, USUAL
from .evidence import COUNT, Around, WordMatch, evidence
from .lookup import Named, about_tokens, best_cells, lookup_scores, named_passages
from .passages import Passage
from .question import Question
from .tables import Cell
from .word_similarity import WordSimilarity, word_similarity

SHORTLIST = 48
_WITHOUT_FORM = 0.3
_WITHOUT_USUAL_FORM = 0.5
_UNKNOWN_NAME = 0.4
_FRAGMENT = 0.5
_MIN_WORDS = 5
_ALL_ASKED = 0.45
_FEW = 2
_ONLY_SUBJECT = 0.3  # for a passage that shares only the page's subject with the question
_RELATED = 0.45
MIN_CHANCE = 0.12
"""The score from which a passage counts as an answer: the operating point that models/ask/README.md measures."""


@dataclass
class IndexedPage:
    """A page that can be asked questions. Vectors computed for one question are kept for the next.

    `static` holds a static vector for each passage, `word_vectors` one for each of `words` (word -> row). `vectors`
    holds the encoder's, by passage: of the passage alone, and together with the one before it, which resolves a
    leading "He". `blocks` holds the words of the block of each passage and of the heading above it,
    `title` those of the page's title. `named` holds the passages that can be looked up.
    """

    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    slots: SlotIndex
    names: frozenset[str]
    blocks: tuple[frozenset[str], ...]
    title: frozenset[str]
    named: dict[int, Named]
    static: Tensor
    words: dict[str, int]
    word_vectors: Tensor
    vectors: dict[int, tuple[memoryview[Any], memoryview[Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskResult:
    """`chances`: (the chance that it holds the answer, index of the passage), best first.

    Only the shortlist is there.
    """

    question: Question
    chances: tuple[tuple[float, int], ...]

    @property
    def found(self) -> bool:
        return bool(self.chances) and self.chances[0][0] >= MIN_CHANCE

    @property
    def chance(self) -> float:
        return self.chances[0][0] if self.chances else 0.0


async def index_page(models: Models, tokenizer: Tokenizer, passages: Sequence[Passage], title: str = "") -> IndexedPage:
    """Raises ModelError."""
    texts = tuple(restore_punctuation(passage.text) for passage in passages)
    text = parse_text(texts)
    known = names(text)
    words = sorted({token.low for row in text.sentences for token in row if token.kind in {"word", "name"}})
    return IndexedPage(
        tuple(passages),
        texts,
        SlotIndex(text),
        known,
        _block_keys(passages, text, known),
        _keys(title, known),
        named_passages(passages),
        await embed_static(models, tokenizer, texts),
        {word: number for number, word in enumerate(words)},
        await embed_static(models, tokenizer, words),
    )


async def find_answer(
    models: Models,
    tokenizer: Tokenizer,
    page: IndexedPage,
    question: Question,
    progress: Progress | None = None,
) -> AskResult:
    """Raises ModelError when a model cannot be run."""
    if not page.texts:
        return AskResult(question, ())
    similarity = await _similarity(models, tokenizer, page, question)
    candidates, rows = await _candidates(models, tokenizer, page, question, similarity, progress)
    flat = array("f", (value for row in rows for value in row))
    answer = await models.run("ask", {"features": Tensor("float32", (len(rows), COUNT), memoryview(flat))})
    scores = {
        index: _revised(score, page, question, similarity, index)
        for index, score in zip(candidates, map(float, answer["scores"].data), strict=True)
    }
    looked_up = lookup_scores(question, page.passages, page.named, page.slots, page.title, similarity)
    for index, score in looked_up.items():
        scores[index] = max(scores.get(index, 0.0), score)
    chances = sorted(((score, index) for index, score in scores.items()), key=lambda pair: (-pair[0], pair[1]))
    return AskResult(question, tuple(chances))


def _revised(score: float, page: IndexedPage, question: Question, similarity: WordSimilarity, index: int) -> float:
    """Returns the score of a passage, less what it lacks of an answer.

    The head has learned from encyclopedia prose, where every sentence is one and few are about something else.
    """
    row = page.slots.source.sentences[index]
    fits = question.answered_in_form_by(page.texts[index])
    about = about_tokens(question, page.title)
    keys = {token.key for token in row}
    if about and fits and all(token.key in keys for token in about) and _is_particular(page, about):
        score = max(score, _ALL_ASKED)
    if not fits and question.form in STRICT:
        score *= _WITHOUT_FORM
    elif not fits and question.form in USUAL:
        score *= _WITHOUT_USUAL_FORM
    if about:
        here = [token.low for token in row if token.low in page.words and token.key not in page.title]
        known = keys | page.blocks[index]
        if not any(token.key in known or similarity.best(token.low, here) >= _RELATED for token in about):
            score *= _ONLY_SUBJECT
    if any(token.kind == "name" and token.key not in page.slots.source.keys for token in about):
        score *= _UNKNOWN_NAME
    if len(row) < _MIN_WORDS and not page.passages[index].label and not page.passages[index].cells:
        score *= _FRAGMENT
    return score


def _is_particular(page: IndexedPage, about: Sequence[Token]) -> bool:
    """Whether words say more than what a page is about: two of them, or one that few passages have."""
    return len({token.key for token in about}) > 1 or len(page.slots.by_key.get(about[0].key, ())) <= _FEW


async def answering_cells(
    models: Models, tokenizer: Tokenizer, page: IndexedPage, question: Question, passage: Passage
) -> tuple[Cell, ...]:
    """Returns the cells of a row that a question asks for; empty for a passage without cells. Raises ModelError."""
    if not passage.cells:
        return ()
    return best_cells(question, passage, await _similarity(models, tokenizer, page, question))


async def candidate_features(
    models: Models, tokenizer: Tokenizer, page: IndexedPage, question: Question
) -> tuple[list[int], list[list[float]]]:
    """Returns the indices of the shortlisted passages, in the page's order, and the COUNT features of each."""
    similarity = await _similarity(models, tokenizer, page, question)
    return await _candidates(models, tokenizer, page, question, similarity)


async def _candidates(
    models: Models,
    tokenizer: Tokenizer,
    page: IndexedPage,
    question: Question,
    similarity: WordSimilarity,
    progress: Progress | None = None,
) -> tuple[list[int], list[list[float]]]:
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
    around = Around(page.texts, page.blocks, page.title, alone, window)
    return chosen, evidence(question, page.slots, around, _word_matches(page, question, similarity, chosen), chosen)


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


def _keys(text: str, known: Collection[str]) -> frozenset[str]:
    return frozenset(
        token.key for row in parse_text([text], known).sentences for token in row if token.kind != "function"
    )


def _block_keys(passages: Sequence[Passage], text: TokenizedText, known: Collection[str]) -> tuple[frozenset[str], ...]:
    headings = {heading: _keys(heading, known) for heading in {passage.heading for passage in passages}}
    blocks: dict[int, set[str]] = {}
    for passage, row in zip(passages, text.sentences, strict=True):
        keys = blocks.setdefault(passage.block, set(headings[passage.heading]))
        keys |= {token.key for token in row if token.kind != "function"}
    shared = {block: frozenset(keys) for block, keys in blocks.items()}
    return tuple(shared[passage.block] if passage.block >= 0 else frozenset() for passage in passages)


async def _similarity(models: Models, tokenizer: Tokenizer, page: IndexedPage, question: Question) -> WordSimilarity:
    asked = sorted({token.low for token in question.tokens} | ({question.head} if question.head else set()))
    return await word_similarity(models, tokenizer, asked, page.words, page.word_vectors)


def _word_matches(
    page: IndexedPage, question: Question, similarity: WordSimilarity, chosen: Sequence[int]
) -> list[WordMatch]:
    """Returns one match for each passage of the page; those that were not chosen match nothing."""
    weights = {token.low: page.slots.weight(token.key) for token in question.tokens}
    found = [WordMatch()] * len(page.texts)
    if not weights or not page.words:
        return found
    total = sum(weights.values()) or 1.0
    sentences = page.slots.source.sentences
    on_page = min(similarity.best(word, page.words) for word in weights)
    for index in chosen:
        here = [token.low for token in sentences[index] if token.low in page.words]
        if not here:
            continue
        before = [token.low for token in sentences[index - 1] if token.low in page.words] if index else []
        best = {word: similarity.best(word, here) for word in weights}
        others = [low for low in here if low not in weights]
        found[index] = WordMatch(
            sum(best.values()) / len(best),
            min(best.values()),
            sum(value * weights[word] for word, value in best.items()) / total,
            similarity.best(question.head, others) if question.head else 0.0,
            min(max(value, similarity.best(word, before)) for word, value in best.items()),
            on_page,
        )
    return found
