"""Reasons: the largest term of a story's score, as a message."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from nutshell.local_days import days_ago, local_date
from nutshell.records.events import Event
from nutshell.records.message import Message

_MIN_TERM = 0.08
"""A term that adds less, in log-odds, is no reason."""
_OFTEN = 3
"""Stories of a source, and stories in all, from which "often" and "like what you read" are true."""

READ = frozenset({"open", "dwell", "summary"})
"""Kinds of events that say that a story was read."""

_DIRECTIONS = {"calm": {1: "calm", -1: "lively"}, "deep": {1: "deep", -1: "light"}}
_ASKED = {
    "calm": Message("reason.calm_asked"),
    "lively": Message("reason.lively_asked"),
    "deep": Message("reason.deep_asked"),
    "light": Message("reason.light_asked"),
}
_READ = {
    "calm": Message("reason.calm_read"),
    "lively": Message("reason.lively_read"),
    "deep": Message("reason.deep_read"),
    "light": Message("reason.light_read"),
}
_INTERESTS = {
    "open": Message("reason.interest_read"),
    "dwell": Message("reason.interest_read"),
    "more": Message("reason.interest_wanted"),
    "save": Message("reason.interest_saved"),
    "summary": Message("reason.interest_summarized"),
}
_SOURCES = {
    "open": Message("reason.source_read"),
    "dwell": Message("reason.source_read"),
    "more": Message("reason.source_wanted"),
    "save": Message("reason.source_saved"),
    "summary": Message("reason.source_summarized"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """`kind` is interest, source, fresh, calm, deep, different or subscribed. Values of `message` that name an interest
    or a source are between asterisks. `event` is the id of the event that it refers to, or 0.
    """

    kind: str
    message: Message
    event: int = 0


@dataclass(frozen=True, slots=True)
class ReasonContext:
    """What is known of a story and its user besides the terms.

    `strongest` is the event on a liked story about the same subject; `often` how many stories of its source were read
    and `last` the last event on a liked one. `directions` says of calm and deep which way the user leans (1 or -1; 0:
    unknown), `asked` which way a slider was moved. `read` is how many stories were read in all.
    """

    source: str
    strongest: Event | None = None
    often: int = 0
    last: Event | None = None
    directions: Mapping[str, int] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    read: int = 0


def reason(
    terms: Mapping[str, float],
    interest: str,
    context: ReasonContext,
    explored: bool,
    now: float,
    zone: datetime.tzinfo | None = None,
) -> Reason:
    """Returns the reason for a story. `terms` are by kind: interest (all together), source, fresh, calm, deep.

    `interest` is what the story and a liked one are both about, or "". A term that is not true of the story or the user
    is no reason, however much it adds: a source that was never read, or calm for a user who likes it lively.
    """
    if explored:
        return Reason("different", Message("reason.variety"))
    source = context.source
    applies = {"interest": bool(interest), "source": context.last is not None, "fresh": True} | {
        name: _leans(name, context) for name in _DIRECTIONS
    }
    best = max((name for name in terms if applies.get(name)), key=lambda name: (terms[name], name), default="")
    if not best or terms[best] < _MIN_TERM:
        following = Message("reason.following", {"source": _emphasized(source)}) if source else Message("reason.feeds")
        return Reason("subscribed", following)
    if best == "interest":
        return _interest(interest, context.strongest, now, zone)
    if best == "source":
        return _source(context, now, zone)
    if best == "fresh":
        new = Message("reason.new_from", {"source": _emphasized(source)}) if source else Message("reason.new")
        return Reason("fresh", new)
    direction = _DIRECTIONS[best][context.directions[best]]
    asked = context.asked.get(best) == context.directions[best]
    return Reason(best, _ASKED[direction] if asked else _READ[direction])


def _leans(name: str, context: ReasonContext) -> bool:
    """Whether the user asked for a tone, or has read enough to say that a story has the tone of what they read."""
    direction = context.directions.get(name, 0)
    return direction != 0 and (context.asked.get(name) == direction or context.read >= _OFTEN)


def _source(context: ReasonContext, now: float, zone: datetime.tzinfo | None) -> Reason:
    source = _emphasized(context.source) if context.source else Message("reason.this_feed")
    if context.often >= _OFTEN or context.last is None:
        return Reason("source", Message("reason.source_often", {"source": source}))
    message = _SOURCES.get(context.last.kind, _SOURCES["open"])
    values = {"source": source, "day": day(context.last.at, now, zone)}
    return Reason("source", Message(message.id, values), context.last.id)


def _interest(name: str, event: Event | None, now: float, zone: datetime.tzinfo | None) -> Reason:
    interest = _emphasized(name)
    if event is None:
        return Reason("interest", Message("reason.interest", {"interest": interest}))
    if event.kind == "wish":
        return Reason("interest", Message("reason.interest_added", {"interest": interest}), event.id)
    message = _INTERESTS.get(event.kind, _INTERESTS["open"])
    values = {"interest": interest, "day": day(event.at, now, zone)}
    return Reason("interest", Message(message.id, values), event.id)


def _emphasized(name: str) -> str:
    return f"*{name}*"


def day(at: float, now: float, zone: datetime.tzinfo | None = None) -> Message:
    """Returns `today`, `yesterday`, `on Tuesday` or `on 3 May`, in UTC without a zone."""
    zone = zone or datetime.UTC
    then, today, days = local_date(at, zone), local_date(now, zone), days_ago(at, now, zone)
    if days <= 0:
        return Message("day.today")
    if days == 1:
        return Message("day.yesterday")
    if days < 7:
        return Message("day.weekday", {"day": then})
    return Message("day.date", {"day": then}) if then.year == today.year else Message("day.full_date", {"day": then})
