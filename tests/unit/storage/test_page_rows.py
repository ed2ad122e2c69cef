from dataclasses import replace

import pytest

from nutshell.article import Article
from nutshell.records.pages import STORY, PageFilter
from nutshell.records.summary import Point, SectionPoint, Summary
from nutshell.storage.page_rows import (
    MAX_NOTE,
    MAX_TAG,
    MAX_TAGS,
    TEXT_COLUMNS,
    clean_note,
    clean_tags,
    filter_condition,
    join_tags,
    page_row,
    parse_page,
    searchable_text,
)

POINT = Point("The ferry sails.", 0, 0.5, 0, 0, 16, 3)
SUMMARY = Summary(POINT, (POINT,), (SectionPoint("Harbour", 2, POINT),), "encoder", "en", 9, 60, 6)
ARTICLE = Article((), url="https://www.example.org/a", title="Ferry", site="Example", lang="en")


def parsed(row, note="", tags=""):
    return parse_page(1, row["at"], row["record"], note, tags)


def test_a_page_is_the_same_after_storing():
    row = page_row(ARTICLE, SUMMARY, 5.0)
    assert (row["host"], row["gist"], row["id"]) == ("example.org", POINT.text, None)
    page = parsed(row, "A note", "sea\nbirds")
    assert (page.article, page.summary, page.at) == (ARTICLE, SUMMARY, 5.0)
    assert (page.note, page.tags) == ("A note", ("sea", "birds"))


def test_the_kind_of_page_is_stored_and_may_be_missing():
    forum = replace(ARTICLE, page_kind="forum")
    assert parsed(page_row(forum, SUMMARY, 5.0)).article == forum
    # Pages that earlier versions stored have no kind.
    assert "page_kind" not in page_row(ARTICLE, SUMMARY, 5.0)["record"]


def test_a_story_has_a_text_instead_of_a_summary():
    row = page_row(Article((), title="Story", kind=STORY), None, 5.0, "It floats.")
    page = parsed(row)
    assert (page.summary, page.text, page.gist, page.passages) == (None, "It floats.", "It floats.", ["It floats."])


@pytest.mark.parametrize("record", ["", "{}", "[]", '{"article": {}}', '{"article": {"x": 1}, "summary": null}'])
def test_a_foreign_record_is_refused(record):
    with pytest.raises((KeyError, TypeError, ValueError)):
        parse_page(1, 0.0, record, "", "")


def test_title_address_content_and_notes_are_searchable():
    row = page_row(ARTICLE, SUMMARY, 5.0) | {"note": "A note", "tags": "sea"}
    title, body, note = searchable_text(*(row[name] for name in TEXT_COLUMNS))
    assert title == "Ferry Example https://www.example.org/a"
    assert body.split("\n") == ["The ferry sails.", "Harbour"]
    assert note == "A note\nsea"


def test_a_filter_is_a_condition_with_its_values():
    assert filter_condition(PageFilter()) == ("", [])
    condition, values = filter_condition(PageFilter(1.0, 2.0, "a_b.example"))
    assert condition.count("?") == len(values) == 4
    assert values == [1.0, 2.0, "a_b.example", "%.a\\_b.example"]


def test_tags_are_cleaned_and_joined():
    assert clean_tags(["#Sea", " to   read ", "", "Sea", "a,b"]) == ("Sea", "to read", "a b")
    assert join_tags("a\nb", "", "b\nc") == "a\nb\nc"


@pytest.mark.parametrize("tags", [["x" * (MAX_TAG + 1)], [f"t{number}" for number in range(MAX_TAGS + 1)], [5]])
def test_too_long_and_too_many_tags_are_refused(tags):
    with pytest.raises(ValueError, match=r"tag"):
        clean_tags(tags)


def test_a_note_is_stripped_and_limited():
    assert clean_note("  x \n") == "x"
    for note in ("x" * (MAX_NOTE + 1), 5):
        with pytest.raises(ValueError, match="note"):
            clean_note(note)
