"""Erased data is removed from rows, word index, vectors and the file, and can be restored for ten seconds."""

import pytest

from nutshell.article import Article
from nutshell.library.erasure import Erasure
from nutshell.library.retention import Retention
from nutshell.library.search import LibrarySearch
from nutshell.records.pages import NoSuchPage, PageFilter
from nutshell.records.summary import Point, Summary
from nutshell.storage import unsubscribed
from nutshell.storage.deletion import OldRows, is_on_site
from nutshell.storage.integrity import ASIDE
from nutshell.storage.pages import PageStore
from nutshell.storage.schema import open_connection, prepare
from nutshell.text.wordpiece import WordPiece
from nutshell.undo import UnknownToken
from support.fakes import VOCABULARY, FakeModels

NOW = 1_000_000_000.0


class FileDatabase:
    def __init__(self, path):
        self.path = path
        self.connection = open_connection(str(path))

    def sync(self):
        pass

    def holds(self, *texts):
        """Returns which of the texts are in any of the database's files, ignoring case."""
        raw = b"".join(path.read_bytes().lower() for path in self.path.parent.iterdir())
        return {text for text in texts if text.lower().encode() in raw}


class Rig:
    def __init__(self, run, path):
        self.run = run
        self.database = FileDatabase(path)
        prepare(self.database)
        self.pages = PageStore(self.database)
        self.retention = Retention(self.database)
        self.changes = 0
        self.eraser = Erasure(self.database, self.pages, self.retention, [self.changed])
        self.recall = LibrarySearch(self.database, self.pages, FakeModels(), WordPiece.from_vocab(VOCABULARY))

    def changed(self):
        self.changes += 1

    def save_page(self, name, url="https://example.org/a", when=NOW):
        text = f"{name.title()} sentence about {name}word."
        gist = Point(text=text, index=0, score=0.5, block=0, start=0, end=len(text), anchor=-1)
        article = Article((), url=url, title=f"{name.title()} title", site="Example")
        page = self.pages.save(article, Summary(gist, (gist,), (), "encoder", "en", 9, 60, 6), when)
        self.pages.annotate(page, note=f"{name}note", tags=[f"{name}tag"])
        return page

    def save_minimal_page(self, number):
        text = f"Bird {number} is a bird{number}word."
        gist = Point(text=text, index=0, score=0.5, block=0, start=0, end=len(text), anchor=-1)
        article = Article((), url=f"https://example.org/{number}", title=f"Bird {number}", site="Example")
        return self.pages.save(article, Summary(gist, (), (), "encoder", "en", 9, 60, 6), NOW)

    def fill(self):
        """Add a feed, items, an event, a request and pages, of two sites and two times."""
        run = self.database.connection.execute
        run(
            "INSERT INTO feed (id, url, title, own_title, site, lang, folder, added, due, problem, upkeep) VALUES"
            " (1, 'https://example.org/feed', 'Feed', '', '', '', '', 1, 1, '', '{}')"
        )
        for number, host in ((1, "example.org"), (2, "other.example")):
            run(
                "INSERT INTO item (id, feed, guid, url, title, text, author, categories, seen, at, saved, read)"
                f" VALUES ({number}, 1, 'g{number}', 'https://{host}/{number}', 'Item', '', '', '[]', 1, 1, ?, ?)",
                (NOW, NOW - 100.0 * number),
            )
            run(
                "INSERT INTO taste_event"
                " (at, kind, item, source, title, text, seconds, explored, extras, vector, interest)"
                f" VALUES (?, 'open', '{number}', '1', 'learned{number}', '', 1, '', '[]', x'', 0)",
                (NOW - 100.0 * number,),
            )
            run(
                "INSERT INTO request (at, url, why, status, sent, received, result)"
                f" VALUES (?, 'https://{host}/asked{number}', 'feed', 200, 1, 1, '')",
                (NOW - 100.0 * number,),
            )

    def counts(self):
        tables = ("page", "taste_event", "request")
        rows = [self.database.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
        marks = self.database.connection.execute("SELECT count(read) + count(saved) FROM item").fetchone()[0]
        return (*rows, marks)

    def settle(self):
        self.run(self.recall.index())

    def tend(self, later=60.0):
        self.run(self.eraser.run_maintenance(NOW + later))


@pytest.fixture
def rig(run, tmp_path):
    return Rig(run, tmp_path / "nutshell.db")


def words(name):
    """Returns texts that all start with the name, so that the word index contains it."""
    return {name, f"{name} sentence", f"{name}word", f"{name} title", f"{name}note", f"{name}tag"}


def save_two_pages(rig):
    kept = [rig.save_page(name, f"https://example.org/{name}") for name in ("heron", "plover")]
    rig.settle()
    everything = words("heron") | words("plover")
    assert rig.database.holds(*everything) == everything, "the check must find saved text"
    return kept


def test_an_erased_page_leaves_no_bytes_in_the_file(rig):
    heron, plover = save_two_pages(rig)
    packed = bytes(rig.pages.vectors.matrix().packed)
    vectors = {page: packed[256 * page : 256 * page + 256] for page in (heron, plover)}
    rig.eraser.erase_page(heron, NOW)
    rig.tend()
    rig.pages.vectors.clear_cache()
    assert rig.database.holds(*words("heron"), *words("plover")) == words("plover")
    raw = rig.database.path.read_bytes()
    assert vectors[plover] in raw
    assert vectors[heron] not in raw
    assert rig.pages.words.search("heronword") == []
    assert rig.pages.words.search("ploverword") == [plover]


def test_the_index_is_not_purged_while_undo_is_possible(rig):
    heron, _ = save_two_pages(rig)
    undo = rig.eraser.erase_page(heron, NOW).undo
    assert rig.eraser.next_maintenance(NOW) == 12.0
    rig.tend(5.0)
    rig.run(rig.eraser.undo(undo))
    assert rig.pages.get(heron).note == "heronnote"
    assert rig.pages.words.search("heronword") == [heron]
    with pytest.raises(UnknownToken):
        rig.run(rig.eraser.undo(undo))


def test_the_undo_period_can_be_extended(rig):
    heron, _ = save_two_pages(rig)
    undo = rig.eraser.erase_page(heron, NOW).undo
    rig.eraser.postpone(undo, NOW + 11)
    assert rig.eraser.next_maintenance(NOW + 11) == 12.0
    rig.tend(20.0)
    rig.run(rig.eraser.undo(undo))
    assert rig.pages.get(heron)
    with pytest.raises(UnknownToken):
        rig.eraser.postpone(undo, NOW + 21)


def test_an_erasure_cannot_be_undone_after_the_undo_period(rig):
    heron, _ = save_two_pages(rig)
    undo = rig.eraser.erase_page(heron, NOW).undo
    rig.tend(13.0)
    with pytest.raises(UnknownToken):
        rig.run(rig.eraser.undo(undo))
    with pytest.raises(NoSuchPage):
        rig.pages.get(heron)


def test_a_pending_purge_runs_at_the_next_start(run, rig):
    heron, _ = save_two_pages(rig)
    rig.eraser.erase_page(heron, NOW)
    assert rig.database.holds("heron"), "the index still contains the word"
    rig.database.connection.close()
    again = Rig(run, rig.database.path)
    assert again.eraser.next_maintenance(NOW) == 0.0
    again.tend()
    assert again.database.holds(*words("heron")) == set()
    assert again.eraser.next_maintenance(NOW) is None


def test_two_erasures_can_be_undone_in_any_order(rig):
    heron, plover = save_two_pages(rig)
    first, second = rig.eraser.erase_page(heron, NOW).undo, rig.run(rig.eraser.erase_pages(PageFilter(), NOW)).undo
    assert rig.pages.list_pages() == []
    rig.run(rig.eraser.undo(first))
    rig.run(rig.eraser.undo(second))
    assert {page.id for page in rig.pages.list_pages()} == {heron, plover}


def test_undoing_does_not_overwrite_a_newer_summary(rig):
    heron = rig.save_page("heron")
    undo = rig.eraser.erase_page(heron, NOW).undo
    newer = rig.save_page("plover")
    rig.run(rig.eraser.undo(undo))
    assert [page.id for page in rig.pages.list_pages()] == [newer]
    assert rig.pages.words.search("heronword") == []


def test_erasing_a_site_erases_all_its_data(rig):
    rig.fill()
    rig.save_page("heron", "https://www.example.org/heron")
    rig.save_page("plover", "https://other.example/plover")
    before = rig.counts()
    assert before == (2, 2, 2, 4)
    undo = rig.run(rig.eraser.erase_site("Example.org", NOW)).undo
    assert rig.counts() == (1, 1, 1, 2)
    assert rig.database.connection.execute("SELECT title FROM taste_event").fetchall() == [("learned2",)]
    rig.run(rig.eraser.undo(undo))
    assert rig.counts() == before
    assert rig.changes == 2
    rig.run(rig.eraser.erase_site("example.org", NOW))
    rig.tend()
    assert rig.database.holds("heronword", "learned1", "asked1", "learned2", "asked2") == {"learned2", "asked2"}


def test_feedback_is_erased_and_restored_with_its_page(rig):
    rig.fill()
    run = rig.database.connection.execute
    heron = rig.save_page("heron", "https://example.org/1")  # the first of the items
    plover = rig.save_page("plover", "https://elsewhere.example/plover")
    for item, title in (("https://elsewhere.example/plover", "ploverlesson"), ("", "Plover title"), ("", "godwit")):
        run(
            "INSERT INTO taste_event"
            " (at, kind, item, source, title, text, seconds, explored, extras, vector, interest)"
            " VALUES (?, 'summary', ?, '', ?, '', 1, '', '[]', x'', 0)",
            (NOW, item, title),
        )

    def taught():
        return {title for (title,) in run("SELECT title FROM taste_event")}

    run("INSERT INTO setting VALUES ('news.front', '\"like ploverlesson\"')")
    run("UPDATE item SET saved = NULL WHERE id = 1")
    before = rig.counts()
    undo = rig.eraser.erase_page(plover, NOW).undo
    assert taught() == {"learned1", "learned2", "godwit"}
    assert run("SELECT count(*) FROM setting WHERE name = 'news.front'").fetchone() == (0,)
    rig.run(rig.eraser.undo(undo))
    assert rig.counts() == before
    rig.eraser.erase_page(heron, NOW)
    assert taught() == {"ploverlesson", "Plover title", "learned2", "godwit"}
    assert run("SELECT read, saved FROM item ORDER BY id").fetchall() == [(None, None), (NOW - 200.0, NOW)]
    rig.run(rig.eraser.erase_pages(PageFilter(), NOW))
    assert taught() == {"learned2", "godwit"}
    rig.tend()
    assert rig.database.holds("ploverlesson", "learned1", "learned2") == {"learned2"}


def test_clearing_a_note_purges_its_words_from_the_index(rig):
    heron, plover = save_two_pages(rig)
    rig.pages.annotate(heron, note="quixoticword and plain", tags=["zephyrtag"])
    rig.settle()
    assert rig.pages.words.search("quixoticword") == [heron]
    rig.pages.annotate(heron, note="plain", tags=[])
    assert rig.eraser.next_maintenance(NOW) == 0.0
    rig.tend()
    rig.settle()
    assert rig.database.holds("quixotic", "zephyr", "heronnote", "herontag", "ploverword") == {"ploverword"}
    assert rig.pages.words.search("plain") == [heron]
    assert rig.eraser.next_maintenance(NOW) is None
    for note in ("quix", "quixotic", "quixotic heron", ""):  # saved while typing
        rig.pages.annotate(plover, note=note)
    assert rig.database.holds("quix") == set(), "words are indexed only when searched"


def test_adding_words_requires_no_purge(rig):
    heron, _ = save_two_pages(rig)
    rig.pages.annotate(heron, note="heronnote and more", tags=["herontag", "second"])
    assert rig.eraser.next_maintenance(NOW) is None
    rig.settle()
    rig.save_page("heron", "https://example.org/heron")  # summarized again
    rig.settle()
    assert rig.pages.words.search("second") == [], "its note was replaced"
    assert rig.eraser.next_maintenance(NOW) == 0.0


def test_old_words_of_a_replaced_page_are_purged(rig):
    rig.save_page("heron")
    rig.settle()
    rig.save_page("plover")  # with the same address
    rig.pages.annotate(1, note="", tags=[])
    assert rig.eraser.next_maintenance(NOW) == 0.0
    rig.tend()
    assert rig.database.holds(*words("heron")) == set()
    rig.settle()
    assert rig.pages.words.search("ploverword") == [1]


def teach(rig, title, item="", source="", kind="open", when=NOW):
    rig.database.connection.execute(
        "INSERT INTO taste_event (at, kind, item, source, title, text, seconds, explored, extras, vector, interest)"
        " VALUES (?, ?, ?, ?, ?, ?, 1, '', '[]', x'', 0)",
        (when, kind, item, source, title, f"{title} text"),
    )


def taught(rig):
    return {title for (title,) in rig.database.connection.execute("SELECT title FROM taste_event")}


def test_erasing_a_period_erases_later_feedback_on_its_pages(rig):
    rig.fill()
    rig.database.connection.execute("UPDATE item SET saved = NULL")
    rig.save_page("heron", "https://example.org/1", NOW - 10_000)
    rig.save_page("plover", "https://elsewhere.example/plover", NOW - 10_000)
    teach(rig, "ploverlesson", "https://elsewhere.example/plover", kind="summary", when=NOW)
    undo = rig.run(rig.eraser.erase_span(NOW - 20_000, NOW - 9_000, NOW)).undo
    assert taught(rig) == {"learned2"}
    assert rig.counts() == (0, 1, 2, 1)
    rig.run(rig.eraser.undo(undo))
    assert taught(rig) == {"learned1", "learned2", "ploverlesson"}
    assert rig.counts() == (2, 3, 2, 2)
    rig.run(rig.eraser.erase_span(NOW - 20_000, NOW - 9_000, NOW))
    rig.tend()
    assert rig.database.holds("ploverlesson", "learned1", "learned2") == {"learned2"}


def test_erasing_a_site_erases_feedback_on_deleted_stories(rig):
    """For stories that expired or whose source was unfollowed, the source's address determines the site."""
    rig.fill()
    rig.database.connection.execute("DELETE FROM item WHERE id = 1")
    teach(rig, "agedlesson", "77", source="1")
    teach(rig, "otherlesson", "78", source="2")
    teach(rig, "gonelesson", "79", source="https://news.example.org/feed")
    rig.run(rig.eraser.erase_site("example.org", NOW))
    assert taught(rig) == {"learned2", "otherlesson"}
    rig.tend()
    assert rig.database.holds("agedlesson", "gonelesson", "learned1") == set()


def test_a_purged_source_leaves_its_address_in_its_feedback(rig):
    rig.fill()
    run = rig.database.connection.execute
    run("UPDATE item SET saved = NULL")
    run("UPDATE feed SET removed = ?", (NOW,))
    assert unsubscribed.seconds_until_purge(rig.database, NOW + 600) == 3000.0
    assert not unsubscribed.purge(rig.database, NOW - 1)
    assert unsubscribed.purge(rig.database, NOW)
    assert run("SELECT (SELECT count(*) FROM feed), (SELECT count(*) FROM item)").fetchone() == (0, 0)
    assert unsubscribed.seconds_until_purge(rig.database, NOW + 600) is None
    rig.run(rig.eraser.erase_site("example.org", NOW))
    assert taught(rig) == set()


def test_purging_a_source_keeps_its_saved_stories(rig):
    rig.fill()
    run = rig.database.connection.execute
    run("UPDATE item SET saved = NULL WHERE id = 2")
    run("UPDATE feed SET removed = ?", (NOW,))
    assert unsubscribed.purge(rig.database, NOW)
    assert run("SELECT id FROM item").fetchall() == [(1,)]
    assert run("SELECT source FROM taste_event").fetchall() == [("1",), ("1",)]
    assert unsubscribed.seconds_until_purge(rig.database, NOW) is None
    assert not unsubscribed.purge(rig.database, NOW)
    run("UPDATE item SET saved = NULL")
    assert unsubscribed.seconds_until_purge(rig.database, NOW) == 3600.0


def test_erasing_a_page_erases_feedback_on_its_deleted_story(rig):
    rig.fill()
    page = rig.save_page("heron", "https://example.org/heron")
    teach(rig, "Heron title", "77", source="1")
    teach(rig, "Heron title", "2", source="1")  # another story of that title, which still exists
    rig.eraser.erase_page(page, NOW)
    assert taught(rig) == {"Heron title", "learned1", "learned2"}
    assert rig.counts()[1] == 3


def stepped(work, between):
    """Returns the result of a coroutine. `between` is called whenever the coroutine yields."""
    try:
        while True:
            work.send(None)
            between()
    except StopIteration as done:
        return done.value


def test_many_pages_are_erased_and_restored_in_batches(rig):
    """Other work can run between two batches. Nothing is purged before the last batch."""
    for number in range(1201):
        rig.save_minimal_page(number)
    rig.settle()
    erasing = rig.eraser.erase_pages(PageFilter(), NOW)
    left = []

    def between():
        left.append(rig.pages.count())
        rig.tend()
        assert rig.pages.words.has_residue()

    undo = stepped(erasing, between).undo
    assert left == [701, 201, 0]
    rig.tend(5.0)
    assert rig.pages.words.has_residue()
    back = rig.eraser.undo(undo)
    back.send(None)
    assert rig.pages.count() == 500
    rig.run(back)
    assert rig.pages.count() == 1201
    assert rig.pages.words.search("bird7word") == [8]


def test_an_erased_page_is_restored_unchanged(rig):
    kept = rig.save_page("heron", when=NOW + 0.1)
    rig.pages.annotate(kept, note='"Snow" \U0001f9a4 \u2028 und K\u00f6nig\n\0', tags=["\u9cf4\u304d\u58f0"])
    select = "SELECT id, url, kind, host, title, site, at, gist, note, tags, record FROM page"
    before = rig.database.connection.execute(select).fetchall()
    undo = rig.eraser.erase_page(kept, NOW).undo
    rig.run(rig.eraser.undo(undo))
    assert rig.database.connection.execute(select).fetchall() == before


def test_expired_pages_are_erased_in_batches_without_undo(rig):
    for number in range(1201):
        rig.save_minimal_page(number)
    rig.retention.set("day")
    left = []
    went = stepped(rig.eraser.expire(NOW + 2 * 86_400), lambda: left.append(rig.pages.count()))
    assert (left, went) == ([701, 201, 0], 1201)
    assert rig.eraser.next_maintenance(NOW + 2 * 86_400) == 0.0, "without undo it is purged immediately"


def test_erasing_a_period_erases_all_its_data(rig):
    rig.fill()
    rig.save_page("heron", "https://example.org/heron", NOW - 100)
    rig.save_page("plover", "https://example.org/plover", NOW - 200)
    before = rig.counts()
    undo = rig.run(rig.eraser.erase_span(NOW - 150, NOW, NOW)).undo
    assert rig.counts() == (1, 1, 1, 2)
    rig.run(rig.eraser.undo(undo))
    assert rig.counts() == before
    rig.run(rig.eraser.erase_span(NOW - 150, NOW, NOW))
    rig.tend()
    assert rig.database.holds("heronword", "learned1", "asked1", "ploverword") == {"ploverword"}


def test_erasing_everything_empties_all_tables_and_shrinks_the_file(rig):
    rig.fill()
    rig.retention.set("year")
    for number in range(50):
        rig.save_page(f"bird{number}", f"https://example.org/{number}")
    rig.settle()
    size = rig.database.path.stat().st_size
    aside = rig.database.path.with_name(rig.database.path.name + ASIDE)
    aside.write_bytes(b"bird7word in a damaged file that was set aside")
    rig.eraser.erase_everything()
    raw = b"".join(path.read_bytes() for path in rig.database.path.parent.iterdir())
    assert rig.database.path.stat().st_size < size
    assert rig.database.connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    for text in (b"ird7word", b"ird7note", b"learned1", b"asked1", b"example.org", b"memory.keep"):
        assert text not in raw
    tables = rig.database.connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'page_words_%'"
        " AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (table,) in tables:
        assert rig.database.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert rig.save_page("heron") == 51, "an id is never reused"
    rig.settle()
    assert rig.pages.words.search("heronword") == [51]


@pytest.mark.parametrize(("choice", "left"), [("ever", 4), ("year", 3), ("month", 2), ("day", 1)])
def test_retention_erases_expired_pages(rig, choice, left):
    for number, days in enumerate((0.5, 20, 200, 2000)):
        rig.save_page(f"bird{number}", f"https://example.org/{number}", NOW - days * 86_400)
    rig.retention.set(choice)
    rig.run(rig.eraser.expire(NOW))
    assert len(rig.pages.list_pages()) == left
    rig.tend(0.0)
    kept = {f"bird{number}word" for number in range(left)}
    assert rig.database.holds(*(f"bird{number}word" for number in range(4))) == kept


def test_retention_covers_ledger_and_feedback_but_not_saved_items(rig):
    rig.fill()
    rig.retention.set("day")
    rig.run(rig.eraser.expire(NOW + 2 * 86_400))
    assert rig.counts() == (0, 0, 0, 4)
    rig.database.connection.execute("UPDATE item SET saved = NULL")
    rig.save_page("heron")
    rig.run(rig.eraser.expire(NOW + 2 * 86_400))
    assert rig.counts() == (0, 0, 0, 0)


def test_data_that_a_shorter_retention_would_erase_is_counted(rig):
    rig.fill()
    rig.save_page("heron", "https://example.org/heron", NOW - 100)
    rig.save_page("plover", "https://example.org/plover", NOW + 86_400)
    rig.pages.annotate(rig.save_page("godwit", "https://example.org/godwit", NOW - 50), note="", tags=[])
    later = NOW + 86_400
    assert not rig.eraser.count_expired("ever", later)
    assert not rig.eraser.count_expired("month", later)
    assert rig.eraser.count_expired("day", later) == OldRows(pages=2, noted=1, learned=2, requests=2)
    rig.retention.set("day")
    rig.run(rig.eraser.expire(later))
    assert rig.counts()[:3] == (1, 0, 0)
    with pytest.raises(ValueError, match="no such choice"):
        rig.eraser.count_expired("fortnight", later)


def test_retention_runs_at_most_once_a_minute_and_only_if_limited(rig):
    rig.run(rig.eraser.expire(NOW))
    assert rig.eraser.next_maintenance(NOW + 3600) is None
    rig.retention.set("day")
    assert rig.eraser.next_maintenance(NOW + 30) is None
    assert rig.eraser.next_maintenance(NOW + 61) == 0.0
    rig.tend(61.0)
    assert rig.eraser.next_maintenance(NOW + 62) is None


def test_an_unknown_choice_is_refused(rig):
    with pytest.raises(ValueError, match="no such choice"):
        rig.retention.set("fortnight")
    assert rig.retention.get() == "ever"


def test_urls_of_a_site():
    assert is_on_site("https://www.example.org/a", "example.org")
    assert is_on_site("https://news.example.org/a", "example.org")
    assert not is_on_site("https://badexample.org/a", "example.org")
    assert not is_on_site("nonsense", "example.org")
