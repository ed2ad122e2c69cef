"""Extracts articles from pages on the desktop, with the extension's own code in a node process.

`Extractor` exchanges JSON lines with `extract.mjs`, which runs `extension/page/extract.js` on parse5's tree. A page
gives the same blocks as in the browser, except for what depends on style sheets.
"""

from __future__ import annotations

import base64
import http.client
import json
import queue
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from ..article_detection import select_reading
from ..extraction.captions import with_captions
from ..extraction.reading import PageReader, decide

SCRIPT = Path(__file__).with_name("extract.mjs")


class ExtractionError(RuntimeError):
    """A page could not be read. The message can be shown to the user."""


class NodeMissing(ExtractionError):
    """Node or its packages are not installed. The message says what to do."""


class Extractor:
    """Reads pages in a node process. Start it once for many pages.

    `timeout` is in seconds for one page. A process that takes longer or crashes is ended; the next page starts another.
    Not thread-safe.
    """

    def __init__(self, node: str = "node", timeout: float = 30.0) -> None:
        self._node = node
        self._timeout = timeout
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._last_id = 0

    def extract(self, html: str | bytes, url: str = "", charset: str = "") -> dict[str, Any]:
        """Returns `{"ok": True, "article", "lead"}`, or `{"ok": False, "reason", "detail"}` for a page without article.

        Bytes are decoded by their byte order mark, as UTF-8 if valid, by `charset` (from the server), or by the page's
        own declaration. Raises NodeMissing, or ExtractionError when node fails.
        """
        return apply_detection(self.read(html, url, charset))

    def read(self, html: str | bytes, url: str = "", charset: str = "") -> dict[str, Any]:
        """Returns what the page scripts sent, before it is known whether it is an article. Raises as `extract` does."""
        self._last_id += 1
        request: dict[str, Any] = {"id": self._last_id, "url": url}
        if isinstance(html, bytes):
            request |= {"bytes": base64.b64encode(html).decode(), "charset": charset}
        else:
            request["html"] = html
        process = self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            answer = self._next()
        except BrokenPipeError:
            answer = None
        if answer is None or answer.get("id") != self._last_id:
            self.close()
            raise ExtractionError("The process that reads pages ended while reading this one.")
        read: dict[str, Any] = answer["answer"]
        return read

    def close(self) -> None:
        """Ends the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):  # unwritten data has no reader any more
                    stream.close()

    def __enter__(self) -> Extractor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> subprocess.Popen[str]:
        if self._process is not None:
            return self._process
        node = shutil.which(self._node)
        if node is None:
            raise NodeMissing("Reading HTML needs Node.js 20 or newer on the path: install it, or pass plain text.")
        # A lone surrogate in a page must not fail.
        self._process = subprocess.Popen(
            [node, str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        self._answers = queue.Queue()
        threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
        first = self._next()
        if first is None or not first.get("ready"):
            self.close()
            missing = str((first or {}).get("missing", "node ended at once")).splitlines()[0]
            raise NodeMissing(f"Reading HTML needs this project's node packages: run `npm ci` in it ({missing}).")
        return self._process

    def _next(self) -> dict[str, Any] | None:
        """Returns the next answer; None when the process has ended. Raises ExtractionError on timeout."""
        try:
            line = self._answers.get(timeout=self._timeout)
        except queue.Empty:
            self.close()
            raise ExtractionError(f"The page was not read within {self._timeout:g} seconds.") from None
        if line is None:
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer


def _listen(process: subprocess.Popen[str], answers: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    with suppress(ValueError):  # closed while reading
        for line in process.stdout:
            answers.put(line)
    answers.put(None)


def apply_detection(extracted: dict[str, Any]) -> dict[str, Any]:
    """Returns the extraction's answer with its metadata decided.

    If the page is not an article, returns `{"ok": False, "reason", "detail", "page_kind"}`.
    """
    if not extracted["ok"]:
        return extracted
    article, refusal = select_reading(decide(with_captions(extracted["article"])))
    if refusal:
        kind = article.get("page_kind", "")
        return {"ok": False, "reason": refusal.reason, "detail": refusal.detail, "page_kind": kind}
    without = {
        name: value for name, value in article.items() if name not in {"signals", "unhidden", "lead", "captions"}
    }
    return {"ok": True, "article": without, "lead": article.get("lead", extracted["lead"])}


async def with_main_content(extracted: dict[str, Any], reader: PageReader) -> dict[str, Any]:
    """Returns the extraction's answer with the main content as its blocks; otherwise as `apply_detection`."""
    if extracted["ok"]:
        extracted = {**extracted, "article": await reader.read_page(extracted["article"])}
    return apply_detection(extracted)


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as served. `charset` is from the Content-Type header; empty when it has none."""

    body: bytes
    url: str
    charset: str


MAX_BYTES = 20_000_000


def fetch_page(url: str, timeout: float = 20.0, max_bytes: int = MAX_BYTES) -> FetchedPage:
    """Gets a page over http or https, without cookies or referrer.

    Raises ExtractionError for any other address, a type other than HTML, PDF or text, more than `max_bytes`, and any
    network error.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ExtractionError(f"Not a web address: {url}")
    headers = {
        "User-Agent": "Mozilla/5.0 (compatible; Nutshell)",
        "Accept": "text/html, application/pdf;q=0.9, text/plain;q=0.8",
    }
    try:
        with _OPENER.open(urllib.request.Request(url, headers=headers), timeout=timeout) as response:
            kind = response.headers.get_content_type()
            if kind not in {"text/html", "application/xhtml+xml", "application/pdf", "text/plain"}:
                raise ExtractionError(f"{url} is {kind}, not a web page or a PDF.")
            body = response.read(max_bytes + 1)
            final, charset = response.url, response.headers.get_content_charset("")
    except urllib.error.HTTPError as error:
        raise ExtractionError(f"{url} returned {error.code} {error.reason}.") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise ExtractionError(f"{url} cannot be reached: {reason}") from None
    if len(body) > max_bytes:
        raise ExtractionError(f"{url} is larger than {max_bytes // 1_000_000} MB.")
    return FetchedPage(body, final, charset)


class _WebOnly(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http(s) only."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).scheme not in {"http", "https"}:
            raise ExtractionError(f"{req.full_url} redirects to {newurl}.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = urllib.request.build_opener(_WebOnly)
