"""The model files, and the list by which the model worker checks each one it loads."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import onnx

from build.layout import DECODER, MODEL_FILES, MODELS, VOCABULARY, BuildError
from models.decoder.pins import entry

LARGE, APART = 1_000_000, 16_384  # bytes of a model whose weights go beside it, of a tensor that goes with them
_ALIGNED = 64


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
        graph, weights = _apart(content, f"{name}.bin")
        files[f"models/{name}.onnx"] = graph
        manifest[name] = _pinned(f"{name}.onnx", graph)
        if weights:
            files[f"models/{name}.bin"] = weights
            manifest[name]["weights"] = _pinned(f"{name}.bin", weights)
    if words:
        made, manifest[DECODER] = _decoder()
        files |= made
    files["models/decoders.json"] = (json.dumps(_known_decoders(), indent=2) + "\n").encode()
    files["models/vocab.txt"] = _made(VOCABULARY)
    files["models/manifest.json"] = (json.dumps(manifest, indent=2) + "\n").encode()
    return files


def _apart(content: bytes, file: str) -> tuple[bytes, bytes]:
    """The model with its large weights in `file`, and what that holds; a small model as it is.

    onnxruntime parses a model in its own memory, from which nothing ever comes back: what is inside the model is there
    four times while a session is made (file, message, tensors, packed), what is beside it half as often.
    """
    if len(content) < LARGE:
        return content, b""
    model = onnx.load_from_string(content)
    weights = bytearray()
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) < APART:
            continue
        weights += bytes(-len(weights) % _ALIGNED)
        place = {"location": file, "offset": len(weights), "length": len(tensor.raw_data)}
        weights += tensor.raw_data
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.external_data.extend(onnx.StringStringEntryProto(key=key, value=str(at)) for key, at in place.items())
    return model.SerializeToString(deterministic=True), bytes(weights)


def _pinned(file: str, content: bytes) -> dict[str, Any]:
    return {"file": file, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _known_decoders() -> list[dict[str, Any]]:
    """By which a decoder's file that a reader chose is known again."""
    card = json.loads((MODELS / DECODER / "model.json").read_text("utf-8"))
    fields = ("licence", "good", "bad", "outputs")
    return [{"name": card["title"], **{field: card[field] for field in fields if field in card}}]


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
    about = entry(files, card["title"], card["licence"], card.get("good", ""), card.get("bad", ""))
    return {f"models/{file}": content for file, content in files.items()}, about


def _made(source: str) -> bytes:
    try:
        return (MODELS / source).read_bytes()
    except FileNotFoundError:
        raise BuildError(f"models/{source} is missing: run make models") from None
