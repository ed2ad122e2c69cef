"""Everything the core needs from outside, as Protocols that a host implements."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

DType = Literal["float32", "int32", "int64", "int8"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A dense row-major array. `data` is a flat memoryview; its typecode is f, i, q or b, by `dtype`."""

    dtype: DType
    shape: tuple[int, ...]
    data: memoryview[Any]


class ModelError(RuntimeError):
    """A model cannot be loaded or run. Its argument, a Message or a text, says why."""


class Models(Protocol):
    """Runs the packaged ONNX models by name; docs/ARCHITECTURE.md lists their inputs and outputs."""

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Runs one forward pass. Raises ModelError when the model is missing or damaged, or its worker ended."""
        ...


class Database(Protocol):
    """A SQLite database."""

    @property
    def connection(self) -> sqlite3.Connection: ...

    def sync(self) -> None:
        """Makes committed changes durable. Called once after every commit."""
        ...


class Clock(Protocol):
    def now(self) -> float:
        """Returns the seconds since the Unix epoch."""
        ...


class Progress(Protocol):
    """Reports progress: `done` of `total` steps of a stage. `part` is a partial answer."""

    def __call__(self, stage: str, done: int, total: int, part: Mapping[str, Any] | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Fetch:
    """A GET request to an http or https address. It has no cookies, referrer or HTTP cache, and follows redirects.

    `max_bytes` limits the decompressed body, `timeout_s` the whole request.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    max_bytes: int = 10_000_000
    timeout_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response, whatever its status.

    `url` is the address after redirects. `moved_permanently`: every redirect was a 301 or 308; None when the host does
    not know. The names in `headers` are in lower case. `sent` and `received` are bytes.
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
    """There is no usable response. The message can be shown to the user.

    `reason` is timeout, too-big, network, refused (the address is not permitted or not http(s); nothing was sent), or
    elsewhere (it redirects to `target`, which is not permitted). `sent` and `received` are bytes.
    """

    def __init__(self, reason: str, message: str, *, sent: int = 0, received: int = 0, target: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.sent = sent
        self.received = received
        self.target = target


class Fetcher(Protocol):
    """The core's only access to the network."""

    async def fetch(self, request: Fetch) -> Fetched:
        """Raises FetchError."""
        ...


@dataclass(frozen=True, slots=True)
class Decoder:
    """The language model: what the user sees of it, and what the core needs.

    `context` is the maximum number of tokens of prompt and answer together. `tokenizer` is the tokenizer's JSON,
    described in `paraphrase/bpe.py`. `good` and `bad` summarize the model card. `chosen`: the user supplied the file.
    """

    name: str
    bytes: int
    licence: str
    context: int
    tokenizer: str
    good: str = ""
    bad: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Generation:
    """A request to the language model.

    The first `fixed` tokens of `prompt` are the same in many requests, so the host may cache them. Only `allowed`
    tokens are generated (empty: all) and `stop` tokens, which end the answer and are not part of it. `no_repeat`: no
    sequence of this many tokens occurs twice in the answer; 0 turns this off.
    """

    prompt: tuple[int, ...]
    fixed: int = 1
    allowed: tuple[int, ...] = ()
    stop: tuple[int, ...] = ()
    max_tokens: int = 96
    no_repeat: int = 0


class CacheLost(ModelError):
    """A decoder session has less in its cache than a run continues from: it was started again."""

    def __init__(self) -> None:
        super().__init__("The language model was restarted. Try again.")


@dataclass(frozen=True, slots=True)
class DecoderHead:
    """What may come in a run. All numbers but `ids` are places in `ids`, or negative for none.

    `ids` are token ids, sorted. No `ngram` tokens in a row come twice. Guesses, at most `guesses` in a step, are taken
    from `source`.
    """

    ids: tuple[int, ...]
    stop: tuple[int, ...]
    ngram: int
    source: tuple[int, ...]
    guesses: int


@dataclass(frozen=True, slots=True)
class DecoderRun:
    """One run of the decoder: it keeps `length` tokens of its cache, reads `ids` after them, and makes `steps` steps.

    `guess` are guesses that follow `ids`; `history` is what was said so far, as places in the head's ids.
    """

    length: int
    ids: tuple[int, ...]
    guess: tuple[int, ...]
    steps: int
    history: tuple[int, ...]
    head: DecoderHead


@dataclass(frozen=True, slots=True)
class DecoderOutput:
    """What a run said, as places in the head's ids; `next` and `guessed` are what the next run reads.

    `length` is the number of tokens in the cache.
    """

    said: tuple[int, ...]
    next: tuple[int, ...]
    guessed: tuple[int, ...]
    length: int


class DecoderSession(Protocol):
    """An open decoder with its key-value cache, for paraphrase/decoding.py."""

    @property
    def vocabulary(self) -> int:
        """The number of token ids."""
        ...

    def run(self, run: DecoderRun) -> Coroutine[Any, Any, DecoderOutput]:
        """Starts a run. The coroutine raises ModelError, and CacheLost where the cache is shorter than `length`."""
        ...

    def abandon(self) -> None:
        """The output of a run that was started is no longer needed. Does nothing if there is none."""
        ...


class Generator(Protocol):
    """Runs the language model, if there is one."""

    async def decoder(self) -> Decoder | None:
        """Returns the model without loading it; None when there is none. Raises ModelError."""
        ...

    def generate(self, request: Generation) -> AsyncIterator[tuple[int, ...]]:
        """Yields the answer's token ids, a few at a time. Decoding is greedy: the same request has the same answer.

        Closing the iterator, or cancelling the task that awaits it, stops the work within 0.2 s. Raises ModelError when
        the model is missing, damaged, or its worker ended; the next request starts it again.
        """
        ...

    async def release(self) -> None:
        """Frees the model's memory. The next request loads it again, or another one that was chosen since."""
        ...
