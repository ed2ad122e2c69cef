"""The graphs of ranking, topics, nearest and same_event, on the desktop and in WASM, against plain Python."""

import asyncio
from array import array

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")


from models.evaluate.wasm import Wasm  # noqa: E402
from models.host import ShopModels, from_array, to_array  # noqa: E402
from models.shop import RecipeError  # noqa: E402
from support.arithmetic import nearest, ranking, same_event, topics  # noqa: E402

LOT = np.random.default_rng(7)


def rows(count):
    made = LOT.normal(size=(count, 256))
    return np.round(127 * made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.int8)


def whole(values):
    return from_array(np.array(values, np.int64))


def asked(n, m, k=3, sources=4, top=None, slots=None):
    top = top or min(n, 9)
    allowed = np.zeros(n)
    allowed[::5] = -1e6
    return {
        "items": from_array(rows(n)),
        "events": from_array(rows(m)),
        "item_sources": from_array(LOT.integers(0, sources, n).astype(np.int32)),
        "event_sources": from_array(LOT.integers(0, sources, m).astype(np.int64)),
        "item_extras": from_array(LOT.random((n, 3))),
        "item_times": from_array(LOT.random(n) * 100),
        "clock": from_array(np.array([90.0, 18.0])),
        "event_extras": from_array(LOT.random((m, 4))),
        "allowed": from_array(allowed),
        "members": from_array(np.eye(k)[LOT.integers(0, k, m)]),
        "working": from_array(LOT.normal(size=m) * 3),
        "weights": from_array(np.where(np.arange(m) == 1, 0, LOT.random(m) * 0.4)),
        "factors": from_array(np.array([1.0, 2.0, -0.5])[:k]),
        "source_prior": from_array(LOT.normal(size=sources)),
        "extra_prior": from_array(LOT.normal(size=4)),
        "variances": from_array(np.array([1.0, 0.3, 0.1, 0.2, 0.1, 0.1])),
        "diversity": from_array(np.array([0.5])),
        "top": whole([top]),
        "close": whole([max(1, top - 1)]),
        "slots": whole([slots or min(max(1, top - 1), 6)]),
    }


def pooled(new, old, k):
    made = LOT.normal(size=(new, 256))
    if new:
        made[0] = 0
    about = LOT.normal(size=(k, 256))
    return {
        "vectors": from_array(made),
        "packed": from_array(rows(old)),
        "center": from_array(LOT.normal(size=256) * 0.02),
        "topics": from_array(about / np.linalg.norm(about, axis=1, keepdims=True)),
    }


CASES = [
    ("ranking", ranking, asked(40, 25)),
    ("ranking", ranking, asked(1, 1, slots=1)),
    ("ranking", ranking, asked(300, 60, top=60, slots=30)),
    ("topics", topics, pooled(5, 7, 3)),
    ("topics", topics, pooled(0, 4, 1)),
    ("topics", topics, pooled(3, 0, 2)),
    ("nearest", nearest, {"rows": from_array(rows(3)), "others": from_array(np.vstack([rows(4), rows(1) * 0]))}),
    ("same_event", same_event, {"features": from_array(LOT.normal(size=(30, 9)))}),
]


@pytest.fixture(scope="module", params=["desktop", "wasm"])
def models(request):
    if request.param == "desktop":
        yield ShopModels()
        return
    try:
        wasm = Wasm()
    except RecipeError as error:
        pytest.skip(str(error))
    with wasm:
        yield wasm


@pytest.mark.parametrize(("name", "reference", "inputs"), CASES)
def test_a_graph_computes_what_its_recipe_says(models, name, reference, inputs):
    made, wanted = asyncio.run(models.run(name, inputs)), reference(inputs)
    assert made.keys() == wanted.keys()
    for output, value in wanted.items():
        found = to_array(made[output])
        if output == "order":  # hidden ones come last, in no order of their own
            shown = int((to_array(inputs["allowed"]) == 0).sum())
            assert found[:shown].tolist() == list(value.data)[:shown]
            continue
        assert found.shape == value.shape, output
        tolerance = 1 if value.dtype == "int8" else 0 if value.dtype == "int32" else 3e-4
        assert np.abs(found.astype(float) - to_array(value)).max() <= tolerance, output


def test_terms_sum_to_the_score_and_hidden_items_come_last():
    inputs = asked(40, 25)
    made = {name: to_array(value) for name, value in asyncio.run(ShopModels().run("ranking", inputs)).items()}
    assert np.allclose(made["terms"].sum(1), made["scores"][made["order"][:9]], atol=1e-4)
    assert set(made["order"][-8:]) == set(range(0, 40, 5))
    assert len(set(made["spread"])) == 6


def test_events_without_weight_leave_the_prior():
    inputs = asked(10, 4) | {"weights": from_array(np.zeros(4))}
    made = asyncio.run(ShopModels().run("ranking", inputs))
    extras = np.column_stack(
        [2.0 ** (-np.maximum(0, 90 - to_array(inputs["item_times"])) / 18), to_array(inputs["item_extras"])]
    )
    prior = to_array(inputs["source_prior"])[to_array(inputs["item_sources"])] + extras @ to_array(
        inputs["extra_prior"]
    )
    assert np.allclose(to_array(made["scores"]), prior, atol=1e-4)
    assert array("f", made["fitted"].data)
