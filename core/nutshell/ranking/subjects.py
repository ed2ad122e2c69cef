"""What two stories are both about: the words that a reason names.

Vectors alone say too little: of 208 pairs of headlines that were read, those with a cosine above .6 were about the
same subject in 8 of 10 cases, and there are few of them. A name that is in both titles can be checked on the card.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nutshell.stories.term_vectors import WORD, bag_of_words, kind_of

from .candidates import Candidate

MIN_RARITY = 4.0
"""Of the rarest word that two titles share."""

MIN_COSINE, MIN_COSINE_OF_WORDS = 0.4, 0.5
"""Between the vectors of two stories that are about the same: with a name in common, with another word."""

_WRITTEN = re.compile(r"\w+(?:['\u2019.-]\w+)*")


# Words of headlines, and first names, that say nothing of a subject, in the form that `title_terms` has.
_GENERIC = frozenset(
    """
    accus admit adult advice album amaz announc anniversary answer appear arrest ask attack award back ban battl best
    big biggest bill blast blunt book boss boy break brilliant brutal call campaign case challeng chang charg chief
    child children claim clash confirm could country couple crisis critic cut damn dark date daughter day dead deal
    death debut defend despite die died dies director dozen dramatic easy end episode everything exclusive expert expos
    explain face fact fail fall family fan fear fight final find fire first five follow former found four full funny
    future get girl give good great group guide happen hard head help here hero high hit home honest hour huge husband
    idea inside issue join joke just keep kid kill killed last late latest launch lead learn leave left lie life list
    little live look lose love major make mak man many meet member men message million mistake mock moment month mother
    move music name need new news next night number offer official old open opinion order parent part party pay
    people perfect person photo pick place plan play plea point power praise prepar press problem promise public push
    question quit react reaction read ready real reason record reject release report rescue respond response return
    reveal review right rip rise rule run sale save saves say scene school season second secret see send set seven shar
    show sign simple six slam small son speak star start state stop story stories strange suffer sue support surpris
    surprise take talk team tell ten test thing think thousand threat three time tip today tool top tour town trailer
    tribute trick tru try turn tweet two use user video view visit vow wait want war warn warning watch way week
    weekend well wife win woman women wonder word work world worst wrong year years young
    john david michael james robert william mary chris mike paul mark george steve kevin brian jim joe tom bill jack
    peter richard charl thomas daniel matthew andrew jason eric scott sarah jennifer jessica elizabeth anna emma
    """.split()  # noqa: SIM905 - it reads better
)

Terms = dict[str, str]
"""The terms of a title (in lower case, without endings), and how each is written there."""


def title_terms(title: str) -> Terms:
    terms: Terms = {}
    for word in _WRITTEN.findall(title):
        for term in bag_of_words(Candidate("", word.lower())).title:
            if len(term) > 2 and kind_of(term) == WORD:
                terms.setdefault(term, word)
    return terms


@dataclass(frozen=True, slots=True)
class Subject:
    """Words of a title. `rarity` is that of the rarest; `named` if a text has it as a name, or if there are several."""

    words: str
    rarity: float
    named: bool

    def is_shared(self, similarity: float) -> bool:
        """Whether two stories with these words in common are about them, by the cosine of their vectors."""
        return similarity >= (MIN_COSINE if self.named else MIN_COSINE_OF_WORDS)


def shared_subject(story: Candidate, terms: Terms, others: Terms, rarity: Callable[[str], float]) -> Subject | None:
    """Returns the words of a story's title that another title (`others`) has too, around the rarest of them.

    Returns None when they share no word that is rare enough to be a subject.
    """
    title = story.title
    shared = {term: written for term, written in terms.items() if term in others}
    rarities = {term: rarity(written.lower()) for term, written in shared.items() if term not in _GENERIC}
    rarest = max(rarities, key=lambda term: (rarities[term], len(term)), default="")
    if not rarest or rarities[rarest] < MIN_RARITY:
        return None
    words = list(_WRITTEN.finditer(title))
    written = set(shared.values())
    first = last = next(number for number, word in enumerate(words) if word[0] == terms[rarest])
    while first > 0 and words[first - 1][0] in written and _adjacent(title, words[first - 1], words[first]):
        first -= 1
    while last + 1 < len(words) and words[last + 1][0] in written and _adjacent(title, words[last], words[last + 1]):
        last += 1
    phrase = title[words[first].start() : words[last].end()].removesuffix("'s").removesuffix("\u2019s")
    named = first < last or _is_name(terms[rarest], story)
    return Subject(phrase, rarities[rarest], named)


def _is_name(word: str, story: Candidate) -> bool:
    """Whether the story has a word with a capital where other words have none."""
    if any(char.isupper() for char in word[1:]):
        return True
    if not word[:1].isupper():
        return False
    inside = rf"[a-z,]\s+{re.escape(word)}\b"
    lower_case = sum(found[0][0].islower() for found in _WRITTEN.finditer(story.title) if len(found[0]) > 3)
    return bool(re.search(inside, story.text) or (lower_case > 1 and re.search(inside, story.title)))


def is_generic(word: str) -> bool:
    """Whether a word says nothing of a subject by itself: `warning`, `John`."""
    return any(term in _GENERIC for term in bag_of_words(Candidate("", word.lower())).title)


def cosine(left: bytes, right: bytes) -> float:
    """Returns the cosine of two packed vectors (int8)."""
    one, other = memoryview(left).cast("b"), memoryview(right).cast("b")
    return _dot(one, other) / max(1e-9, math.sqrt(_dot(one, one) * _dot(other, other)))


def _dot(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(map(operator.mul, one, other))


def _adjacent(title: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return title[one.end() : other.start()].strip() == ""
