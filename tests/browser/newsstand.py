"""A local web server with three papers, their feeds and pages, and several misbehaving feeds, on 127.0.0.1.

`Newsstand.flags` makes a browser resolve every host `*.example` to this server, so each paper has its own host.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Story:
    slug: str
    title: str
    text: str
    hours: float


@dataclass(slots=True)
class Paper:
    """A site with one feed in RSS, Atom or JSON format."""

    host: str
    title: str
    kind: str
    stories: list[Story]

    @property
    def feed(self) -> str:
        return f"http://{self.host}/feed"


def _stories(paper: str) -> tuple[Story, ...]:
    return tuple(Story(**one) for one in json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))[paper])


TRIBUNE, RADIO, NOTES = _stories("tribune"), _stories("radio"), _stories("notes")

LENT = Story("lent", "A house that lends its door", "Whoever knocks is let in, and asked where they came from.", 3)

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="icon" href="data:,"><link rel="alternate" type="application/{kind}" title="{paper}" href="/feed"></head>
<body style="max-width: 42rem; margin: 3rem auto; font: 18px/1.6 Georgia, serif">
<article><h1>{title}</h1>{body}</article></body></html>"""
MORE = (
    "People who were there spoke of little else for the rest of the day.",
    "The town's archive has a photograph of the same place, taken ninety years ago by an unknown hand.",
    "A similar plan was given up in 2009, when the money ran out in the middle of the work.",
    "The next meeting about it is open to all and begins at seven in the old school.",
    "Nobody could say on Tuesday how long it will take, or what it will cost in the end.",
    "Letters to the editor have been two to one in favour.",
)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as the server received it."""

    url: str
    headers: dict[str, str]
    status: int


class Newsstand(ThreadingHTTPServer):
    """`asked` holds every request. `down` makes the server close every connection. `papers` can be changed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.began = time.time()
        self.asked: list[RecordedRequest] = []
        self.down = False
        self.papers = {
            paper.host: paper
            for paper in (
                Paper("tribune.example", "The Kerra Tribune", "rss", list(TRIBUNE)),
                Paper("radio.example", "Coast Radio", "atom", list(RADIO)),
                Paper("notes.example", "Harbour Notes", "json", list(NOTES)),
            )
        }
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def flags(self) -> tuple[str, ...]:
        rules = f"MAP *.example 127.0.0.1:{self.server_port} , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
        return (f"--host-resolver-rules={rules}",)

    def close(self) -> None:
        self.shutdown()
        self.server_close()

    def published(self, story: Story) -> float:
        return self.began - story.hours * HOUR

    def write(self, paper: Paper) -> tuple[str, bytes]:
        """Returns the content type and body of the feed."""
        return {"rss": self._rss, "atom": self._atom, "json": self._json}[paper.kind](paper)

    def _rss(self, paper: Paper) -> tuple[str, bytes]:
        items = "".join(
            f"<item><title>{escape(s.title)}</title><link>http://{paper.host}/{s.slug}</link>"
            f"<description>{escape(f'<p>{escape(s.text)}</p>')}</description>"
            f"<pubDate>{format_datetime(datetime.fromtimestamp(self.published(s), UTC))}</pubDate></item>"
            for s in paper.stories
        )
        head = f"<title>{paper.title}</title><link>http://{paper.host}/</link><language>en</language>"
        return "application/rss+xml", f"<rss version='2.0'><channel>{head}{items}</channel></rss>".encode()

    def _atom(self, paper: Paper) -> tuple[str, bytes]:
        entries = "".join(
            f"<entry><id>tag:{paper.host},{s.slug}</id><title>{escape(s.title)}</title><link href='/{s.slug}'/>"
            f"<summary>{escape(s.text)}</summary>"
            f"<updated>{datetime.fromtimestamp(self.published(s), UTC).isoformat()}</updated></entry>"
            for s in paper.stories
        )
        head = f"<title>{paper.title}</title><link href='http://{paper.host}/'/>"
        body = f"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'>{head}{entries}</feed>"
        return "application/atom+xml", body.encode()

    def _json(self, paper: Paper) -> tuple[str, bytes]:
        items = [
            {
                "id": s.slug,
                "url": f"http://{paper.host}/{s.slug}",
                "title": s.title,
                "content_text": s.text,
                "date_published": datetime.fromtimestamp(self.published(s), UTC).isoformat(),
            }
            for s in paper.stories
        ]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": paper.title, "language": "en"}
        feed |= {"home_page_url": f"http://{paper.host}/", "items": items}
        return "application/feed+json", json.dumps(feed).encode()

    def page(self, paper: Paper, story: Story | None) -> bytes:
        kind = {"rss": "rss+xml", "atom": "atom+xml", "json": "feed+json"}[paper.kind]
        if story is None:
            body = "".join(f'<h2><a href="/{s.slug}">{escape(s.title)}</a></h2>' for s in paper.stories)
            return PAGE.format(title=paper.title, paper=paper.title, kind=kind, body=body).encode()
        body = "".join(f"<p>{escape(text)}</p>" for text in (story.text, " ".join(MORE[:3]), " ".join(MORE[3:])))
        return PAGE.format(title=escape(story.title), paper=paper.title, kind=kind, body=body).encode()


def opml(*feeds: tuple[str, str]) -> dict[str, object]:
    """Returns an OPML file of feeds (title, address) for a file chooser."""
    rows = "".join(f'<outline type="rss" text="{title}" xmlUrl="{url}"/>' for title, url in feeds)
    body = f'<opml version="2.0"><body><outline text="Coast">{rows}</outline></body></opml>'
    return {"name": "mine.opml", "mimeType": "text/x-opml", "buffer": body.encode()}


class _Handler(BaseHTTPRequestHandler):
    server: Newsstand
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.server.down:
            self.connection.close()
            return
        host = self.headers.get("Host", "").partition(":")[0]
        paper = self.server.papers.get(host)
        if paper is not None:
            self._paper(paper)
        else:
            getattr(self, "odd_" + host.partition(".")[0].replace("-", "_"), self._nothing)()

    def _paper(self, paper: Paper) -> None:
        if self.path == "/feed":
            kind, body = self.server.write(paper)
            mark = f'"{hash(body) & 0xFFFFFFFF:x}"'
            if self.headers.get("If-None-Match") == mark:
                self._send(304, kind, b"", ETag=mark)
            else:
                self._send(200, kind, body, ETag=mark)
            return
        story = next((s for s in paper.stories if f"/{s.slug}" == self.path), None)
        if story is None and self.path != "/":
            self._nothing()
        else:
            self._send(200, "text/html; charset=utf-8", self.server.page(paper, story))

    # Hosts that misbehave: gone.example, broken.example ...

    def odd_gone(self) -> None:
        self._send(410, "text/plain", b"Gone.")

    def odd_broken(self) -> None:
        self._send(200, "application/rss+xml", b"<rss version='2.0'><channel><title>Broken")

    def odd_down(self) -> None:
        self._send(500, "text/plain", b"No.")

    def odd_slow(self) -> None:
        time.sleep(1.5)
        self._send(200, *self.server._rss(Paper("slow.example", "Slow and Steady", "rss", [TRIBUNE[1]])))

    def odd_moved(self) -> None:
        if self.path == "/feed":
            self._send(301, "text/plain", b"", Location="http://moved.example/new")
        else:
            self._send(200, *self.server._rss(Paper("moved.example", "Moved Along", "rss", [TRIBUNE[2]])))

    def odd_elsewhere(self) -> None:
        self._send(302, "text/plain", b"", Location="http://not-allowed.example/feed")

    def odd_sending(self) -> None:
        self._send(302, "text/plain", b"", Location="http://open.example/feed", Access_Control_Allow_Origin="*")

    def odd_open(self) -> None:
        kind, body = self.server._rss(Paper("open.example", "Open House", "rss", [LENT]))
        self._send(200, kind, body, Access_Control_Allow_Origin="*")

    def odd_plain(self) -> None:
        paper = Paper("plain.example", "Plain Speaking", "rss", [LENT])
        if self.path == "/feed":
            self._send(200, *self.server._rss(paper))
        elif self.path in {"/", "/bread"}:  # does not declare the feed
            story = NOTES[0] if self.path == "/bread" else None
            self._send(
                200,
                "text/html; charset=utf-8",
                re.sub(rb"<link rel=\"alternate[^>]*>", b"", self.server.page(paper, story)),
            )
        else:
            self._nothing()

    def odd_packed(self) -> None:
        kind, body = self.server._rss(Paper("packed.example", "Packed Light", "rss", [TRIBUNE[3]]))
        self._send(200, kind, gzip.compress(body), Content_Encoding="gzip")

    def odd_huge(self) -> None:
        self._send(200, "application/rss+xml", b"<rss version='2.0'><channel>" + b" " * 20_000_000)

    def odd_not_allowed(self) -> None:
        self._send(200, "text/plain", b"Nobody should have asked.")

    def _nothing(self) -> None:
        self._send(404, "text/plain", b"Nothing here.")

    def _send(self, status: int, kind: str, body: bytes, **headers: Any) -> None:
        url = f"http://{self.headers.get('Host', '')}{self.path}"
        self.server.asked.append(RecordedRequest(url, {k.lower(): v for k, v in self.headers.items()}, status))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "reader=known; Path=/; Max-Age=86400")  # no request may send it back
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the client closed the connection

    def log_message(self, format: str, *args: Any) -> None:
        pass
