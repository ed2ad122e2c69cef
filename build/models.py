"""The model files, and the list by which the model worker checks each one it loads."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from build.layout import DECODER, MODEL_FILES, MODELS, VOCABULARY, BuildError
from models.decoder.pins import entry


def models(words: bool = False) -> dict[str, bytes]:
    """Package name -> bytes, `models/manifest.json` included; with `words` the language model too."""
    files: dict[str, bytes] = {}
    manifest: dict[str, Any] = {}
    for name, source in MODEL_FILES.items():
        content = _made(source)
        digest = hashlib.sha256(content).hexdigest()
        card = json.loads((MODELS / name / "model.json").read_text("utf-8"))
        if digest != card["outputs"][f"{name}.onnx"]:
            raise BuildError(f"models/{source} is not the one pinned in models/{name}/model.json: run make models")
        files[f"models/{name}.onnx"] = content
        manifest[name] = {"file": f"{name}.onnx", "bytes": len(content), "sha256": digest}
    if words:
        made, manifest[DECODER] = _decoder()
        files |= made
    files["models/vocab.txt"] = _made(VOCABULARY)
    files["models/manifest.json"] = (json.dumps(manifest, indent=2) + "\n").encode()
    return files


def _decoder() -> tuple[dict[str, bytes], dict[str, Any]]:
    """Its files, and what the manifest says of it."""
    card = json.loads((MODELS / DECODER / "model.json").read_text("utf-8"))
    files = {}
    for file, pinned in card["outputs"].items():
        try:
            files[file] = (MODELS / DECODER / "out" / file).read_bytes()
        except FileNotFoundError:
            raise BuildError(f"models/{DECODER}/out/{file} is missing: run make build WORDS=1") from None
        if hashlib.sha256(files[file]).hexdigest() != pinned:
            raise BuildError(f"models/{DECODER}/out/{file} is not the one pinned: run make build WORDS=1")
    return {f"models/{file}": content for file, content in files.items()}, entry(files, card["title"], card["licence"])


def _made(source: str) -> bytes:
    try:
        return (MODELS / source).read_bytes()
    except FileNotFoundError:
        raise BuildError(f"models/{source} is missing: run make models") from None
