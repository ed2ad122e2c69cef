import json

import pytest

from nutshell.storage import bundle_validation as validation
from nutshell.storage import settings
from nutshell.storage.bundle_validation import EXPORTED_SETTINGS, BadRow, parse_value


def test_exported_settings_are_known_and_their_defaults_valid():
    keys = {key.name: key for key in vars(settings).values() if isinstance(key, settings.SettingKey)}
    for name, check in EXPORTED_SETTINGS.items():
        if keys[name].default is not None or name == settings.LENGTH.name:
            check(keys[name].default)


@pytest.mark.parametrize(
    ("value", "kind", "stored"),
    [
        ("é", "text", "é"),
        ("\ud800", "text", "?"),
        (5, "id", 5),
        (5, "number", 5.0),
        (5, "time", 5.0),
        (None, "time?", None),
        ("AP8=", "bytes", b"\x00\xff"),
        (2**62, "id", 2**62),
    ],
)
def test_a_value_becomes_that_of_its_column(value, kind, stored):
    assert parse_value("column", value, kind) == stored


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "text"),
        (5, "text"),
        ("x" * 200_001, "text"),
        (True, "id"),
        (1.5, "id"),
        (2**63, "id"),
        (2**53, "whole"),
        (6e10, "time"),
        (10**400, "number"),
        (float("nan"), "number"),
        (False, "number"),
        ("x", "bytes"),
        ("a b=", "bytes"),
    ],
)
def test_a_value_of_another_type_or_range_is_refused(value, kind):
    with pytest.raises(BadRow):
        parse_value("column", value, kind)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("length", 99),
        ("words", 1),
        ("memory.keep", "fortnight"),
        ("news.looked", "now"),
        ("taste.sliders", {"fresh": 2}),
        ("taste.sliders", {"spicy": 0.5}),
        ("taste.sliders", [1]),
        ("ledger.older", {"requests": -1}),
        ("welcomed", True),
        ("news.front", []),
    ],
)
def test_invalid_and_unknown_settings_are_refused(name, value):
    with pytest.raises((BadRow, ValueError)):
        validation.check_setting({"name": name, "value": json.dumps(value)})


@pytest.mark.parametrize("state", ['{"quiet_days": "mon"}', '{"failures": 1.5}', '{"gone": 1}', '{"wait": "x"}', "[]"])
def test_an_invalid_fetch_state_is_refused(state):
    with pytest.raises((BadRow, ValueError, TypeError, AttributeError)):
        validation.check_feed({"url": "https://paper.example/", "upkeep": state})
