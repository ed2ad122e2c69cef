"""Questions that a page answers, to begin with: made of what its sentences say by rules, without a model.

Only forms that stay right whatever the sentence is about: a heading that asks, what somebody said, what something is,
how many of something there are. Each comes with the sentence it was made of; the caller keeps those that are found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.article import Article, Role
from nutshell.text.words import word_set

_NAME = r"[A-Z][\w'’-]+(?: (?:of |de |van |bin |al-)?[A-Z][\w'’-]+){0,3}"
_SAID = re.compile(rf"(?P<who>{_NAME}),? (?:has |have )?(?:said|says|told|warned|argued|announced|added|explained)\b")
_SAID_BY = re.compile(rf"[,”\"] ?(?:said|says) (?P<who>{_NAME})\b")
_IS = re.compile(
    rf"^(?:The )?(?P<what>{_NAME})(?:, [^,]{{3,60}},)? (?P<be>is|was|are|were) (?:an?|the|one of) (?P<rest>\w+)"
)
_COUNT = re.compile(
    r"\b(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|dozens of|hundreds of|thousands of)"
    r" (?P<what>(?:[a-z]+ )?[a-z]{3,}s)\b"
)
_NOT_WHO = word_set("He She They It We I You The A An This That These Those But And In On At For However")
_TIMES = word_set(
    "years months weeks days hours minutes seconds times miles metres meters kilometres kilometers feet"
    " inches degrees points percent pounds dollars euros decades centuries"
)
_PEOPLE = word_set(
    "man woman lawyer writer author actor actress singer doctor professor teacher politician scientist"
    " player president minister engineer researcher director journalist former"
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`index`: the sentence that answers it, -1 where a heading asks."""

    text: str
    index: int


def suggestions(article: Article, sentences: Sequence[str]) -> list[Suggestion]:
    """The best first, each about something else."""
    found = [
        Suggestion(" ".join(block.text.split()), -1)
        for block in article.blocks
        if block.role is Role.HEADING and block.text.rstrip().endswith("?") and 3 <= len(block.text.split()) <= 14
    ]
    said: Counter[str] = Counter()
    first: dict[str, int] = {}
    for number, sentence in enumerate(sentences):
        for match in (*_SAID.finditer(sentence), *_SAID_BY.finditer(sentence)):
            who = match["who"]
            if who.split()[0] not in _NOT_WHO:
                said[who] += 1
                first.setdefault(who, number)
    things = [_about(number, sentence) for number, sentence in enumerate(sentences)]
    counts = [_counted(number, sentence) for number, sentence in enumerate(sentences)]
    kinds = [
        [one for one in things if one],
        [Suggestion(f"What did {who} say?", first[who]) for who, _ in said.most_common(2)],
        [one for one in counts if one],
    ]
    for turn in range(2):
        found += [kind[turn] for kind in kinds if len(kind) > turn]
    seen: set[str] = set()
    return [one for one in found if not (one.text.lower() in seen or seen.add(one.text.lower()))]  # type: ignore[func-returns-value]


def _about(number: int, sentence: str) -> Suggestion | None:
    match = _IS.match(sentence)
    if not match or match["what"].split()[0] in _NOT_WHO:
        return None
    asks = "Who" if match["rest"].lower() in _PEOPLE else "What"
    return Suggestion(f"{asks} {match['be']} {match['what']}?", number)


def _counted(number: int, sentence: str) -> Suggestion | None:
    for match in _COUNT.finditer(sentence):
        what = match["what"]
        if what.split()[-1] not in _TIMES and not what.endswith("ss"):
            return Suggestion(f"How many {what}?", number)
    return None
