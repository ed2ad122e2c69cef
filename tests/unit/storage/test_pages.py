import pytest

from nutshell.article import Article, Block, Role
from nutshell.records.pages import NoSuchPage, PageFilter
from nutshell.records.summary import Point, SectionPoint, Summary
from nutshell.storage.pages import PageStore
from nutshell.storage.schema import open_connection, prepare


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
    return PageStore(database)


def test_a_saved_page_is_loaded_without_its_text(pages):
    kept = pages.save(article(), summary(), 1000.5)
    page = pages.get(kept)
    assert page.summary == summary()
    assert page.article == Article((), url="https://example.org/a", title="Ferry", site="Example", kind="page")
    assert page.at == 1000.5


def test_pages_survive_closing_the_connection(tmp_path):
    database = FileDatabase(tmp_path / "nutshell.db")
    prepare(database)
    PageStore(database).save(article(), summary(), 1.0)
    database.connection.close()
    again = FileDatabase(tmp_path / "nutshell.db")
    prepare(again)
    assert [page.article.title for page in PageStore(again).list_pages()] == ["Ferry"]


def test_newest_pages_are_listed_first_and_each_address_once(pages):
    pages.save(article("https://example.org/a", "A"), summary(), 1.0)
    pages.save(article("https://example.org/b", "B"), summary(), 2.0)
    pages.save(article("https://example.org/a", "A again"), summary(), 3.0)
    assert [page.article.title for page in pages.list_pages()] == ["A again", "B"]


def test_a_selection_does_not_replace_the_page(pages):
    pages.save(article(), summary(), 1.0)
    pages.save(article(kind="selection"), summary(), 2.0)
    assert [page.article.kind for page in pages.list_pages()] == ["selection", "page"]


def test_pages_without_an_address_do_not_replace_each_other(pages):
    pages.save(article(""), summary(), 1.0)
    pages.save(article(""), summary(), 2.0)
    assert len(pages.list_pages()) == 2


def test_a_page_summarized_again_keeps_its_id_its_note_and_its_tags(pages):
    kept = pages.save(article(), summary(), 1.0)
    pages.annotate(kept, note="ask Ines about it", tags=["#boats", "to read, boats"])
    assert pages.save(article(title="again"), summary(), 2.0) == kept
    page = pages.get(kept)
    assert (page.article.title, page.note, page.tags) == ("again", "ask Ines about it", ("boats", "to read boats"))


def test_a_summarized_story_is_still_one_page(pages):
    story = pages.save_story(url="https://example.org/a", title="Ferry", site="Paper", text="It floats.", when=1.0)
    assert pages.get(story).summary is None
    assert pages.get(story).gist == "It floats."
    pages.annotate(story, note="mine")
    kept = pages.save(article(), summary(), 2.0)
    assert [page.id for page in pages.list_pages()] == [kept]
    assert pages.get(kept).note == "mine"
    assert pages.save_story(url="https://example.org/a", title="Ferry", site="Paper", text="", when=3.0) == kept
    assert (pages.get(kept).at, pages.get(kept).summary) == (3.0, summary())


@pytest.mark.parametrize("tags", [["a" * 41], [str(number) for number in range(21)], [7]])
def test_too_long_and_too_many_tags_are_refused(pages, tags):
    kept = pages.save(article(), summary(), 1.0)
    with pytest.raises(ValueError, match="tag"):
        pages.annotate(kept, tags=tags)
    assert pages.get(kept).tags == ()


def test_filters(pages):
    pages.save(article("https://www.example.org/a", "A"), summary(), 1.0)
    pages.save(article("https://news.example.org/b", "B"), summary(), 2.0)
    pages.save(article("https://badexample.org/c", "C"), summary(), 3.0)

    def titles(**which):
        return [page.article.title for page in pages.list_pages(PageFilter(**which))]

    assert titles(host="example.org") == ["B", "A"]
    assert titles(host="news.example.org") == ["B"]
    assert titles(since=2.0) == ["C", "B"]
    assert titles(since=1.5, until=3.0) == ["B"]
    assert titles(host="%") == []
    assert pages.list_sites() == [("badexample.org", 1), ("example.org", 1), ("news.example.org", 1)]


def test_a_missing_page_is_reported(pages):
    with pytest.raises(NoSuchPage):
        pages.get(99)
    with pytest.raises(NoSuchPage):
        pages.annotate(99, note="x")


def test_every_change_is_synced(pages, database):
    before = database.syncs
    kept = pages.save(article(), summary(), 1.0)
    pages.annotate(kept, note="x")
    assert database.syncs == before + 2


def test_a_failed_change_is_rolled_back(pages, database):
    pages.save(article(), summary(), 1.0)
    database.connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON page BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    with pytest.raises(Exception, match="disk is full"):
        pages.save(article(title="replacement"), summary(), 2.0)
    assert [page.article.title for page in pages.list_pages()] == ["Ferry"]
    assert not database.connection.in_transaction
    assert pages.words.search("ferry") == [1]
