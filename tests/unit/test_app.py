import sqlite3

import pytest

from nutshell.app import Application, RequestError
from support.fakes import VOCABULARY, FakeClock, FakeModels, MemoryDatabase
from tests import wording

SENTENCES = [
    f"The {place} harbour opened a new pier for the electric ferry on Monday morning."
    for place in ("northern", "southern", "eastern", "western", "central", "outer", "inner", "upper")
]


def wire(**fields):
    blocks = [{"role": "paragraph", "text": text, "anchor": n} for n, text in enumerate(SENTENCES)]
    return {
        "url": "https://example.org/a",
        "title": "Ferry",
        "site": "Example",
        "lang": "en",
        "blocks": blocks,
    } | fields


class Bench:
    """An application with its fakes at hand, asked without an event loop."""

    def __init__(self, run, *, models=None, not_saved_reason=""):
        self.models = models or FakeModels()
        self.database = MemoryDatabase()
        self.clock = FakeClock()
        self.progress = []
        self._run = run
        self.app = Application(
            models=self.models,
            database=self.database,
            clock=self.clock,
            vocabulary=VOCABULARY,
            not_saved_reason=not_saved_reason,
        )

    def ask(self, name, **payload):
        return self._run(self.app.handle(name, payload, lambda *report: self.progress.append(report)))

    def code(self, name, **payload):
        with pytest.raises(RequestError) as caught:
            self.ask(name, **payload)
        return caught.value.code


@pytest.fixture
def bench(run):
    return Bench(run)


def test_a_summary_has_points_traces_and_something_to_take_along(bench):
    answer = bench.ask("summarize", article=wire(), length=3)
    assert [point["text"] for point in answer["points"]] == SENTENCES[:3]
    assert answer["gist"] == SENTENCES[0]
    assert {trace["anchor"] for trace in answer["traces"].values()} == {0, 1, 2}
    for key, trace in answer["traces"].items():
        assert f'data-trace="{key}"' in answer["html"]
        assert SENTENCES[trace["anchor"]][trace["start"] : trace["end"]] == trace["text"]
    assert SENTENCES[1] in answer["text"]
    assert "[Ferry](https://example.org/a)" in answer["markdown"]


def test_a_rehearsal_does_all_that_a_summary_does_and_keeps_nothing(bench):
    bench.ask("privacy.set", elsewhere=True)
    before = "\n".join(bench.database.connection.iterdump())
    assert bench.ask("rehearse") == {}
    assert "\n".join(bench.database.connection.iterdump()) == before
    assert set(bench.models.runs) == {"encoder", "salience"}


def test_progress_is_told_up_to_the_last_sentence(bench):
    bench.ask("summarize", article=wire())
    assert bench.progress[-1][1:] == (len(SENTENCES), len(SENTENCES))


def test_another_length_needs_no_model(bench):
    bench.ask("summarize", article=wire(), length=3)
    runs = len(bench.models.runs)
    assert len(bench.ask("summarize", article=wire(), length=5)["points"]) == 5
    assert len(bench.models.runs) == runs


def test_a_changed_page_is_read_anew(bench):
    bench.ask("summarize", article=wire())
    runs = len(bench.models.runs)
    bench.ask("summarize", article=wire(title="Another ferry"))
    assert len(bench.models.runs) > runs


def test_the_readers_own_length_is_kept_and_used(bench):
    assert bench.ask("settings") == {"length": None, "words": False}
    bench.ask("settings.set", length=4)
    assert len(bench.ask("summarize", article=wire(), length=None)["points"]) == 4
    assert bench.ask("settings") == {"length": 4, "words": False}


def test_a_summary_is_kept_and_shown_again_without_traces(bench):
    made = bench.ask("summarize", article=wire(), length=3)
    assert made["unkept"] == ""
    assert "Ferry" in bench.ask("recent")["html"]
    again = bench.ask("recent.open", id=made["id"])
    assert again["points"] == made["points"]
    assert again["traces"] == {}
    assert "data-trace" not in again["html"]


def test_what_was_removed_comes_back(bench):
    made = bench.ask("summarize", article=wire())
    removed = bench.ask("recent.remove", id=made["id"])
    assert "Ferry" not in removed["html"]
    assert "Ferry" in bench.ask("recent.restore", undo=removed["undo"])["html"]
    cleared = bench.ask("recent.clear")
    assert "Ferry" not in cleared["html"]
    assert "Ferry" in bench.ask("recent.restore", undo=cleared["undo"])["html"]
    assert bench.code("recent.restore", undo=cleared["undo"]) == "bad-request"


def test_the_memory_is_searched_and_written_in(bench):
    made = bench.ask("summarize", article=wire())
    bench.ask("memory.write", id=made["id"], note="for Ines <b>", tags="boats, to read")
    found = bench.ask("recent", query="ines", sites=True)
    assert "for <mark>Ines</mark> &lt;b&gt;" in found["html"]
    assert found["sites"] == ["example.org"]
    assert "to read" in bench.ask("recent.open", id=made["id"])["html"]
    assert bench.ask("recent", query="ines", site="elsewhere.org")["count"] == 0
    assert bench.ask("recent", since=bench.clock.now() + 1)["count"] == 0
    erased = bench.ask("memory.erase", what="site", site="example.org")
    assert bench.ask("recent")["count"] == 0
    bench.ask("memory.erase", what="undo", undo=erased["undo"])
    assert bench.ask("recent", query="ines")["count"] == 1
    bench.ask("memory.erase", what="all")
    assert bench.ask("recent")["count"] == 0


@pytest.mark.parametrize(
    "payload",
    [
        {"what": "nothing"},
        {"what": "site", "site": ""},
        {"what": "site", "site": 7},
        {"what": "span", "since": 5, "until": 5},
        {"what": "span", "since": "yesterday"},
        {"what": "undo", "undo": "erased-9"},
    ],
)
def test_a_bad_erasure_erases_nothing(bench, payload):
    bench.ask("summarize", article=wire())
    assert bench.code("memory.erase", **payload) == "bad-request"
    assert bench.ask("recent")["count"] == 1


def test_tending_is_wanted_only_when_something_was_erased(bench, run):
    made = bench.ask("summarize", article=wire())
    assert bench.app.next_maintenance() is None
    bench.ask("recent.remove", id=made["id"])
    assert 0 < bench.app.next_maintenance() <= 12
    bench.clock.time += 13
    run(bench.app.run_maintenance())
    assert bench.app.next_maintenance() is None


def test_without_storage_there_is_a_summary_and_the_reason_why_it_is_not_kept(run):
    bench = Bench(run, not_saved_reason="the browser offers no storage")
    answer = bench.ask("summarize", article=wire())
    assert answer["points"]
    assert answer["unkept"] == "the browser offers no storage"
    assert "Ferry" not in bench.ask("recent")["html"]


def test_a_full_disk_costs_the_history_but_not_the_summary(bench):
    bench.database.connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON page BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    answer = bench.ask("summarize", article=wire())
    assert answer["points"]
    assert "disk is full" in answer["unkept"]


def test_a_page_without_sentences_gets_a_notice(bench):
    unseen = [
        {"role": "paragraph", "text": "\u200b", "anchor": 0},
        {"role": "paragraph", "text": "\ufeff \u2060", "anchor": 1},
    ]
    for blocks in ([], [{"role": "heading", "text": "Sign in", "level": 1}], unseen):
        answer = bench.ask("summarize", article=wire(blocks=blocks))
        assert answer["reason"] == "no-article"
        assert "gist" not in answer
    assert bench.models.runs == []


def test_a_model_that_fails_says_so_and_keeps_nothing(run):
    bench = Bench(run, models=FakeModels(error="encoder.onnx is damaged."))
    with pytest.raises(RequestError, match=r"encoder\.onnx is damaged") as caught:
        bench.ask("summarize", article=wire())
    assert caught.value.code == "model"
    bench.models.error = ""
    assert bench.ask("summarize", article=wire())["points"]


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("fly", {}),
        ("summarize", {}),
        ("summarize", {"article": "text"}),
        ("summarize", {"article": {"blocks": [{"text": 5}]}}),
        ("summarize", {"article": {"blocks": [{"text": "A.", "role": "script"}]}}),
        ("summarize", {"article": {"blocks": [], "title": 7}}),
        ("summarize", {"article": {"blocks": []}, "length": 99}),
        ("summarize", {"article": {"blocks": []}, "length": "3"}),
        ("notice", {"reason": "because"}),
        ("notice", {"reason": ["pdf"]}),
        ("notice", {"reason": "pdf", "detail": 3}),
        ("recent", {"query": 3}),
        ("recent.open", {"id": 4}),
        ("recent.open", {"id": "4"}),
        ("recent.open", {"id": 10**30}),
        ("recent.remove", {}),
        ("recent.restore", {}),
        ("settings.set", {"length": 1}),
    ],
)
def test_bad_requests_are_refused(bench, name, payload):
    assert bench.code(name, **payload) == "bad-request"


def test_a_damaged_history_is_said_to_be_so(bench):
    bench.database.connection.execute("DROP TABLE page")
    assert bench.code("recent") == "failed"


def test_an_unknown_error_of_the_database_at_the_start_is_not_swallowed():
    database = MemoryDatabase()
    database.connection.close()
    with pytest.raises(sqlite3.ProgrammingError):
        Application(models=FakeModels(), database=database, clock=FakeClock(), vocabulary=VOCABULARY)


def test_a_question_is_answered_by_a_sentence_of_the_page(bench):
    answer = bench.ask("ask", article=wire(), question="Where did the western harbour open a new pier?")
    assert answer["found"]
    assert answer["quote"] == answer["answer"] == SENTENCES[3]
    assert answer["index"] == 3
    trace = answer["traces"]["a3"]
    assert trace["anchor"] == 3
    assert 'data-trace="a3"' in answer["html"]


def test_the_page_does_not_say(bench):
    answer = bench.ask("ask", article=wire(), question="Which composers wrote symphonies?")
    assert not answer["found"]
    assert answer["answer"] == wording.text("ask.not_found")
    assert answer["answer"] in answer["html"]


def test_a_page_without_sentences_says_nothing(bench):
    answer = bench.ask("ask", article=wire(blocks=[]), question="Which composers wrote symphonies?")
    assert (answer["found"], answer["quote"], answer["index"], answer["traces"]) == (False, "", -1, {})
    assert bench.ask("ask.questions", article=wire(blocks=[]))["questions"] == []


def test_a_question_that_is_markup_is_shown_as_text(bench):
    answer = bench.ask("ask", article=wire(), question="<img src=x onerror=alert(1)> harbour?")
    assert "<img" not in answer["html"]


@pytest.mark.parametrize("question", [None, "", "   ", "?", 7, "x" * 401])
def test_a_bad_question_is_refused(bench, question):
    assert bench.code("ask", article=wire(), question=question) == "bad-request"
