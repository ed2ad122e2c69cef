"""The built models as the core's `Models` port, for training and evaluation on the desktop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from functools import cache
from typing import Any, TypeVar

import numpy as np
import onnxruntime

from models.artifacts import Model
from nutshell.ports import Tensor
from nutshell.text.wordpiece import WordPiece

T = TypeVar("T")


class BuiltModels:
    """Runs `models/NAME/out/NAME.onnx`. Raises RecipeError when its hash differs from the pinned one."""

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads
        self._sessions: dict[str, onnxruntime.InferenceSession] = {}

    def session(self, model: str) -> onnxruntime.InferenceSession:
        if model not in self._sessions:
            Model(model).verify()
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self._threads
            self._sessions[model] = onnxruntime.InferenceSession(Model(model).onnx, options)
        return self._sessions[model]

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        session = self.session(model)
        outputs = session.run(None, {name: to_array(tensor) for name, tensor in inputs.items()})
        names = [output.name for output in session.get_outputs()]
        return {name: from_array(output) for name, output in zip(names, outputs, strict=True)}


def to_array(tensor: Tensor) -> np.ndarray[Any, Any]:
    return np.frombuffer(tensor.data, dtype=tensor.dtype).reshape(tensor.shape)


def from_array(array: np.ndarray[Any, Any]) -> Tensor:
    """Converts an array. int8, int32 and int64 keep their type, everything else becomes float32."""
    flat = np.ascontiguousarray(array, array.dtype if str(array.dtype) in {"int8", "int32", "int64"} else np.float32)
    data: Any = memoryview(flat.tobytes())
    return Tensor(str(flat.dtype), array.shape, data.cast(flat.dtype.char if flat.dtype.itemsize < 8 else "q"))  # type: ignore[arg-type]


@cache
def wordpiece() -> WordPiece:
    Model("encoder").verify()
    return WordPiece.from_vocab((Model("encoder").out / "vocab.txt").read_text(encoding="utf-8"))


def run_sync(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)
