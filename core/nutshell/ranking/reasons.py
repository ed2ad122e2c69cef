"""Why a story has its rank: the largest of the terms that its score is the sum of."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from nutshell.records.events import Event
from nutshell.records.message import Message

# A term that adds less than this, in log-odds, is no reason.
_COUNTS = 0.08
_OFTEN = 3  # stories of a source, to say that it is often read
_LEANINGS = {
    "calm": {1: "calm", -1: "lively"},
    "deep": {1: "deep", -1: "light"},
}
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
    or a source are between asterisks.
    """

    kind: str
    message: Message
    because: int = 0
    """The event it came from, or 0."""


@dataclass(frozen=True, slots=True)
class ReasonContext:
    """What is known of a story and its reader, beside the terms.

    `because` is the event that says most for it, `reads` how many stories of its source were liked, `last` the last of
    those. `leaning` says of calm and deep which way the reader leans (1 or -1; 0: not known), `asked` which way they
    asked for with a slider.
    """

    source: str
    because: Event | None = None
    reads: int = 0
    last: Event | None = None
    leaning: Mapping[str, int] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)


def reason(
    terms: Mapping[str, float],
    interest: str,
    seen: ReasonContext,
    explored: bool,
    now: float,
    zone: datetime.tzinfo | None = None,
) -> Reason:
    """`terms` are by kind: interest (all of them together), source, fresh, calm, deep. `interest` names the strongest.

    What is not true of the story or its reader is no reason, however much it adds: a source that was never read, or
    calm for somebody who likes it loud.
    """
    if explored:
        return Reason("different", Message("reason.variety"))
    source = seen.source
    holds = {"interest": bool(interest), "source": seen.reads > 0, "fresh": True} | {
        name: seen.leaning.get(name, 0) != 0 for name in _LEANINGS
    }
    best = max((name for name in terms if holds.get(name)), key=lambda name: (terms[name], name), default="")
    if not best or terms[best] < _COUNTS:
        following = Message("reason.following", {"source": _emphasized(source)}) if source else Message("reason.feeds")
        return Reason("subscribed", following)
    if best == "interest":
        return _interest(interest, seen.because, now, zone)
    if best == "source":
        return _source(seen, now, zone)
    if best == "fresh":
        return Reason(
            "fresh", Message("reason.new_from", {"source": _emphasized(source)}) if source else Message("reason.new")
        )
    leaning = _LEANINGS[best][1 if seen.leaning[best] > 0 else -1]
    asked = seen.asked.get(best) == seen.leaning[best]
    return Reason(best, _ASKED[leaning] if asked else _READ[leaning])


def _source(seen: ReasonContext, now: float, zone: datetime.tzinfo | None) -> Reason:
    source = _emphasized(seen.source) if seen.source else Message("reason.this_feed")
    if seen.reads >= _OFTEN or seen.last is None:
        return Reason("source", Message("reason.source_often", {"source": source}))
    message = _SOURCES.get(seen.last.kind, _SOURCES["open"])
    values = {"source": source, "day": day(seen.last.at, now, zone)}
    return Reason("source", Message(message.id, values), seen.last.id)


def _interest(name: str, because: Event | None, now: float, zone: datetime.tzinfo | None) -> Reason:
    interest = _emphasized(name)
    if because is None:
        return Reason("interest", Message("reason.interest", {"interest": interest}))
    if because.kind == "wish":
        return Reason("interest", Message("reason.interest_added", {"interest": interest}), because.id)
    message = _INTERESTS.get(because.kind, _INTERESTS["open"])
    return Reason(
        "interest", Message(message.id, {"interest": interest, "day": day(because.at, now, zone)}), because.id
    )


def _emphasized(name: str) -> str:
    return f"*{name}*"


def day(at: float, now: float, zone: datetime.tzinfo | None = None) -> Message:
    """`today`, `yesterday`, `on Tuesday`, `on 3 May`."""
    then, today = (datetime.datetime.fromtimestamp(moment, zone or datetime.UTC).date() for moment in (at, now))
    days = (today - then).days
    if days <= 0:
        return Message("day.today")
    if days == 1:
        return Message("day.yesterday")
    if days < 7:
        return Message("day.weekday", {"day": then})
    return Message("day.date", {"day": then}) if then.year == today.year else Message("day.full_date", {"day": then})
