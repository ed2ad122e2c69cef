import pytest

from nutshell.storage.transaction import transaction
from nutshell.storage.word_index import (
    MARK,
    PassageHighlighter,
    WordIndex,
    distinct_words,
    has_phrase,
    match_expression,
)


@pytest.fixture
def index(database):
    index = WordIndex(database)
    with transaction(database) as connection:
        index.add(connection, 1, "Harbour", "The ferries were delayed.", "")
        index.add(connection, 2, "Garden", "Roses in the harbour.", "a note")
    return index


def test_a_title_counts_more_than_the_body(index):
    assert index.search("harbour") == [1, 2]


@pytest.mark.parametrize(
    ("query", "found"),
    [("ferry", [1]), ("ferr", [1]), ('"ferries were"', [1]), ('"were ferries"', []), ("roses note", [2]), ("", [])],
)
def test_words_match_by_stem_prefix_and_phrase(index, query, found):
    assert index.search(query) == found


def test_a_condition_restricts_the_pages(database, index):
    assert index.search("harbour", "page.id = ?", [2]) == []  # there is no such row in `page`


def test_a_deleted_page_is_not_found(database, index):
    with transaction(database) as connection:
        index.delete(connection, 1, "Harbour", "The ferries were delayed.", "")
    assert index.search("ferries") == []
    assert index.search("harbour") == [2]
    with transaction(database) as connection:
        index.clear(connection)
    assert index.search("harbour") == []


def test_residue_is_remembered_until_it_is_cleared(database, index):
    assert not index.has_residue()
    with transaction(database) as connection:
        index.add_residue(connection)
    assert WordIndex(database).has_residue()
    while not index.merge(100, start=False):
        pass
    with transaction(database) as connection:
        index.clear_residue(connection)
    assert not index.has_residue()


def test_matching_words_are_marked(database):
    start, end = MARK
    marked = PassageHighlighter(database, "ferry rose").highlight(["A ferry sails.", "Nothing.", "Two roses, a ferry."])
    assert marked.keys() == {0, 2}
    assert marked[0][0] == f"A {start}ferry{end} sails."
    assert marked[2][0] == f"Two {start}roses{end}, a {start}ferry{end}."
    assert marked[2][1] > 0


def test_unspaced_characters_are_marked_as_one(database):
    start, end = MARK
    assert PassageHighlighter(database, "東京").highlight(["東京港"])[0][0] == f"{start}東京{end}港"


def test_an_empty_query_marks_nothing(database):
    assert PassageHighlighter(database, " - ").highlight(["A ferry"]) == {}


def test_queries_are_escaped_for_fts5(database):
    assert match_expression(database.connection, "a NEAR b*") == '"a" AND "NEAR" AND "b"'
    assert match_expression(database.connection, '"x y" z', every=False).startswith('"x y" OR ')
    assert has_phrase('"x"')
    assert not has_phrase("x")
    assert distinct_words("The ferry", "the Sea") == {"the", "ferry", "sea"}
