"""Desktop extraction over the sample pages: roles, metadata, encodings, and what happens without node."""

from __future__ import annotations

import http.server
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "emscripten":
    pytest.skip("the desktop's own: needs processes", allow_module_level=True)

from nutshell.article import Article, Role
from nutshell.cli.extraction import ExtractionError, Extractor, NodeMissing, fetch_page

PAGES = Path(__file__).resolve().parents[2] / "pages"
FILLER = "The harbour board counted forty-one boats in the spring, and wrote every one of them down in its book. "


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as extractor:
        yield extractor


def sample(extractor: Extractor, name: str) -> Article:
    answer = extractor.extract((PAGES / name).read_bytes())
    assert answer["ok"], answer
    return Article.from_wire(answer["article"])


def page(extractor: Extractor, body: str, head: str = "") -> Article:
    html = f"<html lang=en><head><title>T</title>{head}</head><body><article>{body}</article></body></html>"
    answer = extractor.extract(html, "https://www.example.org/a")
    assert answer["ok"], answer
    return Article.from_wire(answer["article"])


def test_article_metadata(extractor: Extractor) -> None:
    article = sample(extractor, "article.html")
    assert article.title == "The ferry that learned to whisper: how Sandhaven took its crossing electric"
    assert (article.site, article.author) == ("The Sandhaven Tide", "Maren Oduya")
    assert (article.published, article.lang) == ("2026-10-14T06:30:00+01:00", "en")


def test_article_blocks(extractor: Extractor) -> None:
    article = sample(extractor, "article.html")
    by_role = {role: [b.text for b in article.blocks if b.role is role] for role in Role}
    assert by_role[Role.HEADING] == [
        "A loan, a levy and a very long meeting",
        "How the ship works",
        "The doubters",
        "What the harbour sounds like now",
        "What comes next",
    ]
    assert len(by_role[Role.ITEM]) == 4
    assert by_role[Role.QUOTE] == [
        '"People ask me about the motors, but the clever part is a shed full of batteries next to the cod."'
    ]
    assert by_role[Role.CAPTION][0].startswith("The Margaret Thorne leaves Sandhaven")
    assert len(by_role[Role.PARAGRAPH]) == 20
    assert "Weather" not in article.text
    assert "fictional newspaper" not in article.text


def test_lead_is_the_start_of_the_text(extractor: Extractor) -> None:
    answer = extractor.extract((PAGES / "article.html").read_bytes())
    assert answer["lead"].startswith("For sixty-one years the people of Sandhaven set their clocks by a noise.")
    assert len(answer["lead"]) < 300


@pytest.mark.parametrize("name", ["login.html", "app.html"])
def test_no_article(extractor: Extractor, name: str) -> None:
    answer = extractor.extract((PAGES / name).read_bytes())
    assert answer["ok"] is False
    assert answer["reason"] == "no-article"


def test_short_page_is_an_article(extractor: Extractor) -> None:
    assert sample(extractor, "tiny.html").text.endswith("The ticket office is closed today. We open again on Thursday.")


def test_german_and_korean(extractor: Extractor) -> None:
    german = sample(extractor, "german.html")
    assert (german.title, german.lang) == ("Die Mühle mahlt wieder", "de-DE")
    assert german.text.count("Oderbrucher") == 0
    korean = sample(extractor, "korean.html")
    assert (korean.lang, korean.site) == ("ko", "남해바람")
    assert "도서관 배를 처음 생각해 낸 사람은" in korean.text


def test_hostile_page(extractor: Extractor) -> None:
    article = sample(extractor, "hostile.html")
    assert '</script><script>alert("harbour")</script>' in article.text
    assert "a zerowidth space, a softhyphen" in article.text
    assert "👩\u200d🚒" in article.text
    assert not set("\u202e\u202c\u200b\u00ad") & set(article.text + article.title + article.author)
    assert article.title.startswith('<script>document.title = "taken"</script> The lighthouse')
    assert "hidden by its own style" not in article.text
    assert "hidden by its attribute" not in article.text


def test_nested_lists_keep_their_depth_and_repeat_nothing(extractor: Extractor) -> None:
    article = page(
        extractor,
        f"<p>{FILLER * 3}</p>"
        "<ul><li>Outer boats of wood<ul><li>Inner boats of steel</li></ul></li><li>Last</li></ul>"
        f"<p>{FILLER}</p>",
    )
    items = [(b.text, b.level) for b in article.blocks if b.role is Role.ITEM]
    assert items == [("Outer boats of wood", 1), ("Inner boats of steel", 2), ("Last", 1)]


def test_line_breaks_separate_paragraphs(extractor: Extractor) -> None:
    article = page(extractor, f"<div>{FILLER}<br><br>{FILLER}<br>Second line, <br>same verse</div>")
    assert [b.text for b in article.blocks] == [FILLER.strip(), FILLER.strip(), "Second line, same verse"]


def test_code_cells_and_layout_tables(extractor: Extractor) -> None:
    data = "".join(f"<tr><td>Boat {n}</td><td>{n * 7}</td></tr>" for n in range(8))
    article = page(
        extractor,
        f"<p>{FILLER * 3}</p><pre><code>for (;;) {{ boat(); }}</code></pre>"
        f"<table><caption>Boats</caption>{data}</table>"
        f"<table><tr><td><p>{FILLER}</p></td></tr></table>",
    )
    roles = {b.text: b.role for b in article.blocks}
    assert roles["for (;;) { boat(); }"] is Role.CODE
    assert roles["Boat 3\t21"] is Role.ROW
    assert roles["Boats"] is Role.CAPTION
    assert roles[FILLER.strip()] is Role.PARAGRAPH


def test_reference_marks_are_left_out(extractor: Extractor) -> None:
    article = page(
        extractor, f'<p>{FILLER}The tide was high.<sup><a href="#n1">[12]</a></sup> It fell.</p><p>{FILLER}</p>'
    )
    assert "The tide was high. It fell." in article.text


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("2026-10-14T06:30:00+0100", "2026-10-14T06:30:00+01:00"),
        ("2026-10-14 06:30", "2026-10-14"),
        ("14.3.2026", "2026-03-14"),
        ("March 3rd, 2026", "2026-03-03"),
        ("20260314", "2026-03-14"),
        ("yesterday", ""),
        ("2026-19-14", ""),
    ],
)
def test_dates(extractor: Extractor, stated: str, read: str) -> None:
    head = f'<meta property="article:published_time" content="{stated}">'
    assert page(extractor, f"<p>{FILLER * 3}</p>", head).published == read


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("By Ada Lind", "Ada Lind"),
        ("Von Jörg Maar", "Jörg Maar"),
        ("Byron Wells", "Byron Wells"),
        ("https://facebook.com/ada", ""),
        ("admin", ""),
        ("Last updated: 7 January 2025", ""),
        ("Ada Lind | The Tide", "Ada Lind"),
    ],
)
def test_authors(extractor: Extractor, stated: str, read: str) -> None:
    assert page(extractor, f"<p>{FILLER * 3}</p>", f'<meta name="author" content="{stated}">').author == read


def test_encodings(extractor: Extractor) -> None:
    text = "Der Fährmann trägt Öl über die Brücke, und niemand fragt ihn, weshalb er das so spät noch tut. " * 3
    html = f"<html><head><meta charset={{}}><title>T</title></head><body><article><p>{text}</p></article></body></html>"
    for declared, real in [("windows-1252", "cp1252"), ("gbk", "utf-8"), ("utf-8", "utf-8")]:
        answer = extractor.extract(html.format(declared).encode(real))
        assert answer["article"]["blocks"][0]["text"] == text.strip(), (declared, real)
    answer = extractor.extract(html.format("x-nonsense").encode("cp1252"), charset="iso-8859-1")
    assert answer["article"]["blocks"][0]["text"] == text.strip()


def test_deep_and_long_pages(extractor: Extractor) -> None:
    deep = "<div>" * 20_000 + FILLER * 3
    assert extractor.extract(f"<body><p>{FILLER * 3}</p>{deep}")["ok"]
    long = extractor.extract("<article>" + f"<p>{FILLER * 5}</p>" * 1_200 + "</article>")
    assert long["article"]["truncated"] is True
    assert 400_000 < sum(len(b["text"]) for b in long["article"]["blocks"]) < 520_000


def test_missing_node_is_reported() -> None:
    with pytest.raises(NodeMissing, match=r"Node\.js 20"):
        Extractor(node="no-such-node").extract("<p>x</p>")


@pytest.mark.node
def test_missing_packages_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lonely = tmp_path / "extract.mjs"
    lonely.write_bytes((PAGES.parents[1] / "core/nutshell/cli/extract.mjs").read_bytes())
    monkeypatch.setattr("nutshell.cli.extraction.SCRIPT", lonely)
    with pytest.raises(NodeMissing, match="npm ci"):
        Extractor().extract("<p>x</p>")


@pytest.mark.node
def test_hanging_or_crashed_process_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "stub.mjs"
    monkeypatch.setattr("nutshell.cli.extraction.SCRIPT", script)
    script.write_text("console.log('{\"ready\": true}'); setInterval(() => {}, 1000)")
    with Extractor(timeout=1.0) as extractor:
        with pytest.raises(ExtractionError, match="within 1 seconds"):
            extractor.extract("x")
        script.write_text('console.log(\'{"ready": true}\'); process.stdin.once("data", () => process.exit(1))')
        with pytest.raises(ExtractionError, match="ended while"):
            extractor.extract("x")
        script.write_text(
            "console.log('{\"ready\": true}');"
            ' process.stdin.on("data", (line) =>'
            " console.log(JSON.stringify({id: JSON.parse(line).id, answer: {ok: false}})))"
        )
        assert extractor.extract("x") == {"ok": False}


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        places = {"/to-ftp": "ftp://127.0.0.1/", "/moved": "/page"}
        if self.path in places:
            self.send_response(302)
            self.send_header("Location", places[self.path])
            self.end_headers()
            return
        kind = "image/png" if self.path == "/image" else "text/html; charset=iso-8859-1"
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(b"x" * 2_000)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def test_fetch(server: str) -> None:
    fetched = fetch_page(f"{server}/moved")
    assert (fetched.url, fetched.charset, len(fetched.body)) == (f"{server}/page", "iso-8859-1", 2_000)


@pytest.mark.parametrize(
    ("path", "says"),
    [("/gone", "returned 404"), ("/image", "image/png"), ("/to-ftp", "redirects to"), ("/page", "larger")],
)
def test_fetch_refuses(server: str, path: str, says: str) -> None:
    with pytest.raises(ExtractionError, match=says):
        fetch_page(server + path, max_bytes=1_000)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://example.org/", "example.org", "http://"])
def test_fetch_refuses_other_schemes(url: str) -> None:
    with pytest.raises(ExtractionError, match="Not a web address"):
        fetch_page(url)
