"""What every unit test may use.

The same files run on CPython and, by tests/test_pyodide.py, inside Pyodide.
"""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest


def drive(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine, without an event loop.

    Inside Pyodide `asyncio.run` cannot block, so unit tests drive coroutines by hand: fakes answer at once,
    and only a bare yield (`asyncio.sleep(0)`) may come between. Anything else waits for the world and is an
    error here.
    """
    try:
        while True:
            waited_for = work.send(None)
            if waited_for is not None:
                work.close()
                raise AssertionError(f"a unit test waits for something real: {waited_for!r}")
    except StopIteration as done:
        return done.value


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """`run(coroutine)` is the coroutine's result."""
    return drive
