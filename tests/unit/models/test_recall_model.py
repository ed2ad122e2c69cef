"""The graph of recall, on the desktop and in WASM, against the same in numpy."""

import asyncio

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from models.evaluate.wasm import Wasm  # noqa: E402
from models.host import ShopModels, from_array, to_array  # noqa: E402
from models.shop import RecipeError  # noqa: E402

pytestmark = pytest.mark.models

LOT = np.random.default_rng(11)


@pytest.fixture(scope="module", params=["desktop", "wasm"])
def run(request):
    if request.param == "desktop":
        models = ShopModels()
        yield lambda inputs: asyncio.run(models.run("recall", inputs))
        return
    try:
        wasm = Wasm()
    except RecipeError as error:
        pytest.skip(str(error))
    with wasm:
        yield lambda inputs: asyncio.run(wasm.run("recall", inputs))


def asked(run, vectors, packed, scales, most=200):
    packed = np.asarray(packed, np.int8)
    inputs = {
        "vectors": from_array(np.asarray(vectors, np.float32)),
        "packed": from_array(packed),
        "scales": from_array(np.asarray(scales, np.float32)),
        "most": from_array(np.array([most], np.int64)),
    }
    return {name: to_array(value) for name, value in run(inputs).items()}


def packed(run, vectors):
    made = asked(run, vectors, np.zeros((0, 256)), [])
    assert made["best"].shape == made["cosines"].shape == (0,)
    return made["kept"], made["scale"]


def test_a_vector_is_packed_into_bytes_that_point_the_same_way(run):
    vectors = LOT.normal(size=(6, 256))
    vectors[3] = 0
    kept, scale = packed(run, vectors)
    assert np.abs(kept[[0, 1, 2, 4, 5]]).max(1).tolist() == [127] * 5
    assert not kept[3].any()
    there = [0, 1, 2, 4, 5]
    cosines = (kept[there] * vectors[there]).sum(1) * scale[there] / np.linalg.norm(vectors[there], axis=1)
    assert cosines.min() > 0.999


@pytest.mark.parametrize("count", [1, 7, 500])
def test_the_closest_come_first_with_their_cosines(run, count):
    kept, scale = packed(run, LOT.normal(size=(count, 256)))
    scale = scale * (np.arange(count) > 0)  # the first is left out
    question = LOT.normal(size=(1, 256))
    made = asked(run, question, kept, scale)
    query, own = packed(run, question)
    wanted = (kept.astype(int) @ query[0].astype(int)) * scale * own[0]
    order = np.argsort(-wanted, kind="stable")[:200]
    assert made["best"].tolist() == order.tolist()
    assert np.abs(made["cosines"] - wanted[order]).max() < 1e-5
    assert made["cosines"].tolist() == sorted(made["cosines"], reverse=True)


def test_beginnings_alone_can_be_compared(run):
    kept, scale = packed(run, LOT.normal(size=(500, 256)))
    question = LOT.normal(size=(1, 256))
    made = asked(run, question, np.ascontiguousarray(kept[:, :64]), scale, most=7)
    query, own = packed(run, question)
    wanted = (kept[:, :64].astype(int) @ query[0, :64].astype(int)) * scale * own[0]
    assert made["best"].tolist() == np.argsort(-wanted, kind="stable")[:7].tolist()
    assert np.abs(made["cosines"] - np.sort(wanted)[::-1][:7]).max() < 1e-5


def test_a_question_without_words_is_like_nothing(run):
    kept, scale = packed(run, LOT.normal(size=(3, 256)))
    assert not asked(run, np.zeros((1, 256)), kept, scale)["cosines"].any()
