"""Answers to questions as the panel shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .environment import language_tag, render
from .languages import language_name, right_to_left

NOT_SAID = "The page does not say."


def answer_html(answer: Mapping[str, Any], lang: str, *, known: bool) -> str:
    """`answer`: question, found, quote, index, also. `known`: whether the model knows the page's language."""
    tag = language_tag(lang)
    return render(
        "ask_answer.html",
        {
            **answer,
            "not_said": NOT_SAID,
            "lang": tag,
            "direction": "rtl" if right_to_left(tag) else "ltr",
            "language": language_name(tag),
            "known": known,
            "key": trace_key,
        },
    )


def questions_html(questions: Sequence[str]) -> str:
    return render("ask_questions.html", {"questions": questions})


def trace_key(index: int) -> str:
    """The `data-trace` of a quoted sentence: not a summary's, which may hold the same one."""
    return f"a{index}"
