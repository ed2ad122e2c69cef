"""Every shipped model has a recipe, a card, a hash, the same output in WASM, and a row among the results."""

import pytest

pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

import re

import numpy as np
import onnx

from models.artifacts import NAMES, Model, RecipeError
from models.evaluate import report, shipped
from models.evaluate.wasm import Wasm
from models.host import BuiltModels

pytestmark = pytest.mark.models

SECTIONS = ("Purpose", "Inputs and outputs", "Training data and licences", "Results", "Limits", "How to rebuild")
# The encoder quantizes activations at run time: see models/README.md, "Browser, desktop and full precision".
TOLERANCE = {"encoder": 0.15}


@pytest.fixture(scope="module")
def wasm():
    try:
        models = Wasm()
    except RecipeError as error:
        pytest.skip(str(error))
    with models:
        yield models


@pytest.mark.parametrize("name", NAMES)
def test_model_has_recipe_card_and_hashes(name):
    model = Model(name)
    assert (model.folder / "recipe.py").is_file()
    card = (model.folder / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", card, re.MULTILINE) == list(SECTIONS)
    assert "icence" in card
    assert "eval " in card
    assert model.card["title"]
    assert model.card["licence"] == "Apache-2.0"
    assert f"{name}.onnx" in model.card["outputs"]
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for sha256 in model.card["outputs"].values())
    if "weights" in model.card:
        assert (model.folder / "train.py").is_file()
    model.verify()


@pytest.mark.parametrize("name", NAMES)
def test_wasm_matches_desktop(name, wasm):
    inputs = shipped.example(name)
    native, in_wasm = shipped._run(BuiltModels(threads=1), name, inputs), shipped._run(wasm, name, inputs)
    assert native.keys() == in_wasm.keys()
    assert all(np.isfinite(value.astype(float)).all() for value in native.values())
    differences = shipped.compared(native, in_wasm)
    assert max(differences.values()) < TOLERANCE.get(name, 1e-3), differences


@pytest.mark.parametrize("name", NAMES)
def test_readme_row_shows_pinned_hash(name):
    text = report.README.read_text(encoding="utf-8")
    row = re.search(rf"^\| \[{name}\]\({name}/README\.md\) \|.*$", text, re.MULTILINE)
    assert row, f"run: python -m models eval shipped ({name} has no row)"
    sha256 = Model(name).card["outputs"][f"{name}.onnx"]
    assert f"`{sha256[:12]}`" in row[0], "run: python -m models eval shipped"


@pytest.mark.parametrize("name", NAMES)
def test_graph_has_no_cast_node(name):
    """Browsers need seconds to compile the kernel of Cast: see `floats` in models/graph.py."""
    assert "Cast" not in {node.op_type for node in onnx.load(Model(name).onnx).graph.node}


def test_model_without_example_inputs_is_rejected():
    with pytest.raises(RecipeError, match=r"oracle has no example inputs.*shipped\.py"):
        shipped.example("oracle")


def test_difference_is_relative_to_largest_value():
    one = {"a": np.array([[1.0, -4.0]]), "b": np.zeros(3)}
    other = {"a": np.array([1.0, -3.0]), "b": np.zeros(3)}
    assert shipped.compared(one, other) == {"a": 0.25, "b": 0.0}
