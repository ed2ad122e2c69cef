import asyncio
import gzip
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nutshell.hosts.urllib_fetcher import UrllibFetcher
from nutshell.ports import Fetch, FetchError

pytestmark = pytest.mark.skipif(sys.platform == "emscripten", reason="starts a server")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(dict(self.headers))
        match self.path:
            case "/moved" | "/found":
                self.send_response(301 if self.path == "/moved" else 302)
                self.send_header("Location", "/feed")
                self.end_headers()
                return
            case "/elsewhere":
                self.send_response(302)
                self.send_header("Location", "ftp://127.0.0.1/feed")
                self.end_headers()
                return
            case "/slow":
                time.sleep(0.5)
        body = gzip.compress(b"feed " * 1_000)
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def fetch(server):
    def fetch(path, **options):
        url = path if ":" in path else f"http://127.0.0.1:{server.server_port}{path}"
        return asyncio.run(UrllibFetcher().fetch(Fetch(url, **options)))

    return fetch


def test_body_is_decompressed_and_bytes_are_counted(fetch):
    response = fetch("/feed")
    assert (response.status, response.body) == (200, b"feed " * 1_000)
    assert response.headers["content-encoding"] == "gzip"
    assert 0 < response.received < len(response.body)
    assert response.sent > 0


def test_request_has_no_cookies_or_referrer(fetch, server):
    fetch("/feed", headers=(("If-None-Match", "x"),))
    names = {name.lower() for name in server.seen[0]}
    assert "if-none-match" in names
    assert not names & {"cookie", "referer"}


@pytest.mark.parametrize(("path", "permanent"), [("/moved", True), ("/found", False)])
def test_redirect_is_followed(fetch, path, permanent):
    response = fetch(path)
    assert response.url.endswith("/feed")
    assert (response.redirected, response.moved_permanently) == (True, permanent)


def test_error_status_is_a_response(fetch):
    assert fetch("/missing").status == 404


@pytest.mark.parametrize(
    ("path", "options", "reason"),
    [
        ("ftp://example.org/", {}, "refused"),
        ("/elsewhere", {}, "network"),
        ("/feed", {"max_bytes": 100}, "too-big"),
        ("/slow", {"timeout_s": 0.1}, "timeout"),
        ("http://127.0.0.1:1/", {}, "network"),
    ],
)
def test_failure_has_its_reason(fetch, path, options, reason):
    with pytest.raises(FetchError) as caught:
        fetch(path, **options)
    assert caught.value.reason == reason
