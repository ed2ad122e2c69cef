"""Runs the extension's extraction over files in Chromium, without network and without the pages' scripts.

Pages are served from memory under a host that does not exist. JavaScript is enabled but blocked by a content security
policy, so that `noscript` elements behave as they do for users. The extension's files run in an isolated world, as they
do with `chrome.scripting.executeScript`.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Error, Page, Playwright, Route, async_playwright

from models.host import BuiltModels
from nutshell.cli.extraction import apply_detection, with_main_content
from nutshell.extraction.reading import PageReader

ROOT = Path(__file__).resolve().parents[2]
READABILITY = ROOT / "node_modules/@mozilla/readability/Readability.js"
ORDER = re.findall(r'"(page/\w+\.js)"', (ROOT / "extension/page/scripts.js").read_text(encoding="utf-8"))
SCRIPTS = (READABILITY, *(ROOT / "extension" / name for name in ORDER))
CHROMIUM = "/usr/bin/chromium"
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# A page that redirects itself would be gone before it is extracted.
REFRESH = re.compile(rb"""(http-equiv\s*=\s*["']?)refresh""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Extracted:
    """The answer of `page/extract.js` for one file (docs/ARCHITECTURE.md), and how long extraction took."""

    path: Path
    answer: dict[str, Any]
    milliseconds: float


class Tab:
    """A tab that shows one file at a time."""

    def __init__(self, page: Page, cdp: CDPSession, host: str) -> None:
        self.page, self._cdp, self._host, self._body = page, cdp, host, b""
        self._world = 0
        self.policy = POLICY

    @classmethod
    async def open(cls, browser: Browser, host: str) -> Tab:
        context = await browser.new_context()
        page = await context.new_page()
        tab = cls(page, await context.new_cdp_session(page), host)
        await page.route("**/*", tab._serve)
        return tab

    async def _serve(self, route: Route) -> None:
        ours = route.request.is_navigation_request() and route.request.frame == self.page.main_frame
        if not ours:
            await route.abort()
            return
        headers = {"content-type": f"text/html{charset(self._body)}", "content-security-policy": self.policy}
        await route.fulfill(body=self._body, headers=headers)

    async def load(self, html: bytes, name: str = "page") -> None:
        """Loads a page and injects the extension's files."""
        self._body = REFRESH.sub(rb"\1-", html)
        await self.page.goto(f"http://{self._host}/{name}", wait_until="domcontentloaded", timeout=20_000)
        tree = await self._cdp.send("Page.getFrameTree")
        frame = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "nutshell"}
        self._world = (await self._cdp.send("Page.createIsolatedWorld", frame))["executionContextId"]
        for script in SCRIPTS:
            if script.exists():
                await self.run(script.read_text() + "\n;0")

    async def run(self, expression: str) -> Any:
        """Returns the value of an expression in the isolated world. Raises Error if it throws."""
        request = {
            "expression": expression,
            "contextId": self._world,
            "returnByValue": True,
            "awaitPromise": True,
        }
        answer = await self._cdp.send("Runtime.evaluate", request)
        if "exceptionDetails" in answer:
            raise Error(str(answer["exceptionDetails"].get("exception", answer["exceptionDetails"])))
        return answer["result"].get("value")

    async def extract(self, mode: str = "page") -> tuple[dict[str, Any], float]:
        """Returns what the page scripts find by themselves, and how many milliseconds they took."""
        answer, milliseconds = await self.read(mode)
        return apply_detection(answer), milliseconds

    async def read(self, mode: str = "page") -> tuple[dict[str, Any], float]:
        """Returns what the page scripts send to the core, and how many milliseconds they took."""
        timed = (
            "(() => { const t = performance.now(); const answer = nutshell.extract({mode: %r});"
            " return [answer, performance.now() - t]; })()"
        )
        answer, milliseconds = await self.run(timed % mode)
        return answer, milliseconds


def charset(html: bytes) -> str:
    """Returns `; charset=utf-8` for valid UTF-8 beyond ASCII: saved pages often declare their old encoding."""
    if html.isascii():
        return ""
    try:
        html.decode()
    except UnicodeDecodeError:
        return ""
    return "; charset=utf-8"


@asynccontextmanager
async def chromium(headless: bool = True) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await launch(playwright, headless)
        try:
            yield browser
        finally:
            with suppress(Error, asyncio.TimeoutError):
                await asyncio.wait_for(browser.close(), 10)


async def launch(playwright: Playwright, headless: bool = True) -> Browser:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", OFFLINE]
    return await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments, headless=headless)


async def extract_files(paths: Iterable[Path], tabs: int = 3, timeout: float = 30.0) -> AsyncIterator[Extracted]:
    """Extracts several files at a time and yields results as they finish.

    A file that takes longer than `timeout` seconds, or crashes its tab, yields `{"ok": False, "reason": "failed"}`. The
    other files continue in a new tab.
    """
    waiting: asyncio.Queue[Path] = asyncio.Queue()
    for path in paths:
        waiting.put_nowait(path)
    total = waiting.qsize()
    done: asyncio.Queue[Extracted] = asyncio.Queue()
    async with chromium() as browser:
        workers = [
            asyncio.create_task(_work(browser, number, waiting, done, timeout)) for number in range(min(tabs, total))
        ]
        try:
            for _ in range(total):
                next_result = asyncio.create_task(done.get())
                finished, _pending = await asyncio.wait([next_result, *workers], return_when=asyncio.FIRST_COMPLETED)
                while next_result not in finished:
                    for worker in finished:
                        worker.result()  # raises if the worker failed
                    workers = [worker for worker in workers if not worker.done()]
                    finished, _pending = await asyncio.wait(
                        [next_result, *workers], return_when=asyncio.FIRST_COMPLETED
                    )
                yield next_result.result()
        finally:
            for worker in workers:
                worker.cancel()


async def _work(
    browser: Browser,
    number: int,
    waiting: asyncio.Queue[Path],
    done: asyncio.Queue[Extracted],
    timeout: float,
) -> None:
    tab: Tab | None = None
    lives = 0
    reader = PageReader(BuiltModels(1))
    while not waiting.empty():
        path = waiting.get_nowait()
        started = time.monotonic()
        try:
            if tab is None:
                # A different site gets its own process, so a tab that hangs does not block the others.
                tab = await Tab.open(browser, f"tab{number}-{lives}.test")
                lives += 1
            async with asyncio.timeout(timeout):
                await tab.load(path.read_bytes())
                answer, milliseconds = await tab.read()
            answer = await with_main_content(answer, reader)
        except (Error, TimeoutError, OSError) as error:
            answer = {"ok": False, "reason": "failed", "detail": str(error)[:300]}
            milliseconds = (time.monotonic() - started) * 1000
            if tab is not None:
                with suppress(Error, TimeoutError):
                    await asyncio.wait_for(tab.page.context.close(), 5)
            tab = None
        done.put_nowait(Extracted(path, answer, milliseconds))
