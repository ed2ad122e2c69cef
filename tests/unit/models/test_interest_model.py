"""The interest heads: the recipe's arithmetic, the same in WASM, sensible on plain cases, refused when harmed."""

import math

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from test_wasm_parity import TEXTS, native, wasm  # noqa: E402, F401

from models.artifacts import Model, RecipeError  # noqa: E402
from models.host import BuiltModels, run_sync, to_array, wordpiece  # noqa: E402
from models.interest import recipe  # noqa: E402
from nutshell.text.static_encoder import embed_static  # noqa: E402
from nutshell.text.tone import features, tones  # noqa: E402

pytestmark = pytest.mark.models


def inputs_of(texts):
    vectors = to_array(run_sync(embed_static(BuiltModels(), wordpiece(), texts)))
    return {"vectors": vectors, "features": np.array([features(text) for text in texts], np.float32)}


def tones_of(*texts):
    models = BuiltModels()
    return run_sync(tones(models, texts, run_sync(embed_static(models, wordpiece(), texts))))


def test_the_graph_is_what_the_recipe_says():
    inputs = inputs_of(TEXTS)
    weights = recipe.read()
    seen = np.concatenate([inputs["vectors"] * recipe.SCALE, inputs["features"]], axis=1)
    made = seen @ weights["weight"] + weights["bias"]
    place = np.array([0.5 + 0.5 * math.erf(value / math.sqrt(2)) for value in made[:, 1]])
    expected = 1 / (1 + np.exp(-made))
    expected[:, 1] = 3 + 9 * place
    assert np.abs(native("interest", inputs)["tones"] - expected).max() < 1e-4


def test_interest_is_the_same_in_wasm(wasm):  # noqa: F811
    assert Model("interest").ready(), "run: python -m models build"
    inputs = inputs_of([*TEXTS, ""])
    here, there = native("interest", inputs)["tones"], wasm("interest", inputs)["tones"]
    assert np.isfinite(here).all()
    assert np.abs(here - there.reshape(here.shape)).max() < 1e-3


def test_bait_is_told_from_news():
    bait, news = tones_of(
        "17 Things You Will Only Understand If You Love Cats", "Parliament votes to raise the pension age"
    )
    assert bait.clickbait > 0.9
    assert news.clickbait < 0.1


def test_hard_is_told_from_easy():
    hard, easy = tones_of(
        "The prerequisites of administrative adjudication presuppose exhaustion of institutional remedies.",
        "The dog ran to the park. It was a sunny day and he was happy.",
    )
    assert 3 <= easy.grade < 6
    assert 9 < hard.grade <= 12


def test_moods_are_told_apart():
    joy, fear = tones_of("Thank you so much, this is wonderful and I love it", "I am terrified, this is so scary")
    assert joy.mood == "joy"
    assert fear.mood == "fear"


def test_altered_weights_are_refused_by_name(tmp_path, monkeypatch):
    data = recipe.WEIGHTS.read_bytes()
    path = tmp_path / "weights.npz"
    monkeypatch.setattr(recipe, "WEIGHTS", path)
    for harmed in (data[:-1], data[:500] + bytes([data[500] ^ 1]) + data[501:]):
        path.write_bytes(harmed)
        with pytest.raises(RecipeError, match=r"models/interest/weights\.npz.*truncated or altered.*train interest"):
            recipe.make({})
    path.unlink()
    with pytest.raises(RecipeError, match=r"weights\.npz is missing; restore it"):
        recipe.make({})
