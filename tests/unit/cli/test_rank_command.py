import asyncio
import json
import math

import pytest

pytest.importorskip("onnxruntime", reason="the command line runs on the desktop")

from nutshell.cli import main as cli
from nutshell.cli import rank as cli_rank
from nutshell.cli.batch import UsageError
from nutshell.hosts import desktop
from nutshell.ports import ModelError
from nutshell.ranking.explanation import ScoreTerm
from tests.growth import growth

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("shop")]
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
    assert "*Ferry*" in rows[0]["reason"]
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


def rank(tmp_path, capsys, items, events, *more):
    """Exit status, the rows, and what was said beside them."""
    arguments = ["--items", written(tmp_path, "i", items), "--events", written(tmp_path, "e", events), *more]
    status = cli.main(["rank", *arguments, "--json"])
    out, err = capsys.readouterr()
    return status, [json.loads(line) for line in out.splitlines()], err


@pytest.mark.parametrize(
    "when",
    [1_800_000_000_000, "1800000000000", "Fri, 15 Jan 2027 08:00:00 GMT", "Fri, 15 Jan 2027 09:00 +0100", 1.8e9],
)
def test_times_are_taken_as_others_write_them(when):
    assert cli_rank._time(when) == 1_800_000_000


@pytest.mark.parametrize("when", [float("inf"), 10**400, "soon", [], {}, True, 9e15])
def test_what_is_no_time_is_refused(when):
    with pytest.raises(UsageError, match="no time"):
        cli_rank._time(when)


def test_odd_values_neither_end_the_run_nor_spoil_the_scores(tmp_path, capsys):
    items = [*ITEMS, {"id": "nan", "title": float("nan"), "text": "A ferry", "published": float("nan")}]
    events = [
        {"item": "nan", "when": float("nan"), "seconds": float("nan")},
        {"item": "ferry", "kind": "dwell", "when": None, "seconds": "12"},
        {"text": "half a \ud83d character", "kind": "more"},
        {"item": "vote", "seconds": -5},
    ]
    status, rows, err = rank(tmp_path, capsys, items, events)
    assert (status, err) == (0, "")
    assert {row["id"] for row in rows} == {"ferry", "7", "vote", "nan"}
    for row in rows:
        assert math.isfinite(row["score"])
        assert sum(row["terms"].values()) == pytest.approx(row["score"], abs=0.01)


def test_an_item_without_a_title_is_called_by_its_text(tmp_path, capsys):
    items = [{"id": "a", "text": "Ferries return to the harbour"}, {"id": "b", "text": "Ferries leave the harbour"}]
    status, rows, _ = rank(tmp_path, capsys, items, [{"item": "a"}, {"item": "c", "text": "\u2026"}])
    assert status == 0
    assert any("ferries" in term.lower() for term in rows[0]["terms"])


def test_an_event_about_nothing_known_teaches_nothing_and_is_told(tmp_path, capsys):
    plain = rank(tmp_path, capsys, ITEMS, [{"item": "ferry"}])[1]
    status, rows, err = rank(tmp_path, capsys, ITEMS, [{"item": "ferry"}, {"item": "N12345"}, {"item": "N12345"}])
    assert (status, rows) == (0, plain)
    assert "1 item that is not there" in err
    assert "N12345" in err
    assert "N12345" not in json.dumps(rows)
    batch = written(tmp_path, "b", [{"id": 1, "items": ITEMS, "events": [{"item": "N12345"}]}])
    assert cli.main(["rank", "--jsonl", batch]) == 0
    assert "N12345" in json.loads(capsys.readouterr().out)["warning"]


def test_it_is_the_latest_time_of_all_unless_told(tmp_path, capsys):
    items = [{"id": n, "title": title, "published": 1.8e9 + n * 86_400} for n, title in enumerate("abcd")]
    _, rows, _ = rank(tmp_path, capsys, items, [{"text": "Ferries", "when": 1.8e9}])
    fresh = {row["id"]: row["terms"].get("fresh", 0.0) for row in rows}
    assert fresh["3"] > fresh["2"] > fresh["1"] > fresh["0"]


def test_what_comes_from_no_source_has_none_in_common(tmp_path, capsys):
    _, rows, _ = rank(tmp_path, capsys, ITEMS, [{"text": "Ferries", "when": 1.8e9}])
    assert {row["terms"].get("source", 0.0) for row in rows} == {0.0}


def test_interests_of_one_name_are_terms_of_their_own():
    order = asyncio.run(cli_rank.rank_items([cli_rank.Candidate("a", "x"), cli_rank.Candidate("b", "y")], []))
    terms = [ScoreTerm("1", "ferries", 0.5), ScoreTerm("2", "ferries", 0.25), ScoreTerm("source", "source", 0.125)]
    told = cli_rank.as_data(Told(order[0], terms))
    assert told["terms"] == {"ferries": 0.5, "ferries (2)": 0.25, "source": 0.125}


class Told:
    """A place with other terms than its own."""

    def __init__(self, ranked, terms):
        self.item, self.score, self.reason, self.story, self.terms = ranked.item, 0.875, ranked.reason, None, terms


def test_many_events_take_linear_time(tmp_path, capsys):
    def run(text):
        events = [
            {"item": ("ferry", "vote", 7)[n % 3], "kind": ("open", "passed")[n % 2], "when": 1.7e9 + n}
            for n in range(len(text))
        ]
        assert rank(tmp_path, capsys, ITEMS, events)[0] == 0

    assert growth(run, "x", 16_000) < 24


def test_a_line_that_nobody_foresaw_does_not_end_the_batch(tmp_path, capsys, monkeypatch):
    def odd(row, arguments):
        if row["id"] == 1:
            raise LookupError("unforeseen")
        return {"ranked": "\ud83d"}

    monkeypatch.setattr(cli_rank, "_rank_row", odd)
    assert cli.main(["rank", "--jsonl", written(tmp_path, "b", [{"id": 1}, {"id": 2}])]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[0]["error"] == "line 1: LookupError: unforeseen"
    assert rows[1]["ranked"] == "\ud83d"


def test_a_feed_line_with_an_odd_base_says_so(tmp_path, capsys):
    batch = written(tmp_path, "b", [{"id": 1, "base": 5, "body": "<rss/>"}, {"id": 2, "file": "a\0b"}])
    assert cli.main(["feed", "--jsonl", batch]) == 1
    errors = [json.loads(line)["error"] for line in capsys.readouterr().out.splitlines()]
    assert "base must be a string" in errors[0]
    assert "line 2" in errors[1]


def test_stories_come_with_the_ids_of_their_items():
    twice = [
        cli_rank.Candidate(name, "Quake of 6.1 hits Lisbon, 40 hurt in Alfama", "Forty were hurt in Alfama.")
        for name in "ab"
    ]
    (story,) = asyncio.run(cli_rank.rank_items(twice, [], stories=True))
    assert cli_rank.as_data(story, True)["story"] == ["a", "b"]


def test_a_missing_model_is_told(monkeypatch, tmp_path, capsys):
    def missing(self, model):
        raise ModelError("run `make build` first")

    monkeypatch.setattr(desktop.NativeModels, "_file", missing)
    assert cli.main(["rank", "--items", written(tmp_path, "i", ITEMS)]) == 2
    assert "make build" in capsys.readouterr().err
