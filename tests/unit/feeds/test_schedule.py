"""When feeds are fetched next."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nutshell.feeds import schedule
from nutshell.feeds.feed import Feed
from nutshell.feeds.schedule import DAY, HOUR, MINUTE, after_failure, after_redirect, after_success
from nutshell.ports import Fetched
from nutshell.records.items import FeedState, Item
from nutshell.records.message import Message

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC).timestamp()  # a Monday
URL = "https://paper.example/feed"
PROBLEM = Message("fetch.network")


def fetched(url=URL, redirected=False, permanently=None, body=b"", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(200, url, redirected, permanently, named, body, 100, len(body))


def feed(*ages, **fields):
    """A feed with items of these ages, in seconds."""
    return Feed("", "", tuple(Item(str(age), "", "", published=NOW - age) for age in ages), **fields)


def wait_after(state=None, response=None, parsed=None, changed=True, random_fraction=0.0):
    """Returns the seconds until the feed is due."""
    after = after_success(state or FeedState(), response or fetched(), parsed, changed, NOW, random_fraction)
    return after.due - NOW


def fail(state, status=0, headers=None, random_fraction=1.0, now=NOW):
    return after_failure(state, PROBLEM, status, headers or {}, now, random_fraction)


def test_conditional_headers_repeat_the_validators():
    assert schedule.conditional_headers(FeedState()) == ()
    assert schedule.conditional_headers(FeedState(etag='"a"', modified="Mon, 04 May 2026 08:00:00 GMT")) == (
        ("If-None-Match", '"a"'),
        ("If-Modified-Since", "Mon, 04 May 2026 08:00:00 GMT"),
    )


def test_success_stores_validators_and_what_the_feed_asks():
    response = fetched(body=b"news", etag='"a"', last_modified="Mon, 04 May 2026 08:00:00 GMT")
    parsed = feed(0, 3600, every=60.0, quiet_hours=(3,), quiet_days=("sunday",))
    state = after_success(FeedState(failures=3, refused=URL, gone=True), response, parsed, True, NOW, 0.0).fetch_state
    assert (state.etag, state.modified) == ('"a"', "Mon, 04 May 2026 08:00:00 GMT")
    assert state.digest == schedule.body_digest(b"news")
    assert (state.every, state.quiet_hours, state.quiet_days) == (60.0, (3,), ("sunday",))
    assert (state.failures, state.refused, state.gone) == (0, "", False)


@pytest.mark.parametrize("etag", ["x" * 301, "a\nb"])
def test_implausible_validators_are_not_stored(etag):
    assert after_success(FeedState(), fetched(etag=etag), feed(0), True, NOW, 0.0).fetch_state.etag == ""


def test_feed_is_fetched_at_half_its_usual_interval():
    assert wait_after(parsed=feed(0, 4 * HOUR, 8 * HOUR)) == 2 * HOUR


def test_silent_feed_is_fetched_less_often():
    assert wait_after(parsed=feed(5 * DAY, 5 * DAY + HOUR, 5 * DAY + 2 * HOUR)) == 12 * HOUR


@pytest.mark.parametrize(("ages", "wait"), [((0, 60, 120), 15 * MINUTE), ((0, 90 * DAY, 180 * DAY), DAY)])
def test_interval_has_limits(ages, wait):
    assert wait_after(parsed=feed(*ages)) == wait


def test_feed_without_dates_is_fetched_by_trial():
    state = FeedState(wait=4 * HOUR)
    assert wait_after(state, changed=True) == 2 * HOUR
    assert wait_after(state, changed=False) == 6 * HOUR


@pytest.mark.parametrize(
    ("headers", "every", "wait"),
    [
        ({"cache_control": "max-age=7200"}, 0.0, 2 * HOUR),
        ({"cache_control": "public, max-age=7200", "age": "3600"}, 0.0, HOUR),
        ({"cache_control": "max-age=7200, no-cache"}, 0.0, HOUR),
        ({}, 3 * HOUR, 3 * HOUR),
        ({"cache_control": "max-age=99999999"}, 0.0, 7 * DAY),
        ({"cache_control": "max-age=soon"}, 0.0, HOUR),
    ],
)
def test_server_and_feed_can_ask_for_longer_waits(headers, every, wait):
    assert wait_after(response=fetched(**headers), parsed=feed(0, 2 * HOUR, 4 * HOUR, every=every)) == wait


def test_fetches_are_spread_by_up_to_a_tenth():
    assert wait_after(parsed=feed(0, 2 * HOUR, 4 * HOUR), random_fraction=1.0) == pytest.approx(1.1 * HOUR)


@pytest.mark.parametrize(
    ("quiet_hours", "quiet_days", "due"),
    [
        ((12, 13, 14), (), "2026-05-04T15:00"),
        ((13,), ("monday",), "2026-05-05T00:00"),
        ((), ("monday", "tuesday"), "2026-05-06T00:00"),
        (tuple(range(24)), (), "2026-05-04T13:00"),  # nothing is left: ignored
    ],
)
def test_quiet_hours_and_days_are_skipped(quiet_hours, quiet_days, due):
    parsed = feed(0, 2 * HOUR, 4 * HOUR, quiet_hours=quiet_hours, quiet_days=quiet_days)
    assert datetime.fromtimestamp(NOW + wait_after(parsed=parsed), UTC) == datetime.fromisoformat(due + "+00:00")


def test_failures_double_the_wait_up_to_a_day():
    state, waits = FeedState(), []
    for _ in range(10):
        after = fail(state)
        waits.append(after.due - NOW)
        state = after.fetch_state
    assert waits[:3] == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE]
    assert waits[-1] == DAY
    assert state.failures == 10


def test_half_of_the_backoff_is_random():
    assert [fail(FeedState(), random_fraction=part).due - NOW for part in (0.0, 1.0)] == [5 * MINUTE, 10 * MINUTE]


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("7200", 2 * HOUR),
        ("Mon, 04 May 2026 15:00:00 GMT", 3 * HOUR),
        ("Mon, 04 May 2026 10:00:00 GMT", 10 * MINUTE),
        ("99999999", 7 * DAY),
        ("soon", 10 * MINUTE),
    ],
)
def test_retry_after_is_obeyed(retry_after, wait):
    after = fail(FeedState(), 503, {"retry-after": retry_after})
    assert after.due - NOW == pytest.approx(wait)


def test_patience_is_the_time_that_the_server_asked_for():
    assert fail(FeedState(), 429, {"retry-after": "7200"}).fetch_state.patience == NOW + 2 * HOUR
    assert fail(FeedState(), 500).fetch_state.patience == 0.0


def test_feed_that_is_gone_is_fetched_after_a_month():
    after = fail(FeedState(), 410)
    assert after.fetch_state.gone
    assert after.due - NOW == 30 * DAY
    assert after.problem


def test_feed_missing_for_a_week_is_said_to_be_gone():
    state = FeedState(failures=4, failing_since=NOW - 8 * DAY)
    problem = fail(state, 404).problem
    assert problem != PROBLEM
    assert 8 in {problem.count, *problem.values.values()}
    assert fail(replace(state, failures=1), 404).problem == PROBLEM
    assert fail(replace(state, failing_since=NOW - DAY), 404).problem == PROBLEM


def test_failing_since_is_the_first_failure():
    state = fail(FeedState()).fetch_state
    assert fail(state, now=NOW + HOUR).fetch_state.failing_since == NOW


NEW = "https://new.example/feed"


def test_permanent_redirect_moves_the_feed():
    assert after_redirect(FeedState(), fetched(NEW, True, True), URL) == (FeedState(), NEW)


def test_temporary_redirect_does_not_move_the_feed():
    state = FeedState(moved_to=NEW, moved_times=2)
    assert after_redirect(state, fetched(NEW, True, False), URL) == (FeedState(), "")


def test_third_equal_redirect_of_unknown_kind_moves_the_feed():
    state, targets = FeedState(), []
    for _ in range(3):
        state, target = after_redirect(state, fetched(NEW, True, None), URL)
        targets.append(target)
    assert targets == ["", "", NEW]


def test_other_target_starts_the_count_again():
    state, _ = after_redirect(FeedState(moved_to=NEW, moved_times=2), fetched("https://b.example/", True, None), URL)
    assert (state.moved_to, state.moved_times) == ("https://b.example/", 1)


def test_redirect_from_https_to_http_does_not_move_the_feed():
    assert after_redirect(FeedState(), fetched("http://new.example/feed", True, True), URL)[1] == ""
    assert after_redirect(FeedState(), fetched("http://new.example/feed", True, True), "http://paper.example/")[1]


def test_response_without_a_redirect_clears_the_count():
    assert after_redirect(FeedState(moved_to=NEW, moved_times=2), fetched(), URL) == (FeedState(), "")


def test_every_kind_of_status_has_its_problem():
    statuses = (403, 404, 429, 500, 400)
    problems = [schedule.status_problem(status) for status in statuses]
    assert len({problem.id for problem in problems}) == 5
    assert [problem.values["status"] for problem in problems] == [str(status) for status in statuses]
