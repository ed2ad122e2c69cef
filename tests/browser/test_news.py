"""End-to-end tests of the news: the built extension and a local server of three papers and some misbehaving feeds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from driver import Browser, wait_for
from newsreader import NewsReader
from newsstand import LENT, NOTES, RADIO, TRIBUNE, Newsstand, Story, opml
from reader import Reader
from test_requests import of_the_extension
from tests import wording

ODD = ("gone", "broken", "down", "slow", "moved", "elsewhere", "packed", "huge")
HOSTS = ("tribune", "radio", "notes", "sending", "open", "plain", *ODD)
EVENTS = len(TRIBUNE) + len(RADIO) + len(NOTES) - 1  # one event is in two feeds


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    stand = Newsstand()
    yield stand
    stand.close()


@pytest.fixture
def news(launch: Callable[..., Browser], stand: Newsstand, tmp_path: Path) -> NewsReader:
    """A user with a fresh profile who has granted access to these hosts."""
    hosts = tuple(f"*://{name}.example/*" for name in HOSTS)
    return NewsReader(launch(profile=tmp_path / "profile", flags=stand.flags, granted=hosts, netlog=True))


def follow_papers(news: NewsReader, stand: Newsstand) -> None:
    """Import a list from a file with one click, which requests access to all three hosts."""
    news.enter()
    papers = [(paper.title, paper.feed) for paper in stand.papers.values()]
    news.panel.locator("#opml-file").set_input_files(opml(*papers))
    news.panel.get_by_role("button", name=wording.plural("choices.follow", 3)).click()
    news.wait_for_stories(EVENTS)
    news.settle()


def test_reading_stories_changes_order_reasons_and_ledger(news: NewsReader, stand: Newsstand) -> None:
    """Reads two stories of three feeds and asks for less of one. The changes survive a restart."""
    news.enter()
    assert news.panel.locator('.choices-page[data-page="first"]').is_visible()
    assert stand.asked == []
    follow_papers(news, stand)
    assert news.granted() == [f"*://{name}.example/*" for name in ("notes", "radio", "tribune")]
    assert len(news.ledger()) == 3
    news.view("for-you")
    fresh = news.stories()
    assert any(
        wording.plural("news.more_sources", 1) in text for text in news.panel.locator(".story-head").all_inner_texts()
    )

    for slug in ("caulking", "sail"):
        story = next(s for s in NOTES if s.slug == slug)
        news.act(story.title, "open")
        wait_for("the story's page", lambda s=story: any(a.url.endswith(f"/{s.slug}") for a in stand.asked))
        wait_for("the story to leave the list", lambda s=story: s.title not in news.titles())
        news.settle()
    read = news.stories()
    assert [s.title for s in read] != [s.title for s in fresh if s.id in {r.id for r in read}]
    # The stories read have no subject in common with others, but their source has more.
    read_before = wording.pattern("reason.source_read")
    assert not any(read_before.search(story.reason) for story in fresh)
    read_today = wording.pattern("reason.source_read", day=wording.text("day.today"))
    assert any(read_today.search(story.reason) for story in read)

    saved, kept = give_feedback(news)

    news.browser.restart()
    news.enter()
    news.settle()
    assert sorted(news.titles()) == sorted(kept)
    news.view("saved")
    assert news.titles() == [saved]

    # Hours later without a network, the stories are still there.
    stand.down = True
    news.browser.close()
    make_due(news.browser)
    news.browser.start()
    news.enter()
    wait_for("the offline message", lambda: news.panel.get_by_text(wording.pattern("news.offline")).is_visible(), 30)
    assert len(news.titles()) == len(kept)
    news.view("saved")
    assert news.titles() == [saved]

    unanswered = [wording.text("requests.result_network"), wording.text("requests.result_timeout")]
    rows = news.ledger()
    assert sum(any(result in row for result in unanswered) for row in rows) >= 3, rows
    news.browser.close()
    check_only_feeds_were_requested(news, stand)


def give_feedback(news: NewsReader) -> tuple[str, list[str]]:
    """Ask for less of a story, undo and repeat; mute words; save a story.

    Returns the saved story's title and all remaining titles.
    """
    before = news.titles()
    disliked = before[0]
    news.act(disliked, "less")
    news.wait_for_toast(wording.text("story.less_done"))
    wait_for("the story to move down", lambda: disliked not in news.titles()[:5])
    sunk = news.titles()
    news.undo()
    wait_for("the order to be restored", lambda: news.titles() == before)
    news.act(disliked, "less")
    wait_for("the story to move down again", lambda: news.titles() == sunk)

    seals = next(s for s in RADIO if s.slug == "seals").title
    news.card(seals).locator('[data-act="rest"]').click()
    news.card(seals).locator("input[name=words]").fill("seal")
    news.card(seals).locator("input[name=words]").press("Enter")
    wait_for("the muted story to disappear", lambda: seals not in news.titles())
    saved = news.titles()[1]
    news.act(saved, "save")
    news.wait_for_toast(wording.text("story.saved"))
    return saved, news.titles()


def check_only_feeds_were_requested(news: NewsReader, stand: Newsstand) -> None:
    """Check that Chromium's log has only feed addresses and that the server received nothing about the user."""
    asked = {r.url for r in of_the_extension(news.browser) if r.kind.startswith("URL_REQUEST")}
    assert asked == {paper.feed for paper in stand.papers.values()}
    check_feed_requests_are_anonymous(stand)


# Headers that Chromium always sends, and the headers of conditional requests.
SAID = {"host", "connection", "accept", "accept-encoding", "accept-language", "user-agent", "cache-control", "pragma"}
CONDITIONS = {"if-none-match", "if-modified-since"}


def check_feed_requests_are_anonymous(stand: Newsstand) -> None:
    """Check that feed requests have no cookie, referrer, query or identifying header."""
    asked = [request for request in stand.asked if "/feed" in request.url]
    assert asked
    for request in asked:
        assert request.url in {paper.feed for paper in stand.papers.values()}
        more = {name for name in request.headers if not name.startswith("sec-")} - SAID - CONDITIONS
        assert not more, f"{request.url} received {more}"
        assert request.headers["user-agent"].startswith("Mozilla/5.0")
        assert "nutshell" not in str(request.headers).lower()


def test_exported_sources_are_imported_in_another_browser(
    news: NewsReader, stand: Newsstand, launch: Callable[..., Browser], tmp_path: Path
) -> None:
    """Importing the exported OPML file in a fresh profile gives the same sources in the same folders."""
    follow_papers(news, stand)
    listed = exported_opml(news, tmp_path / "first.opml")
    assert listed.count(b"xmlUrl=") == 3
    assert b'<outline text="Coast">' in listed
    news.browser.close()
    hosts = tuple(f"*://{name}.example/*" for name in HOSTS)
    other = NewsReader(launch(profile=tmp_path / "other", flags=stand.flags, granted=hosts))
    other.enter()
    other.panel.locator("#opml-file").set_input_files(tmp_path / "first.opml")
    other.panel.get_by_role("button", name=wording.plural("choices.follow", 3)).click()
    other.wait_for_stories(EVENTS)
    other.settle()
    assert exported_opml(other, tmp_path / "second.opml") == listed
    check_feed_requests_are_anonymous(stand)


def exported_opml(news: NewsReader, path: Path) -> bytes:
    """Returns the file that "Export" saves."""
    news.view("sources", ".sources")
    with news.panel.expect_download() as download:
        news.panel.locator('[data-act="export"]').click()
    download.value.save_as(path)
    return path.read_bytes()


def test_misbehaving_feeds_show_their_problems(news: NewsReader, stand: Newsstand) -> None:
    news.enter()
    news.view("sources", ".sources")
    news.panel.locator("#opml-file").set_input_files(opml(*((name, f"http://{name}.example/feed") for name in ODD)))
    news.panel.get_by_role("button", name=wording.plural("choices.follow", len(ODD))).click()
    news.wait_for_toast(wording.pattern("subscriptions.some_failed", 2))
    news.wait_for_stories(3)  # slow, moved, packed
    news.view("sources", ".sources")
    said = {row.locator(".feed-about bdi").inner_text(): row.inner_text() for row in news.panel.locator(".feed").all()}
    assert wording.text("subscriptions.gone") in said["gone.example"]
    assert "500" in said["down.example"]
    assert wording.text("fetch.too_large", megabytes=10) in said["huge.example"]
    assert wording.text("fetch.network") in said["elsewhere.example"]
    # The browser follows a redirect before the extension sees it. The response is never read.
    for asked in stand.asked:
        assert not {"cookie", "referer"} & asked.headers.keys()
    assert wording.plural("subscriptions.stories", 1) in said["slow.example"]
    assert wording.plural("subscriptions.stories", 1) in said["moved.example"]
    assert wording.plural("subscriptions.stories", 1) in said["packed.example"]
    assert wording.plural("subscriptions.stories", 1) not in said["broken.example"]
    assert "*://gone.example/*" not in news.granted()  # no longer fetched, so the permission is no longer needed


def test_redirected_feed_is_read_after_its_target_is_allowed(news: NewsReader, stand: Newsstand) -> None:
    follow_papers(news, stand)
    news.view("sources", ".sources")
    feeds = (("Sending", "http://sending.example/feed"), ("Slow", "http://slow.example/feed"))
    news.panel.locator("#opml-file").set_input_files(opml(*feeds))
    news.panel.get_by_role("button", name=wording.plural("choices.follow", 2)).click()
    news.wait_for_toast(wording.pattern("subscriptions.some_failed"))
    [asked] = [row for row in news.ledger() if "http://sending.example/feed" in row]
    assert wording.text("requests.result_elsewhere") in asked
    assert "http://open.example/feed" in asked
    assert "0 B out" not in asked
    news.view("sources", ".sources")
    news.panel.get_by_role("button", name=wording.text("subscriptions.allow_host", host="open.example")).click()
    wait_for("the host to be granted", lambda: "*://open.example/*" in news.granted())
    news.panel.locator(".feed", has_text="Sending").locator(".feed-problem").wait_for(state="detached")
    news.settle()
    news.view("latest")
    assert LENT.title in news.titles()


def test_alarm_refreshes_and_updates_the_badge(news: NewsReader, stand: Newsstand) -> None:
    follow_papers(news, stand)
    worker = news.browser.service_worker()
    assert worker.evaluate("chrome.alarms.getAll()") == []
    news.view("sources", ".sources")
    news.panel.get_by_label(wording.text("subscriptions.background")).check()
    news.panel.get_by_label(wording.text("subscriptions.badge")).check()
    [alarm] = wait_for("the alarm", lambda: worker.evaluate("chrome.alarms.getAll()"))
    assert alarm["name"] == "news"
    news.browser.close()
    make_due(news.browser)  # simulates hours with the browser closed
    whale = Story("whale", "A whale in the harbour", "It looked about for a while, and left with the tide.", 0)
    stand.papers["radio.example"].stories.insert(0, whale)
    asked = len(stand.asked)

    news.browser.start()
    news.browser.open("http://radio.example/")  # the site sets a cookie
    wait_for("the page", lambda: len(stand.asked) > asked)
    asked = len(stand.asked)
    worker = news.browser.service_worker()
    wait_for("the existing alarm", lambda: worker.evaluate("chrome.alarms.getAll()"))
    assert len(stand.asked) == asked
    worker.evaluate("chrome.alarms.create('news', {when: Date.now()})")  # fire now instead of in a minute
    number = "chrome.action.getBadgeText({})"
    wait_for("the badge", lambda: worker.evaluate(number) == "1", 60)
    assert [(r.url, r.status) for r in stand.asked[asked:]].count(("http://radio.example/feed", 200)) == 1
    fetched = [r for r in stand.asked[asked:] if r.url.endswith("/feed")]
    assert sorted(r.status for r in fetched) == [200, 304, 304]
    check_feed_requests_are_anonymous(stand)
    news.enter()
    wait_for("the new story", lambda: whale.title in news.titles())
    wait_for("the badge to be cleared", lambda: worker.evaluate(number) == "")


def make_due(browser: Browser) -> None:
    """Mark every feed as due in the database while no engine has it open."""
    folder = browser.profile / "Default" / "File System"
    [path] = [p for p in folder.rglob("*") if p.is_file() and p.read_bytes()[:15] == b"SQLite format 3"]
    with closing(sqlite3.connect(path)) as database, database:
        assert database.execute("UPDATE feed SET due = 0, checked = checked - 7200").rowcount == 3


def test_typed_site_address_offers_its_feed(news: NewsReader, stand: Newsstand) -> None:
    news.enter()
    news.follow("tribune.example")
    news.wait_for_stories(len(TRIBUNE))
    news.wait_for_toast(wording.text("subscriptions.now_following", title="The Kerra Tribune"))
    assert news.granted() == ["*://tribune.example/*"]
    news.follow("down.example")
    assert "500" in news.problem()
    assert news.granted() == ["*://tribune.example/*"]  # permissions that are not needed are returned
    news.view("sources", ".sources")
    news.panel.get_by_role(
        "button", name=wording.text("subscriptions.unfollow_named", title="The Kerra Tribune")
    ).click()
    wait_for("the host permission to be returned", lambda: news.granted() == [])
    news.undo()
    wait_for("the host to be granted again", lambda: news.granted() == ["*://tribune.example/*"])


def test_page_offers_its_feed_and_a_story_can_be_summarized(news: NewsReader, stand: Newsstand) -> None:
    reader = Reader(news.browser)
    reader.summarize(news.browser.open("http://notes.example/bread"), timeout=120)
    offer = news.panel.locator("#offer")
    offer.wait_for()
    assert "Harbour Notes" in offer.inner_text()
    offer.get_by_role("button", name=wording.text("offer.follow")).click()
    news.wait_for_stories(len(NOTES))
    title = news.titles()[0]
    news.act(title, "nutshell")
    shown = reader.shown()
    assert shown.title == title


def test_site_without_a_declared_feed_is_searched(news: NewsReader, stand: Newsstand) -> None:
    reader = Reader(news.browser)
    reader.summarize(news.browser.open("http://plain.example/bread"), timeout=120)
    offer = news.panel.locator("#offer")
    offer.wait_for()
    assert wording.text("offer.search") in offer.inner_text()
    assert news.granted() == []
    asked = len(stand.asked)
    offer.get_by_role("button", name=wording.text("offer.search_site", host="plain.example")).click()
    news.panel.locator("#news-found .choices-page").wait_for(timeout=30_000)
    assert "Plain Speaking" in news.panel.locator("#news-found").inner_text()
    assert [request.url for request in stand.asked[asked:]] == ["http://plain.example/", "http://plain.example/feed"]
    news.panel.get_by_role("button", name=wording.plural("choices.follow", 1)).click()
    news.wait_for_stories(1)
    assert news.granted() == ["*://plain.example/*"]
