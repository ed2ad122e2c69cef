"""Requests and parsers raise only documented exceptions, whatever their input (Hypothesis, on the core).

Requests go to a core with pages, sources and interests. Parsers get mutated input: valid files with bytes removed,
inserted and duplicated, and nonsense.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.harden.report import ROOT, Outcome

sys.path.append(str(ROOT / "tests" / "unit"))

from support.newsroom import HOST, Everything, Newsroom  # isort: skip
from nutshell.app import RequestError  # isort: skip
from nutshell.article import Article, MalformedArticle  # isort: skip
from nutshell.storage.bundle_export import BundleExport, ExportPosition  # isort: skip
from nutshell.storage.bundle_format import NotABundle  # isort: skip
from nutshell.storage.bundle_import import BundleImport  # isort: skip
from nutshell.storage.pages import PageStore  # isort: skip
from nutshell.storage.schema import prepare  # isort: skip
from nutshell.feeds import discovery, opml, parser  # isort: skip
from support.fakes import MemoryDatabase  # isort: skip

TIMEOUT = 10.0  # seconds for one request or one file

KEYS = (
    "id", "query", "limit", "length", "article", "reason", "detail", "what", "site", "since", "until", "undo", "host",
    "note", "tags", "keep", "question", "before", "urls", "kind", "story", "seconds", "words", "tab", "count", "source",
    "again", "text", "address", "feeds", "title", "folder", "blocks", "lines", "name", "value", "url", "due", "data",
    "slider", "switch", "on", "forget", "unlearn", "unmute", "add", "less", "interest", "raise", "lower", "delete",
    "place", "first", "last", "sentence", "sites", "welcomed", "sure",
)  # fmt: skip
# Values that exist, so that requests get past validation.
KNOWN = (
    "for-you", "latest", "saved", "source", "open", "summarize", "dwell", "more", "less", "neutral", "save", "unsave",
    "read", "unread", "not-source", "mute", "hour", "all", "fresh", "calm", "deep", "bold", "paused", "elsewhere",
    "background", "badge", "1", "2", "3", f"{HOST}/boats", f"{HOST}/nothing", "press.example", "undo-1", "erased-1",
    "year", "day", "page", "span", "failed", "What is new?",
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-3, 12), st.floats(), st.text(max_size=40),
    st.sampled_from(["\ud800", "\0", "'; DROP TABLE page; --", "%", "*\"(", "NEAR(", *KNOWN]),
    st.sampled_from(KNOWN),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)
BLOCKS = st.fixed_dictionaries({"role": st.sampled_from(["paragraph", "heading", "item", "x"]), "text": st.text()})
ARTICLES = st.fixed_dictionaries(
    {"blocks": st.lists(BLOCKS, max_size=4)},
    optional={"title": st.text(), "url": st.text(), "lang": st.text(max_size=5), "site": st.text()},
)
PAYLOADS = st.dictionaries(st.sampled_from(KEYS), VALUES | ARTICLES, max_size=5) | VALUES
# The keys of each request, which random dictionaries rarely hit.
WANTED: dict[str, tuple[str, ...]] = {
    "news.list": ("tab", "query", "count", "source", "again"),
    "news.event": ("kind", "story", "seconds", "words"),
    "news.refresh": ("due", "url"),
    "news.discover": ("address",),
    "news.subscribe": ("feeds",),
    "news.unsubscribe": ("id",),
    "news.restore": ("id",),
    "news.page_feeds": ("page", "title", "links"),
    "news.address": ("address",),
    "news.hosts": ("granted",),
    "news.opml.read": ("data",),
    "news.undo": ("undo",),
}
CHANGES = ("slider", "switch", "forget", "unlearn", "unmute", "add", "interest")

RSS = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Coast</title><ttl>60</ttl><item><title>'
    b"Ferries &amp; boats</title><link>https://a.example/1</link><guid>1</guid><pubDate>Mon, 02 Nov 2026 10:00:00 GMT"
    b"</pubDate><description><![CDATA[<p>One <b>two</b></p>]]></description></item></channel></rss>"
)
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/"><title type="html">A &lt;b&gt;</title>'
    b'<entry><id>x</id><link rel="alternate" href="/1"/><updated>2026-11-02T10:00:00Z</updated><summary type="xhtml">'
    b'<div xmlns="http://www.w3.org/1999/xhtml">T</div></summary></entry></feed>'
)
RDF = (
    b'<!DOCTYPE rdf [<!ENTITY e "x">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    b'xmlns="http://purl.org/rss/1.0/"><channel><title>&e;</title></channel><item><title>I</title></item></rdf:RDF>'
)
JSON_FEED = (
    b'{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": 1, "url": "/1", "title": "T", '
    b'"content_html": "<p>x", "date_published": "2026-11-02T10:00:00+01:00", "authors": [{"name": "N"}]}]}'
)
OPML = (
    b'<?xml version="1.0"?><opml version="2.0"><body><outline text="Sea"><outline type="rss" text="A &quot;B"'
    b" xmlUrl='https://a.example/feed' htmlUrl=\"https://a.example\"/></outline></body></opml>"
)
PAGE = (
    b'<!doctype html><html><head><base href="/x/"><link rel="alternate" type="application/rss+xml" title="R" href="f">'
    b'</head><body><a href="/feed.xml">RSS</a><meta charset=utf-8></body></html>'
)
PIECES = (
    b"<", b">", b"&", b"&#x0;", b"&#999999999;", b"&e;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE",
    b"<?xml ?>", b"\0", b"\xff\xfe", b"\xed\xa0\x80", b'"', b"'", b"{", b"[", b"]" * 99, b"[" * 999, b"<a>" * 300,
    b"9" * 400, b"1e999", b"NaN", b"null", b"-1", b"0000-99-99", b"Infinity", b"\\ud800", b"javascript:", b"//[", b"http://[::1",
    b"\xe2\x80\xae",
)  # fmt: skip


@st.composite
def bent(draw: Callable[..., Any], seeds: tuple[bytes, ...]) -> bytes:
    """Draws a seed with up to six pieces removed, inserted or duplicated; sometimes only pieces."""
    content: bytes = draw(st.sampled_from(seeds)) if draw(st.integers(0, 9)) else b""
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 60)))
        put = draw(st.sampled_from(PIECES) | st.binary(max_size=8) | st.just(content[start:end] * 2))
        content = content[:start] + put + content[end:]
    return content


def run(examples: int = 100) -> Outcome:
    """Tries `examples` payloads per request and three times as many files per parser."""
    faults: list[str] = []
    names = _names()
    tried = parsed = 0
    with ThreadPoolExecutor(1) as thread:  # a separate thread, because the caller's may have a running event loop
        for name in names:
            tried += thread.submit(_attack, name, examples, faults).result()
        for name, (parse, seeds, documented) in PARSERS.items():
            parsed += thread.submit(_feed_to, name, parse, seeds, documented, 3 * examples, faults).result()
    kinds = {fault.split(" for ")[0] for fault in faults}
    line = (
        f"fuzz: {tried} payloads to {len(names)} requests, {parsed} files to {len(PARSERS)} parsers, "
        f"{len(kinds)} undocumented exceptions"
    )
    counts = {"tried": tried, "requests": len(names), "parsed": parsed, "parsers": len(PARSERS)}
    return Outcome("fuzz", line, tuple(sorted(faults)[:40]), counts)


def _names() -> list[str]:
    """Returns every request name; tests compare docs/ARCHITECTURE.md with the same lists."""
    app = Newsroom(asyncio.run).app
    for area in tuple(app._lazy_areas):
        app._find_handler(area)
    return sorted(app._handlers)


def _payloads(name: str) -> st.SearchStrategy[Any]:
    if name == "news.preferences.set":
        change = st.sampled_from(CHANGES).flatmap(lambda key: st.fixed_dictionaries({key: VALUES}))
        more = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3)
        return st.builds(lambda one, other: other | one, change, more) | PAYLOADS
    if name in WANTED:
        return st.fixed_dictionaries({}, optional=dict.fromkeys(WANTED[name], VALUES)) | PAYLOADS
    return PAYLOADS


def _attack(name: str, examples: int, faults: list[str]) -> int:
    """Adds one fault of each kind to `faults`. Returns the number of payloads."""
    room = _furnished()
    tried = 0
    kinds: set[str] = set()

    @settings(max_examples=examples, deadline=None, database=None, derandomize=True,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(payload=_payloads(name))
    def attack(payload: Any) -> None:
        nonlocal tried
        tried += 1
        try:
            asyncio.run(asyncio.wait_for(room.app.handle(name, payload, lambda *_: None), TIMEOUT))
        except RequestError:
            pass
        except Exception as error:
            _note(faults, kinds, name, error, payload)

    attack()
    for kept in ("library.list", "news.list", "news.preferences", "privacy"):  # the core must still respond afterwards
        try:
            room.ask(kept)
        except Exception as error:
            _note(faults, kinds, f"{kept} after {name}", error, "")
    return tried


def _furnished() -> Newsroom:
    """Returns a core with sources, a saved page and learned interests."""
    room = Newsroom(asyncio.run)
    room.models = Everything()
    room.restart()
    room.follow("boats", "bread")
    room.ask("summarize", article={
        "url": "https://a.example/1", "title": "Ferries", "lang": "en",
        "blocks": [{"role": "paragraph", "text": "The harbour opened a pier. It cost nothing. The ferry came."}],
    })  # fmt: skip
    story = next(iter(room.cards("latest")))
    room.event("save", story)
    room.event("more", story)
    room.taste(add="lighthouses")
    return room


# Parsers

NO_JSON = (json.JSONDecodeError, UnicodeDecodeError, RecursionError)


def _article(content: bytes) -> None:
    Article.from_wire(json.loads(content))


def _feed(content: bytes) -> None:
    parser.parse(content, url="https://a.example/feed", content_type="text/xml; charset=utf-8", now=1.8e9)


def _page(content: bytes) -> None:
    discovery.find_feed_links(discovery.decode_page(content, "text/html"), "https://a.example/")


def _bundle(content: bytes) -> None:
    database = MemoryDatabase()
    prepare(database)
    take = BundleImport(database, PageStore(database))
    take.add_lines(content.decode("utf-8", "replace").split("\n"))
    take.finish()


def _bundle_seed() -> bytes:
    room = _furnished()
    export, place, lines = BundleExport(room.database), ExportPosition(), []
    following: ExportPosition | None = place
    while following is not None:
        some, following = export.lines(following, 1.8e9)
        lines += some
    return "\n".join(lines).encode()


def _wire_seed() -> bytes:
    block = {"role": "heading", "text": "A", "level": 2, "anchor": 1}
    return json.dumps(
        {"url": "https://a.example", "title": "T", "lang": "en", "blocks": [block], "kind": "page"}
    ).encode()


PARSERS: dict[str, tuple[Callable[[bytes], Any], Callable[[], tuple[bytes, ...]], tuple[type[Exception], ...]]] = {
    "feeds": (_feed, lambda: (RSS, ATOM, RDF, JSON_FEED), (parser.NotAFeed,)),
    "OPML": (opml.parse, lambda: (OPML,), (opml.NotOpml,)),
    "pages with feeds": (_page, lambda: (PAGE,), ()),
    "bundles": (_bundle, lambda: (_bundle_seed(),), (NotABundle,)),
    # Invalid JSON never gets here, because the browser's messages are objects.
    "articles": (
        _article,
        lambda: (_wire_seed(),),
        (MalformedArticle, json.JSONDecodeError, RecursionError, UnicodeDecodeError),
    ),
}


def _feed_to(
    name: str,
    parse: Callable[[bytes], Any],
    seeds: Callable[[], tuple[bytes, ...]],
    documented: tuple[type[Exception], ...],
    examples: int,
    faults: list[str],
) -> int:
    tried = 0
    kinds: set[str] = set()

    @settings(max_examples=examples, deadline=None, database=None, derandomize=True,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(content=bent(seeds()))
    def attack(content: bytes) -> None:
        nonlocal tried
        tried += 1
        started = time.process_time()
        try:
            parse(content)
        except documented:
            pass
        except Exception as error:
            _note(faults, kinds, name, error, content)
        if time.process_time() - started > TIMEOUT:
            _note(faults, kinds, name, TimeoutError("too slow"), content)

    attack()
    return tried


def _note(faults: list[str], kinds: set[str], name: str, error: Exception, given_: object) -> None:
    said = f"{name}: {type(error).__name__}: {error}"[:120]
    if said not in kinds:
        kinds.add(said)
        faults.append(f"{said} for {given_!r}"[:400])
