"""What extraction reads in Chromium only: text by its layout, frames, shadow trees, and selections in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from page_reading import FILLER, Reading, block_with, trace

STORY = f"<article><h1>Bridge</h1><p id=a>{FILLER * 3}</p><p>{FILLER * 3}</p></article>"


def text_of(answer: dict[str, Any]) -> str:
    return "\n".join(block["text"] for block in answer["article"]["blocks"])


@pytest.mark.parametrize(
    ("style", "markup", "text"),
    [
        (".row { display: flex }", "<div class=row><span>Monday</span><span>07:15</span></div>", "Monday 07:15"),
        (".row { display: grid }", "<div class=row><b>Norwick</b><b>Hale</b></div>", "Norwick Hale"),
        (".line { display: block }", "<p><b class=line>One.</b><b class=line>Two.</b></p>", "One. Two."),
        (".tag { margin-right: 8px }", "<p><i class=tag>Boats</i><i class=tag>Piers</i></p>", "Boats Piers"),
        (".cap { float: left; font-size: 3em }", "<p><b class=cap>T</b>he first boat</p>", "The first boat"),
        (".letter { display: inline-block }", "<p><i class=letter>B</i><i class=letter>oat</i></p>", "Boat"),
        ("code { padding: 4px }", "<p>The <code>boat</code>s of Hale</p>", "The boats of Hale"),
        (".not { display: none }", "<p>One <span class=not>hidden</span>boat</p>", "One boat"),
    ],
)
def test_words_are_apart_where_the_page_shows_them_apart(reading: Reading, style: str, markup: str, text: str) -> None:
    reading.load(f"<style>{style}</style><article><p>{FILLER * 3}</p>{markup}<p>{FILLER * 3}</p></article>")
    assert text in text_of(reading.extract()).splitlines()


def test_ruby_is_highlighted_without_its_pronunciation(reading: Reading) -> None:
    ruby = "古い<ruby>橋<rp>（</rp><rt>はし</rt><rp>）</rp></ruby>が閉まります。"
    reading.load(f"<article><p>{FILLER * 3}</p><p>{ruby}{FILLER}</p></article>")
    block = block_with(reading.extract(), "橋が閉まります")
    assert reading.highlight(trace(block, "古い橋が閉まります。"))
    ranges = reading.run("Array.from(CSS.highlights.get('nutshell'), (range) => range.toString())")
    assert "".join(ranges) == "古い橋が閉まります。"


def test_cells_and_terms_are_highlighted(reading: Reading) -> None:
    long = "A rope that holds the boat to the pier, and that has to be longer than the tide is high."
    reading.load(
        f"<article><p>{FILLER * 3}</p><table><tr><th>Pier</th><th>Low</th><th>High</th></tr>"
        "<tr id=r><td>North</td><td id=x>3</td><td id=y>3</td></tr></table>"
        f"<dl><dt>Ox</dt><dd>{long}</dd></dl><p>{FILLER * 3}</p></article>"
    )
    answer = reading.extract()
    row = block_with(answer, "North")
    assert row["text"] == "North\t3\t3"
    assert reading.highlight(trace(row, row["text"]))
    for cell, start in (("x", 6), ("y", 8)):
        assert reading.highlight({"anchor": row["anchor"], "start": start, "end": start + 1, "text": "3"})
        range_in = "Array.from(CSS.highlights.get('nutshell'))[0].startContainer.parentElement.id"
        assert reading.run(range_in) == cell
    term = block_with(answer, "A rope")
    assert term["text"] == f"Ox: {long}"
    assert reading.highlight(trace(term, f"Ox: {long}"))


def test_behind_a_dialog(reading: Reading) -> None:
    reading.load(
        "<style>.off { display: none }</style><div role=dialog><p>We store cookies on your device.</p></div>"
        f"<div aria-hidden=true><h1>Bridge</h1><p>{FILLER * 3}</p><p>{FILLER * 3}</p><p class=off>Not shown.</p></div>"
    )
    text = text_of(reading.extract())
    assert text.count(FILLER.strip()) == 6
    assert "cookies" not in text
    assert "Not shown" not in text


FRAME = f'<body style="margin: 0"><iframe id=f style="width: 100%; height: 600px" srcdoc="{STORY}"></iframe>'


def frame_loaded(reading: Reading) -> None:
    reading.run(
        "new Promise((resolve) => { const frame = document.getElementById('f'); const look = () =>"
        " frame.contentDocument?.querySelector('article') ? resolve(0) : setTimeout(look, 20); look(); })"
    )


def test_a_frame_is_read_and_highlighted(reading: Reading) -> None:
    reading.load(FRAME)
    frame_loaded(reading)
    answer = reading.extract()
    assert text_of(answer).count(FILLER.strip()) == 6
    assert reading.highlight(trace(block_with(answer, FILLER.strip()), FILLER.strip()), scroll=True)
    marked = "Array.from(f.contentWindow.CSS.highlights.get('nutshell') ?? [], String)".replace(
        "f.", "document.getElementById('f')."
    )
    assert reading.run(marked) == [FILLER.strip()]
    assert reading.highlight(None)
    assert reading.run(marked) == []


def test_small_frames_and_advertisements_are_not_read(reading: Reading) -> None:
    story = STORY.replace("harbour board", "advertiser")
    reading.load(
        f'<article><p>{FILLER * 9}</p></article><iframe srcdoc="{story}" width=200 height=100 id=f></iframe>'
        f'<iframe class="ads" srcdoc="{story}" style="width: 100%; height: 600px"></iframe>'
    )
    frame_loaded(reading)
    assert "advertiser" not in text_of(reading.extract())


def test_the_selection_in_a_frame_is_read(reading: Reading) -> None:
    reading.load(f"<p id=top>Selected above.</p>{FRAME}")
    frame_loaded(reading)
    reading.run(
        "(({ contentWindow, contentDocument }) => contentWindow.getSelection().selectAllChildren("
        "contentDocument.getElementById('a')))(document.getElementById('f')); 0"
    )
    answer = reading.extract("selection")
    assert text_of(answer) == (FILLER * 3).strip()
    assert answer["article"]["kind"] == "selection"
    assert reading.highlight(trace(answer["article"]["blocks"][0], FILLER.strip()))
    # Two selections: the browser says which one is meant.
    reading.run("getSelection().selectAllChildren(document.getElementById('top')); 0")
    assert text_of(reading.extract("selection")) == "Selected above."
    expected = json.dumps((FILLER * 3).strip())
    chosen = reading.run(f"nutshell.extract({{mode: 'selection', selection: {expected}}})")
    assert text_of(chosen) == (FILLER * 3).strip()


def test_a_selection_that_cannot_be_reached_is_read_as_text(reading: Reading) -> None:
    reading.load("<p>Nothing is selected here.</p>")
    answer = reading.run("nutshell.extract({mode: 'selection', selection: 'In a frame of another site.'})")
    assert [(b["text"], b["anchor"]) for b in answer["article"]["blocks"]] == [("In a frame of another site.", -1)]


def test_the_selection_in_a_shadow_tree_is_read(reading: Reading) -> None:
    reading.load(
        f"<x-story><template shadowrootmode=open><p id=a>{FILLER}</p><p>Not selected.</p></template></x-story>"
    )
    reading.run(
        "(() => { const root = document.querySelector('x-story').shadowRoot; const p = root.getElementById('a');"
        " getSelection().setBaseAndExtent(p.firstChild, 0, p.firstChild, p.firstChild.length); })(); 0"
    )
    assert text_of(reading.extract("selection")) == FILLER.strip()


def test_a_frame_that_cannot_be_read_is_reported(reading: Reading) -> None:
    reading.load('<iframe id=f src="http://docs.example.org/a" style="width: 100%; height: 600px"></iframe>')
    answer = reading.extract()
    assert (answer["reason"], answer["detail"]) == ("frame", "docs.example.org")
