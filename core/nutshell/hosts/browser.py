"""The browser host: the core in Pyodide, with ports that the engine worker implements (extension/engine/engine.js)."""

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

from nutshell.app import Application, RequestError
from nutshell.messages import error_text, set_locale, text
from nutshell.paraphrase.decoding import DecodingLoop
from nutshell.ports import (
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
from nutshell.records.message import Message
from nutshell.storage.integrity import open_checked
from nutshell.storage.schema import NewerDatabase
from nutshell.text.wordpiece import WordPiece
from nutshell.views.environment import compile_templates

from .decoder_manifest import decoder_from_manifest
from .system_clock import SystemClock


class WorkerModels:
    """Runs models in the model worker. `run` is runModel of engine.js."""

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
            self._decoder = decoder_from_manifest(entry, entry["tokenizer"])
        return self._decoder

    async def generate(self, request: Generation) -> AsyncIterator[tuple[int, ...]]:
        if self._loop is None:
            entry = await self._entry()
            if entry is None:
                raise ModelError(Message("paraphrase.missing"))
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
    """Fetches through extension/engine/fetcher.js, only from hosts that the user allowed."""

    def __init__(self, fetcher: Any) -> None:
        self._fetcher = fetcher
        self._last = 0

    async def fetch(self, request: Fetch) -> Fetched:
        self._last += 1
        number = self._last
        headers = to_js([list(header) for header in request.headers])
        # The browser does not report what it sent: only the first line and our own headers are known.
        header_bytes = sum(len(name) + len(value) + 4 for name, value in request.headers)

        def sent(*urls: str) -> int:
            """Returns the bytes sent: to the address, and to the last redirect."""
            return sum(len(f"GET {url} HTTP/1.1\r\n") + header_bytes for url in urls)

        try:
            answer = await self._fetcher.fetch(
                number, request.url, headers, request.max_bytes, int(request.timeout_s * 1000)
            )
        except asyncio.CancelledError:
            self._fetcher.cancel(number)
            raise
        if len(answer) == 3:
            reason, message, target = answer
            urls = [] if reason == "refused" else [request.url, *([target] if target else [])]
            raise FetchError(reason, message, sent=sent(*urls), target=target)
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
            received=_transfer_size(names, len(content)),
        )


def _transfer_size(headers: Mapping[str, str], decoded: int) -> int:
    """Returns the transferred bytes of the body: Content-Length when it was compressed, otherwise its size."""
    declared = headers.get("content-length", "")
    compressed = headers.get("content-encoding")
    return int(declared) if compressed and declared.isascii() and declared.isdigit() else decoded


class OpfsDatabase:
    """SQLite on the origin-private file system; in memory when `path` is empty."""

    def __init__(self, path: str, sync: Callable[[], None]) -> None:
        self._connection = open_checked(path, sync)
        self._sync = sync

    @property
    def connection(self) -> sqlite3.Connection:
        return self._connection

    def sync(self) -> None:
        self._sync()


class Engine:
    """The interface for engine.js."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._maintenance: asyncio.TimerHandle | asyncio.Task[None] | None = None
        self._maintenance_due = 0.0  # when the timer ends
        application.cancel_hooks.append(self._cancel_others)

    def handle(self, request: int, name: str, payload: str, reply: Any) -> None:
        """Starts a request. `reply` gets its progress, and at the end the answer or an error."""
        task = asyncio.ensure_future(self._handle(request, name, payload, reply))
        self._tasks[request] = task
        task.add_done_callback(lambda _: self._done(request))

    def cancel(self, request: int) -> None:
        if task := self._tasks.get(request):
            task.cancel()

    def set_language(self, tag: str) -> None:
        """Sets the language of later answers, a BCP 47 tag."""
        set_locale(tag)

    def _cancel_others(self) -> None:
        """Cancels every request except the current one."""
        for task in self._tasks.values():
            if task is not asyncio.current_task():
                task.cancel()

    def _done(self, request: int) -> None:
        self._tasks.pop(request, None)
        if not self._tasks:
            self._schedule_maintenance()

    def _schedule_maintenance(self) -> None:
        """Sets a timer when maintenance is needed. Called when no request is running."""
        wait = self._application.next_maintenance()
        if wait is None or isinstance(self._maintenance, asyncio.Task):
            return
        due = time.monotonic() + wait
        if self._maintenance is not None:
            if due >= self._maintenance_due:
                return
            self._maintenance.cancel()  # other work is due sooner
        self._maintenance_due = due
        self._maintenance = asyncio.get_event_loop().call_later(wait, self._start_maintenance)

    def _start_maintenance(self) -> None:
        async def work() -> None:
            try:
                await self._application.run_maintenance()
            except Exception as error:
                print(f"maintenance failed: {type(error).__name__}: {error}")  # tried again after the next request
                self._maintenance = None
            else:
                self._maintenance = None
                if not self._tasks:
                    self._schedule_maintenance()

        self._maintenance = asyncio.ensure_future(work())

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
            # Every request must end, whatever the page contains.
            print(f"{name} failed: {type(error).__name__}: {error}")
            reply("error", request, "failed", text("error.unexpected", problem=type(error).__name__))
        else:
            reply("answer", request, json.dumps(answer))


def warm(vocabulary: str) -> None:
    """Called by the build before it takes the memory snapshot, so that no start has to repeat this work."""
    WordPiece.from_vocab(vocabulary)
    compile_templates()
    import_module("..requests.news", __package__)


def start(
    run: Any,
    fetcher: Any,
    sync: Any,
    vocabulary: str,
    path: str,
    problem: str,
    language_model: Any,
    language: str,
) -> Engine:
    """Called once by engine.js. `path` is empty when there is no storage, and `problem` says why.

    `language_model` is the LanguageModel of extension/engine/language-model.js. `language` is the interface's, a BCP 47
    tag.
    """
    set_locale(language)

    def application(path: str, not_saved_reason: str, problem: str = "") -> Application:
        return Application(
            models=WorkerModels(run),
            database=OpfsDatabase(path, sync),
            clock=SystemClock(),
            fetcher=WorkerFetcher(fetcher),
            generator=WorkerGenerator(language_model),
            vocabulary=vocabulary,
            not_saved_reason=not_saved_reason,
            problem=problem,
            locale=language,
        )

    if not path:
        return Engine(application("", problem or text("error.no_storage")))
    try:
        return Engine(application(path, ""))
    except (NewerDatabase, sqlite3.Error, OSError) as error:
        # The file stays as it is. Requests that need no storage still work.
        print(f"the database could not be opened: {type(error).__name__}: {error}")
        return Engine(application("", text("error.not_opened", problem=error_text(error)), error_text(error)))
