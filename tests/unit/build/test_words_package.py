"""The larger package: the language model's files, each as pinned, in a zip with a name and a budget of its own."""

from __future__ import annotations

import hashlib
import json
import sys

import pytest

if sys.platform == "emscripten":
    pytest.skip("the build runs on the developer's machine, with node", allow_module_level=True)

from build import models, package
from build.layout import BuildError
from models.decoder import tiny


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop whose decoder is a tiny one; the other models are not looked at."""
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


def test_the_language_model_is_in_the_larger_package_only(shop):
    small, large = models.models(), models.models(words=True)
    assert "decoder" not in json.loads(small["models/manifest.json"])
    entry = json.loads(large["models/manifest.json"])["decoder"]
    for part in (entry, entry["weights"], entry["tokenizer"]):
        content = large[f"models/{part['file']}"]
        assert (len(content), hashlib.sha256(content).hexdigest()) == (part["bytes"], part["sha256"])
    assert (entry["name"], entry["context"]) == ("Tiny", tiny.SHAPE.context)
    assert large.keys() - small.keys() == {f"models/{path.name}" for path in shop.iterdir()}


def test_an_altered_or_missing_file_is_refused_with_what_to_do(shop):
    weights = shop / "decoder.bin"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(BuildError, match=r"decoder\.bin differs from its pinned hash. Run `make build WORDS=1`"):
        models.models(words=True)
    weights.unlink()
    with pytest.raises(BuildError, match=r"decoder\.bin is missing. Run `make build WORDS=1`"):
        models.models(words=True)


@pytest.mark.node
def test_it_has_a_name_and_a_budget_of_its_own(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(package, "contents", lambda browser, say, words: {"a.txt": b"0123456789"})
    made = package.build("chrome", tmp_path / "dist", lambda line: None, words=True)
    again = package.build("chrome", tmp_path / "again", lambda line: None, words=True)
    assert made.folder.name == "chrome-words"
    assert made.archive.name.startswith("nutshell-chrome-words-")
    assert made.archive.read_bytes() == again.archive.read_bytes()
    monkeypatch.setattr(package, "WORDS_BUDGET", 10)
    with pytest.raises(BuildError, match="over its budget"):
        package.build("chrome", tmp_path / "dist", lambda line: None, words=True)
