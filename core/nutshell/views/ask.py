"""The panel's answers to questions about a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .environment import language_tag, render
from .languages import language_name, right_to_left


def render_answer(answer: Mapping[str, Any], lang: str, *, known: bool) -> str:
    """`answer` has question, found, quote, index and also. `known`: the model supports the page's language."""
    tag = language_tag(lang)
    return render(
        "ask_answer.html",
        {
            **answer,
            "lang": tag,
            "direction": "rtl" if right_to_left(tag) else "ltr",
            "language": language_name(tag),
            "known": known,
            "key": trace_key,
        },
    )


def render_questions(questions: Sequence[str]) -> str:
    return render("ask_questions.html", {"questions": questions})


def trace_key(index: int) -> str:
    """The `data-trace` of a quoted sentence. It differs from a summary's, which may contain the same sentence."""
    return f"a{index}"
