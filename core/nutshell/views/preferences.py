"""Your preferences: interests, the mix of your top stories, mutes and activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby

from nutshell.messages import text as message

from .dates import clock_label, day_label, iso
from .environment import render, shorten, visible


@dataclass(frozen=True, slots=True)
class InterestRow:
    """`weight` is in -1 to 1; below 0 means less of it. `about` says where it came from."""

    id: str
    name: str
    weight: float
    about: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A part of the top stories. The shares of one mix sum to at most 1."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class MuteRow:
    """A muted source or muted words: `kind` is source or words."""

    id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One interaction. Stories that were skipped together are one entry with `passes`; its `id` combines theirs."""

    id: str
    at: float
    what: str
    title: str
    passes: tuple[ActivityRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Taught:
    """A source that has activity: its key and name."""

    source: str
    name: str


@dataclass(frozen=True, slots=True)
class PreferencesPage:
    interests: tuple[InterestRow, ...]
    sources: tuple[ShareRow, ...]
    topics: tuple[ShareRow, ...]
    mutes: tuple[MuteRow, ...]
    lessons: tuple[ActivityRow, ...]
    unlisted: int
    paused: bool
    elsewhere: bool | None = None
    taught: tuple[Taught, ...] = ()


def render_preferences(page: PreferencesPage, *, now: float, zone: tzinfo | None = None) -> str:
    """`elsewhere` None leaves out the setting about summarized pages."""
    return render(
        "preferences.html",
        {
            "page": page,
            "interests": [_interest(row) for row in page.interests],
            "mixes": [
                {"label": label, "shares": _shares(shares)}
                for label, shares in (
                    (message("preferences.mix_sources"), page.sources),
                    (message("preferences.mix_topics"), page.topics),
                )
                if shares
            ],
            "mutes": [
                {"id": mute.id, "kind": mute.kind, "name": shorten(visible(mute.name), 60)} for mute in page.mutes
            ],
            "taught": [{"source": one.source, "name": shorten(visible(one.name), 40)} for one in page.taught],
            "days": _days(page.lessons, now, zone),
            "unlisted": page.unlisted,
        },
    )


def _interest(row: InterestRow) -> dict[str, object]:
    return {
        "id": row.id,
        "name": shorten(visible(row.name), 80),
        "percent": round(abs(row.weight) * 100),
        "less": row.weight < 0,
        "about": shorten(visible(row.about), 120),
        "own": row.own,
    }


def _shares(shares: Sequence[ShareRow]) -> list[dict[str, object]]:
    return [
        {
            "name": shorten(visible(share.name), 40) or message("preferences.other_topics"),
            "percent": round(share.share * 100),
        }
        for share in shares
        if share.share > 0
    ]


def _lesson(lesson: ActivityRow, zone: tzinfo | None) -> dict[str, object]:
    return {
        "id": lesson.id,
        "what": lesson.what,
        "title": shorten(visible(lesson.title), 140),
        "clock": clock_label(lesson.at, zone),
        "iso": iso(lesson.at, zone),
    }


def _days(lessons: Sequence[ActivityRow], now: float, zone: tzinfo | None) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "lessons": [
                _lesson(lesson, zone) | {"passes": [_lesson(one, zone) for one in lesson.passes]} for lesson in group
            ],
        }
        for label, group in groupby(lessons, key=lambda lesson: day_label(lesson.at, now, zone))
    ]
