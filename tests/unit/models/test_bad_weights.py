"""Truncated, altered, swapped and missing weights and models are rejected; the error names the file and the fix.

The tests damage copies of the real files and mock no files.
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

from models import artifacts, data
from models.__main__ import EVALUATIONS, main
from models.artifacts import NAMES, Model, RecipeError
from nutshell.hosts.desktop import NativeModels
from nutshell.ports import ModelError

pytestmark = pytest.mark.models

DAMAGE = {
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
def copied_model(request, tmp_path, monkeypatch):
    """A copy of one model's folder with its built files."""
    source = Model(request.param)
    assert source.ready(), "run: python -m models build"
    shutil.copytree(source.folder, tmp_path / request.param, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(artifacts, "ROOT", tmp_path)
    model = Model(request.param)
    model.verify()
    return model


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_model_is_rejected(copied_model, damage):
    copied_model.onnx.write_bytes(DAMAGE[damage](copied_model.onnx.read_bytes()))
    with pytest.raises(RecipeError) as error:
        copied_model.verify()
    assert f"models/{copied_model.name}/out/{copied_model.name}.onnx is not the pinned file" in str(error.value)
    assert f"python -m models build {copied_model.name}" in str(error.value)


def test_missing_model_is_reported(copied_model, capsys):
    copied_model.onnx.unlink()
    assert main(["check", copied_model.name]) == 1
    stderr = capsys.readouterr().err
    assert f"models/{copied_model.name}/out/{copied_model.name}.onnx is missing" in stderr
    assert f"python -m models build {copied_model.name}" in stderr


@pytest.mark.parametrize("name", NAMES)
def test_model_in_place_of_another_is_rejected(name, tmp_path, monkeypatch):
    for model in NAMES:
        shutil.copytree(Model(model).folder, tmp_path / model, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(artifacts, "ROOT", tmp_path)
    other = NAMES[(NAMES.index(name) + 1) % len(NAMES)]
    Model(name).onnx.write_bytes(Model(other).onnx.read_bytes())
    with pytest.raises(RecipeError, match=rf"{name}\.onnx is not the pinned file"):
        Model(name).verify()


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", NAMES)
def test_desktop_host_rejects_damaged_model(name, damage, packaged, tmp_path):
    folder = shutil.copytree(packaged, tmp_path / "models")
    path = folder / f"{name}.onnx"
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    with pytest.raises(ModelError, match=rf"{name}\.onnx is damaged.*make build"):
        asyncio.run(NativeModels(folder).run(name, {}))


def test_desktop_host_reports_missing_model(packaged, tmp_path):
    folder = shutil.copytree(packaged, tmp_path / "models")
    (folder / "encoder.onnx").unlink()
    with pytest.raises(ModelError, match=r"encoder is not in .*make build"):
        asyncio.run(NativeModels(folder).run("encoder", {}))


NOT_READ_BY_RECIPES = {"name_directions.npy": "training", "cross_validation.npz": "evaluation"}
COMMITTED = [
    (name, path.name)
    for name in NAMES
    for path in sorted(Model(name).folder.iterdir())
    if path.suffix in {".npz", ".npy"} and path.name not in NOT_READ_BY_RECIPES
]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize(("name", "file"), COMMITTED)
def test_damaged_committed_weights_build_no_model(name, file, damage, tmp_path, monkeypatch):
    """A recipe builds nothing from a damaged file, and the error names the file."""
    recipe = importlib.import_module(f"models.{name}.recipe")
    damaged = tmp_path / name / file
    shutil.copytree(Model(name).folder, tmp_path / name, ignore=shutil.ignore_patterns("out", "__pycache__"))
    damaged.write_bytes(DAMAGE[damage](damaged.read_bytes()))
    monkeypatch.setattr(artifacts, "ROOT", tmp_path)
    if hasattr(recipe, "WEIGHTS"):
        monkeypatch.setattr(recipe, "WEIGHTS", tmp_path / name / recipe.WEIGHTS.name)
    with pytest.raises(RecipeError, match=rf"{file}.*(restore|python -m models train)") as error:
        Model(name).build()
    assert "not the pinned file" in str(error.value)
    assert not (tmp_path / name / "out").exists()


def test_missing_data_error_names_file_and_place(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    with pytest.raises(RecipeError, match=r"dev-cnn-test500\.jsonl is missing.*\.\./shared/data/summaries"):
        data.summaries("dev-cnn-test500")


@pytest.mark.parametrize(
    ("package", "command"),
    [("sumy", "dev.txt"), ("rouge_score", "dev.txt"), ("matplotlib", "eval.txt"), ("torch", "train.txt")],
)
def test_missing_package_error_says_how_to_install_it(package, command, monkeypatch, capsys):
    real = builtins.__import__

    def import_without(name, *rest):
        if name.split(".")[0] == package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest)

    class FakeEvaluation:
        @staticmethod
        def measure(quick):
            __import__(f"{package}.deep")

    monkeypatch.setattr("models.__main__.import_module", lambda name: FakeEvaluation)
    monkeypatch.setattr(builtins, "__import__", import_without)
    assert main(["eval", EVALUATIONS[0], "--quick"]) == 1
    assert (
        f"{package} is not installed. Install it with: pip install --no-deps -r requirements/{command}"
        in capsys.readouterr().err
    )


def test_unknown_evaluation_is_usage_error(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["eval", "vibes"])
    assert exit_.value.code == 2
    assert "no such evaluation: vibes" in capsys.readouterr().err
