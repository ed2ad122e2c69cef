"""JSON of others is parsed unless it is nested too deep for the stack it would be parsed on."""

import json

import pytest

from nutshell.safe_json import MAX_DEPTH, loads


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)])
def test_deep_nesting_is_refused(text):
    with pytest.raises(ValueError, match="nested"):
        loads(text)


@pytest.mark.parametrize(
    "value",
    [
        [[]] * 1000,
        {"a": "[" * 1000},
        {"\\": '"[{' * 500},
        [[{}] * 10] * 100,
        json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH),
    ],
)
def test_other_json_is_parsed(value):
    assert loads(json.dumps(value)) == value


def test_brackets_in_an_unterminated_string_are_not_nesting():
    with pytest.raises(ValueError, match="Unterminated"):
        loads('["' + "[" * 1000)
