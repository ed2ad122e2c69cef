"""Models in WASM (onnxruntime-web under Node.js) compared with the desktop and with their references."""

import asyncio

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
onnxruntime = pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from models.artifacts import Model, RecipeError  # noqa: E402
from models.evaluate.wasm import Wasm  # noqa: E402
from models.host import to_array  # noqa: E402
from nutshell.ports import ModelError, Tensor  # noqa: E402
from nutshell.text.wordpiece import WordPiece  # noqa: E402

pytestmark = pytest.mark.models

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


@pytest.fixture(scope="module")
def wasm():
    """`wasm(model, inputs)` returns a model's outputs from onnxruntime-web."""
    try:
        models = Wasm()
    except RecipeError as error:
        pytest.skip(str(error))
    with models:

        def run(model, inputs):
            made = asyncio.run(models.run(model, {name: tensor(value) for name, value in inputs.items()}))
            return {name: to_array(value) for name, value in made.items()}

        yield run


def tensor(value):
    typecode = {"float32": "f", "int32": "i"}[str(value.dtype)]
    return Tensor(str(value.dtype), value.shape, memoryview(value.tobytes()).cast(typecode))


def cosines(one, other):
    return (one.reshape(len(TEXTS), 384) * other.reshape(len(TEXTS), 384)).sum(1)


def test_encoder_is_same_in_wasm(ids, wasm):
    inputs = {"input_ids": ids}
    there, here = wasm("encoder", inputs), native("encoder", inputs)
    for output in ("vectors", "lower"):
        assert cosines(there[output], here[output]).min() > 0.997


def test_encoder_is_close_to_fp32(ids):
    from models.encoder.recipe import build, distilled, smoothing  # noqa: PLC0415

    inputs = {"input_ids": ids}
    reference = build(distilled(Model("encoder").sources(), smoothing()), None)
    quantized, full = native("encoder", inputs), native("encoder", inputs, reference)
    for output in ("vectors", "lower"):
        alike = cosines(quantized[output], full[output])
        assert alike.mean() > 0.99
        assert alike.min() > 0.98


def test_padding_does_not_affect_vectors(ids):
    alone = np.array([[token for token in ids[5] if token]], np.int32)
    one = native("encoder", {"input_ids": alone})["vectors"][0]
    assert one @ native("encoder", {"input_ids": ids})["vectors"][5] > 0.98
    assert abs(np.linalg.norm(one) - 1) < 1e-5


@pytest.mark.parametrize("model", ["salience", "centrality"])
@pytest.mark.parametrize("count", [1, 2, 60])
def test_small_models_are_same_in_wasm(model, count, wasm):
    assert Model(model).ready(), "run: python -m models build"
    inputs = small_inputs(model, count)
    here, there = native(model, inputs), wasm(model, inputs)
    assert here["scores"].shape == (count,)
    for name in ("scores", "similarity"):
        assert np.isfinite(here[name]).all()
        assert np.abs(here[name].ravel() - there[name].ravel()).max() < 1e-4


def small_inputs(model, count):
    dice = np.random.default_rng(count)
    if model == "centrality":
        return {"vectors": (dice.random((count, 1024)) ** 30).astype(np.float32)}
    from nutshell.summary.features import COUNT  # noqa: PLC0415

    made = dice.normal(size=(2, count, 384)).astype(np.float32)
    made /= np.linalg.norm(made, axis=2, keepdims=True)
    return {"vectors": made[0], "lower": made[1], "features": dice.random((count, COUNT), np.float32)}


def test_centrality_matches_stationary_distribution():
    rows = small_inputs("centrality", 30)["vectors"]
    rows[7] = 0
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    cosine = unit @ unit.T
    links = np.where(cosine >= 0.1, cosine, 0)
    walk = links / np.maximum(links.sum(1, keepdims=True), 1e-12)
    # The exact stationary distribution instead of power iteration: p = d/n + (1-d) p W.
    rank = np.linalg.solve(np.eye(30) - 0.85 * walk.T, np.full(30, 0.15 / 30))
    found = native("centrality", {"vectors": rows})
    assert np.abs(found["scores"] - rank / rank.sum()).max() < 1e-4
    assert np.abs(found["similarity"] - cosine).max() < 1e-5


def test_empty_input_gives_empty_output():
    assert native("centrality", {"vectors": np.zeros((0, 1024), np.float32)})["scores"].shape == (0,)


def test_wasm_reports_errors_and_continues(wasm):
    with pytest.raises(ModelError, match="salience in WASM"):
        wasm("salience", dict.fromkeys(("vectors", "lower", "features"), np.zeros((2, 3), np.float32)))
    assert wasm("centrality", small_inputs("centrality", 2))["scores"].shape == (2,)
