"""Reading pages on the desktop: the extension's own extraction, run by a node process that stays.

`Extractor` speaks JSON lines with `extract.mjs`, which runs `extension/page/extract.js` over parse5's tree,
so a page gives the same blocks here as in the browser, up to what only style sheets can tell.
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

SCRIPT = Path(__file__).with_name("extract.mjs")


class ExtractionError(RuntimeError):
    """A page could not be read; the message is fit to be shown to the user."""


class NodeMissing(ExtractionError):
    """Node, or what it needs, is not installed: the message says what to do."""


class Extractor:
    """A node process that reads one page after the other; start it once for many pages.

    `timeout` is in seconds and for one page. A process that takes longer or dies is ended, and the next
    page starts a new one. Not safe for several threads at once.
    """

    def __init__(self, node: str = "node", timeout: float = 30.0) -> None:
        self._node = node
        self._timeout = timeout
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._asked = 0

    def extract(self, html: str | bytes, url: str = "", charset: str = "") -> dict[str, Any]:
        """What the page is: `{"ok": True, "article", "lead"}` or `{"ok": False, "reason", "detail"}`.

        Bytes are decoded by their byte order mark, as UTF-8 where they are valid, by `charset` (what the
        server said) and by what the page says of itself. Raises NodeMissing, or ExtractionError when node fails.
        """
        self._asked += 1
        request: dict[str, Any] = {"id": self._asked, "url": url}
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
        if answer is None or answer.get("id") != self._asked:
            self.close()
            raise ExtractionError("The process that reads pages ended while it read this one.")
        return checked(answer["answer"])

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):  # what was still to be written has nobody to read it
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
        # The process is text in UTF-8 both ways; a lone surrogate in a page is no reason to fail.
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
        """The next answer, or None when the process has ended. Raises ExtractionError when it is late."""
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
    with suppress(ValueError):  # closed while it was read
        for line in process.stdout:
            answers.put(line)
    answers.put(None)


def checked(extracted: dict[str, Any]) -> dict[str, Any]:
    """The extraction's answer, or `{"ok": False, "reason", "detail"}` if the page is not an article."""
    if not extracted["ok"]:
        return extracted
    article, refusal = select_reading(extracted["article"])
    if refusal:
        return {"ok": False, "reason": refusal.reason, "detail": refusal.detail}
    without = {name: value for name, value in article.items() if name not in {"signals", "unhidden", "lead"}}
    return {"ok": True, "article": without, "lead": article.get("lead", extracted["lead"])}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it was served. `charset` is the server's word, "" when it says nothing."""

    body: bytes
    url: str
    charset: str


LARGEST = 20_000_000  # bytes


def fetch_page(url: str, timeout: float = 20.0, largest: int = LARGEST) -> Fetched:
    """Get a page over http or https, without cookies or referrer.

    Raises ExtractionError for any other address, for what is neither HTML nor text, for more than `largest`
    bytes, and for whatever goes wrong on the way.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ExtractionError(f"Not a web address: {url}")
    headers = {"User-Agent": "Mozilla/5.0 (compatible; Nutshell)", "Accept": "text/html, text/plain;q=0.8"}
    try:
        with _OPENER.open(urllib.request.Request(url, headers=headers), timeout=timeout) as response:
            kind = response.headers.get_content_type()
            if kind not in {"text/html", "application/xhtml+xml", "text/plain"}:
                raise ExtractionError(f"{url} is {kind}, not a page to read.")
            body = response.read(largest + 1)
            final, charset = response.url, response.headers.get_content_charset("")
    except urllib.error.HTTPError as error:
        raise ExtractionError(f"{url} answers {error.code} {error.reason}.") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise ExtractionError(f"{url} cannot be reached: {reason}") from None
    if len(body) > largest:
        raise ExtractionError(f"{url} is larger than {largest // 1_000_000} MB.")
    return Fetched(body, final, charset)


class _WebOnly(urllib.request.HTTPRedirectHandler):
    """Follows redirects from the web to the web, and nowhere else."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).scheme not in {"http", "https"}:
            raise ExtractionError(f"{req.full_url} sends its reader to {newurl}.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = urllib.request.build_opener(_WebOnly)
