"""Everything the core needs from outside, as Protocols that a host fills."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

DType = Literal["float32", "int32", "int64"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A dense row-major array: `data` is a flat memoryview of typecode f, i or q for its dtype."""

    dtype: DType
    shape: tuple[int, ...]
    data: memoryview[Any]


class ModelError(RuntimeError):
    """A model cannot be loaded or run; the message is fit to be shown to the user."""


class Models(Protocol):
    """Runs the packaged ONNX models by name ("encoder", "salience", "centrality")."""

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """One forward pass. Raises ModelError when the model is missing, broken or was ended."""
        ...


class Database(Protocol):
    """SQLite, wherever the host keeps it."""

    @property
    def connection(self) -> sqlite3.Connection: ...

    def sync(self) -> None:
        """Make what was committed durable: called once after every commit."""
        ...


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since the Unix epoch."""
        ...


class Progress(Protocol):
    """Told while a request is worked on; `done` of `total` is for one stage."""

    def __call__(self, stage: str, done: int, total: int) -> None: ...
