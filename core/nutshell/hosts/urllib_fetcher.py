"""The desktop's Fetcher: urllib in a thread, without cookies or referrer, with hard limits on size and time."""

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
_MAX_REDIRECTS = 10
_CHUNK_BYTES = 65_536
_PERMANENT = frozenset({301, 308})


class UrllibFetcher:
    """Implements the port Fetcher with the standard library."""

    async def fetch(self, request: Fetch) -> Fetched:
        return await asyncio.to_thread(_fetch, request)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http(s) only, and records their status codes."""

    max_redirections = _MAX_REDIRECTS

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
    deadline = time.monotonic() + request.timeout_s
    redirects = _Redirects()
    opener = urllib.request.build_opener(redirects)
    headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip, deflate", **dict(request.headers)}
    native = urllib.request.Request(request.url, headers=headers)
    sent = _size_of_request(native)
    try:
        try:
            response = opener.open(native, timeout=request.timeout_s)
        except urllib.error.HTTPError as error:
            response = error  # any status is a response
        with response:
            body, received = _read(response, request, deadline, sent)
            names = {name.lower(): value for name, value in response.headers.items()}
            return Fetched(
                status=response.status or 0,
                url=response.url or request.url,
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


def _read(response: Any, request: Fetch, deadline: float, sent: int) -> tuple[bytes, int]:
    """Returns the decompressed body, and the number of bytes received."""
    received = len(str(response.headers)) + 16
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in {"gzip", "x-gzip", "deflate"} else None
    body = bytearray()
    while chunk := response.read1(_CHUNK_BYTES):
        received += len(chunk)
        body += inflate.decompress(chunk, request.max_bytes + 1 - len(body)) if inflate else chunk
        if len(body) > request.max_bytes:
            raise FetchError(
                "too-big", f"It is larger than {request.max_bytes / 1e6:.0f} MB.", sent=sent, received=received
            )
        if time.monotonic() > deadline:
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
