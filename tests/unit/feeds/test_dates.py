"""Dates in feeds: what is certain is read, in any language; nothing is invented."""

from datetime import UTC, datetime

import pytest

from nutshell.feeds.dates import numeric_order, parse_date


def at(*parts):
    return datetime(*parts, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Fri, 27 Nov 2026 14:38:00 +0100", at(2026, 11, 27, 13, 38)),
        ("Fri, 27 Nov 26 14:38 GMT", at(2026, 11, 27, 14, 38)),
        ("2026-06-29T10:10:10.5-08:00", at(2026, 6, 29, 18, 10, 10)),
        ("2026-06-29 10:10", at(2026, 6, 29, 10, 10)),
        ("20260629T101010Z", at(2026, 6, 29, 10, 10, 10)),
        ("2026/6/29", at(2026, 6, 29)),
        ("2026. 6. 29.", at(2026, 6, 29)),
        ("6/29/2026", at(2026, 6, 29)),
        ("29.06.2026 10:30 Uhr", at(2026, 6, 29, 10, 30)),
        ("Jun 29, 2026 3:05 PM", at(2026, 6, 29, 15, 5)),
        ("June 29th, 2026 12:05 a.m.", at(2026, 6, 29, 0, 5)),
        ("Thu Jan 01 12:00:00 PST 2004", at(2004, 1, 1, 20)),
        ("2026-06-29 24:00", at(2026, 6, 30)),
        ("1782691200", at(2026, 6, 29)),
        ("1782691200000", at(2026, 6, 29)),
        ("Mon, 29 Jun 2026 10:00:00 EST", at(2026, 6, 29, 15)),
        ("Mon, 29 Jun 2026 10:00:00 CEST", at(2026, 6, 29, 8)),
        ("Mon, 29 Jun 2026 10:00:00 GMT+2", at(2026, 6, 29, 8)),
        ("Mon, 29 Jun 2026 10:00:00 XYZ", at(2026, 6, 29, 10)),
        ("Mon, 29 Jun 2026 10:00:00", at(2026, 6, 29, 10)),
        ("lun, 29 juin 2026 10:00 +0200", at(2026, 6, 29, 8)),
        ("mar, 30 jun 2026 10:00 +0200", at(2026, 6, 30, 8)),
        ("29 fév 2024", at(2024, 2, 29)),
        ("29 de junio de 2026", at(2026, 6, 29)),
        ("29 июня 2026, 10:00", at(2026, 6, 29, 10)),
        ("2026年6月29日 10:30", at(2026, 6, 29, 10, 30)),
        ("2026. 6. 29. 오후 3:05", at(2026, 6, 29, 15, 5)),
    ],
)
def test_date_is_read(written, expected):
    assert parse_date(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "soon",
        "3/4/2026",
        "31 Feb 2026",
        "2026/13/1",
        "2026-06-29 25:00",
        "29 Foo 2026",
        "Jun 2026",
        "x" * 200,
    ],
)
def test_what_is_no_certain_date_is_none(written):
    assert parse_date(written) is None


@pytest.mark.parametrize(
    ("lang", "order", "expected"),
    [
        ("en-us", "", at(2026, 3, 4)),
        ("en-gb", "", at(2026, 4, 3)),
        ("fr", "", at(2026, 4, 3)),
        ("en", "", None),
        ("en-us", "dmy", at(2026, 4, 3)),
        ("", "mdy", at(2026, 3, 4)),
    ],
)
def test_language_or_other_dates_tell_month_from_day(lang, order, expected):
    assert parse_date("3/4/2026", lang, order) == expected


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["3/4/2026", "29/6/2026"], "dmy"),
        (["3/4/2026", "6/29/2026"], "mdy"),
        (["29/6/2026", "6/29/2026"], ""),
        (["3/4/2026"], ""),
    ],
)
def test_order_of_numbers_follows_from_a_certain_date(dates, order):
    assert numeric_order(dates) == order
