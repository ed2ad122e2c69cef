import json
from array import array
from dataclasses import replace

import pytest

from nutshell.records.ranking import EXTRAS_STORED, MAX_TOPICS, VECTOR_WIDTH, MatrixPage
from nutshell.storage.matrix_pages import PageRows, decode_page, encode_page, is_valid_page

ROWS = PageRows(
    ids=["a", "b", "c"],
    sources=["paper", "gazette", "paper"],
    stories={"b": "a"},
    packed=bytes(range(VECTOR_WIDTH)) * 3,
    features=bytes(VECTOR_WIDTH) * 3,
    extras=array("f", [0.5] * 3 * EXTRAS_STORED).tobytes(),
    times=array("f", [1.0, 2.0, 3.0]).tobytes(),
    topics=array("i", [0, 7, 255]).tobytes(),
)
SUMMARY = MatrixPage(
    -1,
    json.dumps({"source_names": {"1": "Paper"}, "common": {"harbour": 2}, "counted": 9, "came": 0}),
    bytes(2 * 4 * VECTOR_WIDTH),
)


def head_with(page, **changes):
    return replace(page, head=json.dumps(json.loads(page.head) | changes))


def test_decoding_a_page_restores_its_rows():
    page = encode_page(3, ROWS)
    assert page.number == 3
    assert json.loads(page.head)["sources"] == ["paper", "gazette"]
    assert decode_page(page) == ROWS
    assert is_valid_page(page)


def test_a_summary_page_is_valid_with_and_without_the_newer_count():
    assert is_valid_page(SUMMARY)
    head = json.loads(SUMMARY.head)
    del head["came"]
    assert is_valid_page(replace(SUMMARY, head=json.dumps(head)))


@pytest.mark.parametrize(
    "page",
    [
        replace(encode_page(0, ROWS), number=-2),
        replace(encode_page(0, ROWS), number=4096),
        replace(encode_page(0, ROWS), head="[]"),
        replace(encode_page(0, ROWS), body=b""),
        head_with(encode_page(0, ROWS), ids=["a", "a", "b"]),
        head_with(encode_page(0, ROWS), ids=["a", 2, "b"]),
        head_with(encode_page(0, ROWS), sources=["paper"]),
        head_with(encode_page(0, ROWS), stories=[]),
        head_with(encode_page(0, ROWS), more=1),
        encode_page(0, replace(ROWS, topics=array("i", [0, 7, MAX_TOPICS]).tobytes())),
        encode_page(0, replace(ROWS, times=array("f", [1.0, float("nan"), 3.0]).tobytes())),
        replace(SUMMARY, body=bytes(4 * VECTOR_WIDTH)),
        replace(SUMMARY, body=SUMMARY.body + b"x"),
        replace(SUMMARY, body=array("f", [float("inf")] * 2 * VECTOR_WIDTH).tobytes()),
        head_with(SUMMARY, counted="9"),
        head_with(SUMMARY, counted=-1),
        head_with(SUMMARY, came=-1),
        head_with(SUMMARY, common={"harbour": 0}),
        head_with(SUMMARY, source_names={"1": 1}),
    ],
)
def test_damaged_pages_are_refused(page):
    assert not is_valid_page(page)
