"""Applies the form of a page's kind to its summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from nutshell.article import Article, Sentence
from nutshell.records.summary import Method, Summary
from nutshell.text.language import reading_seconds

from .entries import list_form
from .facts import event_form, job_form, product_form, repository_form, video_form
from .page import Form, ScoredPage
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
    gist = summary.gist
    lines = [line for line in form.lines if line.composed or line.index != gist.index]
    if length is not None:
        lines = lines[: max(1, length - 1)]
    room = max(0, (_MAX_LINES if length is None else length - 1) - len(lines))
    rest = [point for point in summary.points if point.index != gist.index]
    kept = [] if form.complete else sorted(rest, key=lambda point: -point.score)[:room]
    points = (*lines, *sorted(kept, key=lambda point: point.index))
    return replace(
        summary,
        points=points,
        outline=() if form.complete else summary.outline,
        method=method if form.complete else summary.method,
        summary_seconds=reading_seconds(" ".join(point.text for point in (gist, *points)), summary.lang),
    )
