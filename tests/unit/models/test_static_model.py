"""The static encoder's graph: the arithmetic it says, the same in WASM, and nearest to what it should be."""

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
onnxruntime = pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from test_wasm_parity import TEXTS, native, wasm  # noqa: E402, F401

from models.host import ShopModels, to_array, wait, wordpiece  # noqa: E402
from models.shop import Model, RecipeError  # noqa: E402
from models.static import recipe  # noqa: E402
from models.static.recipe import build, quantize  # noqa: E402
from nutshell.text.static_encoder import WIDTH, embed_static  # noqa: E402


def padded(rows):
    width = max(map(len, rows))
    return np.array([row + [0] * (width - len(row)) for row in rows], np.int32)


@pytest.fixture(scope="module")
def ids():
    assert Model("static").ready(), "run: python -m models build"
    return padded([wordpiece().encode(text, 128)[1:-1] for text in TEXTS] + [[]])


def vectors_of(texts):
    return to_array(wait(embed_static(ShopModels(), wordpiece(), texts)))


def test_the_graph_is_the_weighted_mean_of_its_rows():
    dice = np.random.default_rng(5)
    table = dice.normal(size=(50, WIDTH)).astype(np.float32) * dice.random((50, 1), np.float32)
    table[0] = 0
    rows, scale = quantize(table)
    tokens = np.array([[3, 9, 9, 49], [7, 0, 0, 0], [0, 0, 0, 0]], np.int32)
    found = native("", {"input_ids": tokens}, build({"rows": rows, "scale": scale}))["vectors"]
    stored = rows.astype(np.float64) * scale[:, None]
    expected = stored[[3, 9, 9, 49]].mean(0)
    assert np.abs(found[0] - expected / np.linalg.norm(expected)).max() < 1e-5
    assert np.abs(found[1] - stored[7] / np.linalg.norm(stored[7])).max() < 1e-5
    assert not found[2].any()
    assert np.abs(stored - table).max() <= 0.5001 * scale.max()


def test_static_is_the_same_in_wasm(ids, wasm):  # noqa: F811
    here = native("static", {"input_ids": ids})["vectors"]
    there = wasm("static", {"input_ids": ids})["vectors"].reshape(here.shape)
    assert np.isfinite(here).all()
    assert np.abs(here - there).max() < 1e-4
    assert np.allclose(np.linalg.norm(here[:-1], axis=1), 1, atol=1e-5)
    assert not here[-1].any()  # the empty text


def test_a_vector_does_not_depend_on_its_company():
    texts = ["Ferry closed", "The ferry across the harbour is closed until spring because its engine broke down", ""]
    together, alone = vectors_of(texts), [vectors_of([text])[0] for text in texts]
    assert np.abs(together - np.stack(alone)).max() < 1e-5


def test_likeness_is_of_subjects():
    texts = [
        "Central bank raises interest rates for the seventh time to fight inflation",
        "Lenders expect higher borrowing costs as prices keep climbing",
        "Striker scores twice as the champions win the cup final",
        "Injured goalkeeper to miss the rest of the football season",
    ]
    found = vectors_of(texts)
    cosine = found @ found.T
    assert cosine[0].argsort()[-2] == 1
    assert cosine[2].argsort()[-2] == 3


@pytest.mark.parametrize(
    "harm", [lambda data: data[:-1], lambda data: data[:999] + bytes([data[999] ^ 1]) + data[1000:]]
)
def test_truncated_or_altered_weights_are_refused_by_name(harm, tmp_path, monkeypatch):
    path = tmp_path / "weights.npz"
    path.write_bytes(harm(recipe.WEIGHTS.read_bytes()))
    monkeypatch.setattr(recipe, "WEIGHTS", path)
    with pytest.raises(RecipeError, match=r"models/static/weights\.npz.*truncated or altered.*train static"):
        recipe.make({})


def test_missing_weights_say_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(recipe, "WEIGHTS", tmp_path / "weights.npz")
    with pytest.raises(RecipeError, match=r"weights\.npz is missing; restore it"):
        recipe.make({})
