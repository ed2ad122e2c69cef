"""What Nutshell thinks the reader likes, for them to see and to change: `news.taste` and `news.taste.set`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from nutshell import messages
from nutshell.messages import Message
from nutshell.ports import Progress
from nutshell.ranking.interests import Interest
from nutshell.ranking.news_index import local_zone
from nutshell.ranking.reasons import day
from nutshell.records.events import Event
from nutshell.records.ranking import NotFound
from nutshell.storage.news_settings import NewsSettingsStore
from nutshell.undo import Revert
from nutshell.views.dates import short_duration
from nutshell.views.preferences import InterestRow, Lesson, Mute, PreferencesPage, Share, Taught, render_preferences

from .news_context import Answer, NewsContext
from .validation import boolean, integer, number, text

_LISTED = 40
_WORDS = 80
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
    def __init__(self, work: NewsContext, switches: NewsSettingsStore) -> None:
        self._feeds, self._room, self._clock = work.feeds, work.room, work.clock
        self._undo, self._state = work.undo, work.state
        self._switches = switches

    async def show(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """`count`: how many lines of what was learned from."""
        taste, now = self._room.taste, self._clock.now()
        await self._room.settle(progress)
        mix = await self._room.mix(now)
        names = {str(one.id): one.title for one in self._feeds.store.all()}
        acts = taste.lessons(limit=100_000)
        entries = _entries(acts, names)
        count = integer(payload, "count", _LISTED, maximum=100_000)
        taught = {act.source: names.get(act.source, act.source) for act in acts if act.source}
        page = PreferencesPage(
            interests=tuple(_row(one, now) for one in await taste.interests(now)),
            sources=tuple(Share(one.name, one.share) for one in mix.sources),
            topics=tuple(Share(one.name, one.share) for one in mix.topics),
            mutes=tuple(
                Mute(str(one.id), one.kind, names.get(one.name, one.name) if one.kind == "source" else one.name)
                for one in taste.mutes
            ),
            lessons=tuple(entries[:count]),
            unlisted=sum(max(1, len(entry.passes)) for entry in entries[count:]),
            paused=taste.paused,
            elsewhere=self._switches.load().elsewhere,
            taught=tuple(sorted((Taught(*one) for one in taught.items()), key=lambda one: one.name.casefold())),
        )
        return {"html": render_preferences(page, now=now)}

    async def change(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """One change: `slider` and `value`; `switch` and `on`; `forget` ("hour", "all", or "source" and `source`);
        `unlearn` a lesson, or several with commas; `unmute`; `add` words (`less`: to see less of); `interest` and one
        of `raise`, `lower`, `delete` and `name`.
        """
        for name, change in (
            ("slider", self._slide),
            ("switch", self._switch),
            ("forget", self._forget),
            ("unlearn", self._unlearn),
            ("unmute", self._unmute),
            ("add", self._add),
            ("interest", self._interest),
        ):
            if name in payload:
                return change(payload) | {"state": self._state()}
        raise ValueError("the payload names no change")

    def _slide(self, payload: Mapping[str, Any]) -> Answer:
        self._room.taste.set_sliders(**{text(payload, "slider", max_length=20): number(payload, "value", maximum=1.0)})
        return {}

    def _switch(self, payload: Mapping[str, Any]) -> Answer:
        name, on = text(payload, "switch"), boolean(payload, "on")
        if name not in _SWITCHES:
            raise ValueError(f"switch must be one of {', '.join(_SWITCHES)}")
        if name == "paused":
            self._room.taste.pause(on)
        elif name == "badge":
            self._switches.set(badge=on, looked=self._clock.now())
        else:
            self._switches.set(**{name: on})
        return {}

    def _forget(self, payload: Mapping[str, Any]) -> Answer:
        taste, what = self._room.taste, text(payload, "forget")
        try:
            if what == "hour":
                return self._done(
                    messages.text("preferences.forgot_hour"), taste.forget_since(self._clock.now() - _HOUR)
                )
            if what == "source":
                return self._done(
                    messages.text("preferences.forgot_source"), taste.forget_source(text(payload, "source"))
                )
            if what == "all":
                return self._done(messages.text("preferences.forgot_all"), taste.forget_all())
        except NotFound:
            return {"message": messages.text("preferences.nothing_to_forget")}
        raise ValueError("forget must be hour, source or all")

    def _unlearn(self, payload: Mapping[str, Any]) -> Answer:
        return self._done(
            messages.text("preferences.activity_removed"), self._room.taste.forget(_numbers(payload, "unlearn"))
        )

    def _unmute(self, payload: Mapping[str, Any]) -> Answer:
        return self._done(messages.text("preferences.unmuted"), self._room.taste.unmute(_number(payload, "unmute")))

    def _add(self, payload: Mapping[str, Any]) -> Answer:
        words, less = text(payload, "add", max_length=_WORDS).strip(), boolean(payload, "less", False)
        revert = self._room.taste.add_interest(words, self._clock.now(), less=less)
        added = Message("preferences.added_less") if less else Message("preferences.added_more")
        done = messages.text(added.id, interest=words)
        return self._done(done, revert)

    def _interest(self, payload: Mapping[str, Any]) -> Answer:
        taste, interest = self._room.taste, _number(payload, "interest")
        if payload.get("raise"):
            return self._done("", taste.raise_interest(interest))
        if payload.get("lower"):
            return self._done("", taste.lower_interest(interest))
        if payload.get("delete"):
            return self._done(messages.text("preferences.interest_removed"), taste.forget_interest(interest))
        return self._done("", taste.rename_interest(interest, text(payload, "name", max_length=_WORDS)))

    def _done(self, message: str, revert: Revert | None) -> Answer:
        return {"message": message, "undo": self._undo.add(*([revert] if revert else []))}


def _number(payload: Mapping[str, Any], name: str) -> int:
    """A row's number, as the page has it: in a string."""
    value = text(payload, name, max_length=18)
    if not (value.isascii() and value.isdigit()):
        raise ValueError(f"{name} must be a number")
    return int(value)


def _numbers(payload: Mapping[str, Any], name: str) -> list[int]:
    """Several of them, with commas."""
    return [_number({name: one}, name) for one in text(payload, name, max_length=20_000).split(",")]


def _entries(acts: Sequence[Event], names: Mapping[str, str]) -> list[Lesson]:
    """Newest first; what was passed over on one look at a list is one entry, with all of them in it."""
    entries = []
    for (kind, at), same in groupby(acts, key=lambda act: (act.kind == "shown", act.at)):
        lessons = [_lesson(act, names.get(act.source, "")) for act in same]
        if kind and len(lessons) > 1:
            both, skipped = ",".join(one.id for one in lessons), messages.resolve(_ACTIVITIES["shown"])
            lessons = [
                Lesson(both, at, skipped, messages.plural("subscriptions.stories", len(lessons)), tuple(lessons))
            ]
        entries += lessons
    return entries


def _row(interest: Interest, now: float) -> InterestRow:
    if not interest.own:
        last = day(interest.last, now, local_zone())
        about = messages.plural("preferences.from_stories", interest.count, day=last)
    elif interest.count > 1:
        about = messages.plural("preferences.added_and_stories", interest.count - 1)
    else:
        about = messages.text("preferences.added_by_you")
    return InterestRow(str(interest.id), interest.name, interest.weight, about, interest.own)


def _lesson(event: Event, source: str) -> Lesson:
    if event.kind == "dwell":
        what = messages.text("activity.stayed", time=short_duration(event.seconds))
    else:
        what = messages.resolve(_ACTIVITIES[event.kind])
    return Lesson(str(event.id), event.at, f"{what} \u00b7 {source}" if source else what, event.title)
