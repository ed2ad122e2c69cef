import asyncio
import json

import pytest

pytest.importorskip("onnxruntime", reason="the command line runs on the desktop")

from nutshell.hosts import cli, cli_rank, desktop
from nutshell.ports import ModelError

pytestmark = pytest.mark.usefixtures("shop")
ITEMS = [
    {"id": "ferry", "title": "Ferry company orders electric boats", "published": 1_800_000_000},
    {"id": 7, "title": "New sourdough bakery opens", "text": "Bread.", "published": "2027-01-15T08:00:00Z"},
    {"id": "vote", "title": "Parliament votes on the budget"},
]


def written(tmp_path, name, rows):
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return str(path)


def test_items_are_ordered_by_events_and_say_why(tmp_path, capsys):
    events = [
        {"text": "A ferry trip to the islands", "kind": "click", "when": 1_800_000_100},
        {"item": 7, "kind": "passed"},
    ]
    arguments = [
        "--items",
        written(tmp_path, "i", ITEMS),
        "--events",
        written(tmp_path, "e", events),
        "--now",
        "2027-02-01",
    ]
    assert cli.main(["rank", *arguments, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [rows[0]["id"], rows[-1]["id"]] == ["ferry", "7"]
    for row in rows:
        assert sum(row["terms"].values()) == pytest.approx(row["score"], abs=0.01)
    assert "which you read on" in rows[0]["reason"]
    assert cli.main(["rank", *arguments]) == 0
    assert "Ferry company" in capsys.readouterr().out.splitlines()[0]


def test_a_batch_goes_on_after_a_bad_line(tmp_path, capsys):
    path = written(tmp_path, "b", [{"id": 1, "items": ITEMS}, {"id": 2, "items": [{"title": "x"}]}, {"id": 3}])
    assert cli.main(["rank", "--jsonl", path]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows[0]["ranked"]) == 3
    assert "needs an id" in rows[1]["error"]
    assert "line 3" in rows[2]["error"]


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([{"kind": "sniff", "item": 1}], "no kind of event"),
        ([{"kind": "open"}], "needs an item"),
        ([{"item": 1, "when": "soon"}], "no time"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(tmp_path, capsys, events, told):
    arguments = ["--items", written(tmp_path, "i", ITEMS), "--events", written(tmp_path, "e", events)]
    assert cli.main(["rank", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_stories_come_with_the_ids_of_their_items():
    twice = [
        cli_rank.Candidate(name, "Quake of 6.1 hits Lisbon, 40 hurt in Alfama", "Forty were hurt in Alfama.")
        for name in "ab"
    ]
    (story,) = asyncio.run(cli_rank.ranked(twice, [], stories=True))
    assert cli_rank.as_data(story, True)["story"] == ["a", "b"]


def test_a_missing_model_is_told(monkeypatch, tmp_path, capsys):
    def missing(self, model):
        raise ModelError("run `make build` first")

    monkeypatch.setattr(desktop.NativeModels, "_file", missing)
    assert cli.main(["rank", "--items", written(tmp_path, "i", ITEMS)]) == 2
    assert "make build" in capsys.readouterr().err
