"""The salience graph does not see what only a person's name moves, and knows no name it is judged by."""

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
onnxruntime = pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from models.evaluate import names  # noqa: E402
from models.salience.aside import BASE, OTHERS  # noqa: E402
from models.salience.recipe import LEAD, WEIGHTS, read  # noqa: E402
from models.shop import Model  # noqa: E402
from nutshell.summary.features import COUNT, POSITIONAL  # noqa: E402

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def scores():
    assert Model("salience").ready(), "run: python -m models build"
    session = onnxruntime.InferenceSession(Model("salience").onnx)

    def run(vectors, lower, features):
        return session.run(["scores"], {"vectors": vectors, "lower": lower, "features": features})[0]

    return run


@pytest.fixture
def page():
    dice = np.random.default_rng(7)
    made = dice.normal(size=(2, 20, 384)).astype(np.float32)
    return *(made / np.linalg.norm(made, axis=2, keepdims=True)), dice.random((20, COUNT), np.float32)


@pytest.mark.parametrize("place", [0, 1], ids=["vectors", "lower"])
def test_what_only_a_name_moves_moves_no_score(scores, page, place):
    aside = read(WEIGHTS)[0]["aside"][place]
    assert np.abs(aside @ aside.T - np.eye(len(aside))).max() < 0.01
    others = np.linalg.svd(aside)[2][-len(aside) :]  # at right angles to all of them
    before = scores(*page)

    def moved(direction):
        changed = [each.copy() for each in page]
        changed[place][3] += direction
        return np.abs(scores(*changed) - before).max()

    assert max(map(moved, others)) > 10 * max(map(moved, aside))


def test_a_page_that_hides_its_order_has_no_lead(scores, page):
    assert LEAD <= POSITIONAL
    page[-1][:, :POSITIONAL] = 0
    order = np.random.default_rng(8).permutation(20)
    shuffled = scores(*(each[order] for each in page))
    assert np.abs(shuffled - scores(*page)[order]).max() < 1e-5


def test_names_learned_from_are_not_the_names_judged_by():
    judged = {name for origin in names.ORIGINS.values() for name in (*origin.female, *origin.male, *origin.family)}
    learned = {name for origin in (BASE, *OTHERS) for name in (*origin.female, *origin.male, *origin.family)}
    assert len(learned) > 100
    assert not judged & learned
