"""Who stands in whose place: a number, a name or a negation beside the words that stand around it in the source.

That a number occurs somewhere in a page says little: what counts is whether it occurs *there*. A claim's number (or
name, or word with an opposite) is held by the words near it. Every place of the source that holds the same kind of
thing is scored by how many of those words stand near it too. Where another value's best place is clearly better than
the claim's own, the claim has put one into the other's place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from .antonyms import OPPOSITES
from .stemming import stem
from .tokens import Text, Token
from .words import word_set

# Words of either side that hold a value in its place, not counting the little ones.
_REACH = 4
_NEAR = 7
# Words before a negation's words within which it still reaches them.
_NEGATED = 3
_CLOSE = 0.02
_WHOLE = 6  # tokens; two shorter sentences are alike by chance
_PART = 0.6
# What denies without a negation: who "failed to agree" did not agree.
_DENYING = frozenset(
    stem(word)
    for word in word_set(
        "fail failed failure deny denied denies refuse refused lack lacked lacking unable unlikely reject rejected"
        " absence absent miss missed missing avoid avoided stop stopped prevent prevented ban banned barred abandoned"
        " away few little unaware impossible unclear unknown decline declined end ended cancelled lost against except"
    )
)


@dataclass(frozen=True, slots=True)
class Slot:
    """How well the claim's own value fits its place (`own`), and the best other one (`other`, `rival`): 0 to 1.

    `own` is -1 where the source has no such value at all; `text` and `rival` are names as a whole.
    """

    token: Token
    text: str
    own: float
    other: float
    rival: str
    place: int

    @property
    def margin(self) -> float:
        return self.other - max(0.0, self.own)


class Places:
    """A source, so that the places of its values can be looked up: by key, with the words around each."""

    def __init__(self, source: Text) -> None:
        self.source = source
        self._rows = [
            [token for token in sentence if token.kind != "function" or token.negates] for sentence in source.sentences
        ]
        count: dict[str, int] = defaultdict(int)
        for row in self._rows:
            for key in {token.key for token in row}:
                count[key] += 1
        self._weight = {key: log(1 + len(self._rows) / many) for key, many in count.items()}
        self._rare = log(1 + len(self._rows))
        self.every_key = [[token.key for token in sentence] for sentence in source.sentences]
        self.starts: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.pairs: set[tuple[str, str]] = set()
        self.triples: set[tuple[str, str, str]] = set()
        for number, keys in enumerate(self.every_key):
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
        """Rare words say more; one that the source lacks counts as its rarest."""
        return self._weight.get(key, self._rare)

    def replaced(self, claim: Sequence[Token]) -> tuple[Token, Token] | None:
        """The one number or name in which the claim differs from a sentence of the source, and what stands there.

        Word for word the rest must be the same: then nothing but this was put into another's place, wherever else the
        source has it.
        """
        keys = [token.key for token in claim]
        found = None
        for sentence, other in zip(self.source.sentences, self.every_key, strict=True):
            if len(other) != len(keys) or len(keys) < _WHOLE:
                continue
            apart = [place for place, (one, two) in enumerate(zip(keys, other, strict=True)) if one != two]
            if not apart:
                return None
            if len(apart) == 1:
                mine, theirs = claim[apart[0]], sentence[apart[0]]
                if mine.kind == theirs.kind and mine.kind in ("number", "name"):
                    found = mine, theirs
        return found

    def numbers(self, claim: Sequence[Token]) -> list[Slot]:
        return self._slots(claim, "number", lambda token, other: token.value == other.value)

    def names(self, claim: Sequence[Token]) -> list[Slot]:
        return self._slots(claim, "name", _same_name)

    def opposites(self, claim: Sequence[Token]) -> list[Slot]:
        """Only words that have an opposite, against those opposites."""
        row = _content(claim)
        found = []
        for place, token in enumerate(row):
            against = OPPOSITES.get(token.key)
            if not against or token.key in _negated_here(row, place):
                continue
            around = self._around(row, place)
            own, _ = self._best(self.by_key.get(token.key, ()), around)
            rivals = [spot for key in against for spot in self.by_key.get(key, ())]
            other, there = self._best(rivals, around)
            if rivals:
                rival = self._rows[there[0]][there[1]].text
                found.append(Slot(token, token.text, own, other, rival, there[0]))
        return found

    def negations(self, claim: Sequence[Token]) -> tuple[float, float]:
        """How surely the claim negates what the source affirms, and the other way round: 0 to 1 each."""
        row = _content(claim)
        added = dropped = 0.0
        for place, token in enumerate(row):
            if token.negates:
                around = self._around(row, place, reach=3)
                if not any(self._negated_near(number, around) for number in self._speaking_of(around)):
                    added = 1.0
        if not any(token.negates for token in row):
            held = {token.key: self.weight(token.key) for token in row}
            total = sum(held.values()) or 1.0
            for source in self._rows:
                for place, token in enumerate(source):
                    if token.negates:
                        after = [other.key for other in source[place + 1 : place + 1 + _NEGATED] if not other.negates]
                        if after and after[0] in held:
                            shared = {other.key for other in source} & held.keys()
                            dropped = max(dropped, sum(held[key] for key in shared) / total)
        return added, dropped

    def order(self, claim: Sequence[Token]) -> tuple[float, float]:
        """Shares of the claim's neighbouring words that stand near each other in one sentence of the source:
        in the same order, and only in the other order."""
        row = _content(claim)
        pairs = [(a.key, b.key) for a, b in pairwise(row) if a.key != b.key]
        same = turned = 0
        for first, second in pairs:
            forward = backward = False
            after = self.by_key.get(second, ())
            for number, place in self.by_key.get(first, ()):
                for other, there in after:
                    if other == number and abs(there - place) <= _NEAR:
                        forward |= there > place
                        backward |= there < place
            same += forward
            turned += backward and not forward
        return same / max(1, len(pairs)), turned / max(1, len(pairs))

    def roles(self, claim: Sequence[Token]) -> float:
        """1 where two names have changed places around a word that stands between them in both."""
        passive = any(token.low == "by" for token in claim)
        row = _content(claim)
        spots = [place for place, token in enumerate(row) if token.kind == "name"]
        for first in spots:
            for second in spots:
                one, two = row[first], row[second]
                if not first < second <= first + _NEAR or _same_name(one, two):
                    continue
                between = {token.key for token in row[first + 1 : second] if token.kind == "word"}
                if between and self._turned(one.key, two.key, between, passive):
                    return 1.0
        return 0.0

    def _turned(self, first: str, second: str, between: set[str], passive: bool) -> bool:
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
            around = self._around(row, place)
            here = [spot for spot in self._by_kind[kind] if same(token, self._rows[spot[0]][spot[1]])]
            others = [
                spot
                for spot in self._by_kind[kind]
                if not any(same(mine, self._rows[spot[0]][spot[1]]) for mine in row if mine.kind == kind)
            ]
            if kind == "name":
                here += self.by_key.get(token.key, [])
            own, at = self._best(here, around)
            other, there = self._best(others, around)
            if here and self._copied_here(claim, token):
                own = 1.0
            rival = _whole(self._rows[there[0]], there[1]) if other else ""
            own = own if here else -1.0
            found.append(Slot(token, _whole(row, place), own, other, rival, at[0] if here else there[0]))
        return found

    def _copied_here(self, claim: Sequence[Token], token: Token) -> bool:
        """Whether the source has the value, a name as a whole, with the same two words before it or after it, or
        between the same two."""
        keys = [each.key for each in claim]
        first = last = claim.index(token)
        while token.kind == "name" and first and claim[first - 1].kind == "name":
            first -= 1
        while token.kind == "name" and last + 1 < len(claim) and claim[last + 1].kind == "name":
            last += 1
        if any(pair not in self.pairs for pair in pairwise(keys[first : last + 1])):
            return False  # names of the source, but never side by side there
        around = [tuple(keys[max(0, first - 2) : first + 1]), tuple(keys[last : last + 3])]
        if first == last:
            around.append(tuple(keys[max(0, first - 1) : first + 2]))
        return any(three in self.triples for three in around if len(three) == 3)

    def _around(self, row: Sequence[Token], place: int, reach: int = _REACH) -> dict[str, float]:
        """The words that hold a place, each with its weight; nearer ones count more; they sum to 1."""
        found: dict[str, float] = {}
        for other in range(max(0, place - reach), min(len(row), place + reach + 1)):
            token = row[other]
            if other != place and not token.negates and token.key != row[place].key:
                weight = self.weight(token.key) / (1 + 0.25 * (abs(other - place) - 1))
                found[token.key] = max(found.get(token.key, 0.0), weight)
        total = sum(found.values()) or 1.0
        return {key: weight / total for key, weight in found.items()}

    def _best(self, spots: Iterable[tuple[int, int]], around: Mapping[str, float]) -> tuple[float, tuple[int, int]]:
        best, at = 0.0, (0, 0)
        for number, place in spots:
            row = self._rows[number]
            fit = 0.0
            for key, weight in around.items():
                distances = [abs(there - place) for other, there in self.by_key.get(key, ()) if other == number]
                if distances:
                    distance = min(distances)
                    fit += weight * (1.0 if distance <= _NEAR else 0.6) * (1 - _CLOSE * min(distance, 10))
            if fit > best and row:
                best, at = fit, (number, place)
        return best, at

    def _speaking_of(self, around: Mapping[str, float]) -> list[int]:
        """The sentences with a good part of what the best one has of these words."""
        fits: dict[int, float] = defaultdict(float)
        for key, weight in around.items():
            for number in {number for number, _ in self.by_key.get(key, ())}:
                fits[number] += weight
        best = max(fits.values(), default=0.0)
        return [number for number, fit in fits.items() if fit > _PART * best]

    def _negated_near(self, number: int, around: Mapping[str, float]) -> bool:
        row = self._rows[number]
        for place, token in enumerate(row):
            if token.negates or token.key in _DENYING:
                near = {other.key for other in row[max(0, place - 3) : place + 4]}
                if near & around.keys():
                    return True
        return False


def _negated_here(row: Sequence[Token], place: int) -> frozenset[str]:
    """The word itself where a negation stands right before it ("not guilty" is no rival of "innocent")."""
    before = row[max(0, place - 2) : place]
    return frozenset([row[place].key]) if any(token.negates for token in before) else frozenset()


def _content(claim: Sequence[Token]) -> list[Token]:
    return [token for token in claim if token.kind != "function" or token.negates]


def _whole(row: Sequence[Token], place: int) -> str:
    """A value as it stands; a name with the names right beside it."""
    first = last = place
    if row[place].kind == "name":
        while first and row[first - 1].kind == "name" and row[first].at - row[first - 1].at == 1:
            first -= 1
        while last + 1 < len(row) and row[last + 1].kind == "name" and row[last + 1].at - row[last].at == 1:
            last += 1
    return " ".join(token.text.removesuffix("'s") for token in row[first : last + 1])


def _same_name(token: Token, other: Token) -> bool:
    one, two = token.key, other.key
    return one == two or (min(len(one), len(two)) >= 4 and (one[:5] == two[:5] or one in two or two in one))
