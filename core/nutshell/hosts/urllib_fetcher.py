"""The desktop's Fetcher: urllib in a thread, without cookies, referrer or proxies' secrets, and with hard limits."""

from __future__ import annotations

import asyncio
import http.client
import ssl
import time
import urllib.error
import urllib.request
import zlib
from typing import IO, Any

from nutshell import __version__
from nutshell.ports import Fetch, Fetched, FetchError

AGENT = f"Nutshell/{__version__} (feed reader)"
_MOST_REDIRECTS = 10
_PIECE = 65_536
_PERMANENT = frozenset({301, 308})


class UrllibFetcher:
    """Fills the port Fetcher with the standard library."""

    async def fetch(self, request: Fetch) -> Fetched:
        return await asyncio.to_thread(_fetch, request)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to http(s) alone, and notes whether all of the way is permanent."""

    max_redirections = _MOST_REDIRECTS

    def __init__(self) -> None:
        self.codes: list[int] = []

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if not newurl.startswith(("http://", "https://")):
            raise FetchError("network", "It leads to an address outside of the web.", sent=_size_of_request(req))
        self.codes.append(code)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetch(request: Fetch) -> Fetched:
    if not request.url.startswith(("http://", "https://")):
        raise FetchError("refused", "Only http and https addresses are fetched.")
    until = time.monotonic() + request.timeout_s
    redirects = _Redirects()
    opener = urllib.request.build_opener(redirects)
    headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip, deflate", **dict(request.headers)}
    asked = urllib.request.Request(request.url, headers=headers)
    sent = _size_of_request(asked)
    try:
        try:
            answer = opener.open(asked, timeout=request.timeout_s)
        except urllib.error.HTTPError as error:
            answer = error  # an answer like any other: its status says what it is
        with answer:
            body, received = _read(answer, request, until, sent)
            names = {name.lower(): value for name, value in answer.headers.items()}
            return Fetched(
                status=answer.status or 0,
                url=answer.url or request.url,
                redirected=bool(redirects.codes),
                moved_permanently=bool(redirects.codes) and set(redirects.codes) <= _PERMANENT,
                headers=names,
                body=body,
                sent=sent * (1 + len(redirects.codes)),
                received=received,
            )
    except FetchError:
        raise
    except TimeoutError:
        raise FetchError("timeout", _too_slow(request), sent=sent) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise FetchError("timeout", _too_slow(request), sent=sent) from None
        raise FetchError("network", f"It could not be reached: {_reason(error.reason)}.", sent=sent) from None
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        raise FetchError("network", f"It could not be reached: {_reason(error)}.", sent=sent) from None


def _read(answer: Any, request: Fetch, until: float, sent: int) -> tuple[bytes, int]:
    """The body, decompressed, and the bytes that came."""
    received = len(str(answer.headers)) + 16
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in {"gzip", "x-gzip", "deflate"} else None
    body = bytearray()
    while piece := answer.read1(_PIECE):
        received += len(piece)
        body += inflate.decompress(piece, request.max_bytes + 1 - len(body)) if inflate else piece
        if len(body) > request.max_bytes:
            raise FetchError(
                "too-big", f"It is larger than {request.max_bytes / 1e6:.0f} MB.", sent=sent, received=received
            )
        if time.monotonic() > until:
            raise FetchError("timeout", _too_slow(request), sent=sent, received=received)
    return bytes(body), received


def _size_of_request(request: urllib.request.Request) -> int:
    lines = [f"GET {request.selector} HTTP/1.1", f"Host: {request.host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in request.header_items()]
    return sum(len(line.encode()) + 2 for line in lines) + 2


def _too_slow(request: Fetch) -> str:
    return f"It took longer than {request.timeout_s:.0f} seconds."


def _reason(error: object) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not valid"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return (str(error) or type(error).__name__).rstrip(".")
