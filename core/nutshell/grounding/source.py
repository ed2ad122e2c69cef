"""A source as claims are held against it: its sentences, where its facts stand, and how near each claim is to each."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.ports import Models, Tensor
from nutshell.text.encoder import Tokenizer, embed
from nutshell.text.slots import Places
from nutshell.text.static_encoder import embed_static
from nutshell.text.tokens import Text, Token, names, plain, read

from .features import Findings, compare

SUPPORT = 3
# Beside the cosine, the share of the claim's words (rare ones more) that a sentence has: names and numbers
# weigh little in a vector.
_WORDS = 0.5


@dataclass(frozen=True)
class Source:
    """`vectors` are the encoder's, one for each sentence; `known` its names in lower case."""

    texts: tuple[str, ...]
    vectors: Tensor
    places: Places
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """A claim beside its source; `support` are numbers of sentences, the nearest first."""

    claim: tuple[Token, ...]
    support: tuple[int, ...]
    features: tuple[float, ...]
    findings: Findings


async def read_source(
    models: Models, tokenizer: Tokenizer, sentences: Sequence[str], vectors: Tensor | None = None
) -> Source:
    """`vectors` where they have been made already. Raises ModelError."""
    texts = tuple(plain(sentence) for sentence in sentences)
    if vectors is None:
        vectors = await embed(models, tokenizer, texts)
    text = read(texts)
    return Source(texts, vectors, Places(text), names(text))


async def compare_all(
    models: Models, tokenizer: Tokenizer, source: Source, claims: Sequence[str], vectors: Tensor | None = None
) -> list[Compared]:
    """Each claim beside the source. Raises ModelError."""
    if not claims or not source.texts:
        return []
    texts = [plain(claim) for claim in claims]
    if vectors is None:
        vectors = await embed(models, tokenizer, texts)
    cosines = await cosines_of(models, vectors, source.vectors)
    width = len(source.texts)
    tokens = [tuple(t for s in read([text], source.known).sentences for t in s) for text in texts]
    near = [
        nearest(source.places, claim, cosines[number * width : (number + 1) * width].tolist())
        for number, claim in enumerate(tokens)
    ]
    soft = await _soft(models, tokenizer, source.places.source, tokens, near)
    found = []
    for number, claim in enumerate(tokens):
        values = [cosines[number * width + sentence] for sentence in near[number]]
        features, findings = compare(claim, source.places, near[number], values, soft[number])
        found.append(Compared(claim, near[number], tuple(features), findings))
    return found


async def cosines_of(models: Models, rows: Tensor, others: Tensor) -> memoryview[float]:
    """float32, flat: of each of `rows` with each of `others`."""
    if not rows.shape[0] or not others.shape[0]:
        return memoryview(array("f"))
    answer = await models.run("cosine", {"rows": rows, "others": others})
    return answer["cosines"].data


def nearest(places: Places, claim: Sequence[Token], cosines: Sequence[float], most: int = SUPPORT) -> tuple[int, ...]:
    """The source's sentences that would support the claim, best first."""
    held = {token.key: places.weight(token.key) for token in claim if token.kind != "function"}
    total = sum(held.values()) or 1.0
    shares = [0.0] * len(cosines)
    for key, weight in held.items():
        for number in {number for number, _ in places.by_key.get(key, ())}:
            shares[number] += weight / total
    order = sorted(range(len(cosines)), key=lambda number: (-cosines[number] - _WORDS * shares[number], number))
    return tuple(order[:most])


async def _soft(
    models: Models, tokenizer: Tokenizer, source: Text, claims: Sequence[Sequence[Token]], near: Sequence[Sequence[int]]
) -> list[tuple[float, float]]:
    """For each claim: how near its words are, on average and at least, to the nearest word of its support."""
    wanted, there = [], []
    for claim, support in zip(claims, near, strict=True):
        close = {
            token.key: token.low for number in support for token in source.sentences[number] if token.kind == "word"
        }
        there.append(close)
        wanted.append({token.key: token.low for token in claim if token.kind == "word" and token.key not in close})
    words = sorted({low for row in wanted for low in row.values()})
    others = sorted({low for row in there for low in row.values()})
    if not words or not others:
        return [_softened(claim, {}) for claim in claims]
    vectors = await embed_static(models, tokenizer, [*words, *others])
    split = len(words) * vectors.shape[1]
    cosines = await cosines_of(
        models,
        Tensor("float32", (len(words), vectors.shape[1]), vectors.data[:split]),
        Tensor("float32", (len(others), vectors.shape[1]), vectors.data[split:]),
    )
    row_of = {word: number for number, word in enumerate(words)}
    column_of = {word: number for number, word in enumerate(others)}
    found = []
    for claim, missing, close in zip(claims, wanted, there, strict=True):
        columns = [column_of[low] for low in close.values()]
        best = {}
        for key, low in missing.items():
            base = row_of[low] * len(others)
            best[key] = max((cosines[base + column] for column in columns), default=0.0)
        found.append(_softened(claim, best))
    return found


def _softened(claim: Sequence[Token], best: dict[str, float]) -> tuple[float, float]:
    values = [best.get(token.key, 1.0) for token in claim if token.kind == "word"]
    return (sum(values) / len(values), min(values)) if values else (1.0, 1.0)
