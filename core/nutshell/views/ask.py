"""The panel's answers to questions about a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from nutshell.article import Article
from nutshell.ask.passages import Passage
from nutshell.ask.tables import Cell

from .environment import language_tag, render
from .languages import language_name, right_to_left
from .summary import Trace


class AnswerPart(TypedDict):
    """A passage of an answer. `text` is the answer as a line, `quote` what is highlighted in the page, after `label`.

    `passage` is its number among the passages of the page, `index` among the sentences (-1 if it is none). `block`,
    `start` and `end` are its place; `block` is -1 for what the page's data says.
    """

    text: str
    quote: str
    label: str
    passage: int
    index: int
    block: int
    start: int
    end: int


def answer_part(number: int, passage: Passage, cells: Sequence[Cell]) -> AnswerPart:
    """`cells`: those of a row that answer; all of them if empty."""
    quote, start, end, label = passage.quote, passage.start, passage.end, passage.label
    if passage.cells:
        shown = cells or passage.cells
        if len(shown) == 1:
            (cell,) = shown
            quote, start, end = cell.text, cell.start, cell.start + len(cell.text)
            label = " · ".join(part for part in (passage.label, cell.header) if part)
        else:
            quote = ", ".join(f"{cell.header} {cell.text}".strip() for cell in shown)
    return AnswerPart(
        text=f"{label}: {quote}" if label else quote,
        quote=quote,
        label=label,
        passage=number,
        index=passage.sentence,
        block=passage.block,
        start=start,
        end=end,
    )


def render_answer(answer: Mapping[str, Any], lang: str, *, known: bool) -> str:
    """`answer` is that of the request `ask`. `known`: the model supports the page's language."""
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


def traces(article: Article, answer: Mapping[str, Any]) -> dict[str, Trace]:
    """Where each quoted part is in the page, by the `data-trace` of its element."""
    found = {}
    for part in (*answer["parts"], *answer["also"]):
        if part["block"] >= 0:
            block = article.blocks[part["block"]]
            text = block.text[part["start"] : part["end"]]
            found[trace_key(part["passage"])] = Trace(
                anchor=block.anchor, start=part["start"], end=part["end"], text=text
            )
            if (time := block.time_at(part["start"])) is not None:
                found[trace_key(part["passage"])]["time"] = time
    return found


def trace_key(number: int) -> str:
    """The `data-trace` of a quoted passage. It differs from a summary's, which may contain the same sentence."""
    return f"a{number}"
