"""A scored page, and the lines that forms make of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from nutshell.article import RUNNING_TEXT, Article, Role, Sentence
from nutshell.records.message import Message, to_json
from nutshell.records.summary import Point

from ..candidates import is_good
from ..composition import sentence_point

_OWN_WORDS = RUNNING_TEXT - {Role.QUOTE}
_MAX_SOURCE = 4_000  # characters of the page that one line is traced to


@dataclass(frozen=True, slots=True)
class Form:
    """`lines` come before the selected points, or instead of them if the form is `complete`."""

    lines: tuple[Point, ...] = ()
    complete: bool = False


@dataclass(frozen=True)
class ScoredPage:
    """`scores` is the salience of each sentence, 0 if it was not considered."""

    article: Article
    sentences: Sequence[Sentence]
    scores: Sequence[float]
    lang: str

    def composed(self, label: Message, text: str = "", blocks: Sequence[int] = ()) -> Point:
        """Returns a line about all that stands from the first to the last of the blocks; without blocks, only in the
        page's data. `text` is the label's `{text}`."""
        line = Point(text, -1, 1.0, -1, -1, -1, -1, label=to_json(label), composed=True)
        if not blocks:
            return line
        first, last = min(blocks), max(blocks)
        block = self.article.blocks[first]
        source = " ".join(self.article.blocks[number].text for number in range(first, last + 1))
        index = bisect_left(self.sentences, first, key=lambda sentence: sentence.block)
        return replace(
            line,
            index=min(index, max(0, len(self.sentences) - 1)),
            block=first,
            start=0,
            end=len(block.text),
            anchor=block.anchor,
            page=block.page_at(0),
            source=source if len(source) <= _MAX_SOURCE else block.text,
        )

    def sentence(self, number: int, label: Message | None = None) -> Point:
        """Returns a sentence as a point, in the words of its label."""
        point = sentence_point(self.article, self.sentences, self.scores, number, self.lang)
        return replace(point, label=to_json(label)) if label else point

    def best(self, numbers: Sequence[int], *, alone: bool = True) -> int | None:
        """Returns the sentence that says most, and stands alone if `alone`; None if there is none."""
        for number in sorted(numbers, key=lambda number: -self.scores[number]):
            sentence = self.sentences[number]
            own = self.article.blocks[sentence.block].role in _OWN_WORDS
            if own and self.scores[number] > 0 and is_good(self.article, sentence, self.lang, alone=alone):
                return number
        return None

    def find(self, text: str, after: int = 0) -> int | None:
        """Returns the first block from `after` on that has the text, without regard to case, space and marks."""
        wanted = squeezed(text)
        if not wanted:
            return None
        return next((n for n in range(after, len(self._squeezed)) if wanted in self._squeezed[n]), None)

    @cached_property
    def _squeezed(self) -> tuple[str, ...]:
        return tuple(squeezed(block.text) for block in self.article.blocks)


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def minutes_message(minutes: int) -> Message:
    """Returns the message for a length of time, such as "45 minutes" or "1 h 15 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return Message("duration.minutes", count=minutes)
    return (
        Message("duration.hours_and_minutes", {"hours": hours, "minutes": rest})
        if rest
        else Message("duration.hours", count=hours)
    )
