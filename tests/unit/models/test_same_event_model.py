"""The same-event model: built from the committed weights, which training reproduces."""

import json
import shutil

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from models import artifacts  # noqa: E402
from models.artifacts import Model, RecipeError  # noqa: E402
from models.host import BuiltModels, run_sync  # noqa: E402
from models.same_event import data, recipe, train  # noqa: E402
from nutshell.stories.same_event import FEATURES, SameEventClassifier  # noqa: E402
from nutshell.stories.term_vectors import Frequencies, bag_of_words  # noqa: E402

pytestmark = pytest.mark.models

WEIGHTS = Model("same_event").folder / "weights.json"


def test_altered_or_missing_weights_are_rejected(tmp_path, monkeypatch):
    folder = tmp_path / "same_event"
    folder.mkdir()
    shutil.copy(WEIGHTS.with_name("model.json"), folder)
    altered = folder / "weights.json"
    altered.write_text(WEIGHTS.read_text("utf-8").replace('"bias": ', '"bias": 1'), "utf-8")
    monkeypatch.setattr(artifacts, "ROOT", tmp_path)
    with pytest.raises(RecipeError, match=r"not the pinned file.*train same_event"):
        recipe.read()
    altered.unlink()
    with pytest.raises(RecipeError, match="missing"):
        recipe.read()


def test_every_feature_has_a_weight():
    assert list(recipe.read()) == [*FEATURES, "bias"]


def test_newton_recovers_logistic_regression_weights():
    rng = np.random.default_rng(1)
    design = np.hstack([rng.normal(size=(20_000, 2)), np.ones((20_000, 1))])
    probability = 1 / (1 + np.exp(-design @ np.array([2.0, -1.0, 0.5])))
    found = train.newton(design, (rng.random(20_000) < probability).astype(float))
    assert np.abs(found - [2.0, -1.0, 0.5]).max() < 0.1


def test_shipped_model_separates_events():
    texts = (
        ("Fire in Wasilla church", "Flames destroyed the Bible Church in Wasilla on Friday."),
        ("Wasilla Bible Church burns", "The church in Wasilla was on fire on Friday."),
        ("Fire in Denver school", "A school in Denver burned on Monday."),
    )
    bags = [bag_of_words(data.EcbArticle("1", *text)) for text in texts]
    frequencies = Frequencies()
    frequencies.count(bags)
    wasilla, again, denver = (frequencies.vectorize(bag, None) for bag in bags)
    scores = run_sync(SameEventClassifier(BuiltModels()).scores([(wasilla, again, 0.8), (wasilla, denver, 0.5)]))
    assert scores[0] > 0 > scores[1]


@pytest.mark.shared("news")
def test_training_reproduces_the_committed_weights(monkeypatch):
    stored = []
    monkeypatch.setattr(train, "store", stored.append)
    train.train()
    assert stored == [json.loads(WEIGHTS.read_text("utf-8"))]
