"""Every shipped model has a recipe, a card, a hash, the same answers in WASM, and its row among the results."""

import pytest

pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

import re

import numpy as np
import onnx

from models.evaluate import page, shipped
from models.evaluate.wasm import Wasm
from models.host import ShopModels
from models.shop import NAMES, Model, RecipeError

pytestmark = pytest.mark.models

CARD = ("**For**", "ood at**", "ad at**", "Source**", "Licence:", "Makes**", "eval ")
# The encoder quantizes what it computes: see models/README.md, "Browser, desktop, full precision".
APART = {"encoder": 0.15}


@pytest.fixture(scope="module")
def wasm():
    try:
        models = Wasm()
    except RecipeError as error:
        pytest.skip(str(error))
    with models:
        yield models


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_a_card_and_hashes(name):
    model = Model(name)
    assert (model.folder / "recipe.py").is_file()
    card = (model.folder / "README.md").read_text(encoding="utf-8")
    assert [part for part in CARD if part not in card] == []
    assert model.card["title"]
    assert model.card["licence"] == "Apache-2.0"
    assert f"{name}.onnx" in model.card["outputs"]
    assert all(re.fullmatch(r"[0-9a-f]{64}", sha256) for sha256 in model.card["outputs"].values())
    if "weights" in model.card:
        assert (model.folder / "train.py").is_file()
    model.verify()


@pytest.mark.parametrize("name", NAMES)
def test_wasm_gives_what_the_desktop_gives(name, wasm):
    inputs = shipped.example(name)
    here, there = shipped._run(ShopModels(threads=1), name, inputs), shipped._run(wasm, name, inputs)
    assert here.keys() == there.keys()
    assert all(np.isfinite(value.astype(float)).all() for value in here.values())
    apart = shipped.compared(here, there)
    assert max(apart.values()) < APART.get(name, 1e-3), apart


@pytest.mark.parametrize("name", NAMES)
def test_the_results_page_has_its_row_with_the_hash_that_is_pinned(name):
    text = page.PAGE.read_text(encoding="utf-8")
    row = re.search(rf"^\| \[{name}\]\({name}/README\.md\) \|.*$", text, re.MULTILINE)
    assert row, f"run: python -m models eval shipped ({name} is not on the page)"
    sha256 = Model(name).card["outputs"][f"{name}.onnx"]
    assert f"`{sha256[:12]}`" in row[0], "run: python -m models eval shipped"


@pytest.mark.parametrize("name", NAMES)
def test_no_graph_needs_the_kernel_that_browsers_compile_for_seconds(name):
    """See models/graph.py, `floats`."""
    assert "Cast" not in {node.op_type for node in onnx.load(Model(name).onnx).graph.node}


def test_a_model_without_an_example_is_refused():
    with pytest.raises(RecipeError, match=r"oracle has no example inputs.*shipped\.py"):
        shipped.example("oracle")


def test_a_difference_is_told_in_parts_of_the_largest_number():
    one = {"a": np.array([[1.0, -4.0]]), "b": np.zeros(3)}
    other = {"a": np.array([1.0, -3.0]), "b": np.zeros(3)}
    assert shipped.compared(one, other) == {"a": 0.25, "b": 0.0}
