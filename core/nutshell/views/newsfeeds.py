"""Where news comes from: the reader's sources, how to get more of them, and every request that was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby

from .environment import render, shorten, visible
from .links import host_name, web_link
from .requests import RequestRow, days
from .times import said_short


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A subscription. `state` is ok, failing, gone, refused (its host may not be reached) or elsewhere (nor may the one
    that it sends on to); `problem` says more, `allow` is the address in question.
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
    """A feed that could be followed. `about` is a line about it; `followed` when it is already."""

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
    """What the reader decides about the news as a whole."""

    background: bool
    badge: bool


def sources_html(
    rows: Sequence[SourceRow],
    *,
    now: float,
    switches: NewsSwitches,
    kept: int,
    keeping: str,
    unkept: str = "",
    zone: tzinfo | None = None,
) -> str:
    """The sheet "Sources". `kept` stories are kept, by the rule that `keeping` says."""
    return render(
        "news_sources.html",
        {
            "rows": [_source(row, now, zone) for row in rows],
            "switches": switches,
            "kept": f"{kept:,}",
            "keeping": keeping,
            "unkept": unkept,
        },
    )


def _source(row: SourceRow, now: float, zone: tzinfo | None) -> dict[str, object]:
    host = host_name(row.url)
    title = shorten(visible(row.title), 80) or host or "Untitled feed"
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
        "stories": f"{row.stories:,} {'story' if row.stories == 1 else 'stories'}",
        "fetched": _ago(row.fetched, now, zone),
        "due": _until(row.due, now) if row.state in {"ok", "failing"} else "",
    }


def _ago(then: float | None, now: float, zone: tzinfo | None) -> str:
    if then is None:
        return ""
    age = said_short(then, now, zone)
    return "just now" if age == "now" else f"{age} ago" if now - then < 24 * 3600 else age


def _until(then: float | None, now: float) -> str:
    if then is None:
        return ""
    minutes = round((then - now) / 60)
    if minutes < 1:
        return "now"
    return f"in {minutes} min" if minutes < 60 else f"in {round(minutes / 60)} h"


def choices_html(choices: Sequence[Choice], *, title: str, lead: str, page: str = "", several: bool = True) -> str:
    """Feeds to choose from, under their topics. `page` is catalogue, opml or found: where they come from."""
    topics = [
        {"label": label, "choices": [_choice(choice) for choice in group]}
        for label, group in groupby(choices, key=lambda choice: choice.topic)
    ]
    return render(
        "news_choices.html",
        {
            "topics": topics,
            "title": title,
            "lead": lead,
            "page": page,
            "several": several,
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


def nothing_found_html(why: str, twin: str, *, back: bool = False) -> str:
    """Instead of feeds to choose from: why there are none. `twin` is another address that is worth a try, or ""."""
    address = web_link(twin)
    values = {"why": shorten(visible(why), 300), "twin": address, "host": host_name(address), "back": back}
    return render("news_nothing.html", values)


def ledger_html(
    rows: Sequence[RequestRow], *, now: float, total: int, query: str = "", zone: tzinfo | None = None
) -> str:
    """Every request, newest first, under its day; `total` were made altogether."""
    listed = days(rows, now=now, query=query, zone=zone)
    values = {"days": listed, "total": f"{total:,}", "shown": len(rows), "query": query.strip()}
    return render("news_ledger.html", values)
