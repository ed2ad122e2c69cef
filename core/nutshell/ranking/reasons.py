"""Reasons: the largest term of a story's score, in words."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from nutshell.records.events import Event

_MIN_TERM = 0.08
"""A term that adds less, in log-odds, is no reason."""
_OFTEN = 3
"""Liked stories of a source from which it counts as often read."""
_DIRECTIONS = {"calm": ("calm", "lively"), "deep": ("in depth", "light")}
_VERBS = {"open": "read", "dwell": "read", "more": "wanted more of", "save": "saved", "summary": "summarized"}


@dataclass(frozen=True, slots=True)
class Reason:
    """`kind` is interest, source, fresh, calm, deep, different or subscribed; `text` marks its *subject* so.

    `event` is the id of the event that it refers to, or 0.
    """

    kind: str
    text: str
    event: int = 0


@dataclass(frozen=True, slots=True)
class ReasonContext:
    """What is known of a story and its user besides the terms.

    `strongest` is the event that adds most to it; `liked` how many stories of its source were liked and `last` the last
    event on one of them. `directions` says of calm and deep which way the user leans (1 or -1; 0: unknown), `asked`
    which way a slider was moved.
    """

    source: str
    strongest: Event | None = None
    liked: int = 0
    last: Event | None = None
    directions: Mapping[str, int] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)


def reason(
    terms: Mapping[str, float],
    interest: str,
    context: ReasonContext,
    explored: bool,
    now: float,
    zone: datetime.tzinfo | None = None,
) -> Reason:
    """Returns the reason for a story. `terms` are by kind: interest (all together), source, fresh, calm, deep.

    `interest` names the strongest one. A term that is not true of the story or the user is no reason, however much it
    adds: a source that was never read, or calm for a user who likes it lively.
    """
    if explored:
        return Reason("different", "something different")
    source = context.source
    applies = {"interest": bool(interest), "source": context.liked > 0, "fresh": True} | {
        name: context.directions.get(name, 0) != 0 for name in _DIRECTIONS
    }
    best = max((name for name in terms if applies.get(name)), key=lambda name: (terms[name], name), default="")
    if not best or terms[best] < _MIN_TERM:
        return Reason("subscribed", f"you follow *{source}*" if source else "from your feeds")
    if best == "interest":
        return _interest(interest, context.strongest, now, zone)
    if best == "source":
        return _source(context, now, zone)
    if best == "fresh":
        return Reason("fresh", f"new from *{source}*" if source else "new")
    how = _DIRECTIONS[best][0 if context.directions[best] > 0 else 1]
    asked = context.asked.get(best) == context.directions[best]
    return Reason(best, f"{how}, as you asked" if asked else f"{how}, like what you read")


def _source(context: ReasonContext, now: float, zone: datetime.tzinfo | None) -> Reason:
    source = f"*{context.source}*" if context.source else "this feed"
    if context.liked >= _OFTEN or context.last is None:
        return Reason("source", f"you often read {source}")
    verb = _VERBS.get(context.last.kind, "read")
    text = f"from {source}, like what you {verb} {day(context.last.at, now, zone)}"
    return Reason("source", text, context.last.id)


def _interest(name: str, event: Event | None, now: float, zone: datetime.tzinfo | None) -> Reason:
    if event is None:
        return Reason("interest", f"like *{name}*")
    if event.kind == "wish":
        return Reason("interest", f"about *{name}*, which you asked for", event.id)
    verb = _VERBS.get(event.kind, "read")
    return Reason("interest", f"like *{name}*, which you {verb} {day(event.at, now, zone)}", event.id)


def day(at: float, now: float, zone: datetime.tzinfo | None = None) -> str:
    """Returns today, yesterday, on Tuesday, or on 3 May."""
    then, today = (datetime.datetime.fromtimestamp(moment, zone or datetime.UTC).date() for moment in (at, now))
    days = (today - then).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"on {then:%A}"
    return f"on {then.day} {then:%B}" + (f" {then.year}" if then.year != today.year else "")
