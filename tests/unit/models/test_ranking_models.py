"""The ranking, topics, nearest and same_event graphs, natively and in WASM, compared with plain Python."""

import asyncio
from array import array

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")


from models.artifacts import RecipeError  # noqa: E402
from models.evaluate.wasm import Wasm  # noqa: E402
from models.host import BuiltModels, from_array, to_array  # noqa: E402
from support.arithmetic import (  # noqa: E402
    nearest,
    ranking,
    same_event,
    topics,
)

pytestmark = pytest.mark.models

RNG = np.random.default_rng(7)


def rows(count):
    outputs = RNG.normal(size=(count, 256))
    return np.round(127 * outputs / np.linalg.norm(outputs, axis=1, keepdims=True)).astype(np.int8)


def int64(values):
    return from_array(np.array(values, np.int64))


def ranking_inputs(n, m, k=3, sources=4, top=None, slots=None):
    top = top or min(n, 9)
    allowed = np.zeros(n)
    allowed[::5] = -1e6
    return {
        "items": from_array(rows(n)),
        "events": from_array(rows(m)),
        "item_sources": from_array(RNG.integers(0, sources, n).astype(np.int32)),
        "event_sources": from_array(RNG.integers(0, sources, m).astype(np.int64)),
        "item_extras": from_array(RNG.random((n, 3))),
        "item_times": from_array(RNG.random(n) * 100),
        "clock": from_array(np.array([90.0, 18.0])),
        "event_extras": from_array(RNG.random((m, 4))),
        "allowed": from_array(allowed),
        "members": from_array(np.eye(k)[RNG.integers(0, k, m)]),
        "working": from_array(RNG.normal(size=m) * 3),
        "weights": from_array(np.where(np.arange(m) == 1, 0, RNG.random(m) * 0.4)),
        "factors": from_array(np.array([1.0, 2.0, -0.5])[:k]),
        "source_prior": from_array(RNG.normal(size=sources)),
        "extra_prior": from_array(RNG.normal(size=4)),
        "variances": from_array(np.array([1.0, 0.3, 0.1, 0.2, 0.1, 0.1])),
        "diversity": from_array(np.array([0.5])),
        "top": int64([top]),
        "close": int64([max(1, top - 1)]),
        "slots": int64([slots or min(max(1, top - 1), 6)]),
    }


def topic_inputs(new, old, k):
    outputs = RNG.normal(size=(new, 256))
    if new:
        outputs[0] = 0
    about = RNG.normal(size=(k, 256))
    return {
        "vectors": from_array(outputs),
        "packed": from_array(rows(old)),
        "center": from_array(RNG.normal(size=256) * 0.02),
        "topics": from_array(about / np.linalg.norm(about, axis=1, keepdims=True)),
    }


CASES = [
    ("ranking", ranking, ranking_inputs(40, 25)),
    ("ranking", ranking, ranking_inputs(1, 1, slots=1)),
    ("ranking", ranking, ranking_inputs(300, 60, top=60, slots=30)),
    ("topics", topics, topic_inputs(5, 7, 3)),
    ("topics", topics, topic_inputs(0, 4, 1)),
    ("topics", topics, topic_inputs(3, 0, 2)),
    ("nearest", nearest, {"rows": from_array(rows(3)), "others": from_array(np.vstack([rows(4), rows(1) * 0]))}),
    ("same_event", same_event, {"features": from_array(RNG.normal(size=(30, 12)))}),
]


@pytest.fixture(scope="module", params=["desktop", "wasm"])
def models(request):
    if request.param == "desktop":
        yield BuiltModels()
        return
    try:
        wasm = Wasm()
    except RecipeError as error:
        pytest.skip(str(error))
    with wasm:
        yield wasm


@pytest.mark.parametrize(("name", "reference", "inputs"), CASES)
def test_graph_matches_plain_python(models, name, reference, inputs):
    outputs, expected = asyncio.run(models.run(name, inputs)), reference(inputs)
    assert outputs.keys() == expected.keys()
    for output, value in expected.items():
        found = to_array(outputs[output])
        if output == "order":  # hidden items come last, in undefined order
            shown = int((to_array(inputs["allowed"]) == 0).sum())
            assert found[:shown].tolist() == list(value.data)[:shown]
            continue
        assert found.shape == value.shape, output
        tolerance = 1 if value.dtype == "int8" else 0 if value.dtype == "int32" else 3e-4
        assert np.abs(found.astype(float) - to_array(value)).max() <= tolerance, output


def test_terms_sum_to_score_and_hidden_items_come_last():
    inputs = ranking_inputs(40, 25)
    outputs = {name: to_array(value) for name, value in asyncio.run(BuiltModels().run("ranking", inputs)).items()}
    assert np.allclose(outputs["terms"].sum(1), outputs["scores"][outputs["order"][:9]], atol=1e-4)
    assert set(outputs["order"][-8:]) == set(range(0, 40, 5))
    assert len(set(outputs["spread"])) == 6


def test_events_without_weight_leave_prior_unchanged():
    inputs = ranking_inputs(10, 4) | {"weights": from_array(np.zeros(4))}
    outputs = asyncio.run(BuiltModels().run("ranking", inputs))
    extras = np.column_stack(
        [2.0 ** (-np.maximum(0, 90 - to_array(inputs["item_times"])) / 18), to_array(inputs["item_extras"])]
    )
    prior = to_array(inputs["source_prior"])[to_array(inputs["item_sources"])] + extras @ to_array(
        inputs["extra_prior"]
    )
    assert np.allclose(to_array(outputs["scores"]), prior, atol=1e-4)
    assert array("f", outputs["fitted"].data)
