"""Reading order, headings and what is left out, on pages made of text runs."""

from __future__ import annotations

import pytest

from nutshell.article import Role
from nutshell.extraction.pdf import NoText, PdfArticle, read_pdf
from nutshell.extraction.pdf_runs import MalformedPdf, PdfText
from support.pdf_pages import column, document, page, run


def read(*pages, **fields) -> PdfArticle:
    return read_pdf(PdfText.from_wire(document(*pages, **fields)))


def texts(found: PdfArticle, *roles: Role) -> list[str]:
    return [block.text for block in found.article.blocks if not roles or block.role in roles]


def first_words(found: PdfArticle) -> list[str]:
    return [text.split()[0] for text in texts(found, Role.PARAGRAPH)]


def test_left_column_comes_before_the_right_one():
    mixed = [*column(320, 100, 8, "Third"), *column(50, 100, 8, "First"), *column(50, 210, 8, "Second")]
    assert first_words(read(page(1, *mixed))) == ["First", "Second", "Third"]


def test_columns_start_again_below_a_line_across_the_page():
    found = read(
        page(
            1,
            *column(50, 100, 6, "First"),
            *column(320, 100, 6, "Second"),
            run("A heading over the whole width of both columns of this page, and larger", 50, 210, 14, "Serif-Bold"),
            *column(50, 250, 6, "Third"),
            *column(320, 250, 6, "Fourth"),
        )
    )
    assert first_words(found) == ["First", "Second", "Third", "Fourth"]


def test_right_column_comes_first_where_text_runs_from_right_to_left():
    lines = [*column(50, 100, 8, "Second"), *column(320, 100, 8, "First")]
    found = read(page(1, *([*line[:6], 1] for line in lines)))
    assert first_words(found) == ["First", "Second"]


def test_table_is_read_by_rows():
    rows = [
        cell
        for number, name in enumerate(("Float", "Chain", "Hand", "Case"))
        for cell in (run(name, 60, 300 + 14 * number), run(f"{number}.5", 300, 300 + 14 * number))
    ]
    found = read(page(1, *column(50, 100, 8, "First", 90), *rows))
    assert texts(found, Role.ROW) == ["Float | 0.5", "Chain | 1.5", "Hand | 2.5", "Case | 3.5"]


def test_paragraph_goes_on_over_a_page_break():
    start = [
        run("The harbour master wrote every arrival into the long book, and the", 50, 700 + 12 * n) for n in range(3)
    ]
    end = [run("captains signed it.", 50, 60)]
    found = read(page(1, *column(50, 100, 8, "First", 66), *start), page(2, *end, *column(50, 90, 8, "Last", 66)))
    (block,) = [block for block in found.article.blocks if "captains" in block.text]
    assert block.pages == ((0, 1), (block.text.index("captains"), 2))
    assert block.page_at(3) == 1
    assert block.page_at(len(block.text)) == 2


def test_running_heads_and_page_numbers_are_left_out():
    pages = [
        page(n, run("Annual report", 50, 30, 8), run(f"{n}", 300, 780, 8), *column(50, 100, 9, f"Page{n}", 80))
        for n in (1, 2, 3)
    ]
    assert texts(read(*pages)) == texts(read(*pages), Role.PARAGRAPH)
    assert first_words(read(*pages)) == ["Page1", "Page2", "Page3"]


def test_text_that_repeats_below_other_text_stays():
    names = ("Harbours", "Boats", "Tides")
    pages = [page(n, run(name, 50, 60, 14), *column(50, 90, 3, "Same", 80)) for n, name in enumerate(names, 1)]
    assert first_words(read(*pages)) == ["Same", "Same", "Same"]


def test_numbers_in_the_margin_that_count_the_pages_are_left_out():
    pages = [page(n, run(str(160 + n), 560, 300), *column(50, 276, 9, f"Page{n}", 80)) for n in (1, 2, 3)]
    assert not any("16" in text for text in texts(read(*pages)))


def test_head_beside_the_text_is_left_out():
    pages = [page(n, run("Shift work", 480, 112, 12), *column(50, 100, 9, f"Page{n}", 80)) for n in (1, 2, 3)]
    assert not any("Shift" in text for text in texts(read(*pages)))


@pytest.mark.parametrize("label", ["Keywords: tide, float, clock.", "Index Terms—tide, float, clock."])
def test_keywords_are_no_sentence(label):
    found = read(page(1, *column(50, 100, 4, "First", 80), run(label, 50, 170), *column(50, 200, 6, "Next", 80)))
    assert first_words(found) == ["First", "Next"]


def test_line_numbers_are_left_out():
    numbers = [run(str(n + 1), 30, 100 + 12 * n) for n in range(9)]
    assert texts(read(page(1, *numbers, *column(60, 100, 9, "First", 80))))[0].startswith("First")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a very impor-", "tant day", "important"),
        ("the well-", "known harbour, which is well-known", "well-known harbour"),
        ("the Trace-", "Monkey and TraceMonkey", "TraceMonkey and"),
        ("between Alsace-", "Lorraine and here", "Alsace-Lorraine"),
    ],
)
def test_hyphen_at_the_end_of_a_line(first, second, expected):
    found = read(page(1, run(first, 50, 100), run(second, 50, 112), *column(50, 150, 9, "Next", 60)))
    assert expected in texts(found)[0]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([run("o\ufb03ce", 50, 100)], "office"),
        ([run("K\u00a8", 50, 100), run("onigin", 57, 100)], "Königin"),
        ([run("na\u00a8\u0131ve", 50, 100)], "naïve"),
        ([run("The\x02harbour", 50, 100)], "The harbour"),
        ([run("bold", 50, 100), run("bold", 50.2, 100)], "bold"),
    ],
)
def test_letters_are_put_together(runs, expected):
    assert texts(read(page(1, *runs, *column(50, 150, 9, "Next", 60))))[0] == expected


def test_picture_in_front_of_an_item_is_a_bullet():
    lines = [
        sign_or_text
        for number in range(3)
        for sign_or_text in (
            run("\u00ca", 50, 250 + 14 * number, font="ABCDEF+Wingdings3"),
            run(f"The item number {number} of this list.", 62, 250 + 14 * number),
        )
    ]
    found = read(page(1, *column(50, 100, 9, "First", 80), *lines))
    assert texts(found, Role.ITEM) == [f"The item number {number} of this list." for number in range(3)]


def test_headings_have_levels():
    found = read(
        page(
            1,
            run("Tides of the North", 50, 60, 20, "Serif-Bold"),
            run("1 Introduction", 50, 100, 13, "Serif-Bold"),
            *column(50, 124, 6, "First", 80),
            run("1.1 The float clock", 50, 220, 11, "Serif-Bold"),
            *column(50, 244, 6, "Second", 80),
            run("2 Results", 50, 340, 13, "Serif-Bold"),
            *column(50, 364, 6, "Third", 80),
        )
    )
    headings = [(block.level, block.text) for block in found.article.blocks if block.role is Role.HEADING]
    assert headings == [(1, "Tides of the North"), (2, "1 Introduction"), (3, "1.1 The float clock"), (2, "2 Results")]
    assert found.article.title == "Tides of the North"


def test_bookmark_makes_a_line_a_heading():
    runs = [*column(50, 100, 6, "First", 80), run("Chimera", 50, 200), *column(50, 224, 6, "Second", 80)]
    plain, marked = read(page(1, *runs)), read(page(1, *runs), outline=[[1, "11: Chimera"]])
    assert texts(plain, Role.HEADING) == []
    assert texts(marked, Role.HEADING) == ["Chimera"]


def test_names_below_a_title_are_no_headings():
    names = [run(name, 50, 100 + 24 * n, 12) for n, name in enumerate(("Ada Quill", "Ben Oar", "Cleo Fin", "Dan Ro"))]
    found = read(page(1, run("Tides of the North", 50, 60, 20), *names, *column(50, 300, 9, "First", 80)))
    assert texts(found, Role.HEADING)[0] == "Tides of the North"
    assert not {"Ben Oar", "Cleo Fin"} & set(texts(found, Role.HEADING))


def test_authors_between_title_and_abstract_are_no_headings():
    found = read(
        page(
            1,
            run("Tides of the North", 50, 60, 20),
            run("Ada Quill", 50, 100, 13),
            *column(50, 120, 2, "Institute", 80),
            run("Ben Oar", 50, 170, 13),
            *column(50, 190, 2, "Harbour", 80),
            run("Abstract", 50, 240, 13),
            *column(50, 264, 9, "First", 80),
        )
    )
    assert texts(found, Role.HEADING) == ["Tides of the North", "Abstract"]


def test_table_of_contents_is_left_out():
    entries = [run(f"{n} Chapter {'. ' * 20}{n * 7}", 50, 100 + 14 * n) for n in range(1, 6)]
    found = read(page(1, *entries), page(2, *column(50, 100, 9, "First", 80)))
    assert first_words(found) == ["First"]
    assert not any(". . ." in text for text in texts(found))


def test_notes_at_the_foot_go_to_the_end_and_captions_stay_apart():
    found = read(
        page(
            1,
            *column(50, 100, 9, "First", 80),
            run("Figure 1: The harbour in 1902, seen from the sea", 50, 240, 9),
            run("1 The book is lost.", 50, 740, 7.5),
        ),
        page(2, *column(50, 100, 9, "Second", 80)),
    )
    assert [block.role for block in found.article.blocks] == [
        Role.PARAGRAPH,
        Role.CAPTION,
        Role.PARAGRAPH,
        Role.CAPTION,
    ]
    assert texts(found)[-1] == "1 The book is lost."


def test_text_in_a_font_without_letters_is_left_out():
    glyphs = [
        run("".join(chr(1 + (n * k) % 25) for n in range(60)), 50, 100 + 12 * k, font="Glyphs") for k in (3, 4, 7)
    ]
    assert first_words(read(page(1, *glyphs, *column(50, 300, 9, "First", 80)))) == ["First"]
    with pytest.raises(NoText):
        read(page(1, *glyphs))


def test_turned_text_is_left_out():
    found = read(page(1, run("arXiv:2101.1", 20, 400, 18, "Serif", 2), *column(50, 100, 9, "First", 80)))
    assert not any("arXiv" in text for text in texts(found))


def test_places_cover_the_text():
    found = read(page(1, *column(50, 100, 9, "First", 60)))
    (places,) = found.places
    (block,) = found.article.blocks
    assert [place.start for place in places] == sorted(place.start for place in places)
    assert len(places) == 9
    for place, line in zip(places, column(50, 100, 9, "First", 60), strict=True):
        assert block.text[place.start :].startswith(line[0])
        assert place.left == 50
        assert place.top < line[2] < place.bottom


@pytest.mark.parametrize("name", ["Microsoft Word - draft.doc", "untitled", "paper_final2.pdf", "1043"])
def test_useless_title_in_the_metadata_is_ignored(name):
    found = read(page(1, run("Tides of the North", 50, 60, 20), *column(50, 100, 9, "First", 80)), title=name)
    assert found.article.title == "Tides of the North"


def test_date_of_the_file_is_that_of_the_document_if_its_first_page_names_the_year():
    dated = [run("January 2024", 50, 60), *column(50, 100, 9, "First")]
    assert read(page(1, *dated), date="D:20240131120000Z").article.published == "2024-01-31"
    assert read(page(1, *dated), date="D:20250131120000Z").article.published == ""
    assert read(page(1, *dated), date="yesterday").article.published == ""


def test_pages_without_text_are_reported():
    with pytest.raises(NoText):
        read(page(1), page(2, run(" ", 50, 100)))


@pytest.mark.parametrize(
    "wire",
    [None, {}, {"document": {}, "pages": [{}]}, {"document": [], "pages": []}, {"document": {}, "pages": [1]}]
    + [
        {"document": {}, "pages": [{"number": 1, "width": 1, "height": 1, "runs": [bad]}]} for bad in ([], [1] * 7, "x")
    ],
)
def test_wrong_types_are_refused(wire):
    with pytest.raises(MalformedPdf):
        PdfText.from_wire(wire)


def test_odd_numbers_do_not_crash():
    odd = [run("far away", 1e9, -1e9, 1e6), run("tiny", 5, 5, 0.001), run("negative", 50, 50, -4)]
    assert first_words(read(page(1, *odd, *column(50, 100, 9, "First", 80))))[-1] == "First"
