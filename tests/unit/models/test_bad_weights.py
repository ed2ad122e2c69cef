"""Weights and models that are cut short, altered, swapped or missing are refused by name, with what to do.

Real files, copied and harmed; no mocks of the files themselves.
"""

import pytest

pytest.importorskip("numpy", reason="models are built on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are built on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are run on the desktop, not inside Pyodide")

import asyncio
import builtins
import importlib
import shutil

from packaged import package

from models import data, mlp, shop
from models.__main__ import EVALUATIONS, main
from models.shop import NAMES, Model, RecipeError
from nutshell.hosts.desktop import NativeModels
from nutshell.ports import ModelError

pytestmark = pytest.mark.models

HARM = {
    "truncated": lambda content: content[: len(content) // 2],
    "one byte short": lambda content: content[:-1],
    "one bit flipped": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "empty": lambda content: b"",
    "another file": lambda content: b"<!doctype html><title>Sign in</title>",
}


@pytest.fixture(scope="module")
def packaged(tmp_path_factory):
    return package(tmp_path_factory.mktemp("models"))


@pytest.fixture(params=NAMES)
def copied(request, tmp_path, monkeypatch):
    """A copy of one model's folder, with what was made of it."""
    source = Model(request.param)
    assert source.ready(), "run: python -m models build"
    shutil.copytree(source.folder, tmp_path / request.param, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(shop, "ROOT", tmp_path)
    model = Model(request.param)
    model.verify()
    return model


@pytest.mark.parametrize("harm", HARM)
def test_a_harmed_model_is_refused_by_name(copied, harm):
    copied.onnx.write_bytes(HARM[harm](copied.onnx.read_bytes()))
    with pytest.raises(RecipeError) as refused:
        copied.verify()
    assert f"models/{copied.name}/out/{copied.name}.onnx is not the pinned file" in str(refused.value)
    assert f"python -m models build {copied.name}" in str(refused.value)


def test_a_missing_model_is_told_by_name(copied, capsys):
    copied.onnx.unlink()
    assert main(["check", copied.name]) == 1
    told = capsys.readouterr().err
    assert f"models/{copied.name}/out/{copied.name}.onnx is missing" in told
    assert f"python -m models build {copied.name}" in told


@pytest.mark.parametrize("name", NAMES)
def test_one_model_is_not_taken_for_another(name, tmp_path, monkeypatch):
    for each in NAMES:
        shutil.copytree(Model(each).folder, tmp_path / each, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(shop, "ROOT", tmp_path)
    other = NAMES[(NAMES.index(name) + 1) % len(NAMES)]
    Model(name).onnx.write_bytes(Model(other).onnx.read_bytes())
    with pytest.raises(RecipeError, match=rf"{name}\.onnx is not the pinned file"):
        Model(name).verify()


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("name", NAMES)
def test_the_desktop_host_refuses_a_harmed_model(name, harm, packaged, tmp_path):
    folder = shutil.copytree(packaged, tmp_path / "models")
    path = folder / f"{name}.onnx"
    path.write_bytes(HARM[harm](path.read_bytes()))
    with pytest.raises(ModelError, match=rf"{name}\.onnx is damaged.*make build"):
        asyncio.run(NativeModels(folder).run(name, {}))


def test_the_desktop_host_names_a_missing_model(packaged, tmp_path):
    folder = shutil.copytree(packaged, tmp_path / "models")
    (folder / "encoder.onnx").unlink()
    with pytest.raises(ModelError, match=r"encoder is not in .*make build"):
        asyncio.run(NativeModels(folder).run("encoder", {}))


NOT_A_RECIPES = {"aside.npy": "training", "folds.npz": "evaluation"}  # who reads it instead
COMMITTED = [
    (name, path.name)
    for name in NAMES
    for path in sorted(Model(name).folder.iterdir())
    if path.suffix in {".npz", ".npy"} and path.name not in NOT_A_RECIPES
]


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize(("name", "file"), COMMITTED)
def test_harmed_committed_weights_make_no_model(name, file, harm, tmp_path, monkeypatch):
    """Whatever a recipe reads from the repository: nothing is made of a harmed copy, and the message names the file."""
    recipe = importlib.import_module(f"models.{name}.recipe")
    harmed = tmp_path / name / file
    shutil.copytree(Model(name).folder, tmp_path / name, ignore=shutil.ignore_patterns("out", "__pycache__"))
    harmed.write_bytes(HARM[harm](harmed.read_bytes()))
    monkeypatch.setattr(recipe, "__file__", str(tmp_path / name / "recipe.py"))
    monkeypatch.setattr(shop, "ROOT", tmp_path)
    monkeypatch.setattr(mlp, "ROOT", tmp_path)
    if hasattr(recipe, "WEIGHTS"):
        monkeypatch.setattr(recipe, "WEIGHTS", tmp_path / name / recipe.WEIGHTS.name)
    with pytest.raises(RecipeError, match=rf"{file}.*(restore|python -m models train)") as refused:
        Model(name).build()
    assert "not the pinned file" in str(refused.value)
    assert not (tmp_path / name / "out").exists()


def test_missing_data_says_which_and_where(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    with pytest.raises(RecipeError, match=r"dev-cnn-test500\.jsonl is not there.*\.\./shared/data/summaries"):
        data.summaries("dev-cnn-test500")


@pytest.mark.parametrize(
    ("package", "command"),
    [("sumy", "dev.txt"), ("rouge_score", "dev.txt"), ("matplotlib", "eval.txt"), ("torch", "train.txt")],
)
def test_a_missing_package_says_how_to_get_it(package, command, monkeypatch, capsys):
    real = builtins.__import__

    def without(name, *rest):
        if name.split(".")[0] == package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest)

    class Needy:
        @staticmethod
        def measure(quick):
            __import__(f"{package}.deep")

    monkeypatch.setattr("models.__main__.import_module", lambda name: Needy)
    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["eval", EVALUATIONS[0], "--quick"]) == 1
    assert (
        f"{package} is not installed; get it with: pip install --no-deps -r requirements/{command}"
        in capsys.readouterr().err
    )


def test_an_unknown_evaluation_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["eval", "vibes"])
    assert stopped.value.code == 2
    assert "no such evaluation: vibes" in capsys.readouterr().err
