import json

import pytest

pytest.importorskip("onnxruntime", reason="the command line runs on the desktop")

from nutshell.cli import main as cli
from nutshell.hosts import desktop
from nutshell.messages import text

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("shop")]
PAGE = (
    "The ferry Thorne carries 4.2 megawatt-hours of batteries.\n"
    "Islanders pay no levy, and their fares have been frozen until 2031.\n"
    "The idea began with a broken crankshaft in February 2022."
)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(PAGE)
    return str(path)


def lines(tmp_path, *rows):
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return str(path)


def test_question_is_answered_with_a_sentence(page, capsys):
    assert cli.main(["ask", page, "Until when are fares frozen?"]) == 0
    assert capsys.readouterr().out.strip() == PAGE.split("\n")[1]


def test_json_has_all_fields(page, capsys):
    assert cli.main(["ask", page, "Until when are fares frozen?", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["found"], answer["index"], answer["answer"]) == (True, 1, answer["quote"])


def test_batch_continues_after_an_invalid_line(tmp_path, capsys):
    given = lines(
        tmp_path,
        {"id": 1, "text": PAGE, "question": "What began the idea?"},
        {"id": 2, "text": PAGE},
        "not json",
        {"id": 4, "text": "", "question": "Who composed the symphony?"},
    )
    assert cli.main(["ask", "--jsonl", given]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0] | {"chance": 0} == {
        "id": 1,
        "quote": PAGE.split("\n")[2],
        "index": 2,
        "answer": PAGE.split("\n")[2],
        "found": True,
        "chance": 0,
    }
    assert rows[1]["error"] == "line 2: a line needs a question, and a text or an html"
    assert "line 3" in rows[2]["error"]
    assert (rows[3]["found"], rows[3]["quote"], rows[3]["index"]) == (False, "", -1)


def test_missing_argument_is_reported(page, capsys):
    assert cli.main(["ask", page]) == 2
    assert "give an article and a question" in capsys.readouterr().err


def test_sentence_is_checked(page, capsys):
    assert (
        cli.main(["check", page, "Islanders pay no levy, and their fares have been frozen until 2035.", "--json"]) == 0
    )
    answer = json.loads(capsys.readouterr().out)
    assert answer["verdict"] == "unsupported"
    assert answer["reasons"][0] == text("check.replaced", claim="2035", source="2031")
    assert cli.main(["check", page, "Islanders pay no levy."]) == 0
    assert capsys.readouterr().out.startswith("supported")


def test_checks_run_in_a_batch(tmp_path, capsys):
    first = {"id": "a", "source": PAGE, "sentence": PAGE.partition("\n")[0]}
    given = lines(tmp_path, first, {"id": "b", "source": PAGE})
    assert cli.main(["check", "--jsonl", given]) == 1
    good, bad = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (good["id"], good["verdict"], good["reasons"], good["support"][0]) == ("a", "supported", [], 0)
    assert bad["error"] == "line 2: a line needs a source and a sentence"


def test_words_without_language_model_is_reported(page, capsys, monkeypatch):
    async def none(self):
        return None

    monkeypatch.setattr(desktop.NativeGenerator, "decoder", none)
    assert cli.main(["words", page]) == 2
    assert "language model" in capsys.readouterr().err
