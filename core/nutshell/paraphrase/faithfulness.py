"""Whether a shortened sentence keeps to the one it shortens: a small model drops words, and joins what is left wrongly.

Stricter than the grounding check, which has to allow for a sentence in wholly other words: here what is left must stand
in the same order, with the same words between, and nothing that doubts or limits may be lost from beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.records.message import Message
from nutshell.text.context import depends_on_context
from nutshell.text.stemming import stem
from nutshell.text.words import FUNCTION, word_set

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_SAID = r"(?:said|says|told \w+|added|adds|wrote)"
# "The school said that ..." and "..., the school said" say the same.
_FIRST = re.compile(rf"^(?P<who>[^,.;:\"“]{{1,60}}? {_SAID})(?:,| that)? (?P<what>.+)$")
_BARE = re.compile(rf"^[^,;:\"“]*\b{_SAID}(?:\s+(?:in|on|at|to|by|during|after)\b[^,;:]*)?[.!?]?$")
_JOINTS = word_set(
    "of in on at by for with about against from to into onto over under after before between through during without"
    " within near behind beyond than as because if unless until while since although though when where"
)
_DOUBTS = word_set(
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
_POINTERS = word_set("he she it they him her his hers its them their this that these those")
_PASSIVE = word_set("is are was were be been being")
_SCALES = word_set("under over per")
_LINKS = word_set("and but or that")
_TOLD = word_set("said says told added adds wrote")
_SPEAKERS = word_set("i me my mine we us our ours")
_QUOTE = re.compile('["“”„«»]')
_CLAUSE = re.compile(r"(?:While|Although|Though|Because|Whereas|Since|If|Unless|When|As)\b")
_BRACKETS = re.compile(r"\([^()]*\)")
_MARK = re.compile(r"[^\w\s'’-]|--")
_DASH = re.compile(r"(?:^|\s)(?:--+|[–—])(?:\s|$)|—")
_NUMBER = re.compile(
    r"\d|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|billion)$"
)
_NEW_WORDS, _NEW_SHARE = 2, 0.15
_OTHERS = Message("rewrite.joined_differently")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Words in lower case; `after` are the places of those with a mark before them."""

    words: tuple[str, ...]
    after: frozenset[int]

    @property
    def bare(self) -> frozenset[str]:
        return frozenset(word.removesuffix("'s") for word in self.words)

    @classmethod
    def read(cls, text: str) -> _Sentence:
        words: list[str] = []
        after, end = set(), 0
        for match in _TOKEN.finditer(text.replace("’", "'").lower()):
            if _MARK.search(text[end : match.start()]) or not words:
                after.add(len(words))
            words.append(match.group())
            end = match.end()
        return cls(tuple(words), frozenset(after))


def unfaithful_reason(text: str, source: str) -> Message | None:
    """Why the sentence `text` is no faithful version of the sentence `source`. None if it is one."""
    short, whole = _Sentence.read(text), _Sentence.read(source)
    if _BARE.match(text) and not _BARE.match(source):
        return Message("rewrite.no_content")
    if _CLAUSE.match(text) and "," not in _BRACKETS.sub("", text):
        return Message("rewrite.incomplete")
    if _fragment(short, whole) or _dashes(text) % 2 > _dashes(source) % 2:
        return Message("rewrite.no_verb")
    if depends_on_context(text) and not depends_on_context(source):
        return Message("rewrite.unclear_reference")
    if _voice(text) and not _voice(source):
        return Message("rewrite.unmarked_quote")
    said = _FIRST.match(text)
    reported = said and said["who"].lower() in source.lower() and _keeps(_Sentence.read(said["what"]), whole)
    named = all(name in whole.bare for name in _names(text))
    return None if named and (reported or _keeps(short, whole)) else _OTHERS


def _names(text: str) -> list[str]:
    """In lower case, the words with a capital that is not the sentence's."""
    found = [match.group() for match in _TOKEN.finditer(text.replace("’", "'"))][1:]
    return [word.lower().removesuffix("'s") for word in found if word[0].isupper()]


def _keeps(short: _Sentence, whole: _Sentence) -> bool:
    words, source = short.words, whole.words
    pairs = dict(_aligned([stem(word) for word in words], [stem(word) for word in source]))
    new = [here for here in range(len(words)) if here not in pairs]
    if len(new) > max(_NEW_WORDS, len(words) * _NEW_SHARE):
        return False
    for here in new:
        word = words[here]
        if word not in FUNCTION["en"] or word in _JOINTS or word in _DOUBTS or word in _POINTERS:
            return False
        # Another verb in the place of the page's: of another subject, it may be.
        before = pairs.get(here + 1, 0) - 1
        if word in _VERBS and before >= 0 and source[before] in _VERBS:
            return False
    kept = set(pairs.values())
    first = min(kept, default=0)
    if source[first] in _JOINTS and first not in whole.after:  # the end of what was said before
        return False
    return not any(_missed(there, whole, kept) for there in range(len(source)) if there not in kept)


def _missed(there: int, whole: _Sentence, kept: set[int]) -> bool:
    """Whether what is left of a sentence says another thing without the word at `there`."""
    word, before, after = whole.words[there], there - 1 in kept, there + 1 in kept
    joined = there not in whole.after and before
    return (
        (word in _DOUBTS and (before or after))
        or (word in _PASSIVE and after)
        # "in a statement", without who said it
        or (word in _TOLD and after and not before)
        # "and the country ranks third", without the country
        or (word in _DETERMINERS and joined and whole.words[there - 1] in _LINKS and not after)
        # "finished six", without what six there were
        or (joined and bool(_NUMBER.match(whole.words[there - 1])) and (word not in FUNCTION["en"] or word in _SCALES))
    )


def _fragment(short: _Sentence, whole: _Sentence) -> bool:
    """Whether it begins where the page only names something ("with the legacy that ..."), and has no verb."""
    words, source = short.words, whole.words
    pairs = _aligned([stem(word) for word in words], [stem(word) for word in source])
    content = next((there for here, there in pairs if words[here] not in FUNCTION["en"]), 0)
    while content and source[content - 1] in _DETERMINERS:
        content -= 1
    if not content or source[content - 1] not in _BEFORE_NAMES or content - 1 in {there for _, there in pairs}:
        return False
    relative = next((here for here, word in enumerate(words) if word in _RELATIVES), len(words))
    return not any(word in _VERBS for word in words[:relative])


def _dashes(text: str) -> int:
    return len(_DASH.findall(text))


def _aligned(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Their longest common subsequence, as places in each."""
    best = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        for j in range(len(other) - 1, -1, -1):
            best[i][j] = best[i + 1][j + 1] + 1 if one[i] == other[j] else max(best[i + 1][j], best[i][j + 1])
    found, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        if one[i] == other[j] and best[i][j] == best[i + 1][j + 1] + 1:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _voice(text: str) -> bool:
    """Whether someone speaks of themselves outside quotation marks."""
    outside = "".join(part for number, part in enumerate(_QUOTE.split(text)) if number % 2 == 0)
    return any(word in _SPEAKERS for word in _Sentence.read(outside).words)
