"""Applies the form of a page's kind to its summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from nutshell.article import Article, Sentence
from nutshell.records.message import Message, from_json, to_json
from nutshell.records.summary import Method, Point, Summary
from nutshell.text.language import reading_seconds

from ..composition import title_label
from .entries import list_form
from .facts import event_form, job_form, product_form, repository_form, video_form
from .page import Form, ScoredPage, squeezed
from .paper import paper_form
from .recipe import recipe_form
from .thread import thread_form

_FORMS: dict[str, Callable[[ScoredPage], Form]] = {
    "code-repository": repository_form,
    "event": event_form,
    "forum": thread_form,
    "job": job_form,
    "list": list_form,
    "paper": paper_form,
    "product": product_form,
    "question-and-answer": thread_form,
    "recipe": recipe_form,
    "video": video_form,
}
# With a form, the page decides how many selected points there are besides its lines, up to this many lines in all.
_MAX_LINES = 7


def with_form(
    article: Article,
    sentences: Sequence[Sentence],
    scores: Sequence[float],
    summary: Summary,
    *,
    length: int | None,
    method: Method,
) -> Summary:
    """Returns the summary with the lines of the page's form: `length` lines with the gist; with None, the form decides.

    `method` is how sentences were scored, for a page that is no longer shown whole.
    """
    make = _FORMS.get(article.page_kind) if article.kind == "page" else None
    form = make(ScoredPage(article, sentences, scores, summary.lang)) if make else Form()
    if not form.lines:
        return summary
    gist, below_title = summary.gist, summary.gist_source == "title"
    lines = [line for line in form.lines if below_title or not _is_said(line, gist)]
    if length is not None:
        lines = lines[: max(1, length - 1)]
    room = max(0, (_MAX_LINES if length is None else length - 1) - len(lines))
    shown = {line.index for line in lines if not line.composed}
    rest = [
        point for point in summary.points if point.index not in shown and (below_title or point.index != gist.index)
    ]
    kept = [] if form.complete else sorted(rest, key=lambda point: -point.score)[:room]
    points = (*lines, *sorted(kept, key=lambda point: point.index))
    if below_title and gist.index < 0:
        facts = [line for line in lines if line.composed]
        gist = _with_fact(gist, next((line for line in facts if line.text), next(iter(facts), None)))
    return replace(
        summary,
        gist=gist,
        points=points,
        outline=() if form.complete else summary.outline,
        method=method if form.complete else summary.method,
        summary_seconds=reading_seconds(" ".join(point.text for point in (gist, *points)), summary.lang),
    )


def _is_said(line: Point, gist: Point) -> bool:
    """Whether the gist, which is shown above the lines, is or has the same sentence."""
    return not line.composed and (line.index == gist.index or squeezed(line.text) in squeezed(gist.text))


def _with_fact(gist: Point, fact: Point | None) -> Point:
    """Returns the title as the gist, with a composed line for where a short title would be alone."""
    label = from_json(fact.label) if fact else ""
    if fact is None or not isinstance(label, Message):
        return gist
    line = replace(label, values={**label.values, "text": fact.text})
    return replace(gist, label=to_json(title_label(gist.text, line)))
