import pytest

from nutshell.app import RequestError
from support.app_rig import SENTENCES, AppRig, ferry_page
from support.fakes import FakeModels


@pytest.fixture
def rig(run):
    return AppRig(run)


def test_summary_has_points_traces_and_exports(rig):
    answer = rig.ask("summarize", article=ferry_page(), length=3)
    assert [point["text"] for point in answer["points"]] == SENTENCES[:3]
    assert answer["gist"] == SENTENCES[0]
    assert {trace["anchor"] for trace in answer["traces"].values()} == {0, 1, 2}
    for key, trace in answer["traces"].items():
        assert f'data-trace="{key}"' in answer["html"]
        assert SENTENCES[trace["anchor"]][trace["start"] : trace["end"]] == trace["text"]
    assert SENTENCES[1] in answer["text"]
    assert "[Ferry](https://example.org/a)" in answer["markdown"]


def test_warm_up_runs_the_models_and_saves_nothing(rig):
    rig.ask("news.preferences.set", switch="elsewhere", on=True)
    before = "\n".join(rig.database.connection.iterdump())
    assert rig.ask("warm_up") == {}
    assert "\n".join(rig.database.connection.iterdump()) == before
    assert set(rig.models.runs) == {"encoder", "salience", "gist"}


def test_progress_reaches_the_last_sentence(rig):
    rig.ask("summarize", article=ferry_page())
    assert rig.progress[-1][1:] == (len(SENTENCES), len(SENTENCES))


def test_another_length_needs_no_model(rig):
    rig.ask("summarize", article=ferry_page(), length=3)
    runs = len(rig.models.runs)
    assert len(rig.ask("summarize", article=ferry_page(), length=5)["points"]) == 5
    assert len(rig.models.runs) == runs


def test_changed_page_is_scored_again(rig):
    rig.ask("summarize", article=ferry_page())
    runs = len(rig.models.runs)
    rig.ask("summarize", article=ferry_page(title="Another ferry"))
    assert len(rig.models.runs) > runs


def test_length_setting_is_saved_and_used(rig):
    assert rig.ask("settings") == {"length": None, "words": False}
    rig.ask("settings.set", length=4)
    assert len(rig.ask("summarize", article=ferry_page(), length=None)["points"]) == 4
    assert rig.ask("settings") == {"length": 4, "words": False}


def test_saved_summary_is_opened_without_traces(rig):
    made = rig.ask("summarize", article=ferry_page(), length=3)
    assert made["unkept"] == ""
    assert "Ferry" in rig.ask("library.list")["html"]
    again = rig.ask("library.open", id=made["id"])
    assert again["points"] == made["points"]
    assert again["traces"] == {}
    assert "data-trace" not in again["html"]


def test_summary_without_storage_says_why_it_is_not_saved(run):
    rig = AppRig(run, not_saved_reason="the browser offers no storage")
    answer = rig.ask("summarize", article=ferry_page())
    assert answer["points"]
    assert answer["unkept"] == "the browser offers no storage"
    assert "Ferry" not in rig.ask("library.list")["html"]


def test_full_disk_does_not_cost_the_summary(rig):
    rig.database.connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON page BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    answer = rig.ask("summarize", article=ferry_page())
    assert answer["points"]
    assert "disk is full" in answer["unkept"]


def test_page_without_sentences_gets_a_notice(rig):
    unseen = [
        {"role": "paragraph", "text": "\u200b", "anchor": 0},
        {"role": "paragraph", "text": "\ufeff \u2060", "anchor": 1},
    ]
    for blocks in ([], [{"role": "heading", "text": "Sign in", "level": 1}], unseen):
        answer = rig.ask("summarize", article=ferry_page(blocks=blocks))
        assert answer["reason"] == "no-article"
        assert "gist" not in answer
    assert rig.models.runs == []


def test_a_page_that_is_no_article_gets_a_notice_and_is_not_saved(rig):
    signals = {"words": 60, "password_field": True}
    answer = rig.ask("summarize", article=ferry_page() | {"signals": signals})
    assert answer["reason"] == "no-article"
    assert rig.models.runs == []
    assert rig.ask("library.list")["count"] == 0
    assert (
        rig.ask("summarize", article=ferry_page() | {"signals": {"words": 0, "content_type": "application/pdf"}})[
            "reason"
        ]
        == "pdf"
    )
    assert rig.ask("summarize", article=ferry_page() | {"signals": {"words": 60}})["points"]


def test_failing_model_is_reported_and_nothing_is_cached(run):
    rig = AppRig(run, models=FakeModels(error="encoder.onnx is damaged."))
    with pytest.raises(RequestError, match=r"encoder\.onnx is damaged") as caught:
        rig.ask("summarize", article=ferry_page())
    assert caught.value.code == "model"
    rig.models.error = ""
    assert rig.ask("summarize", article=ferry_page())["points"]


def test_notice_is_rendered_by_its_reason(rig):
    answer = rig.ask("notice", reason="pdf", detail="report.pdf")
    assert answer["reason"] == "pdf"
    assert "report.pdf" in answer["html"]


def test_settings_without_a_name_reset_the_length(rig):
    rig.ask("settings.set", length=4, words=True)
    assert rig.ask("settings.set") == {"length": None, "words": True}


def test_summary_of_a_page_is_learned_from_only_if_turned_on(rig, monkeypatch):
    learned = []
    monkeypatch.setattr(rig.app._news(), "record_summary", lambda *page: learned.append(page))
    rig.ask("summarize", article=ferry_page())
    assert learned == []
    rig.ask("news.preferences.set", switch="elsewhere", on=True)
    rig.ask("summarize", article=ferry_page())
    assert learned == [("https://example.org/a", "Ferry", SENTENCES[0], "Example")]
