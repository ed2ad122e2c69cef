"""How a page becomes blocks: tables, lists, definitions, ruby, dialogs, frames and words side by side."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

if sys.platform == "emscripten":
    pytest.skip("the desktop's own: needs processes", allow_module_level=True)

from nutshell.article import Article, Role
from nutshell.cli.extraction import Extractor

PROSE = "The harbour board counted forty-one boats in the spring, and wrote every one of them down in its book. "
CONSENT = "We and our partners store cookies on your device and process personal data for advertising. " * 12


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as extractor:
        yield extractor


def read(extractor: Extractor, body: str) -> Article:
    answer = extractor.extract(f"<html lang=en><head><title>T</title></head><body>{body}</body></html>")
    assert answer["ok"], answer
    return Article.from_wire(answer["article"])


def article(extractor: Extractor, body: str) -> Article:
    return read(extractor, f"<article><p>{PROSE * 3}</p>{body}<p>{PROSE * 3}</p></article>")


def rows(page: Article) -> list[tuple[int, tuple[str, ...]]]:
    return [(block.level, block.cells) for block in page.blocks if block.role is Role.ROW]


def texts(page: Article, role: Role) -> list[str]:
    return [block.text for block in page.blocks if block.role is role]


# Tables


def test_a_row_of_a_table_is_one_block_with_its_cells(extractor: Extractor) -> None:
    page = article(
        extractor,
        "<table><caption>Moorings</caption><thead><tr><th>Pier</th><th>Summer</th><th>Winter</th></tr></thead>"
        "<tbody><tr><th>North</th><td>12 kr</td><td>8\tkr</td></tr>"
        "<tr><td>South</td><td></td><td><p>closed</p></td></tr></tbody></table>",
    )
    assert rows(page) == [
        (1, ("Pier", "Summer", "Winter")),
        (0, ("North", "12 kr", "8 kr")),
        (0, ("South", "", "closed")),
    ]
    assert texts(page, Role.CAPTION) == ["Moorings"]


def test_cells_that_span_rows_and_columns_keep_the_others_in_their_columns(extractor: Extractor) -> None:
    page = article(
        extractor,
        "<table><tr><th>Boat</th><th colspan=2>Length</th><th>Crew</th></tr>"
        "<tr><td rowspan=2>Elsa</td><td>12 m</td><td>hull</td><td>4</td></tr>"
        "<tr><td>15 m</td><td>with bowsprit</td><td>5</td></tr>"
        "<tr><td>Juno</td><td>9 m</td><td>hull</td><td rowspan=3>2</td></tr></table>",
    )
    assert [cells for _, cells in rows(page)] == [
        ("Boat", "Length", "", "Crew"),
        ("Elsa", "12 m", "hull", "4"),
        ("", "15 m", "with bowsprit", "5"),
        ("Juno", "9 m", "hull", "2"),
    ]


def test_long_text_in_a_cell_is_running_text(extractor: Extractor) -> None:
    page = article(
        extractor,
        f"<table><tr><th>Rule</th><th>Reason</th></tr><tr><td>No anchors</td><td>{PROSE * 3}</td></tr>"
        f"<tr><td>Wide</td><td></td><td>yes</td></tr><tr><td><p>{PROSE * 3}</p></td></tr></table>",
    )
    assert [cells for _, cells in rows(page)] == [("Rule", "Reason"), ("Wide", "", "yes")]
    assert f"No anchors: {(PROSE * 3).strip()}" in texts(page, Role.PARAGRAPH)
    assert texts(page, Role.PARAGRAPH).count((PROSE * 3).strip()) == 3


def test_a_table_for_layout_is_flattened(extractor: Extractor) -> None:
    page = read(
        extractor,
        f"<table><tr><td><h1>Boats</h1><p>{PROSE * 3}</p></td></tr><tr><td><table><tr><td>{PROSE * 3}</td></tr>"
        "</table></td></tr><tr><td>The ferry leaves the pier at seven in the morning.</td></tr></table>",
    )
    assert rows(page) == []
    assert texts(page, Role.PARAGRAPH) == [
        (PROSE * 3).strip(),
        (PROSE * 3).strip(),
        "The ferry leaves the pier at seven in the morning.",
    ]


def test_table_without_end_tags_or_rows_does_not_fail(extractor: Extractor) -> None:
    page = article(extractor, "<table><td>Elsa<td>12 m<tr><tr><td colspan=9999999 rowspan=0>Juno</table>")
    assert [cells for _, cells in rows(page)] == [("Elsa", "12 m"), ("Juno",)]


# Lists and definitions


def test_terms_stay_with_their_definitions(extractor: Extractor) -> None:
    long = "A rope that holds the boat to the pier, and that has to be longer than the tide is high."
    page = article(
        extractor,
        "<dl><dt>Captain</dt><dd>Rosa Lind</dd><dt>Built</dt><dd>1998</dd><dd>at Norwick</dd>"
        f"<dt>Painter</dt><dd>{long}</dd><dt>What is a painter?</dt><dd><p>{long}</p><p>{PROSE}</p></dd>"
        "<div><dt>Flag</dt><dd>red</dd></div></dl>",
    )
    assert [cells for _, cells in rows(page)] == [
        ("Captain", "Rosa Lind"),
        ("Built", "1998", "at Norwick"),
        ("Flag", "red"),
    ]
    assert texts(page, Role.ITEM) == [f"Painter: {long}", f"What is a painter? {long}", PROSE.strip()]


def test_definitions_without_terms_and_other_content_are_read(extractor: Extractor) -> None:
    page = read(
        extractor,
        "<h1>Weir</h1><dl>" + f"<dd>&nbsp;{PROSE}</dd>" * 4 + f"<p>{PROSE}</p><div>{PROSE}</div><dt>Alone</dt></dl>",
    )
    assert page.text.count(PROSE.strip()) == 6
    assert "Alone" in page.text


def test_items_of_spans_are_read(extractor: Extractor) -> None:
    page = article(extractor, f"<ul><li><span tabindex=0>{PROSE}</span></li><li><span>{PROSE}</span></li></ul>")
    assert texts(page, Role.ITEM) == [PROSE.strip()] * 2


# Words side by side


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<div style="display: flex"><span>Monday</span><b>07:15</b></div>', "Monday 07:15"),
        ('<b style="display:block">First line.</b><b style="display:block">Second.</b>', "First line. Second."),
        ('<p><i style="float: left; display: block">T</i>he initial</p>', "The initial"),
        ("<p>in<b>side</b> a w<wbr>ord</p>", "inside a word"),
        ("<p>Sold<br>on board</p>", "Sold on board"),
    ],
)  # fmt: skip
def test_words_are_apart_where_the_page_shows_them_apart(extractor: Extractor, markup: str, text: str) -> None:
    assert text in texts(article(extractor, markup), Role.PARAGRAPH)


def test_bare_text_between_blocks_is_a_paragraph(extractor: Extractor) -> None:
    page = article(
        extractor, f"<section><p>First</p>Bare text.<div><h4>Inside</h4><p>{PROSE}</p>More bare text.</div></section>"
    )
    assert [text for text in texts(page, Role.PARAGRAPH) if len(text) < 20] == [
        "First",
        "Bare text.",
        "More bare text.",
    ]


# Ruby


@pytest.mark.parametrize(
    "markup",
    [
        "<ruby>橋<rt>はし</rt></ruby>",
        "<ruby>橋<rp>（</rp><rt>はし</rt><rp>）</rp></ruby>",
        "<ruby><rb>橋</rb><rtc>はし</rtc></ruby>",
        '<ruby><span aria-hidden="true">橋</span><rt>はし</rt></ruby>',
        '<ruby aria-hidden="true">橋<rt>はし</rt></ruby>',
    ],
)
def test_ruby_text_is_read_without_its_pronunciation(extractor: Extractor, markup: str) -> None:
    page = article(extractor, f"<p>古い{markup}が閉まります。</p>")
    assert "古い橋が閉まります。" in texts(page, Role.PARAGRAPH)


# Dialogs


@pytest.mark.parametrize("dialog", ['id="cc" role="dialog"', 'class="x" aria-modal="true"', 'id="cookie-banner"'])
@pytest.mark.parametrize("page", ["<main><article>{}</article></main>", "<div>{}</div>"])
def test_the_page_behind_a_dialog_is_read(extractor: Extractor, dialog: str, page: str) -> None:
    behind = page.format(f"<h1>Bridge</h1><p>{PROSE * 3}</p><p>{PROSE * 3}</p>")
    text = read(extractor, f'<div {dialog}><p>{CONSENT}</p></div><div aria-hidden="true">{behind}</div>').text
    assert text.count(PROSE.strip()) == 6
    assert "cookies" not in text


@pytest.mark.parametrize("closed", ["hidden", "aria-hidden=true", 'style="display: none"'])
def test_a_closed_dialog_hides_nothing_and_shows_nothing(extractor: Extractor, closed: str) -> None:
    sheet = f"<div aria-hidden=true><p>Second slide. {PROSE * 3}</p></div>"
    page = article(extractor, f"<div {closed}><div role=dialog><p>{CONSENT}</p></div></div>{sheet}")
    assert "cookies" not in page.text
    assert "Second slide" not in page.text


def test_a_closed_part_of_the_page_is_not_read(extractor: Extractor) -> None:
    page = article(extractor, f'<div class="hide" aria-hidden="true"><h1>Method</h1><p>{CONSENT}</p></div>')
    assert "cookies" not in page.text


def test_a_dialog_elsewhere_hides_nothing(extractor: Extractor) -> None:
    slides = f"<div><div aria-hidden=true><p>Second slide. {PROSE * 3}</p></div></div>"
    page = article(extractor, f"<div><div role=dialog><p>{CONSENT}</p></div></div>{slides}")
    assert "Second slide" not in page.text


def test_an_article_in_a_dialog_is_read(extractor: Extractor) -> None:
    behind = "<div aria-hidden=true>" + "<a href=/x>Boat</a> " * 20 + "</div>"
    page = read(extractor, f"{behind}<div role=dialog><article><h1>Bridge</h1><p>{PROSE * 9}</p></article></div>")
    assert page.text.count(PROSE.strip()) == 9


def test_a_page_about_cookies_is_read(extractor: Extractor) -> None:
    page = read(extractor, f'<main class="cookie-notice-page"><h1>Cookies</h1><p>{CONSENT}</p></main>')
    assert "store cookies on your device" in page.text


def test_decoration_is_not_read(extractor: Extractor) -> None:
    page = article(
        extractor, f'<h2><a href="#a" aria-hidden="true">#</a>Moorings<i aria-hidden=true>arrow</i></h2><p>{PROSE}</p>'
    )
    assert texts(page, Role.HEADING) == ["Moorings"]


# Frames


def test_a_frame_of_the_same_page_is_read(extractor: Extractor) -> None:
    frame = f"<article><h1>Bridge</h1><p>{PROSE * 3}</p><p>{PROSE * 3}</p></article>"
    page = read(extractor, f'<header>Viewer</header><iframe srcdoc="{frame}"></iframe>')
    assert page.text.count(PROSE.strip()) == 6
    advertisement = read(extractor, f'<p>{PROSE * 9}</p><iframe class="ad" srcdoc="<p>{CONSENT}</p>"></iframe>')
    assert "cookies" not in advertisement.text


# Short pages


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Closed today</h1><p>The ticket office is closed today. We open again on Thursday.</p>",
        "<nav><a href=/>Home</a></nav><article><p>The ferry is late again, and nobody says why.</p></article>",
        "<div><p>Norwick, Monday</p><p>The storm has passed and the pier is open.</p></div><footer>Imprint</footer>",
    ],
)
def test_a_short_page_is_read_whole(extractor: Extractor, body: str) -> None:
    assert read(extractor, body).text


@pytest.mark.parametrize(
    "body",
    [
        "<form><label>Name <input></label><label>Boat <select></select></label><button>Send</button></form>",
        "<ul>" + "<li><a href=/x>Boat for sale</a></li>" * 20 + "</ul><p>All boats are in the north harbour.</p>",
        "<div><button>Play</button></div>",
    ],
)
def test_a_page_with_hardly_any_text_is_no_article(extractor: Extractor, body: str) -> None:
    assert extractor.extract(f"<title>T</title>{body}")["reason"] == "no-article"


def test_a_long_hidden_list_is_not_read(extractor: Extractor) -> None:
    links = "<a href=/x>Boats for sale in Norwick</a> " * 40
    page = article(extractor, f'<div aria-hidden="true">{links}</div><div>' + f"<p>{PROSE * 3}</p>" * 9 + "</div>")
    assert "for sale" not in page.text
