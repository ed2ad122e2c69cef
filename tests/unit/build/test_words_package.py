"""The larger package contains the language model, and has its own name and budget."""

from __future__ import annotations

import hashlib
import json

import pytest

from build import models, package
from build.layout import BuildError
from models.decoder import tiny


@pytest.fixture
def decoder_folder(tmp_path, monkeypatch):
    """The folder of a tiny language model. There are no other models."""
    out = tmp_path / "decoder/out"
    out.mkdir(parents=True)
    tiny.write(out)
    pins = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}
    card = {"title": "Tiny", "licence": "none", "outputs": pins}
    (tmp_path / "decoder/model.json").write_text(json.dumps(card))
    (tmp_path / "encoder/out").mkdir(parents=True)
    (tmp_path / "encoder/out/vocab.txt").write_text("[PAD]\n")
    monkeypatch.setattr(models, "MODELS", tmp_path)
    monkeypatch.setattr(models, "MODEL_FILES", {})
    return out


def test_only_the_larger_package_contains_the_language_model(decoder_folder):
    small, large = models.models(), models.models(words=True)
    assert "decoder" not in json.loads(small["models/manifest.json"])
    entry = json.loads(large["models/manifest.json"])["decoder"]
    for part in (entry, entry["weights"], entry["tokenizer"]):
        content = large[f"models/{part['file']}"]
        assert (len(content), hashlib.sha256(content).hexdigest()) == (part["bytes"], part["sha256"])
    assert (entry["name"], entry["context"]) == ("Tiny", tiny.SHAPE.context)
    assert large.keys() - small.keys() == {f"models/{path.name}" for path in decoder_folder.iterdir()}


def test_altered_or_missing_file_names_the_command_to_run(decoder_folder):
    weights = decoder_folder / "decoder.bin"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(BuildError, match=r"decoder\.bin differs from its pinned hash. Run `make build WORDS=1`"):
        models.models(words=True)
    weights.unlink()
    with pytest.raises(BuildError, match=r"decoder\.bin is missing. Run `make build WORDS=1`"):
        models.models(words=True)


@pytest.mark.node
def test_larger_package_has_its_own_name_and_budget(decoder_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(package, "contents", lambda browser, say, words: {"a.txt": b"0123456789"})
    built = package.build("chrome", tmp_path / "dist", lambda line: None, words=True)
    again = package.build("chrome", tmp_path / "again", lambda line: None, words=True)
    assert built.folder.name == "chrome-words"
    assert built.archive.name.startswith("nutshell-chrome-words-")
    assert built.archive.read_bytes() == again.archive.read_bytes()
    monkeypatch.setattr(package, "WORDS_BUDGET", 10)
    with pytest.raises(BuildError, match="over its budget"):
        package.build("chrome", tmp_path / "dist", lambda line: None, words=True)
