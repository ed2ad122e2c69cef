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


@pytest.fixture(scope="module")
def scores():
    assert Model("salience").ready(), "run: python -m models build"
    session = onnxruntime.InferenceSession(Model("salience").onnx)
    return lambda vectors, features: session.run(["scores"], {"vectors": vectors, "features": features})[0]


@pytest.fixture
def page():
    dice = np.random.default_rng(7)
    vectors = dice.normal(size=(20, 384)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dice.random((20, COUNT), np.float32)


def test_what_only_a_name_moves_moves_no_score(scores, page):
    vectors, features = page
    aside = read(WEIGHTS)[0]["aside"]
    assert np.abs(aside @ aside.T - np.eye(len(aside))).max() < 0.01
    others = np.linalg.svd(aside)[2][-len(aside) :]  # at right angles to all of them
    before = scores(vectors, features)

    def moved(direction):
        changed = vectors.copy()
        changed[3] += direction
        return np.abs(scores(changed, features) - before).max()

    assert max(map(moved, others)) > 10 * max(map(moved, aside))


def test_a_page_that_hides_its_order_has_no_lead(scores, page):
    vectors, features = page
    assert LEAD <= POSITIONAL
    features[:, :POSITIONAL] = 0
    order = np.random.default_rng(8).permutation(20)
    shuffled = scores(vectors[order], features[order])
    assert np.abs(shuffled - scores(vectors, features)[order]).max() < 1e-5


def test_names_learned_from_are_not_the_names_judged_by():
    judged = {name for origin in names.ORIGINS.values() for name in (*origin.female, *origin.male, *origin.family)}
    learned = {name for origin in (BASE, *OTHERS) for name in (*origin.female, *origin.male, *origin.family)}
    assert len(learned) > 100
    assert not judged & learned
