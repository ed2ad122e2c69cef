import json

import pytest

pytest.importorskip("onnxruntime", reason="the command line runs on the desktop")

from nutshell.cli.main import main

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("shop")]
SENTENCES = [
    "The harbour board voted on Tuesday to replace the old lighthouse with a steel mast.",
    "Fishing crews from three villages say that the mast cannot be seen in the fog.",
    "A survey counted 212 vessels a week, nearly all with satellite navigation.",
    "Ferries have carried bread and mail to the islands for a hundred years.",
    "Its keeper, Ines Halvorsen, painted the tower white every second spring.",
    "Engineers expect the sand in the channel to return within eleven years.",
]


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text("\n".join(SENTENCES))
    return str(path)


def test_summary_is_printed_as_text(page, capsys):
    assert main(["summarize", page, "--points", "3"]) == 0
    printed = capsys.readouterr().out
    assert sum(sentence in printed for sentence in SENTENCES) == 3


def test_summary_is_printed_as_json(page, capsys):
    assert main(["summarize", page, "--points", "3", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"title", "url", "lang", "method", "gist", "gist_source", "points", "outline"}
    assert len(answer["points"]) == 3


def test_batch_reports_a_page_without_article(tmp_path, capsys):
    path = tmp_path / "in.jsonl"
    rows = [{"id": 1, "text": "\n".join(SENTENCES)}, {"id": 2, "text": ""}]
    path.write_text("\n".join(map(json.dumps, rows)))
    assert main(["summarize", "--jsonl", str(path)]) == 0
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert first["gist"] in SENTENCES
    assert second == {"id": 2, "gist": "", "points": [], "reason": "no-article"}


def test_page_without_article_is_reported(tmp_path, capsys):
    path = tmp_path / "empty.txt"
    path.write_text("")
    assert main(["summarize", str(path)]) == 2
    assert "empty.txt" in capsys.readouterr().err


@pytest.mark.parametrize("points", ["1", "11", "many"])
def test_invalid_number_of_points_is_refused(page, points, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["summarize", page, "--points", points])
    assert caught.value.code == 2
