"""When a feed is fetched next, and what an answer to that means: polite, and learned from the feed itself.

Nothing here waits or fetches: these are functions of what is known, the time, and a random number between 0 and 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from nutshell.ports import Fetched
from nutshell.records.items import FeedState
from nutshell.urls import http_address

from .parser import Feed

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
SOONEST, LATEST = 15 * MINUTE, DAY
"""Between two fetches, when the feed asks for nothing else."""

MOST_ASKED = 7 * DAY  # a feed that asks to be left alone for longer is asked again all the same
FIRST_RETRY = 10 * MINUTE
GONE_RETRY = 30 * DAY
MISSING_AFTER, MISSING_FAILURES = 7 * DAY, 5
MOVED_AFTER = 3  # the same redirect so many times in a row, where the host cannot tell whether it is permanent
_DATES = 15


@dataclass(frozen=True, slots=True)
class FeedSchedule:
    """What is remembered from now on, when the feed is due, and what the reader is told (or "")."""

    upkeep: FeedState
    due: float
    problem: str = ""


def conditional_headers(upkeep: FeedState) -> tuple[tuple[str, str], ...]:
    """The headers that ask for the feed only if it changed (RFC 9110, 13.1)."""
    headers = []
    if upkeep.etag:
        headers.append(("If-None-Match", upkeep.etag))
    if upkeep.modified:
        headers.append(("If-Modified-Since", upkeep.modified))
    return tuple(headers)


def body_digest(body: bytes) -> str:
    """The mark of a body: many servers answer 200 with what they sent before."""
    return hashlib.sha256(body).hexdigest()[:32]


def after_success(
    upkeep: FeedState, fetched: Fetched, feed: Feed | None, changed: bool, now: float, chance: float
) -> FeedSchedule:
    """After an answer that was read (`feed`), or that said there is nothing new (None)."""
    if feed is not None:
        dates = sorted((item.published for item in feed.items if item.published is not None), reverse=True)[:_DATES]
        upkeep = replace(
            upkeep,
            etag=_header(fetched, "etag"),
            modified=_header(fetched, "last-modified"),
            digest=body_digest(fetched.body),
            gap=(dates[0] - dates[-1]) / (len(dates) - 1) if len(dates) > 2 else 0.0,
            newest=dates[0] if dates else 0.0,
            every=feed.every,
            quiet_hours=feed.quiet_hours,
            quiet_days=feed.quiet_days,
        )
    wait = _learned(upkeep, changed, now)
    upkeep = replace(
        upkeep, wait=wait, failures=0, failing_since=0.0, patience=0.0, unreachable=False, refused="", gone=False
    )
    asked = min(max(upkeep.every, max_age(fetched.headers)), MOST_ASKED)
    # Later by up to a tenth, so that readers who subscribed together do not fetch together; never sooner than asked.
    due = now + max(wait, asked) * (1 + chance / 10)
    return FeedSchedule(upkeep, _loud(due, upkeep))


def after_failure(
    upkeep: FeedState,
    problem: str,
    status: int,
    headers: Mapping[str, str],
    now: float,
    chance: float,
    unreachable: bool = False,
    refused: str = "",
) -> FeedSchedule:
    """After an error (`status` 0: nothing usable came): twice as long each time, spread by half, or as the server asks.

    The spreading is "equal jitter" of AWS's Exponential Backoff and Jitter
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    failures = upkeep.failures + 1
    since = upkeep.failing_since or now
    asked = min(retry_after(headers, now), MOST_ASKED)
    upkeep = replace(
        upkeep,
        failures=failures,
        failing_since=since,
        patience=now + asked if asked else 0.0,
        unreachable=unreachable,
        refused=refused,
        gone=status == 410,
    )
    if upkeep.gone:
        return FeedSchedule(upkeep, now + GONE_RETRY, "Its site says that this feed is gone for good.")
    if status == 404 and failures >= MISSING_FAILURES and now - since >= MISSING_AFTER:
        problem = f"It has not been found for {int((now - since) / DAY)} days: it is probably gone."
    backoff = min(FIRST_RETRY * 2.0 ** min(failures - 1, 20), LATEST)
    wait = backoff / 2 + chance * backoff / 2
    return FeedSchedule(upkeep, now + max(wait, asked), problem)


def after_redirect(upkeep: FeedState, fetched: Fetched, url: str) -> tuple[FeedState, str]:
    """After an answer that was read: what is remembered of its redirect, and the feed's new address or ""."""
    target = http_address(fetched.url)
    if not fetched.redirected or not target or target == url or fetched.moved_permanently is False:
        return replace(upkeep, moved_to="", moved_times=0), ""
    times = upkeep.moved_times + 1 if target == upkeep.moved_to else 1
    safe = target.startswith("https:") or url.startswith("http:")
    if safe and (fetched.moved_permanently or times >= MOVED_AFTER):
        return replace(upkeep, moved_to="", moved_times=0), target
    return replace(upkeep, moved_to=target, moved_times=times), ""


def status_problem(status: int) -> str:
    """What an HTTP status other than success means to a reader."""
    if status in {401, 403, 407, 451}:
        return f"Its site refuses to give it ({status})."
    if status in {404, 410}:
        return f"It was not found ({status})."
    if status in {429, 503}:
        return f"Its site is too busy ({status})."
    return f"Its site has a problem ({status})." if status >= 500 else f"Its site answered {status}."


def max_age(headers: Mapping[str, str]) -> float:
    """Cache-Control's max-age less the Age, in seconds (RFC 9111)."""
    seconds = 0.0
    for part in headers.get("cache-control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name in {"no-cache", "no-store"}:
            return 0.0
        if name == "max-age":
            seconds = _whole(value)
    return max(0.0, seconds - _whole(headers.get("age", "")))


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """Seconds to wait: a number, or a date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if text.isdigit():
        return _whole(text)
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - rarely needed, and slow to load

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0


def _learned(upkeep: FeedState, changed: bool, now: float) -> float:
    """Half the usual time between items, and slower the longer it has been silent; without dates by trial."""
    if upkeep.gap or upkeep.newest:
        wait = max(upkeep.gap, (now - upkeep.newest) / 5) / 2
    elif changed:
        wait = (upkeep.wait or 2 * HOUR) / 2
    else:
        wait = (upkeep.wait or HOUR) * 1.5
    return min(max(wait, SOONEST), LATEST)


def _loud(due: float, upkeep: FeedState) -> float:
    """The first time from `due` on that is in none of the quiet hours and days (RSS's skipHours and skipDays, GMT)."""
    hours, days = set(upkeep.quiet_hours), set(upkeep.quiet_days)
    if len(hours) >= 24 or len(days) >= 7:
        return due
    moment = datetime.fromtimestamp(due, UTC)
    for _ in range(24 * 8):
        if moment.hour not in hours and moment.strftime("%A").lower() not in days:
            return max(due, moment.timestamp())
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due


def _header(fetched: Fetched, name: str) -> str:
    value = fetched.headers.get(name, "").strip()
    return value if len(value) <= 300 and value.isprintable() else ""


def _whole(text: str) -> float:
    text = text.strip().strip('"')
    return float(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0.0
