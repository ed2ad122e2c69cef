"""The static encoder: its arithmetic, same output in WASM, similarity of subjects, damaged weights rejected."""

import shutil

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
onnxruntime = pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from test_wasm_parity import TEXTS, native, wasm  # noqa: E402, F401

from models import artifacts  # noqa: E402
from models.artifacts import Model, RecipeError  # noqa: E402
from models.host import BuiltModels, run_sync, to_array, wordpiece  # noqa: E402
from models.static import recipe  # noqa: E402
from models.static.recipe import build, quantize  # noqa: E402
from nutshell.text.static_encoder import WIDTH, embed_static  # noqa: E402

pytestmark = pytest.mark.models


def padded(rows):
    width = max(map(len, rows))
    return np.array([row + [0] * (width - len(row)) for row in rows], np.int32)


@pytest.fixture(scope="module")
def ids():
    assert Model("static").ready(), "run: python -m models build"
    return padded([wordpiece().encode(text, 128)[1:-1] for text in TEXTS] + [[]])


def vectors_of(texts):
    return to_array(run_sync(embed_static(BuiltModels(), wordpiece(), texts)))


def test_graph_is_weighted_mean_of_rows():
    rng = np.random.default_rng(5)
    table = rng.normal(size=(50, WIDTH)).astype(np.float32) * rng.random((50, 1), np.float32)
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


def test_static_is_same_in_wasm(ids, wasm):  # noqa: F811
    native_vectors = native("static", {"input_ids": ids})["vectors"]
    wasm_vectors = wasm("static", {"input_ids": ids})["vectors"].reshape(native_vectors.shape)
    assert np.isfinite(native_vectors).all()
    assert np.abs(native_vectors - wasm_vectors).max() < 1e-4
    assert np.allclose(np.linalg.norm(native_vectors[:-1], axis=1), 1, atol=1e-5)
    assert not native_vectors[-1].any()  # the empty text


def test_vector_does_not_depend_on_batch():
    texts = ["Ferry closed", "The ferry across the harbour is closed until spring because its engine broke down", ""]
    together, separate = vectors_of(texts), [vectors_of([text])[0] for text in texts]
    assert np.abs(together - np.stack(separate)).max() < 1e-5


def test_texts_on_same_subject_are_nearest():
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


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the static model's folder without built files."""
    ignored = shutil.ignore_patterns("out", "__pycache__")
    copy = shutil.copytree(Model("static").folder, tmp_path / "static", ignore=ignored)
    monkeypatch.setattr(artifacts, "ROOT", tmp_path)
    return copy


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: data[:999] + bytes([data[999] ^ 1]) + data[1000:]]
)
def test_truncated_or_altered_weights_are_rejected(damage, folder):
    path = folder / "weights.npz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(RecipeError, match=r"models/static/weights\.npz.*truncated or altered.*train static"):
        recipe.make({})


def test_missing_weights_error_says_how_to_restore(folder):
    (folder / "weights.npz").unlink()
    with pytest.raises(RecipeError, match=r"weights\.npz is missing.*restore it"):
        recipe.make({})
