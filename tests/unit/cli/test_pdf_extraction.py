"""PDF files read with pdf.js: order, headings, and what is left out."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "emscripten":
    pytest.skip("the desktop's own: needs processes", allow_module_level=True)

from nutshell.cli.article_reader import ArticleReader
from nutshell.cli.batch import UsageError
from nutshell.cli.pdf_extraction import extract_pdf, is_pdf

pytestmark = pytest.mark.node
PDF = Path(__file__).resolve().parents[2] / "fixtures" / "pdf"


@functools.cache
def article(name: str) -> dict[str, Any]:
    result = extract_pdf((PDF / name).read_bytes(), name=name)
    assert result["ok"], result
    return result["article"]


def headings(name: str) -> list[tuple[int, str]]:
    return [(block["level"], block["text"]) for block in article(name)["blocks"] if block["role"] == "heading"]


def texts(name: str, *roles: str) -> list[str]:
    return [block["text"] for block in article(name)["blocks"] if not roles or block["role"] in roles]


def test_headings_of_a_paper_in_two_columns() -> None:
    assert headings("columns.pdf") == [
        (1, "Tidal Clocks of the Northern Ferries"),
        (2, "Abstract"),
        (2, "1 Introduction"),
        (2, "2 The float clock"),
        (3, "2.1 Calibration"),
        (3, "2.2 Errors"),
        (2, "3 Results"),
        (2, "4 Conclusion"),
    ]


def test_columns_are_read_one_after_the_other() -> None:
    whole = " ".join(texts("columns.pdf", "paragraph"))
    numbers = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    places = [whole.index(f"keeper of lighthouse {number} ") for number in numbers]
    assert places == sorted(places)


def test_paragraph_goes_on_in_the_next_column_below_a_table() -> None:
    (paragraph,) = [text for text in texts("columns.pdf", "paragraph") if "lighthouse four" in text]
    assert paragraph.startswith("Every clock was calibrated")
    assert paragraph.endswith("separate ledger for the harbour office.")


def test_running_heads_and_page_numbers_are_left_out() -> None:
    whole = "\n".join(texts("columns.pdf"))
    assert "Journal of Small Harbours" not in whole
    assert "Vol. 12" not in whole
    assert not any(text.isdigit() for text in texts("columns.pdf"))


def test_hyphenation_is_undone() -> None:
    whole = " ".join(texts("columns.pdf", "paragraph"))
    assert "eighty-seven percent" in whole
    for words in ("changed the departure of the afternoon ferry", "hold it there for several hours"):
        assert whole.count(words) == 10
    assert "- " not in whole


def test_footnote_and_caption_do_not_interrupt_the_text() -> None:
    found = article("columns.pdf")["blocks"]
    notes = [block["text"] for block in found if block["role"] == "caption"]
    assert notes == ["Table 1: Parts of the clock and what they weigh.", texts("columns.pdf")[-1]]
    assert "summer timetable of 1911" in notes[1]


def test_chapters_of_a_book_without_its_contents() -> None:
    assert headings("chapters.pdf") == [
        (1, "Handbuch der Imkerei"),
        (2, "Chapter 1 Das Bienenvolk"),
        (3, "1.1 Die Königin"),
        (3, "1.2 Die Arbeiterinnen"),
        (2, "Chapter 2 Das Bienenjahr"),
        (3, "2.1 Frühling"),
        (3, "2.2 Herbst"),
    ]
    assert not any(". . ." in text for text in texts("chapters.pdf"))


def test_title_and_author_come_from_the_metadata() -> None:
    assert article("chapters.pdf")["title"] == "Handbuch der Imkerei"
    assert article("chapters.pdf")["author"] == "Klara Wabe"


def test_list_has_items_without_their_bullets() -> None:
    assert texts("chapters.pdf", "item") == [
        "Putzen der Zellen nach dem Schlüpfen.",
        "Füttern der Larven mit Futtersaft.",
        "Sammeln von Nektar, Pollen und Wasser.",
    ]


def test_paragraph_over_two_pages_knows_both() -> None:
    (block,) = [block for block in article("chapters.pdf")["blocks"] if block["text"].startswith("Im dritten Jahr")]
    assert [page for _, page in block["pages"]] == [3, 4]
    start = block["pages"][1][0]
    assert 0 < start < len(block["text"])


def test_office_document() -> None:
    assert headings("report.pdf") == [
        (1, "Annual report of the allotment society"),
        (2, "Water"),
        (2, "Finances"),
        (2, "Plans"),
    ]
    assert texts("report.pdf", "item") == [
        "The pump was serviced in April.",
        "Two taps were replaced near the compost.",
    ]
    assert "Fees | 1,940" in texts("report.pdf", "row")


def test_three_columns() -> None:
    names = ["Swimming", "Parking", "Buses", "School", "Library", "Market", "Trees", "Lamps", "Bins"]
    assert headings("newsletter.pdf") == [(1, "What the council decided"), *((2, name) for name in names)]
    whole = " ".join(texts("newsletter.pdf", "paragraph"))
    numbers = [number for number in range(1, 28) if f"In part {number}," in whole]
    places = [whole.index(f"In part {number},") for number in numbers]
    assert len(numbers) == 18
    assert places == sorted(places)
    assert "Village Letter" not in whole
    assert article("newsletter.pdf")["title"] == "What the council decided"


@pytest.mark.parametrize(("name", "reason"), [("scan.pdf", "pdf-no-text"), ("locked.pdf", "pdf-encrypted")])
def test_pdf_without_readable_text_says_why(name: str, reason: str) -> None:
    assert extract_pdf((PDF / name).read_bytes())["reason"] == reason


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\n" + b"\xff" * 3000, b"%PDF-1.4\n1 0 obj\n<<"])
def test_damaged_pdf_says_so(content: bytes) -> None:
    assert is_pdf(content)
    assert extract_pdf(content)["reason"] == "pdf-damaged"


def test_truncated_file_gives_what_is_left_or_says_that_it_is_damaged() -> None:
    content = (PDF / "columns.pdf").read_bytes()
    result = extract_pdf(content[: len(content) // 2])
    assert result["ok"] or result["reason"] in {"pdf-damaged", "pdf-no-text"}


def test_command_line_reads_pdf_files() -> None:
    with ArticleReader() as reader:
        assert reader.read(str(PDF / "report.pdf"))["title"] == "Annual report of the allotment society"
        with pytest.raises(UsageError):
            reader.read(str(PDF / "locked.pdf"))
