"""The sources of News: those you follow, feeds to choose from, and the request log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby

from nutshell.messages import Message, plural, resolve
from nutshell.messages import text as message

from .dates import time_ago, time_until
from .environment import render, shorten, visible
from .links import host_name, web_link


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A subscription. `state` is ok, failing, gone, refused (access to its host is not allowed) or elsewhere (it
    redirects to `allow`, which is not allowed). `problem` is the error message of a failing one.
    """

    id: int
    title: str
    url: str
    site: str
    stories: int
    state: str = "ok"
    problem: str = ""
    fetched: float | None = None
    due: float | None = None
    allow: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A feed to choose. `about` is a short description; `followed`: you follow it already."""

    url: str
    title: str
    about: str = ""
    topic: str = ""
    lang: str = ""
    country: str = ""
    licence: str = ""
    followed: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class NewsSwitches:
    """Settings of News as a whole."""

    background: bool
    badge: bool


@dataclass(frozen=True, slots=True)
class StorageLimits:
    """At most `stories` are stored, each for `days`, but always the newest `per_source` of each source."""

    stories: int
    days: int
    per_source: int


def render_sources(
    rows: Sequence[SourceRow],
    *,
    now: float,
    switches: NewsSwitches,
    kept: int,
    limits: StorageLimits,
    not_saved_reason: str = "",
    zone: tzinfo | None = None,
) -> str:
    """The Sources view. `kept` stories are stored."""
    return render(
        "sources.html",
        {
            "rows": [_source(row, now, zone) for row in rows],
            "switches": switches,
            "kept": kept,
            "limits": limits,
            "not_saved": not_saved_reason,
        },
    )


_TOPICS = {
    "news": Message("topic.news"),
    "world": Message("topic.world"),
    "politics": Message("topic.politics"),
    "business": Message("topic.business"),
    "tech": Message("topic.technology"),
    "science": Message("topic.science"),
    "sport": Message("topic.sport"),
    "culture": Message("topic.culture"),
    "food": Message("topic.food"),
    "travel": Message("topic.travel"),
}


def _source(row: SourceRow, now: float, zone: tzinfo | None) -> dict[str, object]:
    host = host_name(row.url)
    title = shorten(visible(row.title), 80) or host or message("untitled.feed")
    return {
        "id": row.id,
        "title": title,
        "host": host,
        "url": row.url,
        "site": web_link(row.site),
        "state": row.state,
        "allow": web_link(row.allow) or row.url,
        "allow_host": host_name(row.allow),
        "problem": shorten(visible(row.problem), 200),
        "stories": plural("subscriptions.stories", row.stories),
        "fetched": time_ago(row.fetched, now, zone) if row.fetched is not None else "",
        "due": time_until(row.due, now) if row.due is not None and row.state in {"ok", "failing"} else "",
    }


def topic_name(topic: str) -> str:
    """The name of a topic of the catalogue."""
    return resolve(_TOPICS[topic])


def render_choices(choices: Sequence[Choice], *, page: str) -> str:
    """Feeds to choose from, by topic. `page` is where they come from: first, catalogue, opml or found."""
    topics = [
        {"label": label, "choices": [_choice(choice) for choice in group]}
        for label, group in groupby(choices, key=lambda choice: choice.topic)
    ]
    return render(
        "feed_choices.html",
        {
            "topics": topics,
            "page": page,
            "count": len(choices),
            "langs": sorted({choice.lang for choice in choices if choice.lang}),
            "countries": sorted({choice.country for choice in choices if choice.country}),
        },
    )


def _choice(choice: Choice) -> dict[str, object]:
    host = host_name(choice.url)
    return {
        "url": web_link(choice.url),
        "title": shorten(visible(choice.title), 80) or host,
        "host": host,
        "about": shorten(visible(choice.about), 160),
        "lang": choice.lang,
        "country": choice.country,
        "licence": shorten(visible(choice.licence), 80),
        "followed": choice.followed,
        "chosen": choice.chosen,
    }


def render_nothing_found(why: str, twin: str, *, back: bool = False) -> str:
    """Why there are no feeds to choose from. `twin` is another address to try, or ""."""
    address = web_link(twin)
    values = {"why": shorten(visible(why), 300), "twin": address, "host": host_name(address), "back": back}
    return render("nothing_found.html", values)
