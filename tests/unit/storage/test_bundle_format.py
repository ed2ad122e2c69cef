import json

import pytest

from nutshell.storage.bundle_format import (
    EXCLUDED_TABLES,
    MAX_LINE,
    TABLES,
    VERSION,
    NotABundle,
    check_header,
    from_json,
    parse_line,
    to_json,
    to_line,
)
from nutshell.storage.bundle_validation import BadRow

BY_NAME = {table.name: table for table in TABLES}
MUTE = {"id": 1, "kind": "words", "name": "ferry", "at": 5.0}


def test_every_table_is_exported_or_excluded(database):
    rows = database.connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'page_words_%'"
    )
    assert {name for (name,) in rows} == set(BY_NAME) | set(EXCLUDED_TABLES)


def test_every_exported_column_exists(database):
    for table in TABLES:
        columns = {row[1] for row in database.connection.execute(f"PRAGMA table_info({table.name})")}
        assert set(table.columns) <= columns, table.name
        assert set(table.key) <= set(table.columns), table.name
        database.connection.execute(f"SELECT * FROM {table.exported_rows()}")


def test_a_line_is_an_object_with_one_key():
    assert parse_line(to_line("end", 5)) == ("end", 5)
    assert to_line("a", "é") == '{"a":"é"}'


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"a": 1, "b": 2}', '{"a": NaN}', "[" * 500, "x" * (MAX_LINE + 1)])
def test_other_lines_are_refused(line):
    with pytest.raises(BadRow):
        parse_line(line)


def test_a_row_is_the_same_after_its_line():
    assert to_json(from_json(MUTE, BY_NAME["taste_mute"]), BY_NAME["taste_mute"]) == MUTE


def test_bytes_and_json_columns_have_a_readable_form():
    row = {"number": -1, "head": '{"x": 1}', "body": b"\x00\xff"}
    assert to_json(row, BY_NAME["taste_page"]) == {"number": -1, "head": {"x": 1}, "body": "AP8="}


@pytest.mark.parametrize("value", [None, [], "x", {}, MUTE | {"at": "5"}, MUTE | {"kind": "x"}, MUTE | {"name": None}])
def test_an_invalid_row_is_refused(value):
    with pytest.raises(BadRow):
        from_json(value, BY_NAME["taste_mute"])


def test_unknown_columns_are_ignored():
    assert "extra" not in from_json(MUTE | {"extra": 1}, BY_NAME["taste_mute"])


def test_a_header_of_this_version_is_accepted():
    check_header(json.dumps({"nutshell": {"version": VERSION}}))


@pytest.mark.parametrize("line", ["", "x", "{}", '{"end": 0}', '{"nutshell": {"version": "1"}}'])
def test_another_first_line_is_refused(line):
    with pytest.raises(NotABundle):
        check_header(line)


def test_a_newer_version_is_refused():
    with pytest.raises(NotABundle):
        check_header(json.dumps({"nutshell": {"version": VERSION + 1}}))
