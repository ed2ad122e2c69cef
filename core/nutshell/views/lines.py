"""The words of a summary's lines: a sentence as it is, or in the words of its kind of page."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import time

from nutshell.messages import Message, formats, resolve, text
from nutshell.records.message import from_json
from nutshell.records.summary import Point, Summary

from .dates import published

_DATE = "form.date"


def line_text(point: Point) -> str:
    """Returns the line as it is shown. One whose label can't be worded, as in a damaged file, is its text alone."""
    label = from_json(point.label) if point.label else ""
    if isinstance(label, Message):
        with suppress(KeyError, IndexError, ValueError, AttributeError, TypeError):
            return resolve(
                _dated(replace(label, values={**label.values, "text": point.text if point.composed else point.line}))
            )
    return point.line


def gist_text(summary: Summary) -> str:
    """Returns the gist as it is shown below the page's title; "" if it is the title."""
    if summary.gist_source != "title":
        return line_text(summary.gist)
    return summary.gist.line if summary.gist.index >= 0 else ""


def _dated(message: Message) -> Message:
    """Returns the message with the dates among its values worded."""
    values = {
        name: (_date(value) if value.id == _DATE else _dated(value)) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
    return replace(message, values=values)


def _date(message: Message) -> str:
    day, _, clock = str(message.values["date"]).partition("T")
    label = published(day).label
    if not clock or clock == "00:00":
        return label
    return text("date.day_and_time", day=label, time=formats().time(time.fromisoformat(clock)))
