"""Formatting of dates, durations, languages and addresses."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from nutshell.views.dates import clock_label, day_label, duration, published
from nutshell.views.environment import shorten
from nutshell.views.languages import language_name, right_to_left
from nutshell.views.links import host_name, web_link


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "5 s"),
        (12, "10 s"),
        (24, "25 s"),
        (57, "55 s"),
        (59, "1 min"),
        (89, "1 min"),
        (95, "2 min"),
        (3569, "59 min"),
        (3580, "1 h"),
        (3600, "1 h"),
        (4800, "1 h 20 min"),
    ],
)
def test_duration(seconds, said):
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("written", "label", "iso"),
    [
        ("2026-11-02", "2 November 2026", "2026-11-02"),
        ("2026-11-02T23:30:00-08:00", "2 November 2026", "2026-11-02"),
        ("March 3, 2021", "3 March 2021", "2021-03-03"),
        ("Published Sept. 3rd, 2021 at noon", "3 September 2021", "2021-09-03"),
        ("Tue, 03 Mar 2020 10:00:00 GMT", "3 March 2020", "2020-03-03"),
        ("2026-13-40", "2026-13-40", ""),
        ("Smarch 3, 2021", "Smarch 3, 2021", ""),
        ("3. März 2021", "3. März 2021", ""),
        ("two days ago", "two days ago", ""),
    ],
)
def test_published(written, label, iso):
    found = published(written)
    assert (found.label, found.iso) == (label, iso)


def test_long_date_text_is_truncated():
    assert len(published("word " * 100).label) <= 40


def test_days_follow_the_local_clock():
    now = datetime(2026, 11, 23, 0, 30, tzinfo=UTC).timestamp()
    west = timezone(timedelta(hours=-5))
    assert day_label(now - 3_600, now, UTC) == "Yesterday"
    assert day_label(now - 3_600, now, west) == "Today"
    assert day_label(now - 3 * 86_400, now, UTC) == "20 November 2026"
    assert clock_label(now, UTC) == "00:30"
    assert clock_label(now, west) == "19:30"


def test_language_names():
    assert [language_name(tag) for tag in ("ko", "de-AT", "PT", "yue", "xx", "")] == [
        "Korean",
        "German",
        "Portuguese",
        "Cantonese",
        "",
        "",
    ]


def test_text_direction_of_a_language():
    tags = ("ar", "he-IL", "fa", "en", "", "az-Arab", "pa-Arab-PK", "ur-Latn")
    assert [right_to_left(tag) for tag in tags] == [True, True, True, False, False, True, True, False]


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        ("HTTP://A.example", "http://A.example"),
        ("https://me:secret@a.example/x", "https://a.example/x"),
        ('https://a.example/a b("c")<d>', "https://a.example/a%20b%28%22c%22%29%3Cd%3E"),
        ("https://[::1]:8080/x", "https://[::1]:8080/x"),
        ("https://a.example/한글", "https://a.example/한글"),
        ("https://", ""),
        ("https://a.example:port/", ""),
        ("https://a.example/\u202efdp", ""),
        ("java\nscript:alert(1)", ""),
        ("view-source:https://a.example", ""),
        ("", ""),
    ],
)
def test_web_link(url, link):
    assert web_link(url) == link


def test_host_name():
    assert host_name("https://www.a.example:81/x") == "a.example"
    assert host_name("about:blank") == ""


def test_shorten():
    assert shorten("short", 10) == "short"
    assert shorten("a few words, and more", 14) == "a few words…"
    assert shorten("x" * 50, 10) == "x" * 9 + "…"
