"""A summary as the answer to a request."""

from __future__ import annotations

from typing import Any

from nutshell.article import Article
from nutshell.records.summary import Summary

from .lines import line_text
from .summary import render_summary, traces
from .summary_export import markdown, plain_text, speech


def summary_answer(article: Article, summary: Summary, page_id: int) -> dict[str, Any]:
    """Returns `summary_data` with the HTML, the traces and the forms to copy, save and read aloud."""
    return {
        "id": page_id,
        "html": render_summary(article, summary),
        **summary_data(article, summary),
        "traces": dict(traces(summary, article)),
        "text": plain_text(article, summary),
        "markdown": markdown(article, summary),
        "speech": speech(article, summary),
    }


def summary_data(article: Article, summary: Summary) -> dict[str, Any]:
    """Returns a summary as plain data, which is what the command line prints."""
    return {
        "title": article.title,
        "url": article.url,
        "lang": summary.lang,
        "method": summary.method,
        "gist": line_text(summary.gist),
        "gist_source": summary.gist_source,
        "points": [{"text": line_text(point), "index": point.index, "score": point.score} for point in summary.points],
        "outline": [
            {
                "heading": section.heading,
                "level": section.level,
                "text": section.point.line,
                "index": section.point.index,
            }
            for section in summary.outline
        ],
    }
