"""Everything the core needs from outside, as Protocols that a host fills."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

DType = Literal["float32", "int32", "int64", "int8"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A dense row-major array: `data` is a flat memoryview of typecode f, i, q or b for its dtype."""

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


@dataclass(frozen=True, slots=True)
class Fetch:
    """A GET of one http(s) address: no cookies, no referrer, no cache of the host's, redirects followed.

    `max_bytes` holds for the body after decompression, `timeout_s` for the whole of it.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    max_bytes: int = 10_000_000
    timeout_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back, whatever its status.

    `url` is the address after redirects; `moved_permanently` says whether every one of them was a 301 or 308,
    None where the host cannot tell. Names in `headers` are in lower case; `sent` and `received` are bytes.
    """

    status: int
    url: str
    redirected: bool
    moved_permanently: bool | None
    headers: Mapping[str, str]
    body: bytes
    sent: int
    received: int


class FetchError(RuntimeError):
    """Nothing usable came back; the message is fit to be shown.

    `reason` is timeout, too-big, network, or refused (not permitted, or not an http(s) address).
    """

    def __init__(self, reason: str, message: str, *, sent: int = 0, received: int = 0) -> None:
        super().__init__(message)
        self.reason = reason
        self.sent = sent
        self.received = received


class Fetcher(Protocol):
    """The one way out of the core."""

    async def fetch(self, request: Fetch) -> Fetched:
        """Raises FetchError."""
        ...
