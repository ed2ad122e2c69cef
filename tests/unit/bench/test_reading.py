"""The sheet of grades survives being written, and shows which summaries changed."""

from tests.reading.sheet import Grade, Page, digest, load, save

ANSWER = {
    "gist": "A ferry.",
    "points": [{"text": "It is new."}],
    "outline": [{"heading": "Past", "text": "It was old."}],
}


def test_saved_sheet_is_loaded_again(tmp_path):
    page = Page("b.html", "news").with_grade("points", Grade("B", digest("points", ANSWER), "too long", "It is new."))
    path = tmp_path / "sheet.jsonl"
    save([page, Page("a.html", "news")], path)
    assert load(path) == [Page("a.html", "news"), page]


def test_digest_changes_with_its_part_only():
    other = ANSWER | {"gist": "A boat."}
    assert digest("gist", ANSWER) != digest("gist", other)
    assert digest("points", ANSWER) == digest("points", other)
    assert digest("points", ANSWER) != digest("points", ANSWER | {"outline": []})
