"""Checks a shortened sentence against the original: a small model drops words and joins the rest wrongly.

Stricter than the grounding check, which must allow for other words: here the remaining words must be in the original
order, with no word that doubts or limits them lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.records.message import Message
from nutshell.text.context import depends_on_context
from nutshell.text.stemming import stem
from nutshell.text.words import FUNCTION, LETTERS, word_set

_TOKEN = re.compile(rf"\d+(?:[.,:]\d+)*|{LETTERS}")
_SPEECH = r"(?:said|says|told \w+|added|adds|wrote)"
# "The school said that ..." and "..., the school said" are equivalent.
_SPEAKER_FIRST = re.compile(rf"^(?P<who>[^,.;:\"“]{{1,60}}? {_SPEECH})(?:,| that)? (?P<what>.+)$")
_ONLY_SPEECH = re.compile(rf"^[^,;:\"“]*\b{_SPEECH}(?:\s+(?:in|on|at|to|by|during|after)\b[^,;:]*)?[.!?]?$")
_PREPOSITIONS = word_set(
    "of in on at by for with about against from to into onto over under after before between through during without"
    " within near behind beyond than as because if unless until while since although though when where"
)
_QUALIFIERS = word_set(
    "may might could would should must can cannot will likely unlikely possibly probably perhaps allegedly reportedly"
    " essentially mostly largely partly roughly approximately almost nearly hardly only never not no without if unless"
    " plans planned wants wanted tries tried try hopes hoped expected accused suspected alleged denied denies refused"
    " failed"
)
_BEFORE_NAMES = word_set("of in on at by for with about against from to into is are was were")
_VERBS = word_set(
    "is are was were be been has have had will would can could may might must should do does did says said"
)
_DETERMINERS = word_set("the a an this these its his her their our")
_RELATIVES = word_set("who whom whose which that where")
_PRONOUNS = word_set("he she it they him her his hers its them their this that these those")
_PASSIVE = word_set("is are was were be been being")
_SCALES = word_set("under over per")
_CONJUNCTIONS = word_set("and but or that")
_SPEECH_VERBS = word_set("said says told added adds wrote")
_FIRST_PERSON = word_set("i me my mine we us our ours")
_QUOTE = re.compile('["“”„«»]')
_CLAUSE = re.compile(r"(?:While|Although|Though|Because|Whereas|Since|If|Unless|When|As)\b")
_BRACKETS = re.compile(r"\([^()]*\)")
_MARK = re.compile(r"[^\w\s'’-]|--")
_DASH = re.compile(r"(?:^|\s)(?:--+|[–—])(?:\s|$)|—")
_NUMBER = re.compile(
    r"\d|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|billion)$"
)
_MAX_NEW_WORDS, _MAX_NEW_SHARE = 2, 0.15
_REARRANGED = Message("rewrite.joined_differently")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Words in lower case. `after_mark`: the places of those that follow a punctuation mark."""

    words: tuple[str, ...]
    after_mark: frozenset[int]

    @property
    def without_possessives(self) -> frozenset[str]:
        return frozenset(word.removesuffix("'s") for word in self.words)

    @classmethod
    def parse(cls, text: str) -> _Sentence:
        words: list[str] = []
        after_mark, end = set(), 0
        for match in _TOKEN.finditer(text.replace("’", "'").lower()):
            if _MARK.search(text[end : match.start()]) or not words:
                after_mark.add(len(words))
            words.append(match.group())
            end = match.end()
        return cls(tuple(words), frozenset(after_mark))


def unfaithful_reason(text: str, source: str) -> Message | None:
    """Returns why `text` misrepresents the sentence `source`; None when it does not."""
    shortened, original = _Sentence.parse(text), _Sentence.parse(source)
    if _ONLY_SPEECH.match(text) and not _ONLY_SPEECH.match(source):
        return Message("rewrite.no_content")
    if _CLAUSE.match(text) and "," not in _BRACKETS.sub("", text):
        return Message("rewrite.incomplete")
    if _is_fragment(shortened, original) or _dash_count(text) % 2 > _dash_count(source) % 2:
        return Message("rewrite.no_verb")
    if depends_on_context(text) and not depends_on_context(source):
        return Message("rewrite.unclear_reference")
    if _speaks_in_first_person(text) and not _speaks_in_first_person(source):
        return Message("rewrite.unmarked_quote")
    speech = _SPEAKER_FIRST.match(text)
    reported = (
        speech and speech["who"].lower() in source.lower() and _is_shortening(_Sentence.parse(speech["what"]), original)
    )
    names_known = all(name in original.without_possessives for name in _names(text))
    return None if names_known and (reported or _is_shortening(shortened, original)) else _REARRANGED


def _names(text: str) -> list[str]:
    """Returns the capitalized words after the first word, in lower case."""
    found = [match.group() for match in _TOKEN.finditer(text.replace("’", "'"))][1:]
    return [word.lower().removesuffix("'s") for word in found if word[0].isupper()]


def _is_shortening(shortened: _Sentence, source: _Sentence) -> bool:
    """Whether words were only left out, and none that matter."""
    words = shortened.words
    pairs = dict(_align([stem(word) for word in words], [stem(word) for word in source.words]))
    new = [place for place in range(len(words)) if place not in pairs]
    if len(new) > max(_MAX_NEW_WORDS, len(words) * _MAX_NEW_SHARE):
        return False
    for place in new:
        word = words[place]
        if word not in FUNCTION["en"] or word in _PREPOSITIONS or word in _QUALIFIERS or word in _PRONOUNS:
            return False
        # Another verb replaces the original one; it may belong to another subject.
        before = pairs.get(place + 1, 0) - 1
        if word in _VERBS and before >= 0 and source.words[before] in _VERBS:
            return False
    kept = set(pairs.values())
    first = min(kept, default=0)
    if source.words[first] in _PREPOSITIONS and first not in source.after_mark:  # the end of an earlier phrase
        return False
    return not any(_is_essential(place, source, kept) for place in range(len(source.words)) if place not in kept)


def _is_essential(place: int, source: _Sentence, kept: set[int]) -> bool:
    """Whether the kept words mean something else without the word at `place`."""
    word, before, after = source.words[place], place - 1 in kept, place + 1 in kept
    joined = place not in source.after_mark and before
    return (
        (word in _QUALIFIERS and (before or after))
        or (word in _PASSIVE and after)
        # "in a statement", without the speaker
        or (word in _SPEECH_VERBS and after and not before)
        # "and the country ranks third", without the country
        or (word in _DETERMINERS and joined and source.words[place - 1] in _CONJUNCTIONS and not after)
        # "finished six", without the noun
        or (joined and bool(_NUMBER.match(source.words[place - 1])) and (word not in FUNCTION["en"] or word in _SCALES))
    )


def _is_fragment(shortened: _Sentence, original: _Sentence) -> bool:
    """Whether it starts inside a noun phrase of the original ("with the legacy that ...") and has no verb."""
    words, source = shortened.words, original.words
    pairs = _align([stem(word) for word in words], [stem(word) for word in source])
    start = next((there for here, there in pairs if words[here] not in FUNCTION["en"]), 0)
    while start and source[start - 1] in _DETERMINERS:
        start -= 1
    if not start or source[start - 1] not in _BEFORE_NAMES or start - 1 in {there for _, there in pairs}:
        return False
    relative = next((place for place, word in enumerate(words) if word in _RELATIVES), len(words))
    return not any(word in _VERBS for word in words[:relative])


def _dash_count(text: str) -> int:
    return len(_DASH.findall(text))


def _align(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Returns their longest common subsequence, as pairs of places."""
    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            best[i][j] = best[i + 1][j + 1] + 1 if left[i] == right[j] else max(best[i + 1][j], best[i][j + 1])
    found, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if left[i] == right[j] and best[i][j] == best[i + 1][j + 1] + 1:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _speaks_in_first_person(text: str) -> bool:
    """Whether "I" or "we" occurs outside quotation marks."""
    outside = "".join(part for number, part in enumerate(_QUOTE.split(text)) if number % 2 == 0)
    return any(word in _FIRST_PERSON for word in _Sentence.parse(outside).words)
