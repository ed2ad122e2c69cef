"""The model files, and the manifest that the model worker checks them against."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import onnx

from build.layout import DECODER, MODEL_FILES, MODELS, VOCABULARY, BuildError
from models.decoder.pins import entry

# Models of at least LARGE bytes keep tensors of at least EXTERNAL bytes in a separate file.
LARGE, EXTERNAL = 1_000_000, 16_384
_ALIGNMENT = 64


def models(words: bool = False) -> dict[str, bytes]:
    """Returns {package name: content}, with `models/manifest.json`, and with the language model if `words`.

    Raises BuildError if a model is missing or differs from its pinned hash.
    """
    files: dict[str, bytes] = {}
    manifest: dict[str, Any] = {}
    for name, source in MODEL_FILES.items():
        content = _read(source)
        digest = hashlib.sha256(content).hexdigest()
        card = json.loads((MODELS / name / "model.json").read_text("utf-8"))
        if digest != card["outputs"][f"{name}.onnx"]:
            raise BuildError(f"models/{source} differs from the hash in models/{name}/model.json. Run `make models`")
        graph, weights = _split_weights(content, f"{name}.bin")
        files[f"models/{name}.onnx"] = graph
        manifest[name] = _entry(f"{name}.onnx", graph)
        if weights:
            files[f"models/{name}.bin"] = weights
            manifest[name]["weights"] = _entry(f"{name}.bin", weights)
    if words:
        decoder_files, manifest[DECODER] = _decoder()
        files |= decoder_files
    files["models/decoders.json"] = (json.dumps(_known_decoders(), indent=2) + "\n").encode()
    files["models/vocab.txt"] = _read(VOCABULARY)
    files["models/manifest.json"] = (json.dumps(manifest, indent=2) + "\n").encode()
    return files


def _split_weights(content: bytes, file: str) -> tuple[bytes, bytes]:
    """Returns the model with its large tensors moved to `file`, and the content of that file. Small models stay whole.

    WebAssembly memory never shrinks. While onnxruntime creates a session, it holds weights inside the model four times
    (file, protobuf message, tensors, packed tensors), but weights in a separate file only twice.
    """
    if len(content) < LARGE:
        return content, b""
    model = onnx.load_from_string(content)
    weights = bytearray()
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) < EXTERNAL:
            continue
        weights += bytes(-len(weights) % _ALIGNMENT)
        location = {"location": file, "offset": len(weights), "length": len(tensor.raw_data)}
        weights += tensor.raw_data
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.external_data.extend(
            onnx.StringStringEntryProto(key=key, value=str(value)) for key, value in location.items()
        )
    return model.SerializeToString(deterministic=True), bytes(weights)


def _entry(file: str, content: bytes) -> dict[str, Any]:
    return {"file": file, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _known_decoders() -> list[dict[str, Any]]:
    """Returns what the extension needs to recognize a language model file that the user chose."""
    card = json.loads((MODELS / DECODER / "model.json").read_text("utf-8"))
    fields = ("licence", "good", "bad", "outputs")
    return [{"name": card["title"], **{field: card[field] for field in fields if field in card}}]


def _decoder() -> tuple[dict[str, bytes], dict[str, Any]]:
    """Returns the language model's files and its manifest entry."""
    card = json.loads((MODELS / DECODER / "model.json").read_text("utf-8"))
    files = {}
    for file, pinned in card["outputs"].items():
        try:
            files[file] = (MODELS / DECODER / "out" / file).read_bytes()
        except FileNotFoundError:
            raise BuildError(f"models/{DECODER}/out/{file} is missing. Run `make build WORDS=1`") from None
        if hashlib.sha256(files[file]).hexdigest() != pinned:
            raise BuildError(f"models/{DECODER}/out/{file} differs from its pinned hash. Run `make build WORDS=1`")
    manifest_entry = entry(files, card["title"], card["licence"], card.get("good", ""), card.get("bad", ""))
    return {f"models/{file}": content for file, content in files.items()}, manifest_entry


def _read(source: str) -> bytes:
    try:
        return (MODELS / source).read_bytes()
    except FileNotFoundError:
        raise BuildError(f"models/{source} is missing. Run `make models`") from None
