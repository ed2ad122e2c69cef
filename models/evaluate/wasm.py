"""The built models in onnxruntime-web's WASM, as the browser runs them, under Node.js."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.artifacts import NAMES, ROOT, Model, RecipeError
from nutshell.ports import ModelError, Tensor

TYPECODES = {"float32": "f", "int32": "i", "int64": "q", "int8": "b"}


class Wasm:
    """A `Models` port over one Node.js process. Close it, or use it in a `with` statement.

    Raises RecipeError when Node.js or onnxruntime-web is missing, or when a model's hash differs.
    """

    def __init__(self) -> None:
        if shutil.which("node") is None or not (ROOT.parent / "node_modules" / "onnxruntime-web").is_dir():
            raise RecipeError("Node.js and the npm package onnxruntime-web are missing. Install them with: make setup")
        for name in NAMES:
            Model(name).verify()
        self._node = subprocess.Popen(
            ["node", str(Path(__file__).with_name("wasm.mjs")), *(f"{name}={Model(name).onnx}" for name in NAMES)],
            cwd=ROOT.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Wasm:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._node.stdin and self._node.stdout:
            self._node.stdin.close()
            self._node.stdout.close()
        self._node.wait(30)

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        assert self._node.stdin
        assert self._node.stdout
        job = {"model": model, "inputs": {name: _packed(tensor) for name, tensor in inputs.items()}}
        self._node.stdin.write(json.dumps(job) + "\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        if not line:
            raise ModelError(f"Node.js exited while it ran {model}")
        answer = json.loads(line)
        if "error" in answer:
            raise ModelError(f"{model} in WASM: {answer['error']}")
        return {name: _unpacked(value) for name, value in answer["outputs"].items()}


def _packed(tensor: Tensor) -> dict[str, Any]:
    return {
        "dtype": tensor.dtype,
        "dims": list(tensor.shape),
        "data": base64.b64encode(tensor.data.tobytes()).decode(),
    }


def _unpacked(value: Mapping[str, Any]) -> Tensor:
    data: Any = memoryview(base64.b64decode(value["data"]))
    return Tensor(value["dtype"], tuple(value["dims"]), data.cast(TYPECODES[value["dtype"]]))
