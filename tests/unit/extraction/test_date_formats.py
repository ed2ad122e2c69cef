import pytest

from nutshell.extraction.date_formats import find_written, parse_stated
from nutshell.text.months import month_number


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2020-04-09T23:10:00.000+0200", "2020-04-09T23:10:00+02:00"),
        ("2020-04-09 10:00 UTC", "2020-04-09T10:00:00Z"),
        ("2020-04-09 10:00", "2020-04-09"),
        ("2020-4-9", "2020-04-09"),
        ("20200409", "2020-04-09"),
        ("20200409103000", "2020-04-09"),
        ("1586390400", "2020-04-09"),
        ("1586390400000", "2020-04-09"),
        ("Thu, 09 Apr 2020 10:00:00 GMT", "2020-04-09"),
        ("2020-13-09", ""),
        ("2020-02-30", ""),
        ("0000-00-00", ""),
        ("soon", ""),
        ("", ""),
    ],
)
def test_a_stated_date_is_read_or_refused(stated, expected):
    assert parse_stated(stated) == expected


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("Posted 4 Oct '17, updated 6 Sep '21", "en", ["2017-10-04", "2021-09-06"]),
        ("2020. április 9.", "hu", ["2020-04-09"]),
        ("9 tháng 4, 2020", "vi", ["2020-04-09"]),
        ("9 เมษายน 2563", "th", ["2020-04-09"]),
        ("5. Jänner 2019", "de-AT", ["2019-01-05"]),
        ("10 listopada 2019", "pl", ["2019-11-10"]),
        ("10. listopada 2019", "hr", ["2019-10-10"]),
        ("9 апреля 2020 г.", "ru", ["2020-04-09"]),
        ("13/04/2020", "en", ["2020-04-13"]),
        ("the 9th of April, 2020", "en", ["2020-04-09"]),
        ("version 1.2.2020.3, 10.4.20 %, call 555-04-2020-99", "en", []),
        ("at 10:30 April 2020", "en", []),
        ("May 2020", "en", []),
    ],
)
def test_dates_are_found_in_text(text, lang, expected):
    assert find_written(text, lang) == expected


def test_a_name_that_means_two_months_needs_its_language():
    assert (month_number("listopad", "pl"), month_number("listopad", "hr"), month_number("listopad", "xx")) == (
        11,
        10,
        0,
    )
