"""Subscribing, and refreshing feeds."""

import sqlite3

import pytest

from nutshell.feeds.finder import CannotSubscribe
from nutshell.feeds.subscriptions import FeedService
from nutshell.ports import Fetched
from nutshell.records.items import Outline
from nutshell.storage.schema import prepare
from support.fakes import FakeClock, MemoryDatabase
from support.newsroom import HOST, Web, entry, rss
from support.recommender_rig import HOUR, NOW

BOATS, BREAD = f"{HOST}/boats", f"{HOST}/bread"


class Rig:
    def __init__(self, run):
        self.run = run
        self.web = Web()
        self.clock = FakeClock(NOW)
        self.database = MemoryDatabase()
        prepare(self.database)
        self.service = FeedService(self.database, self.web, self.clock, lambda: 0.0)
        for subject in ("boats", "bread"):
            self.web.put(f"/{subject}", rss(subject.title(), [entry(n, subject, 5 + n) for n in range(3)]))

    def follow(self, *urls):
        ids = self.service.add_all([Outline("", url) for url in urls])
        self.refresh()
        return ids

    def refresh(self, **options):
        self.web.asked.clear()
        return self.run(self.service.refresh(**options))

    def count(self, table="item"):
        return self.database.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def row(self, feed, column):
        return self.database.connection.execute(f"SELECT {column} FROM feed WHERE id = ?", (feed,)).fetchone()[0]


@pytest.fixture
def rig(run):
    return Rig(run)


def test_subscribing_stores_the_feed_and_its_items(rig, run):
    subscription = run(rig.service.subscribe("press.example/boats", folder="Sea"))
    assert (subscription.url, subscription.title, subscription.folder) == (BOATS, "Boats", "Sea")
    assert subscription.checked == NOW
    assert subscription.due > NOW
    assert rig.count() == 3


def test_subscribing_again_sends_no_request(rig, run):
    first = run(rig.service.subscribe(BOATS))
    rig.web.asked.clear()
    assert run(rig.service.subscribe(BOATS)).id == first.id
    assert rig.web.asked == []


def test_address_without_a_feed_is_not_followed(rig, run):
    rig.web.put("/page", "<p>Text</p>")
    with pytest.raises(CannotSubscribe):
        run(rig.service.subscribe(f"{HOST}/page"))
    assert rig.count("feed") == 0


def test_permanent_redirect_is_followed_at_its_target(rig, run):
    body = rig.web.pages[BOATS][2]

    async def moved(request):
        return Fetched(200, BREAD, True, True, {}, body, 0, 0)

    rig.web.fetch = moved
    assert run(rig.service.subscribe(BOATS)).url == BREAD


def test_the_same_feed_at_another_spelling_is_not_followed_twice(rig, run):
    first = run(rig.service.subscribe(BOATS))
    other = (
        BOATS.replace("https://", "http://www.")
        if BOATS.startswith("https:")
        else BOATS.replace("http://", "https://www.")
    )
    assert run(rig.service.subscribe(other)).id == first.id
    assert rig.service.add_all([Outline("", other)]) == []


def test_a_feed_that_moves_to_one_that_is_followed_becomes_that_one(rig):
    boats, bread = rig.follow(BOATS, BREAD)
    body = rig.web.pages[BREAD][2]
    (read,) = [item.id for item in rig.service.store.list_items(feed=boats, limit=1)]
    rig.service.store.mark_items([read], column="read", when=NOW)
    rig.clock.time += 24 * HOUR

    async def moved(request):
        return Fetched(200, BREAD, request.url == BOATS, request.url == BOATS, {}, body, 0, 0)

    rig.web.fetch = moved
    result = rig.refresh()
    assert [feed.id for feed in rig.service.store.list_subscriptions()] == [bread]
    items = rig.service.store.list_items(limit=None)
    assert {item.feed for item in items} == {bread}
    assert len({item.url for item in items}) == len(items) == 6
    assert set(result.removed).isdisjoint(item.id for item in items)
    assert rig.service.store.get_items([read])[read].read == NOW


def test_feeds_of_a_list_are_added_once_and_due_at_once(rig):
    outlines = [
        Outline("A", BOATS),
        Outline("B", "feed://press.example/bread"),
        Outline("C", BOATS),
        Outline("D", "x:"),
    ]
    assert len(rig.service.add_all(outlines)) == 2
    assert rig.service.add_all(outlines) == []
    assert rig.service.next_due() == NOW
    assert rig.web.asked == []


def test_refresh_reports_new_and_changed_items(rig):
    rig.service.add_all([Outline("", BOATS), Outline("", BREAD)])
    first = rig.refresh()
    assert (len(first.answered), len(first.new), first.changed, first.removed) == (2, 6, [], [])
    rig.clock.time += 24 * HOUR
    title, _, link, at = entry(0, "boats", 5)
    rig.web.put("/boats", rss("Boats", [entry(9, "boats", 1), (title, "changed text", link, at)]))
    second = rig.refresh()
    assert (len(second.new), len(second.changed)) == (1, 1)


def test_refresh_reports_the_items_that_became_too_old(rig):
    rig.follow(BOATS)
    rig.web.put("/boats", rss("Boats", [entry(n, "boats", 1) for n in range(20, 45)]))
    rig.clock.time += 100 * 24 * HOUR
    assert len(rig.refresh().removed) == 3  # the newest 20 of a feed stay
    assert rig.count() == 20


def test_unchanged_feed_is_not_parsed_again(rig, monkeypatch):
    rig.follow(BOATS)
    monkeypatch.setattr("nutshell.feeds.subscriptions.parse_async", None)
    rig.clock.time += 24 * HOUR
    assert rig.refresh().new == []
    rig.web.put("/boats", "", status=304)
    rig.clock.time += 24 * HOUR
    assert len(rig.refresh().answered) == 1


def test_validators_are_sent_back(rig):
    rig.web.put("/boats", rss("Boats", [entry(0, "boats", 5)]), etag='"a"')
    rig.follow(BOATS)
    rig.clock.time += 24 * HOUR
    rig.refresh()
    assert ("If-None-Match", '"a"') in rig.web.asked[0].headers


def test_only_feeds_that_are_due_are_fetched(rig):
    rig.follow(BOATS)
    assert rig.refresh().answered == []
    assert rig.web.asked == []
    rig.clock.time = rig.service.next_due()
    assert len(rig.refresh().answered) == 1


def test_user_can_have_feeds_fetched_after_a_minute(rig):
    rig.follow(BOATS)
    rig.clock.time += 59
    assert rig.refresh(due_only=False).answered == []
    rig.clock.time += 1
    assert len(rig.refresh(due_only=False).answered) == 1


def test_server_that_asked_for_a_pause_is_left_alone(rig):
    rig.follow(BOATS)
    rig.web.put("/boats", "", status=429, retry_after="7200")
    rig.clock.time += HOUR
    rig.refresh(due_only=False)
    rig.clock.time += 1.9 * HOUR
    assert rig.refresh(due_only=False).failed == []
    rig.clock.time += 0.2 * HOUR
    assert len(rig.refresh(due_only=False).failed) == 1


def test_failure_is_stored_as_a_problem_and_cleared_by_a_success(rig):
    (feed,) = rig.follow(BOATS)
    page = rig.web.pages[BOATS]
    rig.web.put("/boats", "plain text")
    rig.clock.time += 24 * HOUR
    assert rig.refresh().failed == [feed]
    assert rig.row(feed, "problem")
    assert rig.count() == 3
    rig.web.pages[BOATS] = page
    rig.clock.time += 24 * HOUR
    rig.refresh()
    assert rig.row(feed, "problem") == ""


@pytest.mark.parametrize(
    ("reason", "target", "unreachable", "refused"),
    [
        ("network", "", True, ""),
        ("timeout", "", True, ""),
        ("refused", "", False, BOATS),
        ("elsewhere", "https://other.example/", False, "https://other.example/"),
    ],
)
def test_kind_of_failure_is_stored(rig, reason, target, unreachable, refused):
    rig.follow(BOATS)
    rig.web.fail("/boats", reason, "No.", target=target)
    rig.clock.time += 24 * HOUR
    rig.refresh()
    state = rig.service.store.find_subscription(BOATS).fetch_state
    assert (state.unreachable, state.refused, state.failures) == (unreachable, refused, 1)


def test_feed_that_is_gone_is_fetched_only_when_named(rig):
    (feed,) = rig.follow(BOATS)
    rig.web.put("/boats", "", status=410)
    rig.clock.time += 24 * HOUR
    rig.refresh()
    assert rig.service.next_due() is None
    rig.clock.time += 60 * 24 * HOUR
    rig.refresh(due_only=False)
    assert rig.web.asked == []
    rig.refresh(due_only=False, feeds=[feed])
    assert len(rig.web.asked) == 1


def test_feed_moves_to_the_target_of_a_permanent_redirect(rig):
    (feed,) = rig.follow(BOATS)
    body = rig.web.pages[BOATS][2] + b"<!-- new -->"

    async def moved(request):
        return Fetched(200, f"{HOST}/new", True, True, {}, body, 0, 0)

    rig.web.fetch = moved
    rig.clock.time += 24 * HOUR
    rig.refresh()
    assert rig.row(feed, "url") == f"{HOST}/new"


def test_feed_unsubscribed_while_it_is_fetched_gets_no_items(rig):
    (feed,) = rig.service.add_all([Outline("", BOATS)])
    original = rig.web.fetch

    async def unsubscribing(request):
        rig.database.connection.execute("UPDATE feed SET removed = ? WHERE id = ?", (NOW, feed))
        return await original(request)

    rig.web.fetch = unsubscribing
    result = rig.refresh()
    assert (result.answered, result.new, rig.count()) == ([], [], 0)


def test_error_of_the_database_is_raised(rig):
    rig.service.add_all([Outline("", BOATS)])
    rig.database.connection.execute("DROP TABLE item")
    with pytest.raises(sqlite3.Error):
        rig.refresh()


def test_progress_counts_feeds(rig):
    rig.service.add_all([Outline("", BOATS), Outline("", BREAD)])
    reports = []
    rig.refresh(progress=lambda *report: reports.append(report))
    assert reports == [("feeds", 1, 2), ("feeds", 2, 2)]
