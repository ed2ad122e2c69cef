"""Runs the extension's content scripts on a page in Chromium, in an isolated world."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Coroutine
from typing import Any

from tests.extract import chromium
from tests.extract.chromium import Tab

FILLER = "The harbour board counted forty-one boats in the spring, and wrote every one of them down in its book. "


class Reading:
    """A tab driven from a separate thread, because other tests use an event loop in this one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._browser = chromium.chromium()
        self.tab = self.do(self._open())

    async def _open(self) -> Tab:
        return await Tab.open(await self._browser.__aenter__(), "page.test")

    def do(self, work: Coroutine[Any, Any, Any], patience: float = 300) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(patience)

    def load(self, html: str | bytes, scripts: bool = False) -> None:
        self.tab.policy = "default-src 'unsafe-inline'" if scripts else chromium.POLICY
        self.do(self.tab.load(html.encode() if isinstance(html, str) else html))

    def run(self, expression: str) -> Any:
        """Evaluate an expression in the isolated world."""
        return self.do(self.tab.run(expression))

    def page(self, expression: str) -> Any:
        """Evaluate an expression in the page's world."""
        return self.do(self.tab.page.evaluate(expression))

    def extract(self, mode: str = "page") -> Any:
        return self.do(self.tab.extract(mode))[0]

    def highlight(self, trace: dict[str, Any] | None, scroll: bool = False) -> bool:
        return bool(self.run(f"nutshell.highlight({json.dumps(trace)}, {{scroll: {json.dumps(scroll)}}})"))

    def marked(self) -> str | None:
        return self.run(
            "CSS.highlights.has('nutshell') ? Array.from(CSS.highlights.get('nutshell'))[0].toString() : null"
        )

    def close(self) -> None:
        self.do(self._browser.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


def trace(block: dict[str, Any], text: str) -> dict[str, Any]:
    start = block["text"].index(text)
    return {"anchor": block["anchor"], "start": start, "end": start + len(text), "text": text}


def block_with(answer: Any, text: str) -> dict[str, Any]:
    return next(block for block in answer["article"]["blocks"] if text in block["text"])
