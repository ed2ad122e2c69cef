"""The request `pdf.read`: an article for `summarize`, with the places of its sentences."""

import pytest

from support.app_rig import AppRig
from support.pdf_pages import column, document, page, run


@pytest.fixture
def rig(run):
    return AppRig(run)


def harbour(pages=1):
    return document(*(page(n, *column(50, 100, 9, f"Page{n}", 80)) for n in range(1, pages + 1)))


def test_article_can_be_summarized_and_its_points_name_their_pages(rig):
    read = rig.ask("pdf.read", **harbour(3), url="https://example.org/a.pdf", file="a")
    answer = rig.ask("summarize", article=read["article"], length=3)
    for trace in answer["traces"].values():
        block = read["article"]["blocks"][trace["anchor"]]
        assert block["text"][trace["start"] : trace["end"]] == trace["text"]
        assert {place[1] for place in read["places"][trace["anchor"]]} == {trace["anchor"] + 1}
    assert 'class="page-number"' in answer["html"]


def test_file_name_is_the_title_of_a_document_without_one(rig):
    assert rig.ask("pdf.read", **harbour(), file="harbour book")["article"]["title"] == "harbour book"


def test_scan_gets_a_notice(rig):
    answer = rig.ask("pdf.read", **document(page(1)))
    assert answer["reason"] == "pdf-no-text"
    assert 'data-action="choose-pdf"' in answer["html"]


def test_progress_of_a_long_document(rig):
    rig.ask("pdf.read", **harbour(12))
    assert [report[:3] for report in rig.progress] == [("pdf-layout", n, 12) for n in (4, 8, 12)]


def test_download_is_in_the_request_log(rig):
    rig.ask("pdf.read", **harbour(), url="https://example.org/a.pdf", fetched=0)
    assert rig.ask("privacy.ledger")["count"] == 0
    rig.ask("pdf.read", **harbour(), url="https://example.org/a.pdf", fetched=81_000)
    assert rig.ask("privacy.ledger")["count"] == 1


@pytest.mark.parametrize("payload", [{}, {"document": {}, "pages": 3}, document(page(1, [1, 2])), {"pages": [None]}])
def test_malformed_text_is_refused(rig, payload):
    assert rig.code("pdf.read", **payload) == "bad-request"


def test_turned_page_has_no_text(rig):
    turned = document(page(1, *([*line[:6], 2] for line in column(50, 100, 9, "First")), run(" ", 5, 5)))
    assert rig.ask("pdf.read", **turned)["reason"] == "pdf-no-text"
