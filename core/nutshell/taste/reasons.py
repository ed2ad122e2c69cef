"""Why a story stands where it stands, in words: the largest of the terms that its score is the sum of."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from .events import Event

# A term that adds less than this, in log-odds, is no reason.
_COUNTS = 0.08
_VERBS = {"open": "read", "dwell": "read", "more": "wanted more of", "save": "saved", "summary": "summarized"}


@dataclass(frozen=True, slots=True)
class Reason:
    """`kind` is interest, source, fresh, calm, deep, different or subscribed; `text` has its *subject* so."""

    kind: str
    text: str
    because: int = 0
    """The event it came from, or 0."""


def reason(
    terms: Mapping[str, float],
    names: Mapping[str, str],
    because: Event | None,
    source: str,
    explored: bool,
    now: float,
    zone: datetime.tzinfo | None = None,
) -> Reason:
    """`names` are those of the interests, by the terms' names."""
    if explored:
        return Reason("different", "something different")
    kinds = {
        **dict.fromkeys(names, "interest"),
        "source": "source",
        "fresh": "fresh",
        "calm": "calm",
        "deep": "deep",
    }
    best = max(kinds.keys() & terms.keys(), key=lambda name: (terms[name], name), default="")
    if not best or terms[best] < _COUNTS:
        return Reason("subscribed", f"you follow *{source}*" if source else "from your feeds")
    if kinds[best] == "interest":
        return _interest(names[best], because, now, zone)
    if best == "source":
        return Reason("source", f"you often read *{source}*" if source else "you often read this feed")
    if best == "fresh":
        return Reason("fresh", f"new from *{source}*" if source else "new")
    return Reason(best, "calm, as you asked" if best == "calm" else "in depth, as you asked")


def _interest(name: str, because: Event | None, now: float, zone: datetime.tzinfo | None) -> Reason:
    if because is None:
        return Reason("interest", f"like *{name}*")
    if because.kind == "wish":
        return Reason("interest", f"about *{name}*, which you asked for", because.id)
    verb = _VERBS.get(because.kind, "read")
    return Reason("interest", f"like *{name}*, which you {verb} {day(because.at, now, zone)}", because.id)


def day(at: float, now: float, zone: datetime.tzinfo | None = None) -> str:
    """today, yesterday, on Tuesday, on 3 May."""
    then, today = (datetime.datetime.fromtimestamp(moment, zone or datetime.UTC).date() for moment in (at, now))
    days = (today - then).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"on {then:%A}"
    return f"on {then.day} {then:%B}" + (f" {then.year}" if then.year != today.year else "")
