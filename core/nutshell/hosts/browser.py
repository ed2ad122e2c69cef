"""The browser host: the core inside Pyodide, its ports filled by the engine worker (extension/engine/engine.js)."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import asdict
from importlib import import_module
from typing import Any

from pyodide.ffi import JsException, to_js  # type: ignore[import-not-found]

from ..app import Application, RequestError
from ..memory.integrity import open_checked
from ..memory.schema import NewerDatabase
from ..paraphrase.decoding import DecodingLoop
from ..ports import (
    CacheLost,
    Decoder,
    DecoderHead,
    DecoderOutput,
    DecoderRun,
    Fetch,
    Fetched,
    FetchError,
    Generation,
    ModelError,
    Tensor,
)
from ..text.wordpiece import WordPiece
from ..views.environment import compile_templates
from .decoder import described


class WorkerModels:
    """The model worker. `run` is engine.js's runModel."""

    def __init__(self, run: Any) -> None:
        self._run = run

    async def run(self, model: str, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        feeds = to_js([[name, [tensor.dtype, list(tensor.shape), tensor.data]] for name, tensor in inputs.items()])
        try:
            outputs = await self._run(model, feeds)
        except JsException as error:
            raise ModelError(str(error.message)) from None
        return {name: Tensor(dtype, tuple(dims), data.to_py()) for name, dtype, dims, data in outputs}


class WorkerDecoder:
    """A decoder session in the language model's worker, through extension/engine/language-model.js."""

    def __init__(self, language_model: Any, vocabulary: int) -> None:
        self._language_model = language_model
        self._vocabulary = vocabulary
        self._head: DecoderHead | None = None  # the one that the worker has
        self._number = 0
        self._running = 0  # the number of the run that is in progress

    @property
    def vocabulary(self) -> int:
        return self._vocabulary

    def run(self, run: DecoderRun) -> Coroutine[Any, Any, DecoderOutput]:
        wire = {"length": run.length, "ids": run.ids, "guess": run.guess, "steps": run.steps, "history": run.history}
        if run.head is not self._head:
            self._head = run.head
            wire["head"] = asdict(run.head)
        self._number += 1
        self._running = self._number
        return self._result(self._language_model.run(self._number, json.dumps(wire)))

    async def _result(self, promise: Any) -> DecoderOutput:
        try:
            output = json.loads(await promise)
        except JsException as error:
            self._running, self._head = 0, None
            raise ModelError(str(error.message)) from None
        self._running = 0
        if output is None:
            self._head = None
            raise CacheLost
        said, following, guessed = (tuple(output[name]) for name in ("said", "next", "guessed"))
        return DecoderOutput(said, following, guessed, output["length"])

    def abandon(self) -> None:
        if self._running:
            self._language_model.abandon(self._running)
            self._running = 0


class WorkerGenerator:
    """The language model, in a worker of its own."""

    def __init__(self, language_model: Any) -> None:
        self._language_model = language_model
        self._decoder: Decoder | None = None
        self._loop: DecodingLoop | None = None

    async def decoder(self) -> Decoder | None:
        if self._decoder is None:
            entry = await self._entry()
            if entry is None:
                return None
            self._decoder = described(entry, entry["tokenizer"])
        return self._decoder

    async def generate(self, request: Generation) -> AsyncIterator[tuple[int, ...]]:
        if self._loop is None:
            entry = await self._entry()
            if entry is None:
                raise ModelError("This package has no language model.")
            self._loop = DecodingLoop(WorkerDecoder(self._language_model, entry["vocabulary"]))
        async with aclosing(self._loop.generate(request)) as generated:  # type: ignore[type-var]
            async for tokens in generated:
                yield tokens

    async def release(self) -> None:
        self._decoder = self._loop = None
        self._language_model.release()

    async def _entry(self) -> Any:
        """The decoder's manifest entry with its tokenizer, or None."""
        try:
            return json.loads(await self._language_model.decoder() or "null")
        except JsException as error:
            raise ModelError(str(error.message)) from None


class WorkerFetcher:
    """The network, by way of extension/engine/fetcher.js: only hosts that the reader allowed."""

    def __init__(self, fetcher: Any) -> None:
        self._fetcher = fetcher
        self._last = 0

    async def fetch(self, request: Fetch) -> Fetched:
        self._last += 1
        number = self._last
        headers = to_js([list(header) for header in request.headers])
        # The browser does not tell what it sent: the first line and our own headers are what we know of.
        ours = sum(len(name) + len(value) + 4 for name, value in request.headers)

        def sent(*asked: str) -> int:
            """For these addresses: one, and where it sends on to at the end."""
            return sum(len(f"GET {url} HTTP/1.1\r\n") + ours for url in asked)

        try:
            answer = await self._fetcher.fetch(
                number, request.url, headers, request.max_bytes, int(request.timeout_s * 1000)
            )
        except asyncio.CancelledError:
            self._fetcher.cancel(number)
            raise
        if len(answer) == 3:
            reason, message, target = answer
            asked = [] if reason == "refused" else [request.url, *([target] if target else [])]
            raise FetchError(reason, message, sent=sent(*asked), target=target)
        status, url, redirected, received, body = answer
        names = {name.lower(): value for name, value in received}
        content = body.to_bytes()
        return Fetched(
            status=status,
            url=url,
            redirected=redirected,
            moved_permanently=None if redirected else False,
            headers=names,
            body=content,
            sent=sent(request.url, *([url] if redirected else [])),
            received=_on_the_wire(names, len(content)),
        )


def _on_the_wire(headers: Mapping[str, str], unpacked: int) -> int:
    """Bytes of the body as sent: what the server says of a packed one, else what arrived."""
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and headers.get("content-encoding") else unpacked


class OpfsDatabase:
    """SQLite on the origin-private file system; in memory when that is missing (`path` empty)."""

    def __init__(self, path: str, sync: Callable[[], None]) -> None:
        self._connection = open_checked(path, sync)
        self._sync = sync

    @property
    def connection(self) -> sqlite3.Connection:
        return self._connection

    def sync(self) -> None:
        self._sync()


class SystemClock:
    def now(self) -> float:
        return time.time()


class Engine:
    """What engine.js talks to."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._tending: asyncio.TimerHandle | asyncio.Task[None] | None = None
        self._due = 0.0  # when the timer ends
        application.stoppers.append(self._stop_others)

    def handle(self, request: int, name: str, payload: str, reply: Any) -> None:
        """Work on a request; `reply` is told progress, and at the end the answer or the error."""
        task = asyncio.ensure_future(self._handle(request, name, payload, reply))
        self._tasks[request] = task
        task.add_done_callback(lambda _: self._done(request))

    def cancel(self, request: int) -> None:
        if task := self._tasks.get(request):
            task.cancel()

    def _stop_others(self) -> None:
        """Every request but the one that wants this."""
        for task in self._tasks.values():
            if task is not asyncio.current_task():
                task.cancel()

    def _done(self, request: int) -> None:
        self._tasks.pop(request, None)
        if not self._tasks:
            self._rest()

    def _rest(self) -> None:
        """Nobody waits: see to what time makes due. One timer, and none where nothing is due."""
        wait = self._application.wants_tending()
        if wait is None or isinstance(self._tending, asyncio.Task):
            return
        due = time.monotonic() + wait
        if self._tending is not None:
            if due >= self._due:
                return
            self._tending.cancel()  # something else is due sooner
        self._due = due
        self._tending = asyncio.get_event_loop().call_later(wait, self._tend)

    def _tend(self) -> None:
        async def work() -> None:
            try:
                await self._application.tend()
            except Exception as error:
                print(f"tending failed: {type(error).__name__}: {error}")  # tried again after the next request
                self._tending = None
            else:
                self._tending = None
                if not self._tasks:
                    self._rest()

        self._tending = asyncio.ensure_future(work())

    async def _handle(self, request: int, name: str, payload: str, reply: Any) -> None:
        def progress(stage: str, done: int, total: int, part: Mapping[str, Any] | None = None) -> None:
            reply("progress", request, stage, done, total, json.dumps(part) if part else "")

        try:
            answer = await self._application.handle(name, json.loads(payload), progress)
        except asyncio.CancelledError:
            reply("error", request, "cancelled", "Cancelled.")
        except RequestError as error:
            reply("error", request, error.code, str(error))
        except Exception as error:
            # Nothing a page contains may leave a request without an end.
            print(f"{name} failed: {type(error).__name__}: {error}")
            reply("error", request, "failed", f"Nutshell failed at this: {type(error).__name__}.")
        else:
            reply("answer", request, json.dumps(answer))


def warm(vocabulary: str) -> None:
    """Called once by the build, before its snapshot of the memory: what every start would do again is done then."""
    WordPiece.from_vocab(vocabulary)
    compile_templates()
    import_module("..news.desk", __package__)


def start(run: Any, fetcher: Any, sync: Any, vocabulary: str, path: str, problem: str, language_model: Any) -> Engine:
    """Called once by engine.js. `path` is empty, and `problem` says why, when nothing can be kept.

    `language_model` is the LanguageModel of extension/engine/language-model.js.
    """

    def application(path: str, keeps: str, trouble: str = "") -> Application:
        return Application(
            models=WorkerModels(run),
            database=OpfsDatabase(path, sync),
            clock=SystemClock(),
            fetcher=WorkerFetcher(fetcher),
            generator=WorkerGenerator(language_model),
            vocabulary=vocabulary,
            keeps=keeps,
            problem=trouble,
        )

    if not path:
        return Engine(application("", problem or "the browser offers no storage"))
    try:
        return Engine(application(path, ""))
    except (NewerDatabase, sqlite3.Error, OSError) as error:
        # A file that cannot be opened or brought up to date stays as it is; what needs no memory goes on.
        print(f"the database could not be opened: {type(error).__name__}: {error}")
        return Engine(application("", f"its memory could not be opened: {error}", str(error)))
