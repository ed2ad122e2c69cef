"""Everything the core needs from outside, as Protocols that a host fills."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Coroutine, Mapping
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
    """Told while a request is worked on; `done` of `total` is for one stage; `part` is some of the answer, as data."""

    def __call__(self, stage: str, done: int, total: int, part: Mapping[str, Any] | None = None) -> None: ...


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

    `reason` is timeout, too-big, network, refused (not permitted, or not an http(s) address: nothing was sent), or
    elsewhere: it was asked, and sends on to `target`, which is not permitted.
    """

    def __init__(self, reason: str, message: str, *, sent: int = 0, received: int = 0, target: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.sent = sent
        self.received = received
        self.target = target


class Fetcher(Protocol):
    """The one way out of the core."""

    async def fetch(self, request: Fetch) -> Fetched:
        """Raises FetchError."""
        ...


@dataclass(frozen=True, slots=True)
class Decoder:
    """What the reader is told about the language model, and what the core must know of it.

    `context` is how many tokens prompt and answer may have together; `tokenizer` is the text of its tokenizer's
    JSON (`words/bpe.py` says what stands in it). `good` and `bad` are its card in a few words; `chosen`: the reader
    brought its file.
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
    """What the language model is to go on from, and what may come.

    `prompt`'s first `fixed` tokens are the same in many requests, so the host may keep what it computed for them.
    Only `allowed` ids come (none given: all) and the `stop` ids, which end the answer and are no part of it.
    `no_repeat` n: no n tokens in a row come twice in the answer; 0 is off.
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
    """The language model, where the package has one and the reader switched it on."""

    async def decoder(self) -> Decoder | None:
        """The model that is there, without loading it; None when the package has none. Raises ModelError."""
        ...

    def generate(self, request: Generation) -> AsyncIterator[tuple[int, ...]]:
        """The answer's token ids, a few at a time, greedily: the same request has the same answer.

        Closing the iterator, or cancelling the task that awaits it, ends the work within 0.2 s. Raises ModelError:
        no decoder, a damaged one, or ended in the middle; the next request starts anew.
        """
        ...

    async def release(self) -> None:
        """Give the model's memory back, and look anew for what model there is; the next request loads it again."""
        ...
