"""The recall graph, natively and in WASM, compared with numpy."""

import asyncio

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from models.artifacts import RecipeError  # noqa: E402
from models.evaluate.wasm import Wasm  # noqa: E402
from models.host import BuiltModels, from_array, to_array  # noqa: E402

pytestmark = pytest.mark.models

RNG = np.random.default_rng(11)


@pytest.fixture(scope="module", params=["desktop", "wasm"])
def run(request):
    if request.param == "desktop":
        models = BuiltModels()
        yield lambda inputs: asyncio.run(models.run("recall", inputs))
        return
    try:
        wasm = Wasm()
    except RecipeError as error:
        pytest.skip(str(error))
    with wasm:
        yield lambda inputs: asyncio.run(wasm.run("recall", inputs))


def search(run, vectors, packed, scales, most=200):
    packed = np.asarray(packed, np.int8)
    inputs = {
        "vectors": from_array(np.asarray(vectors, np.float32)),
        "packed": from_array(packed),
        "scales": from_array(np.asarray(scales, np.float32)),
        "most": from_array(np.array([most], np.int64)),
    }
    return {name: to_array(value) for name, value in run(inputs).items()}


def packed(run, vectors):
    outputs = search(run, vectors, np.zeros((0, 256)), [])
    assert outputs["best"].shape == outputs["cosines"].shape == (0,)
    return outputs["kept"], outputs["scale"]


def test_packed_vector_keeps_direction(run):
    vectors = RNG.normal(size=(6, 256))
    vectors[3] = 0
    kept, scale = packed(run, vectors)
    assert np.abs(kept[[0, 1, 2, 4, 5]]).max(1).tolist() == [127] * 5
    assert not kept[3].any()
    nonzero = [0, 1, 2, 4, 5]
    cosines = (kept[nonzero] * vectors[nonzero]).sum(1) * scale[nonzero] / np.linalg.norm(vectors[nonzero], axis=1)
    assert cosines.min() > 0.999


@pytest.mark.parametrize("count", [1, 7, 500])
def test_nearest_rows_come_first_with_cosines(run, count):
    kept, scale = packed(run, RNG.normal(size=(count, 256)))
    scale = scale * (np.arange(count) > 0)  # the first is left out
    question = RNG.normal(size=(1, 256))
    outputs = search(run, question, kept, scale)
    query, own = packed(run, question)
    expected = (kept.astype(int) @ query[0].astype(int)) * scale * own[0]
    order = np.argsort(-expected, kind="stable")[:200]
    assert outputs["best"].tolist() == order.tolist()
    assert np.abs(outputs["cosines"] - expected[order]).max() < 1e-5
    assert outputs["cosines"].tolist() == sorted(outputs["cosines"], reverse=True)


def test_prefixes_can_be_compared(run):
    kept, scale = packed(run, RNG.normal(size=(500, 256)))
    question = RNG.normal(size=(1, 256))
    outputs = search(run, question, np.ascontiguousarray(kept[:, :64]), scale, most=7)
    query, own = packed(run, question)
    expected = (kept[:, :64].astype(int) @ query[0, :64].astype(int)) * scale * own[0]
    assert outputs["best"].tolist() == np.argsort(-expected, kind="stable")[:7].tolist()
    assert np.abs(outputs["cosines"] - np.sort(expected)[::-1][:7]).max() < 1e-5


def test_zero_question_has_zero_cosines(run):
    kept, scale = packed(run, RNG.normal(size=(3, 256)))
    assert not search(run, np.zeros((1, 256)), kept, scale)["cosines"].any()
