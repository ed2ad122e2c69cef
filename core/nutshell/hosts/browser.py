"""The browser host: the core inside Pyodide, its ports filled by the engine worker (extension/engine/engine.js)."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from typing import Any

from pyodide.ffi import JsException, to_js  # type: ignore[import-not-found]

from ..app import Application, RequestError
from ..memory.schema import open_connection
from ..ports import ModelError, Tensor


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


class OpfsDatabase:
    """SQLite on the origin-private file system; in memory when that is missing (`path` empty)."""

    def __init__(self, path: str, sync: Callable[[], None]) -> None:
        self._connection = open_connection(path)
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

    def handle(self, request: int, name: str, payload: str, reply: Any) -> None:
        """Work on a request; `reply` is told progress, and at the end the answer or the error."""
        task = asyncio.ensure_future(self._handle(request, name, payload, reply))
        self._tasks[request] = task
        task.add_done_callback(lambda _: self._tasks.pop(request, None))

    def cancel(self, request: int) -> None:
        if task := self._tasks.get(request):
            task.cancel()

    async def _handle(self, request: int, name: str, payload: str, reply: Any) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            reply("progress", request, stage, done, total)

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


def start(run: Any, sync: Any, vocabulary: str, path: str, problem: str) -> Engine:
    """Called once by engine.js. `path` is empty, and `problem` says why, when nothing can be kept."""
    application = Application(
        models=WorkerModels(run),
        database=OpfsDatabase(path, sync),
        clock=SystemClock(),
        vocabulary=vocabulary,
        keeps="" if path else (problem or "the browser offers no storage"),
    )
    return Engine(application)
