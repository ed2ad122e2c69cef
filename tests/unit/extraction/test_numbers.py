import pytest

from nutshell.extraction.numbers import amount, currency, minutes, seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,299.90", "1299.90"),
        ("1.299,90 €", "1299.90"),
        ("€ 1 299,90", "1299.90"),
        ("1'299.90", "1299.90"),
        ("12,500", "12500"),
        ("0,500", "0.500"),
        ("$.75", "0.75"),
        ("35€ 99", "35.99"),
        ("Free!", "0"),
        ("40% OFF", ""),
        ("ask us", ""),
    ],
)
def test_an_amount_is_read_whatever_its_separators(text, expected):
    assert amount(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1299 EUR", "EUR"),
        ("12,50 €", "EUR"),
        ("R$ 12", "BRL"),
        ("$12", "USD"),
        ("12 zł", "PLN"),
        ("after 12", ""),
        ("12", ""),
    ],
)
def test_a_currency_is_read_from_its_code_or_sign(text, expected):
    assert currency(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT1H30M", 90),
        ("P0DT0H45M", 45),
        ("PT90S", 2),
        ("P1DT2H", 1560),
        ("1 hour 30 minutes", 90),
        ("1 Std. 20 Min.", 80),
        ("45", 45),
        ("1:30:00", 90),
        ("soon", 0),
        ("", 0),
    ],
)
def test_a_duration_is_read_in_minutes(text, expected):
    assert minutes(text) == expected


def test_the_length_of_a_video_is_in_seconds():
    assert (seconds("PT3M20S"), seconds("3:20"), seconds("T3M")) == (200, 200, 180)
