"""When a feed is fetched next, from how often it publishes and what its server asks.

The functions neither wait nor fetch: they depend on the fetch state, the response, the time, and a random number
between 0 and 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from nutshell.ports import Fetched
from nutshell.records.items import FeedState
from nutshell.records.message import Message
from nutshell.urls import http_address

from .feed import Feed

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
MIN_WAIT, MAX_WAIT = 15 * MINUTE, DAY
"""Between two fetches, when the feed asks for nothing else."""

MAX_REQUESTED_WAIT = 7 * DAY  # longer waits that a server asks for are cut to this
FIRST_RETRY = 10 * MINUTE
GONE_RETRY = 30 * DAY
MISSING_AFTER, MISSING_FAILURES = 7 * DAY, 5
MOVED_AFTER = 3  # equal redirects in a row, where the host does not report whether a redirect is permanent
_MAX_DATES = 15


@dataclass(frozen=True, slots=True)
class FeedSchedule:
    """The new fetch state, when the feed is due, and the problem to show, if any."""

    fetch_state: FeedState
    due: float
    problem: Message | None = None


def conditional_headers(state: FeedState) -> tuple[tuple[str, str], ...]:
    """Returns the headers that request the feed only if it changed (RFC 9110, section 13.1)."""
    headers = []
    if state.etag:
        headers.append(("If-None-Match", state.etag))
    if state.modified:
        headers.append(("If-Modified-Since", state.modified))
    return tuple(headers)


def body_digest(body: bytes) -> str:
    """Returns a hash by which an unchanged body is recognized: many servers answer 200 instead of 304."""
    return hashlib.sha256(body).hexdigest()[:32]


def after_success(
    state: FeedState, fetched: Fetched, feed: Feed | None, changed: bool, now: float, random_fraction: float
) -> FeedSchedule:
    """Returns the schedule after a response: `feed` as parsed, or None when it did not change."""
    if feed is not None:
        dates = sorted((item.published for item in feed.items if item.published is not None), reverse=True)[:_MAX_DATES]
        state = replace(
            state,
            etag=_header(fetched, "etag"),
            modified=_header(fetched, "last-modified"),
            digest=body_digest(fetched.body),
            gap=(dates[0] - dates[-1]) / (len(dates) - 1) if len(dates) > 2 else 0.0,
            newest=dates[0] if dates else 0.0,
            every=feed.every,
            quiet_hours=feed.quiet_hours,
            quiet_days=feed.quiet_days,
        )
    wait = _usual_wait(state, changed, now)
    state = replace(
        state, wait=wait, failures=0, failing_since=0.0, patience=0.0, unreachable=False, refused="", gone=False
    )
    requested = min(max(state.every, max_age(fetched.headers)), MAX_REQUESTED_WAIT)
    # Up to a tenth later, so that users who subscribed together do not fetch together; never earlier than requested.
    due = now + max(wait, requested) * (1 + random_fraction / 10)
    return FeedSchedule(state, _outside_quiet_times(due, state))


def after_failure(
    state: FeedState,
    problem: Message,
    status: int,
    headers: Mapping[str, str],
    now: float,
    random_fraction: float,
    unreachable: bool = False,
    refused: str = "",
) -> FeedSchedule:
    """Returns the schedule after an error (`status` 0: no response): exponential backoff, or as the server asks.

    The backoff has "equal jitter" (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    failures = state.failures + 1
    since = state.failing_since or now
    requested = min(retry_after(headers, now), MAX_REQUESTED_WAIT)
    state = replace(
        state,
        failures=failures,
        failing_since=since,
        patience=now + requested if requested else 0.0,
        unreachable=unreachable,
        refused=refused,
        gone=status == 410,
    )
    if state.gone:
        return FeedSchedule(state, now + GONE_RETRY, Message("feed.gone"))
    if status == 404 and failures >= MISSING_FAILURES and now - since >= MISSING_AFTER:
        problem = Message("feed.missing", count=int((now - since) / DAY))
    backoff = min(FIRST_RETRY * 2.0 ** min(failures - 1, 20), MAX_WAIT)
    wait = backoff / 2 + random_fraction * backoff / 2
    return FeedSchedule(state, now + max(wait, requested), problem)


def after_redirect(state: FeedState, fetched: Fetched, url: str) -> tuple[FeedState, str]:
    """Returns the fetch state after a parsed response, and the address that the feed moved to, or ""."""
    target = http_address(fetched.url)
    if not fetched.redirected or not target or target == url or fetched.moved_permanently is False:
        return replace(state, moved_to="", moved_times=0), ""
    times = state.moved_times + 1 if target == state.moved_to else 1
    safe = target.startswith("https:") or url.startswith("http:")
    if safe and (fetched.moved_permanently or times >= MOVED_AFTER):
        return replace(state, moved_to="", moved_times=0), target
    return replace(state, moved_to=target, moved_times=times), ""


def status_problem(status: int) -> Message:
    """Explains an HTTP status other than success to the user."""
    code = {"status": str(status)}
    if status in {401, 403, 407, 451}:
        return Message("feed.forbidden", code)
    if status in {404, 410}:
        return Message("feed.not_found", code)
    if status in {429, 503}:
        return Message("feed.busy", code)
    return Message("feed.server_error", code) if status >= 500 else Message("feed.unexpected_status", code)


def max_age(headers: Mapping[str, str]) -> float:
    """Returns how long a response stays fresh, in seconds: Cache-Control's max-age less the Age (RFC 9111)."""
    seconds = 0.0
    for part in headers.get("cache-control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name in {"no-cache", "no-store"}:
            return 0.0
        if name == "max-age":
            seconds = _seconds(value)
    return max(0.0, seconds - _seconds(headers.get("age", "")))


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """Returns the seconds that Retry-After asks to wait, as a number or a date (RFC 9110, section 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if text.isdigit():
        return _seconds(text)
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - rarely needed, and slow to load

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0


def _usual_wait(state: FeedState, changed: bool, now: float) -> float:
    """Returns the seconds between two fetches, from the dates of the feed's items.

    It is half the usual time between items, and longer the longer the feed has had none. For a feed without dates it is
    halved after a change and grows by half without one.
    """
    if state.gap or state.newest:
        wait = max(state.gap, (now - state.newest) / 5) / 2
    elif changed:
        wait = (state.wait or 2 * HOUR) / 2
    else:
        wait = (state.wait or HOUR) * 1.5
    return min(max(wait, MIN_WAIT), MAX_WAIT)


def _outside_quiet_times(due: float, state: FeedState) -> float:
    """Returns the first time from `due` on outside the quiet hours and days (skipHours and skipDays of RSS, GMT)."""
    hours, days = set(state.quiet_hours), set(state.quiet_days)
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


def _seconds(text: str) -> float:
    text = text.strip().strip('"')
    return float(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0.0
