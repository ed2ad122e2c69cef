import io
import json

import pytest

pytest.importorskip("tqdm", reason="the command line runs on the desktop")

from nutshell.cli.batch import UsageError, answer_lines, as_line, open_lines


@pytest.fixture
def batch(tmp_path, capsys):
    def batch(lines, answer):
        path = tmp_path / "in.jsonl"
        path.write_text("\n".join(lines))
        status = answer_lines(str(path), answer)
        output = capsys.readouterr()
        return status, [json.loads(line) for line in output.out.splitlines()], output.err

    return batch


def test_answers_have_the_id_of_their_line(batch):
    status, rows, errors = batch(['{"id": 1, "n": 2}', "", '{"id": "b", "n": 3}'], lambda row: {"double": 2 * row["n"]})
    assert status == 0
    assert rows == [{"id": 1, "double": 4}, {"id": "b", "double": 6}]
    assert "failed" not in errors


def test_failed_lines_do_not_stop_the_batch(batch):
    def answer(row):
        if row["id"] == 2:
            raise UsageError("a line needs a text")
        if row["id"] == 3:
            raise ZeroDivisionError("unexpected")
        return {}

    status, rows, errors = batch(['{"id": 2}', '{"id": 3}', "[]", "{", '{"id": 4}'], answer)
    assert status == 1
    assert rows[0] == {"id": 2, "error": "line 1: a line needs a text"}
    assert rows[1]["error"] == "line 2: ZeroDivisionError: unexpected"
    assert [row["id"] for row in rows] == [2, 3, None, None, 4]
    assert "error" not in rows[4]
    assert "4" in errors


def test_lone_surrogate_is_escaped():
    assert as_line({"a": "é"}) == '{"a": "é"}'
    assert as_line({"a": "\ud800"}) == '{"a": "\\ud800"}'


def test_standard_input_is_read(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("one\n"))
    with open_lines("-") as lines:
        assert list(lines) == ["one\n"]


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"missing\.jsonl"):
        open_lines(str(tmp_path / "missing.jsonl"))
