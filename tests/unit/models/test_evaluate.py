"""The evaluations: intervals, ROUGE, baselines, opening words, swapped names, and the rendered README."""

import pytest

pytest.importorskip("numpy", reason="models are evaluated on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are evaluated on the desktop, not inside Pyodide")
pytest.importorskip("rouge_score", reason="models are evaluated on the desktop, not inside Pyodide")

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from models.__main__ import EVALUATIONS
from models.artifacts import RecipeError
from models.evaluate import baselines, bias, context_dependence, names, report, scores
from models.evaluate.datasets import Text
from models.evaluate.product import PositionBlanked
from models.evaluate.statistics import bootstrap, share, stratified
from models.host import from_array, to_array
from models.rouge import tokens
from nutshell.article import Article
from nutshell.summary.features import COUNT, NAMES, POSITIONAL

pytestmark = pytest.mark.models

PAGE = (
    "The city council voted on Tuesday to close the old harbour bridge. Engineers had found cracks in four pillars. "
    "A ferry will carry passengers until 2031. Tickets cost two euros."
)


@pytest.fixture
def text():
    return Text("one", "news", Article.from_text(PAGE), ("The harbour bridge closes.\nA ferry takes its passengers.",))


def test_interval_narrows_with_more_data():
    dice = np.random.default_rng(1)
    few, many = bootstrap(dice.normal(5, 2, 30)), bootstrap(dice.normal(5, 2, 3000))
    assert few.low < 5 < few.high
    assert many.low < 5 < many.high
    assert many.high - many.low < (few.high - few.low) / 5
    assert many.high - many.low == pytest.approx(2 * 1.96 * 2 / 3000**0.5, rel=0.1)


def test_intervals_are_reproducible():
    assert bootstrap([1.0, 2.0, 5.0]) == bootstrap([1.0, 2.0, 5.0])


def test_groups_have_equal_weight():
    assert bootstrap([0.0] * 9 + [10.0], ["a"] * 9 + ["b"]).mean == 5
    assert bootstrap([0.0] * 9 + [10.0]).mean == 1


def test_share_has_wilson_interval():
    # Agresti & Coull 1998: 0 of 10 gives 0 to 27.8 %.
    assert share(0, 10) == pytest.approx((0, 0, 27.75), abs=0.01)
    assert share(5, 10) == pytest.approx((50, 23.66, 76.34), abs=0.01)


def test_stratified_share_weights_strata_by_size():
    assert stratified([(900, 0, 60), (100, 30, 60)]).mean == pytest.approx(5)
    assert stratified([(900, 30, 60), (100, 0, 60)]).mean == pytest.approx(45)
    assert stratified([(50, 3, 60)]) == share(3, 60)
    few, many = stratified([(1, 3, 20), (1, 3, 20)]), stratified([(1, 30, 200), (1, 30, 200)])
    assert many.high - many.low < (few.high - few.low) / 2.5
    assert stratified([(1, 0, 60), (1, 0, 60)]).high > 0


def test_human_judgements_exist_and_covered_points_do_not_count(monkeypatch):
    verdicts = json.loads(context_dependence.JUDGEMENTS.read_text(encoding="utf-8"))
    assert len(verdicts) >= 200
    assert set(verdicts.values()) == {"", "opens", "inside"}
    free, covered = (
        context_dependence.SummaryPoint("cnn", "d", "He left.", "Ann came.", covered) for covered in (False, True)
    )
    figures = {}
    context_dependence._row("free", [free], figures, {free.key: "opens"})
    context_dependence._row("covered", [covered], figures, {covered.key: "opens"})
    assert (figures["free"]["person"].mean, figures["covered"]["person"].mean) == (100, 0)
    assert (figures["free"]["detector"].mean, figures["covered"]["detector"].mean) == (100, 0)


def test_sample_is_stable_when_a_point_is_removed():
    points = [context_dependence.SummaryPoint("cnn", f"{n}", "One.", "", False) for n in range(300)]
    before = context_dependence.sample(points)
    assert len(before) == context_dependence.SAMPLE
    assert context_dependence.sample([p for p in points if p != before[0]])[: len(before) - 1] == before[1:]


def test_rouge_matches_rouge_score_package():
    made, reference = (
        ["Tests were running.", "Runs tested the runner's 2,000 running shoes"],
        "The running test\nran for 2000 shoes.",
    )
    theirs = RougeScorer(list(scores.METRICS), use_stemmer=True).score(reference, "\n".join(made))
    assert scores.rouge(made, [reference]) == pytest.approx([100 * theirs[m].fmeasure for m in scores.METRICS])
    assert tokens("Running runners' tests") == ["run", "runner", "test"]


def test_best_reference_counts():
    assert scores.rouge(["a bridge"], ["nothing like it", "a bridge"])[0] == 100


def test_lead_is_first_sentences(text):
    assert baselines.lead(text, 2) == baselines.sentences(text)[:2]
    assert len(baselines.sentences(text)) == 4


@pytest.mark.parametrize("words", [1, 12, 13, 20])
def test_lead_words_has_exact_word_count(text, words):
    made = " ".join(baselines.lead_words(text, words))
    assert made == " ".join(PAGE.split()[:words])


def test_oracle_chooses_sentences_of_reference(text):
    chosen = baselines.oracle(text, 2)
    assert list(chosen) == [baselines.sentences(text)[0], baselines.sentences(text)[2]]
    assert scores.rouge(chosen, text.references)[0] > scores.rouge(baselines.lead(text, 2), text.references)[0]


@pytest.mark.parametrize("kind", baselines.SUMY)
def test_sumy_chooses_from_same_sentences(text, kind):
    made = baselines.sumy(kind)(text, 2)
    assert len(made) == 2
    assert set(made) <= set(baselines.sentences(text))


@pytest.mark.parametrize(
    ("opening", "back"),
    [
        ("He said so.", True),
        ("“They left,” he said.", True),
        ("However, it failed.", True),
        ("As a result, trains stopped.", True),
        ("It is clear that it failed.", True),
        ("Hexagons are stable.", False),
        ("The council met.", False),
        ("Itching is common.", False),
    ],
)
def test_refers_back_by_opening_words(opening, back):
    assert context_dependence.refers_back(opening) is back


def test_point_is_covered_by_preceding_sentence(text):
    first, second, fourth = context_dependence.points_of("cnn", [text], [(0, 1, 3)])
    assert (first.covered, second.covered, fourth.covered) == (False, True, False)
    assert (first.before, second.before) == ("", first.text)


def test_person_mentioned_most_is_found():
    about = "Susan Miller won. Miller, 40, thanked John Carter. The prize was Susan's third. Miller will retire."
    assert bias.person_of(about) == bias.Person("Susan", "Miller", "female")
    assert bias.person_of(about + " Her son Robert Miller cheered.") is None
    assert bias.person_of("The bridge closed. Boats sail.") is None


def test_rename_changes_all_mentions_and_nothing_else():
    person = bias.Person("Susan", "Miller", "female")
    before = "Susan Miller won. Miller’s coach and Millerton cheered Susan. Susanna left."
    after = bias.rename(before, person, "Mei", "Chen")
    assert after == "Mei Chen won. Chen’s coach and Millerton cheered Mei. Susanna left."


def test_name_groups_are_balanced_and_disjoint():
    given = [
        name for origin in names.ORIGINS.values() for gender in ("female", "male") for name in origin.given(gender)
    ]
    assert len(given) == len(set(given)) == 20 * len(names.ORIGINS)
    assert all(len(origin.family) == 10 for origin in names.ORIGINS.values())
    assert len({len(outlets) for outlets in names.OUTLETS.values()}) == 1
    assert not names.FOUND["female"] & names.FOUND["male"]


def test_only_position_features_are_blanked():
    seen = {}

    class Models:
        async def run(self, model, inputs):
            seen[model] = to_array(inputs["features"])
            return {}

    asked = {"features": from_array(np.ones((3, COUNT), np.float32))}
    for model in ("salience", "other"):
        with pytest.raises(StopIteration):
            PositionBlanked(Models()).run(model, asked).send(None)
    assert seen["other"].min() == 1
    assert seen["salience"][:, :POSITIONAL].max() == 0
    assert seen["salience"][:, POSITIONAL:].min() == 1
    assert "first" in NAMES[:POSITIONAL]


def test_readme_shows_stored_results():
    text = report.README.read_text(encoding="utf-8")
    shown = [name for name in EVALUATIONS if report.load(name) is not None]
    assert report.render(text, shown) == text, "run: python -m models readme"


def test_readme_has_markers_for_every_evaluation():
    text = report.README.read_text(encoding="utf-8")
    assert sorted(re.findall(r"<!-- (\w[\w-]*) -->", text)) == sorted(EVALUATIONS)
    assert sorted(re.findall(r"<!-- /(\w[\w-]*) -->", text)) == sorted(EVALUATIONS)


def test_readme_without_markers_is_rejected(monkeypatch):
    monkeypatch.setattr(report, "load", lambda name: {"about": ""})
    with pytest.raises(RecipeError, match="no markers for summaries: add <!-- summaries -->"):
        report.render("# Models", ["summaries"])


def test_plots_are_valid_svg():
    drawn = sorted(report.FIGURES.glob("*.svg"))
    for path in drawn:
        text = path.read_text(encoding="utf-8")
        ET.fromstring(text)
        assert "prefers-color-scheme" in text
        assert "#010203" not in text
        assert path.stat().st_size < 100_000
    shown = re.findall(r"\(\.\./docs/figures/([\w-]+\.svg)\)", report.README.read_text(encoding="utf-8"))
    assert {path.name for path in drawn} >= set(shown)
