"""The desktop host: the core on CPython, with onnxruntime and SQLite on disk."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
import onnxruntime

from nutshell.app import Application
from nutshell.messages import text
from nutshell.ports import ModelError, Tensor
from nutshell.storage.integrity import open_checked

from .native_generator import NativeGenerator
from .system_clock import SystemClock
from .urllib_fetcher import UrllibFetcher

_TYPECODES = {"float32": "f", "int32": "i", "int64": "q", "int8": "b"}


def models_folder() -> Path:
    """Returns the folder of the built models: `$NUTSHELL_MODELS`, or `dist/chrome/models` in the checkout.

    It contains `manifest.json` (name -> file, bytes, sha256), the files, and `vocab.txt`.
    """
    configured = os.environ.get("NUTSHELL_MODELS")
    return Path(configured) if configured else Path(__file__).parents[3] / "dist" / "chrome" / "models"


class NativeModels:
    """Runs models with onnxruntime. A model is loaded at its first use, after its sha256 was checked."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads
        self._sessions: dict[str, onnxruntime.InferenceSession] = {}

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        session = self._session(model)
        feeds = {
            name: numpy.frombuffer(tensor.data, dtype=tensor.dtype).reshape(tensor.shape)
            for name, tensor in inputs.items()
        }
        try:
            outputs = session.run(None, feeds)
        except Exception as error:  # onnxruntime's own exceptions share no public base
            raise ModelError(f"The model {model} could not be run: {error}") from error
        names = [output.name for output in session.get_outputs()]
        return {name: _tensor(output) for name, output in zip(names, outputs, strict=True)}

    def _session(self, model: str) -> onnxruntime.InferenceSession:
        if model not in self._sessions:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self._threads
            options.log_severity_level = 3
            self._sessions[model] = onnxruntime.InferenceSession(
                self._file(model), options, providers=["CPUExecutionProvider"]
            )
        return self._sessions[model]

    def _file(self, model: str) -> Path:
        """Returns the path of a model after checking it and its weights. Raises ModelError."""
        try:
            entry = json.loads((self._folder / "manifest.json").read_text())[model]
            for part in (entry, entry.get("weights")):
                if part and hashlib.sha256(Path(self._folder, part["file"]).read_bytes()).hexdigest() != part["sha256"]:
                    raise ModelError(f"{part['file']} is damaged: its checksum is wrong. Run `make build` again.")
        except (OSError, KeyError) as error:
            raise ModelError(
                f"The model {model} is not in {self._folder}: run `make build` first, "
                "or set NUTSHELL_MODELS to a folder of built models."
            ) from error
        return Path(self._folder, entry["file"])


class FileDatabase:
    """A SQLite file; in memory when `path` is empty."""

    def __init__(self, path: str = "") -> None:
        self._connection = open_checked(path)

    @property
    def connection(self) -> sqlite3.Connection:
        return self._connection

    def sync(self) -> None:
        """Does nothing: on the desktop SQLite flushes on commit."""


def application(*, models: Path | None = None, database: str = "", threads: int = 0) -> Application:
    """Returns the core on this machine. Raises ModelError when the models are not built."""
    folder = models or models_folder()
    return Application(
        models=NativeModels(folder, threads),
        database=FileDatabase(database),
        clock=SystemClock(),
        fetcher=UrllibFetcher(),
        vocabulary=vocabulary(folder),
        generator=NativeGenerator(folder, threads),
        not_saved_reason="" if database else text("error.command_line"),
    )


def vocabulary(folder: Path) -> str:
    """Returns the encoder's vocabulary, one token a line. Raises ModelError when the models are not built."""
    try:
        return (folder / "vocab.txt").read_text(encoding="utf-8")
    except OSError as error:
        raise ModelError(
            f"{folder / 'vocab.txt'} is missing: run `make build` first, "
            "or set NUTSHELL_MODELS to a folder of built models."
        ) from error


def _tensor(array: Any) -> Tensor:
    flat = numpy.ascontiguousarray(array)
    dtype = str(flat.dtype)
    data: Any = memoryview(flat.tobytes())
    return Tensor(dtype, flat.shape, data.cast(_TYPECODES[dtype]))  # type: ignore[arg-type]
