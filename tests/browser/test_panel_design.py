"""The panel with the real views and a stubbed browser: each state, checked by axe in light and dark.

`PANEL_SHOTS=DIR` also writes a screenshot of each state. Other tests cover the packaged extension in a
real browser. Here the stubs can make pages, tabs and engines behave in unusual ways.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from build.messages import shell_files
from build.vendor import vendored
from nutshell.article import Article, Block, Role
from nutshell.records.summary import Point, SectionPoint, Summary
from nutshell.views.library import LibraryEntry, render_library
from nutshell.views.notice import render_notice
from nutshell.views.summary import render_summary, traces
from nutshell.views.summary_export import markdown, plain_text, speech
from tests import wording

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CHROMIUM = "/usr/bin/chromium"
SHOTS = os.environ.get("PANEL_SHOTS")
NOW = 1_795_430_000.0
POLICY = re.search(r'"extension_pages": "(.+?)"', (ROOT / "extension/manifest.json.jinja").read_text("utf-8"))

SENTENCES = (
    "The last working lighthouse on the Kerra coast will be dark by spring, after eighty-one years.",
    "The harbour board voted on Tuesday to replace it with a steel mast that costs a tenth as much to keep.",
    "Fishing crews say the mast cannot be seen in the fog that covers the strait on one day in four.",
    "A survey ordered by the board counted 212 vessels a week, nearly all with satellite navigation.",
    "The tower itself is listed and will stay, though nobody has offered to pay for its roof.",
    "An appeal can be lodged until the end of January, and two villages have said that they will.",
)
STORY = Article(
    blocks=tuple(Block(Role.PARAGRAPH, text, 0, n) for n, text in enumerate(SENTENCES)),
    url="https://www.example.org/coast/lighthouse?from=list",
    title="Kerra’s last lighthouse goes dark, and the crews want it back",
    site="The Kerra Tribune",
    author="Ines Halvorsen",
    published="2026-11-21T08:30:00+01:00",
    lang="en",
)


def points(texts: tuple[str, ...], *indices: int) -> tuple[Point, ...]:
    return tuple(Point(text, n, 0.5, n, 0, len(text), n) for n, text in zip(indices, texts, strict=True))


KEYS = points(SENTENCES, 0, 4, 11, 19, 27, 38)
SUMMARY = Summary(KEYS[0], KEYS[:5], (), "encoder", "en", 41, 372, 24)
HEADINGS = (
    ("What the board decided", 2),
    ("A cheaper mast", 3),
    ("Fog", 3),
    ("The tower", 2),
    ("What can still be done", 2),
)
LONG = replace(
    SUMMARY,
    outline=tuple(SectionPoint(title, level, point) for (title, level), point in zip(HEADINGS, KEYS[1:], strict=True)),
)
KOREAN_TEXT = (
    "등대는 봄이 오기 전에 꺼진다.",
    "항만 위원회는 화요일에 철제 기둥으로 바꾸기로 했다.",
    "어부들은 반대한다.",
)
KOREAN = replace(STORY, title="마지막 등대가 꺼진다", site="해안 신문", author="", lang="ko")
KOREAN_KEYS = points(KOREAN_TEXT, 0, 3, 8)
ARABIC_TEXT = (
    "تنطفئ المنارة الأخيرة قبل الربيع.",
    "صوّت مجلس الميناء يوم الثلاثاء على استبدالها.",
    "يعترض الصيادون على القرار.",
)
ARABIC = replace(STORY, title="المنارة الأخيرة تنطفئ", site="صحيفة الساحل", author="", lang="ar")
ARABIC_KEYS = points(ARABIC_TEXT, 0, 3, 8)
ENTRIES = (
    LibraryEntry(4, STORY.title, STORY.site, STORY.url, SENTENCES[0], NOW - 600, SENTENCES[1:]),
    LibraryEntry(3, KOREAN.title, KOREAN.site, STORY.url, KOREAN_TEXT[0], NOW - 9_000, KOREAN_TEXT[1:]),
    LibraryEntry(2, "How bread rises", "", "https://www.bread.example/rise", SENTENCES[3], NOW - 90_000),
    LibraryEntry(1, "", "", "https://notes.example/a", "A short note without any title.", NOW - 2_000_000),
)


@dataclass
class Core:
    """Stub of nutshell.app: the real views over data that a test can change."""

    article: Article = STORY
    summary: Summary = SUMMARY
    entries: list[LibraryEntry] = field(default_factory=lambda: list(ENTRIES))
    progress: tuple[str, int, int] | None = None
    error: dict[str, str] | None = None
    unkept: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    removed: list[LibraryEntry] = field(default_factory=list)

    def __call__(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((name, payload))
        if self.error:
            return {"error": self.error}
        answer = getattr(self, name.replace(".", "_"))(payload)
        return {"answer": answer, "progress": self.progress if name == "summarize" else None}

    def summarize(self, payload: dict[str, Any], when: float | None = None) -> dict[str, Any]:
        summary = self.summary
        if not self.article.blocks:
            return {"html": render_notice("no-article"), "reason": "no-article"}
        if payload.get("length"):
            summary = replace(summary, points=summary.points[: payload["length"]])
        return {
            "html": render_summary(self.article, summary, when=when, now=NOW),
            "traces": traces(summary),
            "text": plain_text(self.article, summary),
            "markdown": markdown(self.article, summary),
            "speech": speech(self.article, summary),
            "unkept": self.unkept,
        }

    def notice(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"html": render_notice(payload["reason"], payload["detail"])}

    def library_list(self, payload: dict[str, Any]) -> dict[str, Any]:
        query = payload.get("query", "")
        found = [e for e in self.entries if query.casefold() in " ".join((e.title, e.gist, *e.points)).casefold()]
        return {"html": render_library(found, now=NOW, query=query), "count": len(found), "undo": "erased-1"}

    def library_open(self, payload: dict[str, Any]) -> dict[str, Any]:
        return self.summarize({}, when=next(e.when for e in self.entries if e.id == payload["id"]))

    def library_remove(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.removed = [e for e in self.entries if e.id == payload["id"]]
        return self._keep([e for e in self.entries if e.id != payload["id"]])

    def library_clear(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.removed = self.entries
        return self._keep([])

    def library_restore(self, payload: dict[str, Any]) -> dict[str, Any]:
        return self._keep(sorted([*self.entries, *self.removed], key=lambda e: -e.when))

    def history_state(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"html": ""}

    def settings(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"length": None}

    def settings_set(self, payload: dict[str, Any]) -> dict[str, Any]:
        return payload

    def _keep(self, entries: list[LibraryEntry]) -> dict[str, Any]:
        self.entries = entries
        return self.library_list({})


class Handler(SimpleHTTPRequestHandler):
    """Serves extension/ and its generated files with the content security policy of the extension's pages."""

    extensions_map: ClassVar = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def end_headers(self) -> None:
        assert POLICY is not None
        self.send_header("Content-Security-Policy", POLICY[1])
        super().end_headers()

    def do_GET(self) -> None:
        content = (shell_files() | vendored()).get(self.path.removeprefix("/"))
        if content is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    handler = partial(Handler, directory=str(ROOT / "extension"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs the system's Chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@dataclass
class Panel:
    """The open panel. `page` is the Playwright page."""

    page: Any
    core: Core
    address: str

    def open(self, *, task: bool = True, answer: dict[str, Any] | None = None, setup: str = "") -> Panel:
        found = answer or {
            "ok": True,
            "article": {"title": self.core.article.title, "site": self.core.article.site, "url": STORY.url},
            "lead": f"{SENTENCES[0]} {SENTENCES[1]}",
        }
        given = "stub.session['task-1'] = stub.task();" if task else ""
        self.page.add_init_script(path=HERE / "panel_stub.js")
        self.page.add_init_script(f"stub.documents[7].answer = {json.dumps(found)}; {given} {setup}")
        self.page.goto(f"{self.address}/panel/panel.html")
        return self

    def asked(self, name: str) -> list[dict[str, Any]]:
        return [payload for asked, payload in self.core.asked if asked == name]

    def wait(self, condition: str) -> None:
        """Wait for a JavaScript condition. The panel's policy blocks Playwright's wait_for_function."""
        for _ in range(100):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(30)
        raise AssertionError(f"never came true: {condition}")

    def check(self, name: str) -> None:
        """Check for axe violations in both color schemes, blocked content and horizontal overflow."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if SHOTS:
                self.page.screenshot(path=f"{SHOTS}/{name}-{scheme}.png")
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
            found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            said = [f"{v['id']}: {v['nodes'][0]['html']} {v['help']}" for v in found["violations"]]
            assert said == [], f"{name}, {scheme}"
        assert self.page.evaluate("stub.violations") == []
        for width in (280, 500):
            self.page.set_viewport_size({"width": width, "height": 800})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
            assert self.page.evaluate("document.querySelector('main').scrollWidth") <= width, f"{name} at {width}"
            if SHOTS and width == 280:
                self.page.screenshot(path=f"{SHOTS}/{name}-narrow.png")
        self.page.set_viewport_size({"width": 400, "height": 800})


@contextmanager
def opened(browser: Any, address: str, core: Core, height: int = 800) -> Iterator[Panel]:
    """Open a panel whose engine is `core`. An uncaught script error fails the test."""
    context = browser.new_context(viewport={"width": 400, "height": height}, device_scale_factor=2)
    page = context.new_page()
    page.set_default_timeout(5_000)
    stand_in = (HERE / "panel_engine.js").read_text(encoding="utf-8")
    page.route("**/engine/client.js", lambda route: route.fulfill(body=stand_in, content_type="text/javascript"))
    page.expose_function("askCore", core)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Panel(page, core, address)
    context.close()
    assert errors == []


@pytest.fixture
def panel(browser: Any, address: str) -> Iterator[Panel]:
    with opened(browser, address, Core()) as panel:
        yield panel


# Appearance of each state


def test_welcome(panel: Panel) -> None:
    panel.open(task=False)
    expect(panel.page.get_by_role("heading", name=wording.text("welcome.title"))).to_be_visible()
    expect(panel.page.locator(".welcome kbd")).to_have_text("Alt+Shift+S")
    panel.check("welcome")


def test_lead_and_progress(panel: Panel) -> None:
    panel.core.progress = ("embed", 12, 41)
    panel.open()
    expect(panel.page.locator(".lead-text")).to_contain_text(SENTENCES[0])
    expect(panel.page.get_by_role("progressbar")).to_be_visible()
    panel.check("progress")
    panel.page.evaluate("stub.release()")
    expect(panel.page.locator(".gist")).to_have_text(SENTENCES[0])
    expect(panel.page.get_by_role("progressbar")).to_be_hidden()


def test_summary(panel: Panel) -> None:
    panel.open()
    expect(panel.page.locator(".points .point")).to_have_text(list(SENTENCES[1:5]))
    panel.check("summary")


def test_outline(panel: Panel) -> None:
    panel.core.summary = LONG
    panel.open()
    expect(panel.page.locator(".outline h3")).to_have_text([title for title, _ in HEADINGS])
    panel.check("outline")
    panel.page.locator("main").evaluate("element => element.scrollTop = 9999")
    panel.check("outline-end")


def test_words_method(panel: Panel) -> None:
    panel.core.article = KOREAN
    panel.core.summary = Summary(KOREAN_KEYS[0], KOREAN_KEYS, (), "words", "ko", 12, 95, 12)
    panel.open()
    expect(panel.page.locator(".note")).to_contain_text("Korean")
    panel.check("words")


def test_right_to_left(panel: Panel) -> None:
    panel.core.article = ARABIC
    panel.core.summary = Summary(ARABIC_KEYS[0], ARABIC_KEYS, (), "words", "ar", 12, 95, 12)
    panel.open()
    expect(panel.page.locator(".note")).to_contain_text("Arabic")
    panel.check("rtl")


@pytest.mark.parametrize("reason", ["restricted", "pdf", "no-article", "selection-empty"])
def test_notice(panel: Panel, reason: str) -> None:
    panel.open(answer={"ok": False, "reason": reason, "detail": ""})
    expect(panel.page.locator(f".notice[data-reason={reason}]")).to_be_visible()
    panel.check(f"notice-{reason}")


def test_engine_start_failure(panel: Panel) -> None:
    panel.core.error = {"code": "engine-start", "message": "The engine did not answer within 60 s."}
    panel.open()
    expect(panel.page.get_by_role("heading", name=wording.text("engine.failed_title"))).to_be_visible()
    expect(panel.page.get_by_role("progressbar")).to_be_hidden()
    panel.check("error")
    panel.core.error = None
    panel.page.get_by_role("button", name=wording.text("action.retry")).click()
    expect(panel.page.locator(".gist")).to_be_visible()


def test_recent(panel: Panel) -> None:
    panel.open(task=False)
    panel.page.get_by_role("tab", name=wording.text("library.title")).click()
    expect(panel.page.locator(".entry")).to_have_count(4)
    panel.check("recent")
    panel.page.get_by_role("searchbox").fill("mast")
    expect(panel.page.locator(".entry")).to_have_count(1)
    expect(panel.page.locator("mark").first).to_have_text("mast")
    panel.check("library-filter")
    panel.page.get_by_role("searchbox").fill("zebra")
    expect(panel.page.get_by_text(wording.text("library.nothing_found"))).to_be_visible()
    panel.check("library-nothing")


def test_recent_when_empty(panel: Panel) -> None:
    panel.core.entries = []
    panel.open(task=False)
    panel.page.get_by_role("tab", name=wording.text("library.title")).click()
    expect(panel.page.get_by_text(wording.text("library.empty"))).to_be_visible()
    expect(panel.page.get_by_role("searchbox")).to_be_hidden()
    panel.check("library-empty")


# Behavior


def test_page_without_sentences_gets_a_notice(panel: Panel) -> None:
    panel.core.article = replace(STORY, blocks=())
    panel.open()
    expect(panel.page.locator(".notice[data-reason=no-article]")).to_be_visible()
    expect(panel.page.locator("#tools")).to_be_hidden()
    panel.page.evaluate("stub.activate(8)")
    panel.page.wait_for_timeout(100)
    expect(panel.page.locator("#banner-elsewhere")).to_be_hidden()


def test_unsaved_summary_is_reported(panel: Panel) -> None:
    panel.core.unkept = "the disk is full"
    panel.open()
    expect(panel.page.locator(".note")).to_have_text(wording.text("summary.not_saved", reason="the disk is full"))
    panel.check("unkept")


def test_new_task_replaces_the_old(panel: Panel) -> None:
    panel.core.progress = ("embed", 1, 9)
    panel.open()
    expect(panel.page.locator(".lead-text")).to_be_visible()
    panel.core.progress = None
    panel.core.article = replace(STORY, title="Another story")
    panel.page.evaluate("() => { const late = stub.release; stub.click(); setTimeout(late, 200); }")
    expect(panel.page.locator(".title")).to_have_text("Another story")
    panel.page.wait_for_timeout(400)
    expect(panel.page.locator(".title")).to_have_text("Another story")
    assert len(panel.asked("summarize")) == 2


def test_cancel(panel: Panel) -> None:
    panel.core.progress = ("embed", 1, 9)
    panel.open()
    panel.page.get_by_role("button", name=wording.text("action.cancel")).click()
    expect(panel.page.locator(".notice[data-reason=cancelled]")).to_be_visible()
    expect(panel.page.get_by_role("progressbar")).to_be_hidden()
    panel.check("cancelled")
    panel.core.progress = None
    panel.page.get_by_role("button", name=wording.text("notice.cancelled.retry")).click()
    expect(panel.page.locator(".gist")).to_be_visible()


def test_escape_cancels(panel: Panel) -> None:
    panel.core.progress = ("embed", 1, 9)
    panel.open()
    expect(panel.page.locator(".lead-text")).to_be_visible()
    panel.page.keyboard.press("Escape")
    expect(panel.page.locator(".notice[data-reason=cancelled]")).to_be_visible()


def test_leaving_the_page_during_the_summary(panel: Panel) -> None:
    panel.core.progress = ("embed", 1, 9)
    panel.open()
    expect(panel.page.locator(".lead-text")).to_be_visible()
    panel.page.evaluate("stub.navigate(7, {id: 'doc-2', url: 'https://example.org/other'})")
    expect(panel.page.locator(".notice[data-reason=moved]")).to_be_visible()
    panel.check("moved")


def test_closing_the_tab_during_the_summary(panel: Panel) -> None:
    panel.core.progress = ("embed", 1, 9)
    panel.open()
    expect(panel.page.locator(".lead-text")).to_be_visible()
    panel.page.evaluate("stub.close(7)")
    expect(panel.page.locator(".notice[data-reason=moved]")).to_be_visible()


def test_leaving_the_page_after_the_summary(panel: Panel) -> None:
    panel.open()
    panel.page.locator(".gist").hover()
    panel.wait("stub.highlights.length > 0")
    panel.page.evaluate("stub.navigate(7, {id: 'doc-2', url: 'https://example.org/other'})")
    expect(panel.page.locator("#banner-gone")).to_be_visible()
    expect(panel.page.locator(".gist")).to_be_visible()
    panel.check("gone")
    # After going back with the back/forward cache, sentences can be highlighted again.
    panel.page.evaluate("stub.navigate(7, {id: 'doc-1', url: 'https://example.org/story'})")
    expect(panel.page.locator("#banner-gone")).to_be_hidden()


def test_page_that_changes_its_address_counts_as_the_same_page(panel: Panel) -> None:
    panel.open()
    expect(panel.page.locator(".gist")).to_be_visible()
    panel.page.evaluate("stub.navigate(7, {url: 'https://example.org/story?seen=1#top'})")
    panel.page.wait_for_timeout(700)
    expect(panel.page.locator("#banner-gone")).to_be_hidden()
    panel.page.evaluate("stub.navigate(7, {url: 'https://example.org/next'})")
    expect(panel.page.locator("#banner-gone")).to_be_visible()


def test_another_tab(panel: Panel) -> None:
    panel.open()
    expect(panel.page.locator(".gist")).to_be_visible()
    panel.page.evaluate("stub.activate(8)")
    expect(panel.page.locator("#banner-elsewhere")).to_contain_text(STORY.title)
    panel.check("elsewhere")
    panel.page.get_by_role("button", name=wording.text("summary.go_to_tab")).click()
    expect(panel.page.locator("#banner-elsewhere")).to_be_hidden()
    assert panel.page.evaluate("stub.active") == 7


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("chrome://settings/", "restricted"),
        ("file:///tmp/a.html", "file"),
        ("https://a.example/b.pdf", "pdf"),
    ],
)
def test_pages_that_cannot_be_entered(panel: Panel, url: str, reason: str) -> None:
    panel.open(setup=f"Object.assign(stub.documents[7], {{closed: true, url: {json.dumps(url)}}})")
    expect(panel.page.locator(f".notice[data-reason={reason}]")).to_be_visible()


def test_points_are_highlighted_in_the_page(panel: Panel) -> None:
    panel.open()
    panel.page.locator(".points .point").nth(1).hover()
    panel.wait(f"stub.highlights.at(-1)?.[0] === {json.dumps(SENTENCES[2])}")
    panel.page.mouse.move(2, 2)
    panel.wait("stub.highlights.at(-1)[0] === null")
    panel.page.locator(".points .point").nth(2).click()
    panel.wait(f"stub.highlights.some(([t, s]) => t === {json.dumps(SENTENCES[3])} && s)")


def test_sentence_no_longer_in_the_page_is_reported(panel: Panel) -> None:
    panel.open(setup="stub.missing = true")
    panel.page.locator(".gist").click()
    expect(panel.page.locator("#toast")).to_contain_text(wording.text("summary.missing"))


def test_points_by_keyboard(panel: Panel) -> None:
    panel.open()
    expect(panel.page.locator(".gist")).to_be_visible()
    panel.page.keyboard.press("j")
    expect(panel.page.locator(".gist")).to_be_focused()
    panel.page.keyboard.press("ArrowDown")
    panel.page.keyboard.press("j")
    expect(panel.page.locator(".points .point").nth(1)).to_be_focused()
    if SHOTS:
        panel.page.screenshot(path=f"{SHOTS}/focus.png")
    panel.page.keyboard.press("Enter")
    panel.wait(f"stub.highlights.some(([t, s]) => t === {json.dumps(SENTENCES[2])} && s)")
    panel.page.keyboard.press("k")
    expect(panel.page.locator(".points .point").nth(0)).to_be_focused()


def test_length(panel: Panel) -> None:
    panel.open()
    slider = panel.page.get_by_role("slider", name=wording.text("tools.length"))
    expect(slider).to_have_attribute("aria-valuetext", "auto")
    expect(panel.page.locator(".points .point")).to_have_count(4)
    slider.focus()
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    expect(panel.page.locator(".points .point")).to_have_count(2)
    expect(slider).to_be_focused()
    assert panel.asked("settings.set")[-1] == {"length": 3}
    lengths = [asked["length"] for asked in panel.asked("summarize")]
    assert (lengths[0], lengths[-1]) == (None, 3)


def test_failed_length_change_leaves_the_summary(panel: Panel) -> None:
    panel.open()
    expect(panel.page.locator(".gist")).to_be_visible()
    panel.core.error = {"code": "engine-lost", "message": "The engine stopped."}
    panel.page.get_by_role("slider").press("ArrowRight")
    expect(panel.page.locator("#toast")).to_contain_text("The engine stopped.")
    expect(panel.page.locator(".gist")).to_be_visible()


def test_copy(panel: Panel) -> None:
    panel.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.open()
    panel.page.get_by_role("button", name=wording.text("tools.copy"), exact=True).click()
    panel.check("copy")
    panel.page.get_by_role("button", name=wording.text("tools.copy_markdown")).click()
    expect(panel.page.locator("#toast")).to_contain_text(wording.text("tools.copied_markdown"))
    copied = panel.page.evaluate("navigator.clipboard.readText()")
    assert copied == markdown(STORY, SUMMARY)
    panel.check("copied")


def test_listening_uses_local_voices_only(panel: Panel) -> None:
    panel.open()
    panel.page.get_by_role("button", name=wording.text("tools.listen")).click()
    expect(panel.page.get_by_role("button", name=wording.text("action.stop"))).to_be_visible()
    panel.page.evaluate("stub.finish()")
    expect(panel.page.locator(".gist")).to_have_class(re.compile("speaking"))
    assert panel.page.evaluate("stub.spoken") == [["Here", STORY.title], ["Here", SENTENCES[0]]]
    panel.check("listening")
    panel.page.get_by_role("button", name=wording.text("action.stop")).click()
    expect(panel.page.get_by_role("button", name=wording.text("tools.listen"))).to_be_visible()
    assert len(panel.page.evaluate("stub.spoken")) == 2


def test_listening_without_a_local_voice(panel: Panel) -> None:
    panel.open(setup="stub.voices = stub.voices.slice(0, 1)")
    listen = panel.page.get_by_role("button", name=wording.text("tools.listen"))
    expect(listen).to_have_attribute("aria-disabled", "true")
    listen.click(force=True)
    expect(panel.page.locator("#toast")).to_contain_text(wording.text("tools.no_voice", language="English"))
    assert panel.page.evaluate("stub.spoken") == []
    panel.check("voiceless")


def test_recent_open_and_back(panel: Panel) -> None:
    panel.open()
    panel.page.get_by_role("tab", name=wording.text("library.title")).click()
    panel.page.locator("[data-open='4']").click()
    expect(panel.page.locator("#library-content .kept")).to_contain_text(wording.text("date.today").lower())
    expect(panel.page.locator("#library-content [data-trace]")).to_have_count(0)
    expect(panel.page.get_by_role("slider")).to_be_hidden()
    panel.check("library-open")
    panel.page.get_by_role("button", name=wording.text("library.title")).click()
    expect(panel.page.locator("[data-open='4']")).to_be_focused()
    panel.page.get_by_role("tab", name=wording.text("tab.page")).click()
    expect(panel.page.locator("#page-content .gist")).to_be_visible()
    expect(panel.page.get_by_role("slider")).to_be_visible()


def test_recent_delete_and_undo(panel: Panel) -> None:
    panel.open(task=False)
    panel.page.get_by_role("tab", name=wording.text("library.title")).click()
    panel.page.get_by_role("button", name=wording.text("library.delete_named", title="How bread rises")).click()
    expect(panel.page.locator(".entry")).to_have_count(3)
    expect(panel.page.locator("[data-remove='1']")).to_be_focused()
    panel.check("library-undo")
    panel.page.get_by_role("button", name=wording.text("action.undo")).click()
    expect(panel.page.locator(".entry")).to_have_count(4)


def test_recent_delete_all_and_undo(panel: Panel) -> None:
    panel.open(task=False)
    panel.page.get_by_role("tab", name=wording.text("library.title")).click()
    panel.page.get_by_role("button", name=wording.text("library.delete_all")).click()
    panel.check("library-confirm")
    panel.page.get_by_role("button", name=wording.text("library.delete_all_cancel")).click()
    expect(panel.page.locator(".entry")).to_have_count(4)
    panel.page.get_by_role("button", name=wording.text("library.delete_all")).click()
    panel.page.get_by_role("button", name=wording.text("library.delete_all_confirm"), exact=True).click()
    expect(panel.page.get_by_text(wording.text("library.empty"))).to_be_visible()
    panel.page.get_by_role("button", name=wording.text("action.undo")).click()
    expect(panel.page.locator(".entry")).to_have_count(4)


def test_hostile_responses_are_shown_as_text(panel: Panel) -> None:
    evil = "</script><img src=x onerror=alert(1)>\u202ekcats\u202c"
    panel.core.article = replace(STORY, title=evil, site=evil, author=evil, url="javascript:alert(1)")
    panel.core.summary = replace(SUMMARY, gist=replace(KEYS[0], text=evil))
    panel.open()
    expect(panel.page.locator(".gist")).to_have_text("</script><img src=x onerror=alert(1)>kcats")
    assert panel.page.locator("#page-content img, #page-content script, #page-content a").count() == 0
    assert panel.page.evaluate("stub.violations") == []
