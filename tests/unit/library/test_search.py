"""Search by words and by meaning with the real index and fake models."""

import pytest

from nutshell.article import Article
from nutshell.library.search import LibrarySearch
from nutshell.records.pages import PageFilter
from nutshell.records.summary import Point, Summary
from nutshell.storage import vectors
from nutshell.storage.pages import PageStore
from nutshell.storage.schema import prepare
from nutshell.storage.word_index import match_expression
from nutshell.text.wordpiece import WordPiece
from support.fakes import VOCABULARY, FakeModels, MemoryDatabase


def point(text, index=0):
    return Point(text=text, index=index, score=0.5, block=0, start=0, end=len(text), anchor=-1)


class Rig:
    def __init__(self, run):
        self.database = MemoryDatabase()
        prepare(self.database)
        self.pages = PageStore(self.database)
        self.models = FakeModels()
        self.recall = LibrarySearch(self.database, self.pages, self.models, WordPiece.from_vocab(VOCABULARY))
        self.run = run

    def save_page(self, title, *texts, url=None, when=1.0):
        points = tuple(point(text, number) for number, text in enumerate(texts))
        article = Article((), url=f"https://example.org/{title}" if url is None else url, title=title, site="Example")
        return self.pages.save(article, Summary(points[0], points, (), "encoder", "en", 9, 60, 6), when)

    def search(self, query, **which):
        return self.run(self.recall.search(query, PageFilter(**which)))

    def titles(self, query, **which):
        return [found.page.article.title for found in self.search(query, **which)]


@pytest.fixture
def rig(run):
    return Rig(run)


def test_words_match_by_stem_and_the_last_one_by_prefix(rig):
    rig.save_page("Harbour", "The ferries were delayed.", "Nobody complained.")
    rig.save_page("Garden", "Roses want water.")
    assert rig.titles('"ferry"') == ["Harbour"]
    assert rig.titles('"delay" "complaining"') == ["Harbour"]
    assert rig.titles('"roses" "ferry"') == []
    assert "Garden" in rig.titles("rose wat")
    assert rig.titles('"zebra"') == []


def test_matches_are_marked(rig):
    rig.save_page("A harbour", "Nothing here.", "The ferries were late, and no ferry came.")
    [found] = rig.search('"ferry" "harbour"')
    assert found.title == "A \x01harbour\x02"
    assert found.snippet == "The \x01ferries\x02 were late, and no \x01ferry\x02 came."


def test_mark_elements_in_page_text_are_escaped(rig):
    rig.save_page("Trap", "The \x01ferry\x02 is \u2063 here.")
    [found] = rig.search('"here"')
    assert found.snippet.count("\x01") == 1
    assert "\x01here\x02" in found.snippet


def test_notes_and_tags_are_found_until_removed(rig):
    kept = rig.save_page("Harbour", "The ferries were delayed.")
    rig.pages.annotate(kept, note="Ask Zenobia about it.", tags=["seafaring"])
    assert rig.search('"zenobia"')[0].snippet == "Ask \x01Zenobia\x02 about it."
    assert rig.titles('"seafaring"') == ["Harbour"]
    rig.pages.annotate(kept, note="", tags=[])
    assert rig.titles('"zenobia"') == rig.titles('"seafaring"') == []
    assert rig.titles('"ferry"') == ["Harbour"]


def test_scripts_without_spaces(rig):
    rig.save_page("東京", "東京港の連絡船は電気で動く。")
    assert rig.titles('"連絡船"') == ["東京"]
    assert rig.titles('"絡連"') == []
    assert rig.search("連絡船")[0].snippet == "東京港の\x01連絡船\x02は電気で動く。"
    rig.save_page("부산", "항만 위원회는 화요일에 결정했다.")
    assert rig.titles("위원") == ["부산"]


def test_search_by_meaning_finds_pages_without_common_words(rig):
    rig.save_page("abcd", "abcd abcd")
    rig.save_page("wxyz", "wxyz wxyz")
    found = rig.search("dcba")  # the fake encoder compares letters
    assert found[0].page.article.title == "abcd"
    assert found[0].cosine > 0.45
    assert "\x01" not in found[0].title + found[0].snippet
    assert rig.titles('"dcba"') == []


def test_a_page_matching_by_words_and_meaning_is_first(rig):
    rig.save_page("words", "qqqq zzzz wwww vvvv uuuu tttt zebra")
    rig.save_page("both", "zebra")
    rig.save_page("meaning", "arbez")
    assert rig.titles("zebra")[0] == "both"


def test_filters_apply_to_words_and_meaning(rig, monkeypatch):
    rig.save_page("old", "zebra", url="https://a.example/1", when=1.0)
    rig.save_page("new", "zebra", url="https://b.example/2", when=9.0)
    assert rig.titles("zebra", since=5.0) == ["new"]
    assert rig.titles("arbez", host="a.example") == ["old"]
    monkeypatch.setattr("nutshell.library.search._SHORTLIST", 0)
    assert rig.titles("arbez", host="a.example") == ["old"]
    assert rig.titles("arbez", since=99.0) == []


def test_pages_saved_after_a_search_are_found_by_the_next(rig):
    rig.save_page("one", "abcd")
    rig.search("dcba")
    kept = rig.save_page("two", "abcd dcba")
    assert set(rig.titles("dcba")) == {"one", "two"}
    runs = rig.models.runs.count("static")
    rig.search("dcba")
    assert rig.models.runs.count("static") == runs + 1, "only the query is encoded again"
    rig.save_page("two", "completely different now", url="https://example.org/two")
    assert rig.titles("dcba") == ["one"]
    assert rig.pages.get(kept).article.title == "two"


def test_many_pages_in_several_chunks(rig, monkeypatch):
    monkeypatch.setattr(vectors, "CHUNK", 4)
    for number in range(18):
        rig.save_page(f"page {number}", "bbbb" if number != 13 else "yyyy")
    assert rig.titles("yyy")[0] == "page 13"
    assert rig.database.connection.execute("SELECT count(*) FROM page_vector").fetchone() == (5,)


def test_the_best_of_many_pages_by_shortened_vectors_are_compared_in_full(rig, monkeypatch):
    monkeypatch.setattr("nutshell.library.search._MAX_FULL", 10)
    monkeypatch.setattr("nutshell.library.search._SHORTLIST", 3)
    for number in range(20):
        rig.save_page(f"page {number}", "bbbb" if number not in {4, 13} else "yyyy")
    first = rig.titles("yyy")
    assert set(first[:2]) == {"page 4", "page 13"}
    rig.save_page("page 20", "yyyy")
    assert set(rig.titles("yyy")[:3]) == {"page 4", "page 13", "page 20"}, "the new page has a shortened vector"
    assert rig.titles("yyy", host="elsewhere.org") == []


@pytest.mark.parametrize(
    "query",
    ["", " ", "*", '"', '""', "AND", "OR NOT", "NEAR(a b)", "a AND (", "title:x", "-a", "^a", "a*b", "\x00", "' --",
     "%_", '"a', "(((((", "\ud800", "\u2063", "a" * 5000, "+ - . ,", "{title} : a"],
)  # fmt: skip
def test_unusual_queries_cause_no_error(rig, query):
    rig.save_page("Harbour", "The ferries were delayed.")
    rig.search(query)


def test_query_in_fts5_syntax(rig):
    assert (
        match_expression(rig.database.connection, 'ferry "late boats" har')
        == '"ferry" AND "late boats" AND ("har" OR "har" *)'
    )
    assert match_expression(rig.database.connection, "a OR b", every=False) == '"a" OR "OR" OR "b"'
    assert match_expression(rig.database.connection, "-- !") == ""


def test_pages_older_than_the_index_are_indexed(rig):
    kept = rig.save_page("Harbour", "The ferries were delayed.")
    connection = rig.database.connection
    connection.execute("INSERT INTO page_words (page_words) VALUES ('delete-all')")
    connection.execute("UPDATE page SET indexed = 0, placed = 0, host = ''")
    assert rig.titles('"ferry"') == ["Harbour"]
    assert rig.pages.list_pages(PageFilter(host="example.org"))[0].id == kept


def test_a_word_with_a_much_shorter_stem_is_not_a_prefix(rig):
    """The index has "go" for "going". It must not find or mark every word that starts with "go"."""
    rig.save_page("Farm", "The goat has a golden bell.")
    rig.save_page("Trip", "We go on Monday.")
    rig.save_page("Harbour", "Ferries are electrical.")
    find = rig.pages.words.search
    rig.recall._pages.index_words(500)
    assert [len(find(query)) for query in ("going", "go", "used", "elections", "elect")] == [1, 2, 0, 0, 1]
    assert [len(find(query)) for query in ("ferries", "ferr", "harbours", "harb", "goats")] == [1, 1, 1, 1, 1]
    [found] = [found for found in rig.search("going") if found.page.article.title == "Trip"]
    assert found.snippet == "We \x01go\x02 on Monday."
