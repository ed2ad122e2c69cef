"""Indexes a source, finds the sentences nearest to each claim, and compares the claim with them.

Sentences are compared by their words and by the static encoder, whose vectors are the same in every host. A source is
read once for any number of claims.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nutshell.ports import Models, Tensor
from nutshell.text.encoder import Tokenizer
from nutshell.text.slots import SlotIndex
from nutshell.text.static_encoder import embed_static
from nutshell.text.tokens import Token, TokenizedText, names, parse_text, restore_punctuation
from nutshell.text.vectors import cosines

from .alignment import Alignment, align
from .evidence import choose_evidence
from .features import Findings, compare

MAX_SUPPORT = 3
# Weight of the share of the claim's words that a sentence has, beside the cosine: names and numbers weigh little in a
# vector.
_SHARED_WORDS_WEIGHT = 1.0


@dataclass(frozen=True)
class Source:
    """`texts` are its n sentences, `vectors` the static encoder's: float32 [n, 256]. `names` are in lower case."""

    texts: tuple[str, ...]
    vectors: Tensor
    slots: SlotIndex
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class ComparedClaim:
    """A claim compared with its source.

    `support`: indices of the nearest sentences, nearest first. `evidence`: of those that together have most of its
    words.
    """

    claim: tuple[Token, ...]
    support: tuple[int, ...]
    evidence: tuple[int, ...]
    features: tuple[float, ...]
    findings: Findings
    alignment: Alignment


async def index_source(models: Models, tokenizer: Tokenizer, sentences: Sequence[str]) -> Source:
    """Raises ModelError."""
    texts = tuple(restore_punctuation(sentence) for sentence in sentences)
    text = parse_text(texts)
    return Source(texts, await embed_static(models, tokenizer, texts), SlotIndex(text), names(text))


async def compare_claims(
    models: Models, tokenizer: Tokenizer, source: Source, claims: Sequence[str]
) -> list[ComparedClaim]:
    """Returns one comparison for each claim; none when the source is empty. Raises ModelError."""
    if not claims or not source.texts:
        return []
    texts = [restore_punctuation(claim) for claim in claims]
    similarity = await cosines(models, await embed_static(models, tokenizer, texts), source.vectors)
    width = len(source.texts)
    tokens = [tuple(t for s in parse_text([text], source.names).sentences for t in s) for text in texts]
    support = [
        nearest_sentences(source.slots, claim, similarity[number * width : (number + 1) * width].tolist())
        for number, claim in enumerate(tokens)
    ]
    evidence = [choose_evidence(source.slots, claim) for claim in tokens]
    matches = await _word_matches(models, tokenizer, source.slots.source, tokens, evidence)
    found = []
    for number, claim in enumerate(tokens):
        alignment = align(claim, source.slots, evidence[number])
        values = [similarity[number * width + sentence] for sentence in support[number]]
        features, findings = compare(claim, source.slots, evidence[number], values, matches[number], alignment)
        found.append(ComparedClaim(claim, support[number], evidence[number], tuple(features), findings, alignment))
    return found


def nearest_sentences(slots: SlotIndex, claim: Sequence[Token], cosines: Sequence[float]) -> tuple[int, ...]:
    """Returns the indices of the sentences that support the claim best, best first.

    `cosines`: of each with the claim.
    """
    weights = {token.key: slots.weight(token.key) for token in claim if token.kind != "function"}
    total = sum(weights.values()) or 1.0
    shares = [0.0] * len(cosines)
    for key, weight in weights.items():
        for index in {index for index, _ in slots.by_key.get(key, ())}:
            shares[index] += weight / total
    ranked = sorted(
        range(len(cosines)), key=lambda index: (-cosines[index] - _SHARED_WORDS_WEIGHT * shares[index], index)
    )
    return tuple(ranked[:MAX_SUPPORT])


async def _word_matches(
    models: Models,
    tokenizer: Tokenizer,
    source: TokenizedText,
    claims: Sequence[Sequence[Token]],
    supports: Sequence[Sequence[int]],
) -> list[tuple[float, float]]:
    """Returns for each claim the mean and minimum, over its words, of the best cosine to a word of its support."""
    missing_words, support_words = [], []
    for claim, support in zip(claims, supports, strict=True):
        there = {token.key: token.low for index in support for token in source.sentences[index] if token.kind == "word"}
        support_words.append(there)
        missing_words.append(
            {token.key: token.low for token in claim if token.kind == "word" and token.key not in there}
        )
    rows = sorted({low for words in missing_words for low in words.values()})
    columns = sorted({low for words in support_words for low in words.values()})
    if not rows or not columns:
        return [_mean_and_minimum(claim, {}) for claim in claims]
    vectors = await embed_static(models, tokenizer, [*rows, *columns])
    width = vectors.shape[1]
    split = len(rows) * width
    similarity = await cosines(
        models,
        Tensor("float32", (len(rows), width), vectors.data[:split]),
        Tensor("float32", (len(columns), width), vectors.data[split:]),
    )
    row_of = {word: number for number, word in enumerate(rows)}
    column_of = {word: number for number, word in enumerate(columns)}
    found = []
    for claim, missing, there in zip(claims, missing_words, support_words, strict=True):
        best = {
            key: max(
                (similarity[row_of[low] * len(columns) + column_of[other]] for other in there.values()), default=0.0
            )
            for key, low in missing.items()
        }
        found.append(_mean_and_minimum(claim, best))
    return found


def _mean_and_minimum(claim: Sequence[Token], best: Mapping[str, float]) -> tuple[float, float]:
    """`best` has no entry for words that the support has itself."""
    values = [best.get(token.key, 1.0) for token in claim if token.kind == "word"]
    return (sum(values) / len(values), min(values)) if values else (1.0, 1.0)
