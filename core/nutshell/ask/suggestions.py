"""Suggests questions that a page may answer, made from its sentences by rules.

Uses only forms that fit any subject: a heading that is a question, what somebody said, what something is, how many of
something there are. The caller keeps those that the page is found to answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.article import Article, Role
from nutshell.text.words import word_set

_NAME = r"[A-Z][\w'’-]+(?: (?:of |de |van |bin |al-)?[A-Z][\w'’-]+){0,3}"
_SPEAKER_FIRST = re.compile(
    rf"(?P<who>{_NAME}),? (?:has |have )?(?:said|says|told|warned|argued|announced|added|explained)\b"
)
_SPEAKER_LAST = re.compile(rf"[,”\"] ?(?:said|says) (?P<who>{_NAME})\b")
_IS = re.compile(
    rf"^(?:The )?(?P<what>{_NAME})(?:, [^,]{{3,60}},)? (?P<be>is|was|are|were) (?:an?|the|one of) (?P<rest>\w+)"
)
_COUNT = re.compile(
    r"\b(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|dozens of|hundreds of|thousands of)"
    r" (?P<what>(?:[a-z]+ )?[a-z]{3,}s)\b"
)
_NOT_NAMES = word_set("He She They It We I You The A An This That These Those But And In On At For However")
_UNITS = word_set(
    "years months weeks days hours minutes seconds times miles metres meters kilometres kilometers feet"
    " inches degrees points percent pounds dollars euros decades centuries"
)
_PEOPLE = word_set(
    "man woman lawyer writer author actor actress singer doctor professor teacher politician scientist"
    " player president minister engineer researcher director journalist former"
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`index` is the sentence that the question was made from; -1 for a heading."""

    text: str
    index: int


def suggest_questions(article: Article, sentences: Sequence[str]) -> list[Suggestion]:
    """Returns the suggestions without duplicates, best first, kinds in turn."""
    found = [
        Suggestion(" ".join(block.text.split()), -1)
        for block in article.blocks
        if block.role is Role.HEADING and block.text.rstrip().endswith("?") and 3 <= len(block.text.split()) <= 14
    ]
    speakers: Counter[str] = Counter()
    first: dict[str, int] = {}
    for index, sentence in enumerate(sentences):
        for match in (*_SPEAKER_FIRST.finditer(sentence), *_SPEAKER_LAST.finditer(sentence)):
            who = match["who"]
            if who.split()[0] not in _NOT_NAMES:
                speakers[who] += 1
                first.setdefault(who, index)
    definitions = [_definition_question(index, sentence) for index, sentence in enumerate(sentences)]
    counts = [_count_question(index, sentence) for index, sentence in enumerate(sentences)]
    kinds = [
        [suggestion for suggestion in definitions if suggestion],
        [Suggestion(f"What did {who} say?", first[who]) for who, _ in speakers.most_common(2)],
        [suggestion for suggestion in counts if suggestion],
    ]
    for turn in range(2):
        found += [kind[turn] for kind in kinds if len(kind) > turn]
    unique: dict[str, Suggestion] = {}
    for suggestion in found:
        unique.setdefault(suggestion.text.lower(), suggestion)
    return list(unique.values())


def _definition_question(index: int, sentence: str) -> Suggestion | None:
    match = _IS.match(sentence)
    if not match or match["what"].split()[0] in _NOT_NAMES:
        return None
    pronoun = "Who" if match["rest"].lower() in _PEOPLE else "What"
    return Suggestion(f"{pronoun} {match['be']} {match['what']}?", index)


def _count_question(index: int, sentence: str) -> Suggestion | None:
    for match in _COUNT.finditer(sentence):
        what = match["what"]
        if what.split()[-1] not in _UNITS and not what.endswith("ss"):
            return Suggestion(f"How many {what}?", index)
    return None
