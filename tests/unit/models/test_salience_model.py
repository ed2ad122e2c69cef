"""The salience graph ignores name directions, and its names differ from those of the bias evaluation."""

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
onnxruntime = pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from models.artifacts import Model  # noqa: E402
from models.evaluate import names  # noqa: E402
from models.salience.fitness import fit  # noqa: E402
from models.salience.name_directions import BASE_NAMES, OTHER_NAMES  # noqa: E402
from models.salience.recipe import LEAD, SCALE, read, read_fitness  # noqa: E402
from nutshell.summary.features import COUNT, POSITIONAL  # noqa: E402

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def scores():
    assert Model("salience").ready(), "run: python -m models build"
    session = onnxruntime.InferenceSession(Model("salience").onnx)

    def run(vectors, lower, features, output="scores"):
        return session.run([output], {"vectors": vectors, "lower": lower, "features": features})[0]

    return run


@pytest.fixture
def page():
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(2, 20, 384)).astype(np.float32)
    return *(vectors / np.linalg.norm(vectors, axis=2, keepdims=True)), rng.random((20, COUNT), np.float32)


@pytest.mark.parametrize("output", ["scores", "fitness"])
@pytest.mark.parametrize("place", [0, 1], ids=["vectors", "lower"])
def test_name_directions_do_not_change_scores(scores, page, place, output):
    directions = read()[0]["aside"][place]
    assert np.abs(directions @ directions.T - np.eye(len(directions))).max() < 0.01
    others = np.linalg.svd(directions)[2][-len(directions) :]  # orthogonal to all of them
    before = scores(*page, output)

    def moved(direction):
        changed = [array.copy() for array in page]
        changed[place][3] += direction
        return np.abs(scores(*changed, output) - before).max()

    assert max(map(moved, others)) > 10 * max(map(moved, directions))


def test_blanked_position_features_remove_lead(scores, page):
    assert LEAD <= POSITIONAL
    page[-1][:, :POSITIONAL] = 0
    order = np.random.default_rng(8).permutation(20)
    shuffled = scores(*(array[order] for array in page))
    assert np.abs(shuffled - scores(*page)[order]).max() < 1e-5


def test_fitness_is_the_regression_of_the_weights_whatever_the_position(scores, page):
    w = read_fitness()
    vectors, lower, features = page
    aside = read()[0]["aside"]
    parts = [SCALE * (x - x @ d.T @ d) for x, d in zip((vectors, lower), aside, strict=True)]
    inputs = np.concatenate([*parts, features[:, POSITIONAL:]], 1)
    logits = inputs @ np.concatenate([w["vectors"], w["lower"], w["features"]]) + w["bias"]
    assert scores(*page, "fitness") == pytest.approx(1 / (1 + np.exp(-logits)), abs=1e-5)
    features[:, :POSITIONAL] = 0
    assert scores(*page, "fitness") == pytest.approx(1 / (1 + np.exp(-logits)), abs=1e-5)


def test_regression_learns_which_rows_are_fit():
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(200, 770))
    wanted = (rows[:, 768] > 0).astype(float)
    weights, bias = fit(rows, wanted)
    others = rng.normal(size=(200, 770))
    assert (((others @ weights + bias) > 0) == (others[:, 768] > 0)).mean() > 0.9
    flat, level = fit(rows, np.full(200, 0.75))
    assert 1 / (1 + np.exp(-(others @ flat + level))) == pytest.approx(np.full(200, 0.75), abs=0.01)


def test_training_names_and_evaluation_names_are_disjoint():
    evaluation_names = {
        name for origin in names.ORIGINS.values() for name in (*origin.female, *origin.male, *origin.family)
    }
    training_names = {
        name for origin in (BASE_NAMES, *OTHER_NAMES) for name in (*origin.female, *origin.male, *origin.family)
    }
    assert len(training_names) > 100
    assert not evaluation_names & training_names
