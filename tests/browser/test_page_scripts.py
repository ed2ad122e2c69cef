"""Extraction and highlighting in Chromium with the extension's content scripts in an isolated world.

The page's scripts run only in tests that enable them. Nothing reaches the network.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nutshell.cli.extraction import Extractor
from page_reading import FILLER, Reading, block_with, trace
from tests.extract import chromium
from tests.extract.__main__ import extract as extract_folder

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "tests/pages"
REAL = ROOT.parent / "shared/data/pages/readability"


@pytest.mark.parametrize("name", ["article.html", "german.html", "korean.html"])
def test_blocks_are_the_same_as_on_the_desktop(reading: Reading, name: str) -> None:
    reading.load((PAGES / name).read_bytes())
    here = reading.extract()
    with Extractor() as extractor:
        there = extractor.extract((PAGES / name).read_bytes(), here["article"]["url"])
    for answer in (here, there):
        for block in answer["article"]["blocks"] + answer["article"]["candidates"]["blocks"]:
            block.pop("anchor")
    assert here == there


def test_the_page_is_not_changed(reading: Reading) -> None:
    reading.load((PAGES / "article.html").read_bytes())
    before = reading.page("document.documentElement.outerHTML")
    answer = reading.extract()
    assert reading.highlight(trace(block_with(answer, "a kettle"), "In its place a new vessel"), scroll=True) is True
    assert reading.page("document.documentElement.outerHTML") == before


def test_injecting_twice_is_harmless(reading: Reading) -> None:
    reading.load((PAGES / "article.html").read_bytes())
    first = reading.extract()
    for script in chromium.SCRIPTS:
        reading.run(script.read_text() + "\n;0")
    assert reading.highlight(trace(block_with(first, "a kettle"), "At ten to six each morning"))
    assert reading.extract() == first


def test_hostile_page(reading: Reading) -> None:
    reading.load((PAGES / "hostile.html").read_bytes(), scripts=True)
    answer = reading.extract()
    assert answer["ok"], answer
    text = "\n".join(block["text"] for block in answer["article"]["blocks"])
    assert "must not be read by anybody" not in text
    assert "three wrecks and one whale." in text
    assert "says only that the lamp was lit on time." in text
    assert answer["article"]["title"].startswith('<script>document.title = "taken"</script> The lighthouse')
    sentence = "Another holds a line with reversed letters, a zerowidth space"
    assert reading.highlight(trace(block_with(answer, sentence), sentence))


@pytest.mark.parametrize("name", ["login.html", "app.html"])
def test_no_article(reading: Reading, name: str) -> None:
    reading.load((PAGES / name).read_bytes())
    assert reading.extract()["reason"] == "no-article"


def test_hidden_text_is_skipped_unless_there_is_no_other(reading: Reading) -> None:
    style = "<style>.off { display: none }</style>"
    reading.load(f"{style}<article><p>{FILLER * 3}</p><p class=off>Never seen. {FILLER}</p></article>")
    assert "Never seen" not in json.dumps(reading.extract())
    reading.load(f"{style}<article class=off><p>Seen late. {FILLER * 20}</p></article>")
    assert "Seen late" in json.dumps(reading.extract())


def test_shadow_roots_are_read(reading: Reading) -> None:
    reading.load(
        f"<x-story><template shadowrootmode=open><article><p>{FILLER * 3}</p><slot></slot></article></template>"
        f"<p>Slotted: {FILLER * 2}</p></x-story>"
    )
    answer = reading.extract()
    assert block_with(answer, "Slotted")
    assert reading.highlight(trace(answer["article"]["blocks"][0], "The harbour board counted"))


# Chromium cannot lay out a script-made page that is more than a few thousand levels deep.
@pytest.mark.parametrize(
    ("markup", "script"),
    [
        ("<div>" * 100_000, ""),
        (
            "",
            "let e = document.body; for (let i = 0; i < 2000; i++) e = e.appendChild(document.createElement('div'))",
        ),
        ("", "for (let i = 0; i < 200000; i++) document.body.append(i % 9 ? 'word ' : 'word. ')"),
        ("".join(f"<p>Paragraph {n} says a little about the boats in the harbour.</p>" for n in range(17_000)), ""),
    ],
    ids=["100,000 nested", "2,000 nested by script", "200,000 text nodes", "1 MB"],
)
def test_large_pages_are_read_in_time(reading: Reading, markup: str, script: str) -> None:
    reading.load(f"<body><article><h1>Boats</h1><p>{FILLER * 3}</p></article>{markup}</body>")
    reading.run(f"(() => {{ {script} }})(); 0")
    answer, milliseconds = reading.do(reading.tab.extract())
    assert answer["ok"], answer
    assert answer["article"]["blocks"]
    assert milliseconds < 5_000  # about 0.7 s on two idle cores


SELECT = """((...pairs) => {
  const selection = getSelection(); selection.removeAllRanges();
  const [from, a, to, b] = pairs; const range = document.createRange();
  const node = (id) => document.getElementById(id).firstChild;
  range.setStart(node(from), a); range.setEnd(node(to), b); selection.addRange(range);
})"""


def test_selection(reading: Reading) -> None:
    reading.load(
        "<title>T</title><p id=a>First sentence. Second sentence.</p><h2 id=h>A heading</h2>"
        "<ul><li id=b>Item text stays whole here.</li></ul><p>After.</p>"
    )
    reading.run(f"{SELECT}('a', 16, 'b', 9); 0")
    answer = reading.extract("selection")
    assert [(b["role"], b["text"]) for b in answer["article"]["blocks"]] == [
        ("paragraph", "Second sentence."),
        ("heading", "A heading"),
        ("item", "Item text"),
    ]
    assert answer["article"]["kind"] == "selection"
    assert reading.highlight(trace(answer["article"]["blocks"][0], "Second sentence."))
    assert reading.marked() == "Second sentence."


def test_selection_in_a_text_field(reading: Reading) -> None:
    reading.load("<textarea id=t>One line.\n\nAnother line.</textarea><input id=p type=password value=secret>")
    reading.run("t = document.getElementById('t'); t.focus(); t.setSelectionRange(4, 24); 0")
    blocks = reading.extract("selection")["article"]["blocks"]
    assert [b["text"] for b in blocks] == ["line.", "Another line."]
    reading.run("getSelection().removeAllRanges(); p = document.getElementById('p'); p.focus(); p.select(); 0")
    answer = reading.extract("selection")
    assert "secret" not in json.dumps(answer)


def test_empty_selection(reading: Reading) -> None:
    reading.load(f"<p id=a>{FILLER}</p>")
    assert reading.extract("selection")["reason"] == "selection-empty"


def test_highlight_spans_inline_elements_and_distinguishes_duplicates(reading: Reading) -> None:
    twin = "The same words again."
    reading.load(
        f"<article><p>{twin} {FILLER * 2}{twin}</p>"
        f"<p>Some <b>bold<i> and</i></b>\n slanted <a href=#>words</a>. {FILLER}</p></article>"
    )
    answer = reading.extract()
    assert reading.highlight(trace(block_with(answer, "bold and"), "Some bold and slanted words."))
    assert reading.marked() == "Some bold and\n slanted words."
    first, second = block_with(answer, twin), block_with(answer, twin)
    starts = []
    for block, at in ((first, 0), (second, first["text"].rindex(twin))):
        assert reading.highlight({"anchor": block["anchor"], "start": at, "end": at + len(twin), "text": twin})
        starts.append(reading.run("Array.from(CSS.highlights.get('nutshell'))[0].startOffset"))
    assert starts[0] == 0
    assert starts[1] > 200


def test_highlight_skips_text_that_extraction_skips(reading: Reading) -> None:
    reading.load(
        "<article><p>Ranked 16th in 2018<sup style='display: none'><a href=#>[update]</a></sup> and third of all. "
        f"{FILLER}</p><p>{FILLER}</p></article>"
    )
    sentence = "Ranked 16th in 2018 and third of all."
    assert reading.highlight(trace(block_with(reading.extract(), "Ranked"), sentence))
    ranges = reading.run("Array.from(CSS.highlights.get('nutshell'), (range) => range.toString())")
    assert ranges == ["Ranked 16th in 2018", "and third of all."]


def test_highlight_after_the_page_changed(reading: Reading) -> None:
    reading.load((PAGES / "article.html").read_bytes())
    answer = reading.extract()
    wanted = trace(block_with(answer, "Batteries also grow old."), "Batteries also grow old.")
    reading.page("document.querySelector('article').innerHTML = document.querySelector('article').innerHTML; 0")
    assert reading.highlight(wanted)
    assert reading.marked() == "Batteries also grow old."
    reading.page("document.querySelector('article').remove()")
    assert not reading.highlight(wanted)
    assert reading.marked() is None


def test_highlight_prefers_the_nearest_match(reading: Reading) -> None:
    twin = "The same words again."
    reading.load(f"<p>{twin}</p><article><div><p id=a>{FILLER * 3}{twin}</p><p id=b>{FILLER}</p></div></article>")
    wanted = trace(block_with(reading.extract(), FILLER + twin), twin)
    reading.page("b.textContent = a.textContent, a.textContent = 'Moved down.'")
    assert reading.highlight(wanted)
    assert reading.run("Array.from(CSS.highlights.get('nutshell'))[0].startContainer.parentElement.id") == "b"


def test_highlight_scrolls_and_clears(reading: Reading) -> None:
    reading.load((PAGES / "article.html").read_bytes())
    reading.do(reading.tab.page.emulate_media(reduced_motion="reduce"))
    answer = reading.extract()
    last = block_with(answer, "You can hear people saying goodbye.")
    assert reading.highlight(trace(last, '"You can hear people saying goodbye."'), scroll=True)
    middle = reading.run("Array.from(CSS.highlights.get('nutshell'))[0].getBoundingClientRect().top / innerHeight")
    assert 0 < middle < 1
    assert reading.highlight(None)
    assert reading.marked() is None
    assert reading.run("document.adoptedStyleSheets.length") == 0


@dataclass(frozen=True, slots=True)
class RealPage:
    """What the browser and the desktop read from a page: each block's role, text and level."""

    browser: list[tuple[str, str, int]]
    desktop: list[tuple[str, str, int]]
    highlighted: int  # blocks whose text was found in the live page


@pytest.fixture(scope="module")
def real_pages(reading: Reading) -> list[RealPage]:
    """Loads every page once, as loading takes most of the time."""
    if not REAL.is_dir():
        pytest.skip("needs the real pages in ../shared/data/pages/readability")
    count = (
        "((traces) => traces.filter((trace) => nutshell.highlight(trace) && nutshell.anchors[trace.anchor].contains("
        "Array.from(CSS.highlights.get('nutshell'))[0].commonAncestorContainer)).length)"
    )
    pages = []
    with Extractor() as extractor:
        for source in sorted(REAL.glob("*/source.html")):
            reading.load(source.read_bytes())
            here, there = (
                answer.get("article", {}).get("blocks", [])
                for answer in (reading.extract(), extractor.extract(source.read_bytes()))
            )
            found = reading.run(f"{count}({json.dumps([trace(block, block['text']) for block in here])})")
            pages.append(RealPage(_parts(here), _parts(there), found))
    return pages


def _parts(blocks: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(block["role"], block["text"], block["level"]) for block in blocks]


def test_blocks_of_real_pages_are_found_in_the_live_page(real_pages: list[RealPage]) -> None:
    total = sum(len(page.browser) for page in real_pages)
    found = sum(page.highlighted for page in real_pages)
    assert total > 3_000
    assert found / total >= 0.98, f"{found} of {total}"


def test_real_pages_are_the_same_on_the_desktop(real_pages: list[RealPage]) -> None:
    assert sum(page.browser == page.desktop for page in real_pages) >= len(real_pages) - 3


def test_a_folder_of_files(reading: Reading, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a.HTM").write_bytes((PAGES / "article.html").read_bytes())
    (tmp_path / "login.html").write_bytes((PAGES / "login.html").read_bytes())
    (tmp_path / "away.html").write_text(
        f'<meta http-equiv="refresh" content="0;url=/x"><article><p>{FILLER * 3}</p></article>'
    )
    (tmp_path / "notes.txt").write_text("not a page")
    rows = {row["file"]: row for row in reading.do(extract_folder(tmp_path, 2))}
    assert list(rows) == ["away.html", "deep/a.HTM", "login.html"]
    assert rows["login.html"]["text"] == ""
    assert rows["away.html"]["text"] == (FILLER * 3).strip()
    assert rows["deep/a.HTM"]["date"] == "2026-10-14T06:30:00+01:00"
    assert rows["deep/a.HTM"]["text"].startswith("For sixty-one years the people of Sandhaven")
    assert "\n\nThe Thorne is the first fully electric ferry" in rows["deep/a.HTM"]["text"]


# ---- Metadata after a navigation inside the page ------------------------------------------------------------

STORIES = """<!doctype html><html lang="en"><head><title>The mill burns</title>
<meta property="og:title" content="The mill burns"><meta name="author" content="Ann First">
<meta property="article:published_time" content="2026-01-02T08:00:00Z"><script type="application/ld+json">
{"@type": "NewsArticle", "headline": "The mill burns", "author": {"name": "Ann First"}, "datePublished": "2026-01-02"}
</script></head><body><main><article><h1>The mill burns</h1>TEXT</article></main><script>
const show = (address, title, rest = '') => {
  history.pushState({}, '', address);
  document.title = title;
  document.querySelector('article').innerHTML = `<h1>${title}</h1>${rest}TEXT`;
};
</script></body></html>""".replace("TEXT", f"<p>{FILLER * 2}</p><p>{FILLER * 2}</p>")


def test_metadata_is_that_of_the_loaded_story(reading: Reading) -> None:
    reading.load(STORIES, scripts=True)
    article = reading.extract()["article"]
    found = article["title"], article["author"], article["published"]
    assert found == ("The mill burns", "Ann First", "2026-01-02")


@pytest.mark.parametrize("address", ["/heron", "#/heron", "?story=2"])
def test_metadata_after_a_navigation_is_that_of_the_story_on_screen(reading: Reading, address: str) -> None:
    reading.load(STORIES, scripts=True)
    reading.page(f"show({json.dumps(address)}, 'A heron wins the race')")
    article = reading.extract()["article"]
    assert (article["title"], article["author"], article["published"]) == ("A heron wins the race", "", "")
    byline = '<p class="byline">By Bo Second, <time datetime="2026-02-03">3 February</time></p>'
    reading.page(f"show({json.dumps(address)}, 'A heron wins the race', {json.dumps(byline)})")
    article = reading.extract()["article"]
    found = article["title"], article["author"], article["published"]
    assert found == ("A heron wins the race", "Bo Second", "2026-02-03")


def test_a_head_that_follows_the_navigation_is_believed(reading: Reading) -> None:
    reading.load(STORIES, scripts=True)
    reading.page(
        """() => {
          show('/heron', 'A heron wins the race');
          document.querySelector('meta[name=author]').content = 'Bo Second';
          document.querySelector('meta[property="og:title"]').content = 'A heron wins the race';
        }"""
    )
    article = reading.extract()["article"]
    assert (article["title"], article["author"]) == ("A heron wins the race", "Bo Second")
