"""Each model in WASM (onnxruntime-web under node) against the same file on the desktop, and against its reference."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
onnxruntime = pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from models.shop import Model  # noqa: E402
from nutshell.text.wordpiece import WordPiece  # noqa: E402

ROOT = Path(__file__).parents[3]
TEXTS = [
    "The city council voted on Tuesday to close the old harbour bridge.",
    "Engineers found cracks in four of its nine pillars, and a ferry will carry passengers until 2031.",
    "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.",
    "“We did not expect this,” said Anna Lind, who has run the bakery on the north bank since 1998.",
    "Preheat the oven to 180 degrees and butter a large dish.",
    "Bake until golden.",
    "The central bank raised its rate by a quarter of a point, the seventh rise in a row.",
    "She died in 1903 in Vienna, aged 71; her letters were published much later by a nephew who lived in Graz.",
    "הגשר נסגר ביום שני",
    "😀",
]


@pytest.fixture(scope="module")
def ids():
    assert Model("encoder").ready(), "run: python -m models build"
    wordpiece = WordPiece.from_vocab((Model("encoder").out / "vocab.txt").read_text(encoding="utf-8"))
    rows = [wordpiece.encode(text, 128) for text in TEXTS]
    width = max(map(len, rows))
    return np.array([row + [0] * (width - len(row)) for row in rows], np.int32)


def native(model, inputs, source=None):
    session = onnxruntime.InferenceSession(source or Model(model).onnx)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))


def wasm(model, inputs):
    if shutil.which("node") is None or not (ROOT / "node_modules" / "onnxruntime-web").is_dir():
        pytest.skip("node and the npm package onnxruntime-web are needed")
    run = {
        name: {"dtype": str(value.dtype), "shape": value.shape, "data": value.ravel().tolist()}
        for name, value in inputs.items()
    }
    done = subprocess.run(
        ["node", "tests/unit/models/parity.mjs"],
        input=json.dumps({"model": str(Model(model).onnx), "runs": [run]}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {name: np.array(value, np.float32) for name, value in json.loads(done.stdout)[0].items()}


def cosines(one, other):
    return (one.reshape(len(TEXTS), 384) * other.reshape(len(TEXTS), 384)).sum(1)


def test_encoder_is_the_same_in_wasm(ids):
    inputs = {"input_ids": ids}
    alike = cosines(wasm("encoder", inputs)["vectors"], native("encoder", inputs)["vectors"])
    assert alike.min() > 0.997


def test_encoder_is_close_to_fp32(ids):
    from models.encoder.recipe import build, load  # noqa: PLC0415

    inputs = {"input_ids": ids}
    reference = build(load(Model("encoder").sources()["weights"].read()), None)
    alike = cosines(native("encoder", inputs)["vectors"], native("encoder", inputs, reference)["vectors"])
    assert alike.mean() > 0.99
    assert alike.min() > 0.98


def test_padding_does_not_reach_the_vectors(ids):
    alone = np.array([[token for token in ids[5] if token]], np.int32)
    one = native("encoder", {"input_ids": alone})["vectors"][0]
    assert one @ native("encoder", {"input_ids": ids})["vectors"][5] > 0.98
    assert abs(np.linalg.norm(one) - 1) < 1e-5


@pytest.mark.parametrize("model", ["salience", "centrality"])
@pytest.mark.parametrize("count", [1, 2, 60])
def test_small_models_are_the_same_in_wasm(model, count):
    assert Model(model).ready(), "run: python -m models build"
    inputs = small_inputs(model, count)
    here, there = native(model, inputs), wasm(model, inputs)
    assert here["scores"].shape == (count,)
    for name in ("scores", "similarity"):
        assert np.isfinite(here[name]).all()
        assert np.abs(here[name].ravel() - there[name]).max() < 1e-4


def small_inputs(model, count):
    dice = np.random.default_rng(count)
    if model == "centrality":
        return {"vectors": (dice.random((count, 1024)) ** 30).astype(np.float32)}
    from nutshell.summary.features import COUNT  # noqa: PLC0415

    vectors = dice.normal(size=(count, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {"vectors": vectors, "features": dice.random((count, COUNT), np.float32)}


def test_centrality_is_lexrank():
    rows = small_inputs("centrality", 30)["vectors"]
    rows[7] = 0
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    cosine = unit @ unit.T
    links = np.where(cosine >= 0.1, cosine, 0)
    walk = links / np.maximum(links.sum(1, keepdims=True), 1e-12)
    # The stationary point itself, not a power iteration: p = d/n + (1-d) p W.
    rank = np.linalg.solve(np.eye(30) - 0.85 * walk.T, np.full(30, 0.15 / 30))
    found = native("centrality", {"vectors": rows})
    assert np.abs(found["scores"] - rank / rank.sum()).max() < 1e-4
    assert np.abs(found["similarity"] - cosine).max() < 1e-5


def test_nothing_in_nothing_out():
    assert native("centrality", {"vectors": np.zeros((0, 1024), np.float32)})["scores"].shape == (0,)
