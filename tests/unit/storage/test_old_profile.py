"""A profile written by the version before the restructure opens and imports without losing data."""

import gzip
import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from nutshell.library.retention import Retention
from nutshell.storage import settings
from nutshell.storage.feeds import FeedStore
from nutshell.storage.front_page import FrontPageStore
from nutshell.storage.ledger import RequestLedger
from nutshell.storage.pages import PageStore
from nutshell.storage.ranking import RankingStore
from nutshell.storage.schema import MIGRATIONS, open_connection
from nutshell.storage.settings import SettingsStore
from support.fakes import MemoryDatabase
from support.newsroom import Everything, Newsroom
from support.recommender_rig import small_vocabulary

PROFILE = Path(__file__).parents[2] / "fixtures" / "profile"
ANSWERS = json.loads((PROFILE / "answers.json").read_text(encoding="utf-8"))
EXPORT = (PROFILE / "export.jsonl").read_text(encoding="utf-8")


class Profile(Newsroom):
    vocabulary = staticmethod(small_vocabulary)

    def __init__(self, run, database):
        super().__init__(run, database)
        self.models = Everything()
        self.clock.time = ANSWERS["now"]
        self.restart()

    def listed(self, name, attribute, **payload):
        """Returns the ids in the order of a list."""
        return re.findall(rf'{attribute}="([^"]*)"', self.ask(name, **payload)["html"])

    def export(self):
        text, place = "", None
        while True:
            part = self.ask("library.export", place=place)
            text, place = text + part["text"], part["place"]
            if place is None:
                return text


@pytest.fixture
def opened(run, tmp_path):
    """The old database file, opened in place."""
    path = tmp_path / "profile.db"
    path.write_bytes(gzip.decompress((PROFILE / "profile.db.gz").read_bytes()))
    return Profile(run, MemoryDatabase(str(path)))


@pytest.fixture
def imported(run):
    """A new database with the old export imported."""
    profile = Profile(run, MemoryDatabase())
    report = profile.ask("library.import", text=EXPORT, first=True, last=True)
    assert (report["refused"], report["problems"], report["complete"]) == (0, [], True)
    return profile


@pytest.fixture(params=["opened", "imported"])
def profile(request):
    return request.getfixturevalue(request.param)


def test_the_fixture_has_rows_of_every_kind():
    empty = {name for name, count in ANSWERS["row_counts"].items() if not count}
    assert empty == {"dropped"}
    assert set(ANSWERS["export_rows"]) == set(ANSWERS["row_counts"]) - {"page_words", "page_vector"}


def test_every_row_is_in_the_opened_database(opened):
    run = opened.database.connection.execute
    assert run("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert run("PRAGMA integrity_check").fetchone() == ("ok",)
    for table, count in ANSWERS["row_counts"].items():
        assert run(f"SELECT count(*) FROM {table}").fetchone() == (count,), table


def test_opening_the_database_changes_no_row(opened, tmp_path):
    original = tmp_path / "original.db"
    original.write_bytes(gzip.decompress((PROFILE / "profile.db.gz").read_bytes()))
    connection = open_connection(str(original))
    for table in ("page", "feed", "item", "request", "taste_event", "taste_interest", "taste_mute", "setting"):
        rows = f"SELECT * FROM {table} ORDER BY 1"
        assert opened.database.connection.execute(rows).fetchall() == connection.execute(rows).fetchall(), table


def test_the_library_lists_and_finds_the_same_pages(profile):
    assert profile.listed("library.list", "data-open") == [str(page) for page in ANSWERS["recent"]]
    for query, pages in ANSWERS["search"].items():
        assert profile.listed("library.list", "data-open", query=query) == [str(page) for page in pages], query
    for site, pages in ANSWERS["site"].items():
        assert profile.listed("library.list", "data-open", site=site) == [str(page) for page in pages], site
    assert profile.ask("library.list", sites=True)["sites"] == ANSWERS["sites"]


def test_every_page_opens_with_its_summary_note_and_tags(profile):
    pages = PageStore(profile.database)
    assert ANSWERS["pages"]
    for expected in ANSWERS["pages"]:
        page = pages.get(expected["id"])
        article = page.article
        assert (article.title, article.url, article.site, article.kind) == (
            expected["title"],
            expected["url"],
            expected["site"],
            expected["kind"],
        )
        assert (page.at, page.note, list(page.tags)) == (expected["at"], expected["note"], expected["tags"])
        answer = profile.ask("library.open", id=page.id)
        assert answer["id"] == page.id
        if page.summary:
            for name in ("gist", "points", "outline", "text"):
                assert answer[name] == expected[name], name


def test_subscriptions_keep_their_titles_folders_and_fetch_state(profile):
    subscriptions = {subscription.id: subscription for subscription in FeedStore(profile.database).list_subscriptions()}
    assert set(subscriptions) == {feed["id"] for feed in ANSWERS["feeds"]}
    for feed in ANSWERS["feeds"]:
        subscription = subscriptions[feed["id"]]
        for name in ("url", "site", "lang", "folder", "added", "checked", "due", "problem"):
            assert getattr(subscription, name) == feed[name], name
        assert subscription.title == (feed["own_title"] or feed["title"])
        assert json.loads(json.dumps(asdict(subscription.fetch_state))) == feed["fetch_state"]
    assert profile.ask("news.hosts")["urls"] == ANSWERS["hosts"]
    assert profile.ask("news.opml.export")["text"] == ANSWERS["opml"]
    html = profile.ask("news.feeds")["html"]
    assert all((feed["own_title"] or feed["title"]) in html for feed in ANSWERS["feeds"])


def test_items_keep_their_read_and_saved_times(profile):
    found = FeedStore(profile.database).get_items([item["id"] for item in ANSWERS["items"]])
    assert len(found) == len(ANSWERS["items"])
    for item in ANSWERS["items"]:
        stored = asdict(found[item["id"]])
        assert {name: stored[name] for name in item} == item


def test_the_news_are_listed_in_the_same_order(profile):
    for tab, stories in ANSWERS["news"].items():
        profile.list(tab)
        assert profile.listed("news.list", "data-story", tab=tab, again=True) == stories, tab
    for query, stories in ANSWERS["news_search"].items():
        assert profile.listed("news.list", "data-story", tab="latest", query=query, again=True) == stories, query


def test_interests_keep_their_names_and_order(profile):
    profile.list()
    html = profile.ask("news.preferences")["html"]
    positions = [html.index(interest["name"]) for interest in ANSWERS["interests"]]
    assert len(positions) > 5
    assert "Small wooden boats" in html
    stored = RankingStore(profile.database).get_interest_settings()
    for interest in ANSWERS["interests"]:
        if not interest["own"]:
            assert stored[interest["id"]].factor == interest["factor"]


def test_feedback_and_mutes_are_kept(profile):
    store = RankingStore(profile.database)
    events = {event.id: event for event in store.list_events()}
    assert set(events) == {event["id"] for event in ANSWERS["events"]}
    for expected in ANSWERS["events"]:
        assert {name: getattr(events[expected["id"]], name) for name in expected} == expected
    assert [asdict(mute) for mute in store.list_mutes()] == ANSWERS["mutes"]


def test_the_ledger_keeps_every_request(profile):
    ledger = RequestLedger(profile.database)
    assert [asdict(entry) for entry in ledger.list_entries(5000)] == ANSWERS["ledger"]
    assert asdict(ledger.totals()) == ANSWERS["ledger_totals"]


def test_settings_are_kept(profile):
    store = SettingsStore(profile.database)
    assert profile.ask("settings") == ANSWERS["settings"]
    assert asdict(store.load_news()) == ANSWERS["news_settings"]
    assert store.get(settings.SLIDERS) == ANSWERS["sliders"]
    assert store.get(settings.PAUSED) is ANSWERS["paused"] is True


def test_settings_of_one_browser_are_kept_in_the_database(opened):
    store = SettingsStore(opened.database)
    assert opened.ask("privacy.switches")["welcomed"] is ANSWERS["welcomed"] is True
    assert Retention(opened.database).get() == ANSWERS["retention"] == "year"
    assert store.get(settings.DECODER_SPEED) == ANSWERS["setting_rows"]["words.measured"]
    assert store.get(settings.FRONT_PAGE) == ANSWERS["front_page"]
    places = FrontPageStore(opened.database).load()
    assert [place.story for place in places] == ANSWERS["news"]["for-you"]


def test_every_setting_of_the_old_version_has_a_key():
    keys = {key.name for key in vars(settings).values() if isinstance(key, settings.SettingKey)}
    assert set(ANSWERS["setting_rows"]) <= keys


def test_an_import_has_every_row_of_the_export(imported):
    head = json.loads(imported.export().partition("\n")[0])["nutshell"]
    expected = ANSWERS["export_rows"] | {"setting": ANSWERS["export_rows"]["setting"] - 1}  # not the retention
    assert head["rows"] == expected


def test_the_export_of_the_opened_database_is_the_same(opened):
    lines, old = opened.export().split("\n"), EXPORT.split("\n")
    assert lines[1:] == old[1:]
    head, old_head = json.loads(lines[0])["nutshell"], json.loads(old[0])["nutshell"]
    assert head == old_head
