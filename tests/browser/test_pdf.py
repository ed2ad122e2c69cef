"""PDF files: summarized from their tab or from a file, and shown in the viewer with the sentence highlighted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page

from driver import ROOT, Browser, Site, wait_for
from reader import Reader

PDF = ROOT / "tests" / "fixtures" / "pdf"
TITLE = "Tidal Clocks of the Northern Ferries"


@pytest.fixture
def site(browser: Browser, tmp_path: Path) -> Site:
    for path in PDF.glob("*.pdf"):
        shutil.copyfile(path, tmp_path / path.name)
    return browser.serve(tmp_path)


def viewer(browser: Browser) -> Page:
    prefix = browser.address("viewer/")
    return wait_for("the viewer", lambda: next((p for p in browser.pages() if p.url.startswith(prefix)), None), 20)


def drawn_page(page: Page) -> int:
    return int(
        wait_for("a page to be drawn", lambda: page.evaluate("document.getElementById('page').dataset.drawn"), 20)
    )


def choose(reader: Reader, path: Path) -> None:
    reader.panel.locator("#pdf-file").set_input_files(str(path))


def test_pdf_in_a_tab_is_summarized(reader: Reader, browser: Browser, site: Site) -> None:
    seen = reader.summarize(browser.open(f"{site.url}/columns.pdf"))
    assert seen.title == TITLE
    assert seen.points
    numbers = reader.panel.locator(".points .page-number")
    assert numbers.count() == len(seen.points)


def test_clicking_a_point_shows_its_page_and_highlights_it(reader: Reader, browser: Browser, site: Site) -> None:
    reader.summarize(browser.open(f"{site.url}/columns.pdf"))
    point = reader.points().last
    number = int("".join(filter(str.isdigit, point.locator(".page-number").inner_text())))
    point.click()
    page = viewer(browser)
    assert drawn_page(page) == number
    assert page.title() == TITLE
    boxes = page.locator("#marks > span")
    assert boxes.count() > 0
    # The highlight is where the sentence is: the page has ink there, and the box is inside the page.
    sheet, box = page.locator("#canvas").bounding_box(), boxes.first.bounding_box()
    assert sheet is not None
    assert box is not None
    assert sheet["x"] <= box["x"] < box["x"] + box["width"] <= sheet["x"] + sheet["width"]
    assert page.evaluate(
        """() => {
          const canvas = document.getElementById("canvas");
          const scale = canvas.width / canvas.clientWidth;
          const box = document.querySelector("#marks > span");
          const context = canvas.getContext("2d");
          const sizes = [box.offsetLeft, box.offsetTop, box.offsetWidth, box.offsetHeight].map((size) => size * scale);
          return context.getImageData(...sizes).data.some((value, i) => i % 4 === 0 && value < 100);
        }"""
    )


def test_file_that_was_chosen_opens_in_the_viewer(reader: Reader, browser: Browser, pages: Site) -> None:
    reader.summarize(browser.open(f"{pages.url}/article.html"))
    reader.forget()
    choose(reader, PDF / "report.pdf")
    assert reader.shown().title == "Annual report of the allotment society"
    assert drawn_page(viewer(browser)) == 1


def test_viewer_by_keyboard(reader: Reader, browser: Browser, pages: Site) -> None:
    reader.summarize(browser.open(f"{pages.url}/article.html"))
    reader.forget()
    choose(reader, PDF / "chapters.pdf")
    reader.shown()
    page = viewer(browser)
    assert drawn_page(page) == 1
    page.bring_to_front()
    page.keyboard.press("ArrowRight")
    wait_for("page 2", lambda: drawn_page(page) == 2)
    page.keyboard.press("End")
    wait_for("the last page", lambda: drawn_page(page) == 6)
    page.locator("#number").fill("3")
    page.locator("#number").press("Enter")
    wait_for("page 3", lambda: drawn_page(page) == 3)


@pytest.mark.parametrize(("name", "reason"), [("scan.pdf", "pdf-no-text"), ("locked.pdf", "pdf-encrypted")])
def test_pdf_without_readable_text_gets_a_notice(
    name: str, reason: str, reader: Reader, browser: Browser, site: Site
) -> None:
    assert reader.summarize(browser.open(f"{site.url}/{name}")).notice == reason


def test_damaged_file_gets_a_notice(reader: Reader, browser: Browser, pages: Site, tmp_path: Path) -> None:
    reader.summarize(browser.open(f"{pages.url}/article.html"))
    reader.forget()
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    choose(reader, tmp_path / "bad.pdf")
    assert reader.shown().notice == "pdf-damaged"


def test_pdf_is_read_from_the_cache_of_the_browser(reader: Reader, browser: Browser, site: Site) -> None:
    page = browser.open(f"{site.url}/columns.pdf")
    wait_for("the PDF to load", lambda: "/columns.pdf" in site.asked)
    assert reader.summarize(page).title == TITLE
    assert site.asked.count("/columns.pdf") == 1
