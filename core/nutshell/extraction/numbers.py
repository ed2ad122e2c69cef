"""Prices, durations and counts as pages write them."""

from __future__ import annotations

import re

from .plain_text import clean

_DURATION = re.compile(
    r"^\s*P(?:(?P<weeks>[\d.]+)W)?(?:(?P<days>[\d.]+)D)?(?:T?(?:(?P<hours>[\d.]+)H)?(?:(?P<minutes>[\d.]+)M)?(?:(?P<seconds>[\d.]+)S)?)?\s*$",
    re.IGNORECASE,
)
_UNITS = (
    (86_400, re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:days?|tage?n?|jours?|d[íi]as?|giorn[oi])\b", re.IGNORECASE)),
    (
        3_600,
        re.compile(
            r"(\d+(?:[.,]\d+)?)\s*(?:hours?|hrs?|h|std\.?|stunden?|heures?|horas?|or[ae]|uur|timer?|tim|godz|час\w*"
            r"|ώρ\w+|시간|時間)(?=\W|\d|$)",
            re.IGNORECASE,
        ),
    ),
    (
        60,
        re.compile(
            r"(\d+(?:[.,]\d+)?)\s*(?:min(?:\.|s\b|uten?|utes?|utos?|uti|uter|uut\w*)?|m|мин\w*|λεπτ\w+|분|分)(?=\W|\d|$)",
            re.IGNORECASE,
        ),
    ),
    (1, re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:s|sec(?:onds?)?|sek(?:unden?)?)(?=\W|$)", re.IGNORECASE)),
)
_CLOCK = re.compile(r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d\d)\s*$")
_NUMBER = re.compile(r"(?:(?<!\d)[.,])?\d(?:[\d.,'’\u00a0\u202f ]*\d)?(?![\d.,]*\s?%)")
_SPLIT_BY_SIGN = re.compile(r"^\D*(\d+)\s*[€$£]\s*(\d\d)\D*$")  # 35€ 99
_FREE = re.compile(r"^\W*(?:free|kostenlos|gratis|gratuite?|бесплатно|無料|무료|免费)\W*$", re.IGNORECASE)
_CURRENCY = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₫": "VND",
    "₪": "ILS", "฿": "THB", "₱": "PHP", "₦": "NGN",
    "zł": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON", "лв": "BGN", "руб": "RUB", "r$": "BRL", "a$": "AUD",
    "c$": "CAD", "ca$": "CAD", "au$": "AUD", "nz$": "NZD",
    "us$": "USD", "hk$": "HKD", "s$": "SGD", "mx$": "MXN", "nt$": "TWD", "rs.": "INR", "元": "CNY", "円": "JPY",
    "원": "KRW", "euro": "EUR", "euros": "EUR", "chf": "CHF",
}  # fmt: skip
_CODE = re.compile(
    r"(?<![A-Za-z])(?:AED|ARS|AUD|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|HKD|HUF|IDR|ILS|INR|ISK|JPY|KES"
    r"|KRW|KZT|MAD|MXN|MYR|NGN|NOK|NZD|PEN|PHP|PKR|PLN|RON|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR)(?![A-Za-z])"
)


def seconds(text: str) -> int:
    """Returns a duration in seconds from ISO 8601 (`PT1H30M`), a clock (`1:30:00`) or words; 0 if it is none."""
    if found := _DURATION.match(text):
        parts = {name: float(value or 0) for name, value in found.groupdict().items()}
        return round(
            parts["weeks"] * 604_800
            + parts["days"] * 86_400
            + parts["hours"] * 3_600
            + parts["minutes"] * 60
            + parts["seconds"]
        )
    if found := _CLOCK.match(text):
        return int(found[1] or 0) * 3_600 + int(found[2]) * 60 + int(found[3])
    total = 0.0
    for size, pattern in _UNITS:
        if match := pattern.search(text):
            total += size * float(match[1].replace(",", "."))
            text = text[: match.start()] + " " + text[match.end() :]
    return round(total)


def minutes(text: str) -> int:
    """Returns a duration in minutes. A bare number is one of minutes."""
    bare = text.strip()
    return int(bare) if bare.isdigit() and len(bare) < 5 else round(seconds(text) / 60)


def amount(text: str) -> str:
    """Returns the first number in a text as a decimal (`1299.90`), whatever the signs for thousands and decimals."""
    text = clean(text)
    if split := _SPLIT_BY_SIGN.match(text):
        return f"{int(split[1])}.{split[2]}"
    found = _NUMBER.search(text)
    if not found:
        return "0" if _FREE.match(text) else ""
    digits = re.sub(r"[\s'’]", "", found[0])
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        decimal = "," if comma > point else "."
    elif comma >= 0 or point >= 0:
        sign = "," if comma >= 0 else "."
        after = len(digits) - digits.rfind(sign) - 1
        # One sign with exactly three digits after it separates thousands, unless nothing but 0 is before it.
        decimal = "" if digits.count(sign) > 1 or (after == 3 and digits[0] not in "0.,") else sign
    else:
        decimal = ""
    whole, _, fraction = digits.rpartition(decimal) if decimal else (digits, "", "")
    whole = re.sub(r"\D", "", whole) or "0"
    return f"{whole}.{fraction}" if fraction.isdigit() else whole


def currency(text: str) -> str:
    """Returns the ISO 4217 code of the currency in a text, or "". A bare dollar sign is taken for the US dollar."""
    if found := _CODE.search(text):
        return found[0]
    lower = text.lower()
    for sign in sorted(_CURRENCY, key=len, reverse=True):
        at = lower.find(sign)
        if at < 0:
            continue
        before, after = lower[at - 1 : at], lower[at + len(sign) : at + len(sign) + 1]
        if not (sign[0].isalpha() and before.isalpha()) and not (sign[-1].isalpha() and after.isalpha()):
            return _CURRENCY[sign]
    return "USD" if "$" in text else ""


def whole(text: str) -> int:
    """Returns the first whole number in a text, or 0."""
    number = amount(text).split(".")[0]
    return int(number) if number and len(number) < 12 else 0


def decimal(text: str) -> float:
    """Returns the first number in a text, or 0."""
    number = amount(text) if not re.fullmatch(r"\s*\d+\.\d+\s*", text) else text
    try:
        return float(number)
    except ValueError:
        return 0.0
