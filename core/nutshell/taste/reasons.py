"""Why a story stands where it stands, in words: the largest of the terms that its score is the sum of."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..local_days import days_ago, local_date
from .events import Event

# A term that adds less than this, in log-odds, is no reason.
_COUNTS = 0.08
_OFTEN = 3  # stories of a source, to say that it is often read
_LEANINGS = {"calm": ("calm", "lively"), "deep": ("in depth", "light")}
_VERBS = {"open": "read", "dwell": "read", "more": "wanted more of", "save": "saved", "summary": "summarized"}


@dataclass(frozen=True, slots=True)
class Reason:
    """`kind` is interest, source, fresh, calm, deep, different or subscribed; `text` has its *subject* so."""

    kind: str
    text: str
    because: int = 0
    """The event it came from, or 0."""


@dataclass(frozen=True, slots=True)
class Seen:
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
    seen: Seen,
    explored: bool,
    now: float,
    zone: datetime.tzinfo | None = None,
) -> Reason:
    """`terms` are by kind: interest (all of them together), source, fresh, calm, deep. `interest` names the strongest.

    What is not true of the story or its reader is no reason, however much it adds: a source that was never read, or
    calm for somebody who likes it loud.
    """
    if explored:
        return Reason("different", "something different")
    source = seen.source
    holds = {"interest": bool(interest), "source": seen.reads > 0, "fresh": True} | {
        name: seen.leaning.get(name, 0) != 0 for name in _LEANINGS
    }
    best = max((name for name in terms if holds.get(name)), key=lambda name: (terms[name], name), default="")
    if not best or terms[best] < _COUNTS:
        return Reason("subscribed", f"you follow *{source}*" if source else "from your feeds")
    if best == "interest":
        return _interest(interest, seen.because, now, zone)
    if best == "source":
        return _source(seen, now, zone)
    if best == "fresh":
        return Reason("fresh", f"new from *{source}*" if source else "new")
    how = _LEANINGS[best][0 if seen.leaning[best] > 0 else 1]
    return Reason(
        best, f"{how}, as you asked" if seen.asked.get(best) == seen.leaning[best] else f"{how}, like what you read"
    )


def _source(seen: Seen, now: float, zone: datetime.tzinfo | None) -> Reason:
    source = f"*{seen.source}*" if seen.source else "this feed"
    if seen.reads >= _OFTEN or seen.last is None:
        return Reason("source", f"you often read {source}")
    verb = _VERBS.get(seen.last.kind, "read")
    return Reason("source", f"from {source}, like what you {verb} {day(seen.last.at, now, zone)}", seen.last.id)


def _interest(name: str, because: Event | None, now: float, zone: datetime.tzinfo | None) -> Reason:
    if because is None:
        return Reason("interest", f"like *{name}*")
    if because.kind == "wish":
        return Reason("interest", f"about *{name}*, which you asked for", because.id)
    verb = _VERBS.get(because.kind, "read")
    return Reason("interest", f"like *{name}*, which you {verb} {day(because.at, now, zone)}", because.id)


def day(at: float, now: float, zone: datetime.tzinfo | None = None) -> str:
    """today, yesterday, on Tuesday, on 3 May."""
    zone = zone or datetime.UTC
    then, days = local_date(at, zone), days_ago(at, now, zone)
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"on {then:%A}"
    return f"on {then.day} {then:%B}" + (f" {then.year}" if then.year != local_date(now, zone).year else "")
