"""A server that records everything that arrives at its port by TCP or UDP."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Mapping
from http import HTTPStatus

ANSWER = (
    f"HTTP/1.1 {HTTPStatus.OK.value} OK\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\n"
    "Content-Length: {length}\r\nConnection: close\r\n\r\n"
)


class Listener:
    """`asked` lists the paths requested over TCP; `datagrams` counts UDP packets to the port `udp`.

    Paths in `pages` return that content as HTML, all others an empty page.
    """

    def __init__(self, pages: Mapping[str, str | bytes] | None = None) -> None:
        self.pages = pages or {}
        self.asked: list[str] = []
        self.datagrams = 0
        self.strange: list[bytes] = []
        self._tcp = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._tcp.getsockname()[1]}"
        self.udp = self._udp.getsockname()[1]
        self._over = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over = True
        self._thread.join(2)
        self._tcp.close()
        self._udp.close()

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listen(self) -> None:
        while not self._over:
            ready, _, _ = select.select([self._tcp, self._udp], [], [], 0.2)
            if self._udp in ready:
                self._udp.recv(65536)
                self.datagrams += 1
            if self._tcp in ready:
                connection, _ = self._tcp.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            head = connection.recv(65536)
            words = head.split(b" ", 2)
            if len(words) < 3 or not words[1].startswith(b"/"):
                if head:  # Chromium opens speculative connections without data
                    self.strange.append(head[:80])
                return
            path = words[1].decode("latin-1")
            self.asked.append(path)
            page = self.pages.get(path.split("?")[0], "")
            body = page if isinstance(page, bytes) else page.encode()
            connection.sendall(ANSWER.format(length=len(body)).encode() + body)
