"""Finds numbers, names and negations of a claim that belong elsewhere in its source.

It is not enough that a number occurs somewhere in the source; it must occur in the same context. A number of a claim
(or a name, or a word with an antonym) has a slot: the words around it. Every position of the source with the same kind
of value is scored by how many of these words are near it too. When another value fits the slot clearly better than the
claim's own, the claim has swapped them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from .antonyms import ANTONYMS
from .stemming import stem
from .tokens import Token, TokenizedText
from .words import word_set

# How many words on either side make up a value's slot, not counting function words.
_CONTEXT_WORDS = 4
_NEGATION_CONTEXT_WORDS = 3
# At most this many words apart, two words count as near each other.
_NEAR = 7
# How many words after a negation it still applies to.
_NEGATED_WORDS = 3
_DISTANCE_PENALTY = 0.02
_FAR_WEIGHT = 0.6
_MIN_TOKENS = 6  # shorter sentences are alike by chance
_RELATED_SHARE = 0.6
# Words that deny without a negation: who "failed to agree" did not agree.
_DENIALS = frozenset(
    stem(word)
    for word in word_set(
        "fail failed failure deny denied denies refuse refused lack lacked lacking unable unlikely reject rejected"
        " absence absent miss missed missing avoid avoided stop stopped prevent prevented ban banned barred abandoned"
        " away few little unaware impossible unclear unknown decline declined end ended cancelled lost against except"
    )
)


@dataclass(frozen=True, slots=True)
class Slot:
    """How well the claim's value fits its slot in the source (`own_fit`, 0 to 1), and the best rival value
    (`rival_fit`).

    `own_fit` is -1 when the source does not have the value at all. `text` and `rival` are whole names. `sentence` is
    the index of the sentence that fits best.
    """

    token: Token
    text: str
    own_fit: float
    rival_fit: float
    rival: str
    sentence: int

    @property
    def margin(self) -> float:
        return self.rival_fit - max(0.0, self.own_fit)


class SlotIndex:
    """The positions of all values of a source, by key and by kind. A position is (sentence, place in it)."""

    def __init__(self, source: TokenizedText) -> None:
        self.source = source
        self._rows = [
            [token for token in sentence if token.kind != "function" or token.negates] for sentence in source.sentences
        ]
        count: dict[str, int] = defaultdict(int)
        for row in self._rows:
            for key in {token.key for token in row}:
                count[key] += 1
        self._weight = {key: log(1 + len(self._rows) / rows) for key, rows in count.items()}
        self._highest_weight = log(1 + len(self._rows))
        self.keys = [[token.key for token in sentence] for sentence in source.sentences]
        self.starts: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.pairs: set[tuple[str, str]] = set()
        self.triples: set[tuple[str, str, str]] = set()
        for number, keys in enumerate(self.keys):
            self.pairs.update(pairwise(keys))
            self.triples.update(zip(keys, keys[1:], keys[2:], strict=False))
            for place, key in enumerate(keys):
                self.starts[key].append((number, place))
        self._by_kind: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.by_key: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, row in enumerate(self._rows):
            for place, token in enumerate(row):
                self._by_kind[token.kind].append((number, place))
                self.by_key[token.key].append((number, place))

    def weight(self, key: str) -> float:
        """Returns the inverse sentence frequency of a key; a key that the source lacks counts as rarest."""
        return self._weight.get(key, self._highest_weight)

    def replaced_value(self, claim: Sequence[Token]) -> tuple[Token, Token] | None:
        """Returns the one number or name in which the claim differs from a sentence of the source, and the source's.

        None when the rest is not the same, word for word, or when a sentence of the source equals the claim.
        """
        keys = [token.key for token in claim]
        found = None
        for sentence, other in zip(self.source.sentences, self.keys, strict=True):
            if len(other) != len(keys) or len(keys) < _MIN_TOKENS:
                continue
            different = [place for place, (key, its) in enumerate(zip(keys, other, strict=True)) if key != its]
            if not different:
                return None
            if len(different) == 1:
                own, theirs = claim[different[0]], sentence[different[0]]
                if own.kind == theirs.kind and own.kind in ("number", "name"):
                    found = own, theirs
        return found

    def numbers(self, claim: Sequence[Token]) -> list[Slot]:
        return self._slots(claim, "number", lambda token, other: token.value == other.value)

    def names(self, claim: Sequence[Token]) -> list[Slot]:
        return self._slots(claim, "name", same_name)

    def antonyms(self, claim: Sequence[Token]) -> list[Slot]:
        """Returns the slots of words that have an antonym in the source; the antonyms are the rivals."""
        row = _content(claim)
        found = []
        for place, token in enumerate(row):
            antonyms = ANTONYMS.get(token.key)
            if not antonyms or _is_negated(row, place):
                continue
            context = self._context(row, place)
            own_fit, _ = self._best_fit(self.by_key.get(token.key, ()), context)
            rivals = [position for key in antonyms for position in self.by_key.get(key, ())]
            if rivals:
                rival_fit, (sentence, there) = self._best_fit(rivals, context)
                rival = self._rows[sentence][there].text
                found.append(Slot(token, token.text, own_fit, rival_fit, rival, sentence))
        return found

    def negations(self, claim: Sequence[Token]) -> tuple[float, float]:
        """Returns how likely the claim negates what the source affirms, and the reverse: 0 to 1 each."""
        row = _content(claim)
        added = dropped = 0.0
        for place, token in enumerate(row):
            if token.negates:
                context = self._context(row, place, _NEGATION_CONTEXT_WORDS)
                if not any(self._negated_near(number, context) for number in self._related_sentences(context)):
                    added = 1.0
        if not any(token.negates for token in row):
            weights = {token.key: self.weight(token.key) for token in row}
            total = sum(weights.values()) or 1.0
            for source in self._rows:
                for place, token in enumerate(source):
                    if token.negates:
                        following = source[place + 1 : place + 1 + _NEGATED_WORDS]
                        negated = next((other.key for other in following if not other.negates), None)
                        if negated in weights:
                            shared = {other.key for other in source} & weights.keys()
                            dropped = max(dropped, sum(weights[key] for key in shared) / total)
        return added, dropped

    def word_order(self, claim: Sequence[Token]) -> tuple[float, float]:
        """Returns the shares of the claim's pairs of neighbouring words that are near each other in a sentence of the
        source: in the same order, and only in the reverse order."""
        row = _content(claim)
        pairs = [(a.key, b.key) for a, b in pairwise(row) if a.key != b.key]
        same = reversed_ = 0
        for first, second in pairs:
            forward = backward = False
            after = self.by_key.get(second, ())
            for number, place in self.by_key.get(first, ()):
                for other, there in after:
                    if other == number and abs(there - place) <= _NEAR:
                        forward |= there > place
                        backward |= there < place
            same += forward
            reversed_ += backward and not forward
        return same / max(1, len(pairs)), reversed_ / max(1, len(pairs))

    def swaps_roles(self, claim: Sequence[Token]) -> bool:
        """Whether two names have changed places around a word that is between them in claim and source."""
        passive = any(token.low == "by" for token in claim)
        row = _content(claim)
        places = [place for place, token in enumerate(row) if token.kind == "name"]
        for first in places:
            for second in places:
                if not first < second <= first + _NEAR or same_name(row[first], row[second]):
                    continue
                between = {token.key for token in row[first + 1 : second] if token.kind == "word"}
                if between and self._only_reversed(row[first].key, row[second].key, between, passive):
                    return True
        return False

    def _only_reversed(self, first: str, second: str, between: set[str], passive: bool) -> bool:
        forward = backward = False
        for number, place in self.by_key.get(first, ()):
            for other, there in self.by_key.get(second, ()):
                if other != number:
                    continue
                low, high = sorted((place, there))
                if between & {token.key for token in self._rows[number][low + 1 : high]}:
                    by = any(token.low == "by" for token in self.source.sentences[number])
                    if by != passive or there > place:
                        forward = True
                    else:
                        backward = True
        return backward and not forward

    def _slots(self, claim: Sequence[Token], kind: str, same: Callable[[Token, Token], bool]) -> list[Slot]:
        row = _content(claim)
        found = []
        for place, token in enumerate(row):
            if token.kind != kind:
                continue
            context = self._context(row, place)
            own = [at for at in self._by_kind[kind] if same(token, self._rows[at[0]][at[1]])]
            rivals = [
                at
                for at in self._by_kind[kind]
                if not any(same(other, self._rows[at[0]][at[1]]) for other in row if other.kind == kind)
            ]
            if kind == "name":
                own += self.by_key.get(token.key, [])
            own_fit, own_at = self._best_fit(own, context)
            rival_fit, rival_at = self._best_fit(rivals, context)
            if own and self._is_copied(claim, token):
                own_fit = 1.0
            rival = _whole_name(self._rows[rival_at[0]], rival_at[1]) if rival_fit else ""
            sentence = own_at[0] if own else rival_at[0]
            found.append(Slot(token, _whole_name(row, place), own_fit if own else -1.0, rival_fit, rival, sentence))
        return found

    def _is_copied(self, claim: Sequence[Token], token: Token) -> bool:
        """Whether the source has the value, a whole name, with the same two words before or after it, or one on each
        side."""
        keys = [other.key for other in claim]
        first = last = claim.index(token)
        while token.kind == "name" and first and claim[first - 1].kind == "name":
            first -= 1
        while token.kind == "name" and last + 1 < len(claim) and claim[last + 1].kind == "name":
            last += 1
        if any(pair not in self.pairs for pair in pairwise(keys[first : last + 1])):
            return False  # the source never has these names side by side
        contexts = [tuple(keys[max(0, first - 2) : first + 1]), tuple(keys[last : last + 3])]
        if first == last:
            contexts.append(tuple(keys[max(0, first - 1) : first + 2]))
        return any(triple in self.triples for triple in contexts if len(triple) == 3)

    def _context(self, row: Sequence[Token], place: int, size: int = _CONTEXT_WORDS) -> dict[str, float]:
        """Returns the words around a place with their weights, which sum to 1. Nearer words weigh more."""
        found: dict[str, float] = {}
        for other in range(max(0, place - size), min(len(row), place + size + 1)):
            token = row[other]
            if other != place and not token.negates and token.key != row[place].key:
                weight = self.weight(token.key) / (1 + 0.25 * (abs(other - place) - 1))
                found[token.key] = max(found.get(token.key, 0.0), weight)
        total = sum(found.values()) or 1.0
        return {key: weight / total for key, weight in found.items()}

    def _best_fit(
        self, positions: Iterable[tuple[int, int]], context: Mapping[str, float]
    ) -> tuple[float, tuple[int, int]]:
        """Returns the best fit, 0 to 1, and its position."""
        best, at = 0.0, (0, 0)
        for number, place in positions:
            row = self._rows[number]
            fit = 0.0
            for key, weight in context.items():
                distances = [abs(there - place) for other, there in self.by_key.get(key, ()) if other == number]
                if distances:
                    distance = min(distances)
                    near = 1.0 if distance <= _NEAR else _FAR_WEIGHT
                    fit += weight * near * (1 - _DISTANCE_PENALTY * min(distance, 10))
            if fit > best and row:
                best, at = fit, (number, place)
        return best, at

    def _related_sentences(self, context: Mapping[str, float]) -> list[int]:
        """Returns the sentences with nearly as many of these words as the best one."""
        fits: dict[int, float] = defaultdict(float)
        for key, weight in context.items():
            for number in {number for number, _ in self.by_key.get(key, ())}:
                fits[number] += weight
        best = max(fits.values(), default=0.0)
        return [number for number, fit in fits.items() if fit > _RELATED_SHARE * best]

    def _negated_near(self, number: int, context: Mapping[str, float]) -> bool:
        row = self._rows[number]
        for place, token in enumerate(row):
            if token.negates or token.key in _DENIALS:
                near = {other.key for other in row[max(0, place - 3) : place + 4]}
                if near & context.keys():
                    return True
        return False


def _is_negated(row: Sequence[Token], place: int) -> bool:
    """Whether a negation is right before the word: "not guilty" is no rival of "innocent"."""
    return any(token.negates for token in row[max(0, place - 2) : place])


def _content(claim: Sequence[Token]) -> list[Token]:
    return [token for token in claim if token.kind != "function" or token.negates]


def _whole_name(row: Sequence[Token], place: int) -> str:
    """Returns the text of a value; of a name, with the names right beside it."""
    first = last = place
    if row[place].kind == "name":
        while first and row[first - 1].kind == "name" and row[first].at - row[first - 1].at == 1:
            first -= 1
        while last + 1 < len(row) and row[last + 1].kind == "name" and row[last + 1].at - row[last].at == 1:
            last += 1
    return " ".join(token.text.removesuffix("'s") for token in row[first : last + 1])


def same_name(token: Token, other: Token) -> bool:
    """Whether two names are equal or differ in the ending only ("China", "Chinese")."""
    left, right = token.key, other.key
    return left == right or (
        min(len(left), len(right)) >= 4 and (left[:5] == right[:5] or left in right or right in left)
    )
