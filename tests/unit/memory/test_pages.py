import pytest

from nutshell.article import Article, Block, Role
from nutshell.memory.pages import NoSuchPage, Pages
from nutshell.memory.schema import open_connection, prepare
from nutshell.summary.summary import Point, SectionPoint, Summary


class FileDatabase:
    def __init__(self, path):
        self.connection = open_connection(str(path))
        self.syncs = 0

    def sync(self):
        self.syncs += 1


def point(text="The ferry is electric.", index=0):
    return Point(text=text, index=index, score=0.5, block=0, start=0, end=len(text), anchor=7)


def summary(text="The ferry is electric."):
    return Summary(
        gist=point(text),
        points=(point(text), point("It carries 40 cars.", 1)),
        outline=(SectionPoint("History", 2, point("It began in 1902.", 2)),),
        method="encoder",
        lang="en",
        sentences=9,
        page_seconds=120,
        summary_seconds=8,
    )


def article(url="https://example.org/a", title="Ferry", kind="page"):
    return Article((Block(Role.PARAGRAPH, "The page's own text."),), url=url, title=title, site="Example", kind=kind)


@pytest.fixture
def database(tmp_path):
    database = FileDatabase(tmp_path / "nutshell.db")
    prepare(database)
    return database


@pytest.fixture
def pages(database):
    return Pages(database)


def test_a_kept_page_comes_back_whole_but_without_its_text(pages):
    kept = pages.keep(article(), summary(), 1000.5)
    page = pages.open(kept)
    assert page.summary == summary()
    assert page.article == Article((), url="https://example.org/a", title="Ferry", site="Example", kind="page")
    assert page.summarized_at == 1000.5


def test_it_survives_the_end_of_the_connection(tmp_path):
    database = FileDatabase(tmp_path / "nutshell.db")
    prepare(database)
    Pages(database).keep(article(), summary(), 1.0)
    database.connection.close()
    again = FileDatabase(tmp_path / "nutshell.db")
    prepare(again)
    assert [page.article.title for page in Pages(again).recent()] == ["Ferry"]


def test_the_newest_stands_first_and_an_address_only_once(pages):
    pages.keep(article("https://example.org/a", "A"), summary(), 1.0)
    pages.keep(article("https://example.org/b", "B"), summary(), 2.0)
    pages.keep(article("https://example.org/a", "A again"), summary(), 3.0)
    assert [page.article.title for page in pages.recent()] == ["A again", "B"]


def test_a_selection_does_not_replace_the_page(pages):
    pages.keep(article(), summary(), 1.0)
    pages.keep(article(kind="selection"), summary(), 2.0)
    assert [page.article.kind for page in pages.recent()] == ["selection", "page"]


def test_pages_without_an_address_are_all_kept(pages):
    pages.keep(article(""), summary(), 1.0)
    pages.keep(article(""), summary(), 2.0)
    assert len(pages.recent()) == 2


def test_search_wants_every_word_and_takes_wildcards_literally(pages):
    pages.keep(article(title="100% Electric"), summary(), 1.0)
    pages.keep(article("https://example.org/b", "Diesel"), summary("Smoke."), 2.0)
    assert [page.article.title for page in pages.recent("electric 100%")] == ["100% Electric"]
    assert pages.recent("electric smoke") == []
    assert pages.recent("_") == []


def test_a_removed_page_can_be_brought_back_once(pages):
    kept = pages.keep(article(), summary(), 1.0)
    pages.remove(kept)
    assert pages.recent() == []
    pages.restore(kept)
    assert pages.open(kept).summary == summary()
    pages.restore(kept)
    assert len(pages.recent()) == 1


def test_two_removals_can_both_be_undone(pages):
    first = pages.keep(article("https://example.org/a"), summary(), 1.0)
    second = pages.keep(article("https://example.org/b"), summary(), 2.0)
    pages.remove(first)
    pages.remove(second)
    pages.restore(first)
    assert [page.id for page in pages.recent()] == [first]
    pages.restore(second)
    assert [page.id for page in pages.recent()] == [second, first]


def test_restoring_does_not_overwrite_a_newer_summary(pages):
    kept = pages.keep(article(title="old"), summary(), 1.0)
    pages.remove(kept)
    pages.keep(article(title="new"), summary(), 2.0)
    pages.restore(kept)
    assert [page.article.title for page in pages.recent()] == ["new"]


def test_all_can_be_cleared_and_brought_back(pages):
    for number in range(3):
        pages.keep(article(f"https://example.org/{number}"), summary(), number)
    pages.clear()
    assert pages.recent() == []
    pages.restore()
    assert len(pages.recent()) == 3


def test_what_is_not_there_is_said_to_be_missing(pages):
    with pytest.raises(NoSuchPage):
        pages.open(99)
    with pytest.raises(NoSuchPage):
        pages.remove(99)


def test_every_change_is_synced(pages, database):
    before = database.syncs
    kept = pages.keep(article(), summary(), 1.0)
    pages.remove(kept)
    pages.restore(kept)
    pages.clear()
    assert database.syncs == before + 4


def test_a_failed_change_leaves_what_was_there(pages, database):
    pages.keep(article(), summary(), 1.0)
    database.connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON page BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    with pytest.raises(Exception, match="disk is full"):
        pages.keep(article(title="replacement"), summary(), 2.0)
    assert [page.article.title for page in pages.recent()] == ["Ferry"]
    assert not database.connection.in_transaction
