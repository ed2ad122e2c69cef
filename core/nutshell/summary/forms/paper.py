"""The form of a paper: question, method, finding and limits, each in a sentence of its own section."""

from __future__ import annotations

import re

from nutshell.article import Role
from nutshell.records.message import Message

from .page import Form, ScoredPage

_MIN_LINES = 2
_NUMBER = r"^(?:\d+(?:\.\d+)*\.?|[ivx]+\.)?\s*"
_PARTS = (
    (
        Message("form.paper_question"),
        r"(?:objectives?|aims?|purpose|background and aims?|research questions?|hypothes[ei]s)\b",
    ),
    (
        Message("form.paper_method"),
        r"(?:materials and methods|patients and methods|methods?(?: and materials)?|methodology|design|study design"
        r"|experimental setup|approach)\b",
    ),
    (
        Message("form.paper_finding"),
        r"(?:results?|findings|main results|results and discussion|conclusions?|interpretation)\b",
    ),
    (
        Message("form.paper_limits"),
        r"(?:limitations?|strengths and limitations|limitations and future work)\b",
    ),
)
_LABELS = tuple(label for label, _ in _PARTS)
_HEADINGS = tuple(re.compile(rf"{_NUMBER}{part}\W*$", re.IGNORECASE) for _, part in _PARTS)
_OPENINGS = tuple(re.compile(rf"^{part}\s*[:.–—]\s", re.IGNORECASE) for _, part in _PARTS)
_NONE = -1


def paper_form(page: ScoredPage) -> Form:
    parts = _sections(page)
    by_part: list[list[int]] = [[] for _ in _PARTS]
    for number, sentence in enumerate(page.sentences):
        if parts[sentence.block] != _NONE:
            by_part[parts[sentence.block]].append(number)
    said = [(label, page.best(numbers)) for label, numbers in zip(_LABELS, by_part, strict=True)]
    lines = [
        page.sentence(best, None if _matching(_OPENINGS, page.sentences[best].text) != _NONE else label)
        for label, best in said
        if best is not None
    ]
    return Form(tuple(lines), complete=True) if len(lines) >= _MIN_LINES else Form()


def _sections(page: ScoredPage) -> list[int]:
    """Returns for each block the part of the paper that it belongs to."""
    found, part, level = [], _NONE, 7
    for block in page.article.blocks:
        if block.role is Role.HEADING:
            named = _matching(_HEADINGS, block.text)
            if named != _NONE or block.level <= level:
                part, level = named, block.level if named != _NONE else 7
            found.append(_NONE)
        else:
            opening = _matching(_OPENINGS, block.text)
            found.append(part if opening == _NONE else opening)
    return found


def _matching(patterns: tuple[re.Pattern[str], ...], text: str) -> int:
    return next((number for number, pattern in enumerate(patterns) if pattern.match(text)), _NONE)
