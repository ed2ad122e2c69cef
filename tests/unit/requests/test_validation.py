"""Checks of request payloads."""

import pytest

from nutshell.requests import validation

NAN, INFINITY = float("nan"), float("inf")


def refused(check, value, *arguments, **options):
    """Returns the message of the ValueError that a check raises."""
    with pytest.raises(ValueError, match=r"^x must be ") as caught:
        check({} if value is ... else {"x": value}, "x", *arguments, **options)
    return str(caught.value)


def test_text_is_a_string_of_limited_length():
    assert validation.text({"x": "word"}, "x", max_length=4) == "word"
    assert validation.text({}, "x", "default") == "default"
    assert validation.text({"x": ""}, "x") == ""
    for value in (..., None, 5, ["word"]):
        refused(validation.text, value)
    assert "1,000" in refused(validation.text, "w" * 1001, max_length=1000)
    refused(validation.text, None, "default")


def test_text_can_be_required_not_to_be_blank():
    assert validation.text({"x": " a "}, "x", allow_blank=False) == " a "
    for value in ("", " \n"):
        assert "blank" in refused(validation.text, value, allow_blank=False)


def test_optional_text_can_be_missing_or_null():
    assert [validation.optional_text(payload, "x") for payload in ({}, {"x": None}, {"x": "a"})] == ["", "", "a"]
    refused(validation.optional_text, 5)
    refused(validation.optional_text, "long", max_length=3)


def test_integer_is_a_whole_number_within_bounds():
    assert validation.integer({"x": 3}, "x", minimum=3, maximum=3) == 3
    assert validation.integer({}, "x", 7) == 7
    assert validation.integer({"x": 2**63 - 1}, "x") == 2**63 - 1
    for value in (..., None, "3", 3.0, True, NAN):
        refused(validation.integer, value)
    for value in (-1, 2**63):
        refused(validation.integer, value)
    assert refused(validation.integer, 11, minimum=1, maximum=10).endswith("from 1 to 10")


def test_number_is_finite_and_within_bounds():
    assert validation.number({"x": 1}, "x", maximum=2) == 1.0
    assert validation.number({"x": -0.5}, "x", minimum=-1, maximum=2) == -0.5
    for value in (..., None, "1", True, NAN, INFINITY):
        refused(validation.number, value, maximum=2)
    assert refused(validation.number, 2.5, maximum=2).endswith("from 0 to 2")
    refused(validation.number, -0.1, maximum=2)


def test_boolean_is_true_or_false():
    assert validation.boolean({"x": True}, "x") is True
    assert validation.boolean({}, "x", False) is False
    for value in (..., None, 1, "yes"):
        refused(validation.boolean, value)


def test_array_has_at_least_one_item_and_not_too_many():
    assert validation.array({"x": [1, None]}, "x", 2) == [1, None]
    for value in (..., None, [], "ab", {"a": 1}, [1, 2, 3]):
        refused(validation.array, value, 2)


def test_timestamp_can_be_missing_or_null():
    assert [validation.timestamp(payload, "x") for payload in ({}, {"x": None}, {"x": 5})] == [None, None, 5.0]
    for value in ("5", True, NAN, INFINITY, -1e13, 10**400):
        refused(validation.timestamp, value)


def test_row_id_is_an_integer_named_id():
    assert validation.row_id({"id": 4}) == 4
    for value in (..., "4", -1, 2**63):
        refused(validation.row_id, value)


def test_id_string_has_digits_only():
    assert validation.id_string({"x": "012"}, "x") == 12
    for value in (..., 12, "", "-1", "1.5", "٣", "9" * 19):
        refused(validation.id_string, value)


def test_id_strings_are_separated_by_commas():
    assert validation.id_strings({"x": "1,22"}, "x") == [1, 22]
    for value in (..., "", "1,", "1;2", "1, 2"):
        refused(validation.id_strings, value)
    refused(validation.id_strings, "1,2", max_length=2)
