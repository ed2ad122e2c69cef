"""The model files, and the list by which the model worker checks each one it loads."""

from __future__ import annotations

import hashlib
import json

from build.layout import MODEL_FILES, MODELS, VOCABULARY, BuildError


def models() -> dict[str, bytes]:
    """Package name -> bytes, `models/manifest.json` included."""
    files: dict[str, bytes] = {}
    manifest = {}
    for name, source in MODEL_FILES.items():
        content = _made(source)
        digest = hashlib.sha256(content).hexdigest()
        card = json.loads((MODELS / name / "model.json").read_text("utf-8"))
        if digest != card["outputs"][f"{name}.onnx"]:
            raise BuildError(f"models/{source} is not the one pinned in models/{name}/model.json: run make models")
        files[f"models/{name}.onnx"] = content
        manifest[name] = {"file": f"{name}.onnx", "bytes": len(content), "sha256": digest}
    files["models/vocab.txt"] = _made(VOCABULARY)
    files["models/manifest.json"] = (json.dumps(manifest, indent=2) + "\n").encode()
    return files


def _made(source: str) -> bytes:
    try:
        return (MODELS / source).read_bytes()
    except FileNotFoundError:
        raise BuildError(f"models/{source} is missing: run make models") from None
