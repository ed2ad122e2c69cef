"""What ranking learned about the user, for them to see and to change: `news.preferences` and `news.preferences.set`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from nutshell import messages
from nutshell.local_days import local_zone
from nutshell.messages import Message
from nutshell.ports import Progress
from nutshell.ranking.interests import Interest
from nutshell.ranking.reasons import day
from nutshell.records.events import Event
from nutshell.records.ranking import NotFound
from nutshell.undo import Revert
from nutshell.views.dates import short_duration
from nutshell.views.preferences import (
    ActivityRow,
    InterestRow,
    MuteRow,
    PreferencesPage,
    ShareRow,
    Taught,
    render_preferences,
)

from .news_context import NewsContext
from .types import Answer
from .validation import boolean, integer, number, text

_EVENTS, _MAX_EVENTS = 40, 100_000
_MAX_WORDS = 80
_HOUR = 3600.0
_SWITCHES = ("paused", "elsewhere", "background", "badge")
_ACTIVITIES = {
    "open": Message("activity.opened"),
    "more": Message("activity.more"),
    "less": Message("activity.less"),
    "save": Message("activity.saved"),
    "unsave": Message("activity.unsaved"),
    "summary": Message("activity.summarized"),
    "shown": Message("activity.skipped"),
    "wish": Message("activity.added_interest"),
    "unwish": Message("activity.added_less"),
}


class Preferences:
    def __init__(self, context: NewsContext) -> None:
        self._feeds, self._index, self._clock = context.feeds, context.index, context.clock
        self._undo, self._state, self._settings = context.undo, context.state, context.settings

    async def show(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Handles `count`, how many lines of events to show."""
        count = integer(payload, "count", _EVENTS, maximum=_MAX_EVENTS)
        now = self._clock.now()
        mix = await self._index.mix(now)
        recommender = self._index.recommender
        sources = {str(subscription.id): subscription.title for subscription in self._feeds.store.list_subscriptions()}
        events = recommender.events()
        entries = _entries(events, sources)
        with_feedback = {event.source: sources.get(event.source, event.source) for event in events if event.source}
        page = PreferencesPage(
            interests=tuple(_interest_row(interest, now) for interest in await recommender.list_interests(now)),
            sources=tuple(ShareRow(share.name, share.share) for share in mix.sources),
            topics=tuple(ShareRow(share.name, share.share) for share in mix.topics),
            mutes=tuple(
                MuteRow(
                    str(mute.id), mute.kind, sources.get(mute.name, mute.name) if mute.kind == "source" else mute.name
                )
                for mute in recommender.mutes
            ),
            lessons=tuple(entries[:count]),
            unlisted=sum(max(1, len(entry.passes)) for entry in entries[count:]),
            paused=recommender.paused,
            elsewhere=self._settings.load_news().elsewhere,
            taught=tuple(
                sorted((Taught(*source) for source in with_feedback.items()), key=lambda row: row.name.casefold())
            ),
        )
        return {"html": render_preferences(page, now=now)}

    async def change(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Handles one change: `slider` and `value`; `switch` and `on`; `forget` ("hour", "all", or "source" and
        `source`); `unlearn` an event, or several separated by commas; `unmute`; `add` words (`less`: to see less of);
        `interest` and one of `raise`, `lower`, `delete` and `name`.
        """
        for name, change in (
            ("slider", self._set_slider),
            ("switch", self._set_switch),
            ("forget", self._forget),
            ("unlearn", self._forget_events),
            ("unmute", self._unmute),
            ("add", self._add_interest),
            ("interest", self._change_interest),
        ):
            if name in payload:
                return change(payload) | {"state": self._state.get()}
        raise ValueError("the payload names no change")

    def _set_slider(self, payload: Mapping[str, Any]) -> Answer:
        self._index.recommender.set_sliders(
            **{text(payload, "slider", max_length=20): number(payload, "value", maximum=1.0)}
        )
        return {}

    def _set_switch(self, payload: Mapping[str, Any]) -> Answer:
        name, on = text(payload, "switch"), boolean(payload, "on")
        if name not in _SWITCHES:
            raise ValueError(f"switch must be one of {', '.join(_SWITCHES)}")
        if name == "paused":
            self._index.recommender.pause(on)
        elif name == "badge":
            self._settings.save_news(badge=on, looked=self._clock.now())
        else:
            self._settings.save_news(**{name: on})
        return {}

    def _forget(self, payload: Mapping[str, Any]) -> Answer:
        recommender, what = self._index.recommender, text(payload, "forget")
        try:
            if what == "hour":
                revert = recommender.forget_since(self._clock.now() - _HOUR)
                return self._done(messages.text("preferences.forgot_hour"), revert)
            if what == "source":
                revert = recommender.forget_source(text(payload, "source"))
                return self._done(messages.text("preferences.forgot_source"), revert)
            if what == "all":
                return self._done(messages.text("preferences.forgot_all"), recommender.forget_all())
        except NotFound:
            return {"message": messages.text("preferences.nothing_to_forget")}
        raise ValueError("forget must be hour, source or all")

    def _forget_events(self, payload: Mapping[str, Any]) -> Answer:
        revert = self._index.recommender.forget(_row_ids(payload, "unlearn"))
        return self._done(messages.text("preferences.activity_removed"), revert)

    def _unmute(self, payload: Mapping[str, Any]) -> Answer:
        revert = self._index.recommender.unmute(_row_id(payload, "unmute"))
        return self._done(messages.text("preferences.unmuted"), revert)

    def _add_interest(self, payload: Mapping[str, Any]) -> Answer:
        words, less = text(payload, "add", max_length=_MAX_WORDS).strip(), boolean(payload, "less", False)
        revert = self._index.recommender.add_interest(words, self._clock.now(), less=less)
        added = Message("preferences.added_less") if less else Message("preferences.added_more")
        return self._done(messages.text(added.id, interest=words), revert)

    def _change_interest(self, payload: Mapping[str, Any]) -> Answer:
        recommender, interest = self._index.recommender, _row_id(payload, "interest")
        if payload.get("raise"):
            return self._done("", recommender.raise_interest(interest))
        if payload.get("lower"):
            return self._done("", recommender.lower_interest(interest))
        if payload.get("delete"):
            revert = recommender.delete_interest(interest)
            return self._done(messages.text("preferences.interest_removed"), revert)
        return self._done("", recommender.rename_interest(interest, text(payload, "name", max_length=_MAX_WORDS)))

    def _done(self, message: str, revert: Revert | None) -> Answer:
        return {"message": message, "undo": self._undo.add(*([revert] if revert else []))}


def _row_id(payload: Mapping[str, Any], name: str) -> int:
    """Returns a row's id, which the page sends as a string."""
    value = text(payload, name, max_length=18)
    if not (value.isascii() and value.isdigit()):
        raise ValueError(f"{name} must be a number")
    return int(value)


def _row_ids(payload: Mapping[str, Any], name: str) -> list[int]:
    """Returns several of them, separated by commas."""
    return [_row_id({name: value}, name) for value in text(payload, name, max_length=20_000).split(",")]


def _entries(events: Sequence[Event], sources: Mapping[str, str]) -> list[ActivityRow]:
    """Returns a line for each event, newest first; one for all stories that were skipped at the same moment."""
    entries = []
    for (skipped, at), group in groupby(events, key=lambda event: (event.kind == "shown", event.at)):
        lines = [_line(event, sources.get(event.source, "")) for event in group]
        if skipped and len(lines) > 1:
            ids, count = ",".join(line.id for line in lines), messages.plural("subscriptions.stories", len(lines))
            lines = [ActivityRow(ids, at, messages.resolve(_ACTIVITIES["shown"]), count, tuple(lines))]
        entries += lines
    return entries


def _line(event: Event, source: str) -> ActivityRow:
    if event.kind == "dwell":
        what = messages.text("activity.stayed", time=short_duration(event.seconds))
    else:
        what = messages.resolve(_ACTIVITIES[event.kind])
    return ActivityRow(str(event.id), event.at, f"{what} \u00b7 {source}" if source else what, event.title)


def _interest_row(interest: Interest, now: float) -> InterestRow:
    if not interest.own:
        last = day(interest.last, now, local_zone())
        about = messages.plural("preferences.from_stories", interest.count, day=last)
    elif interest.count > 1:
        about = messages.plural("preferences.added_and_stories", interest.count - 1)
    else:
        about = messages.text("preferences.added_by_you")
    return InterestRow(str(interest.id), interest.name, interest.weight, about, interest.own)
