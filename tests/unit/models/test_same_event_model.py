"""The same-event model: built from the committed weights, which training reproduces."""

import json

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from models.shop import RecipeError  # noqa: E402

from models.host import ShopModels, wait  # noqa: E402
from models.same_event import data, recipe, train  # noqa: E402
from nutshell.stories.same_event import FEATURES, SameEventClassifier  # noqa: E402
from nutshell.stories.term_vectors import Frequencies, bag_of_words  # noqa: E402


def test_altered_weights_are_refused(tmp_path, monkeypatch):
    altered = tmp_path / "weights.json"
    altered.write_text(recipe.WEIGHTS.read_text("utf-8").replace("19.1", "19.2"), "utf-8")
    monkeypatch.setattr(recipe, "WEIGHTS", altered)
    with pytest.raises(RecipeError, match=r"not the pinned file.*train same_event"):
        recipe.read()
    altered.unlink()
    with pytest.raises(RecipeError, match="missing"):
        recipe.read()


def test_there_is_a_weight_for_each_feature():
    assert list(recipe.read()) == [*FEATURES, "bias"]


def test_newton_finds_the_weights_of_a_logistic_regression():
    rng = np.random.default_rng(1)
    design = np.hstack([rng.normal(size=(20_000, 2)), np.ones((20_000, 1))])
    probability = 1 / (1 + np.exp(-design @ np.array([2.0, -1.0, 0.5])))
    found = train.newton(design, (rng.random(20_000) < probability).astype(float))
    assert np.abs(found - [2.0, -1.0, 0.5]).max() < 0.1


def test_the_shipped_model_tells_events_apart():
    texts = (
        ("Fire in Wasilla church", "Flames destroyed the Bible Church in Wasilla on Friday."),
        ("Wasilla Bible Church burns", "The church in Wasilla was on fire on Friday."),
        ("Fire in Denver school", "A school in Denver burned on Monday."),
    )
    bags = [bag_of_words(data.EcbArticle("1", *text)) for text in texts]
    frequencies = Frequencies()
    frequencies.count(bags)
    wasilla, again, denver = (frequencies.vectorize(bag, None) for bag in bags)
    scores = wait(SameEventClassifier(ShopModels()).scores([(wasilla, again, 0.8), (wasilla, denver, 0.5)]))
    assert scores[0] > 0 > scores[1]


@pytest.mark.skipif(not (data.FOLDER / "news").is_dir(), reason="../shared/data/news is not here")
def test_training_reproduces_the_committed_weights(monkeypatch):
    stored = []
    monkeypatch.setattr(train, "store", stored.append)
    train.train()
    assert stored == [json.loads(recipe.WEIGHTS.read_text("utf-8"))]
