import base64

import pytest

from nutshell.storage.feeds import FeedStore
from support.newsroom import HOST, Newsroom, entry, rss
from support.recommender_rig import HOUR, SUBJECTS
from tests import wording


def test_following_a_feed_lists_its_stories(press):
    answer = press.follow("boats")
    assert answer["followed"] == 1
    assert answer["view"] == "for-you"
    assert answer["message"] == wording.text("subscriptions.now_following", title="Boats")
    assert len(press.cards()) == 3
    assert [request.url for request in press.web.asked] == [f"{HOST}/boats"]


def test_following_several_feeds_reports_those_that_fail(press):
    press.web.fail("/vote")
    answer = press.follow("boats", "bread", "vote")
    assert answer["followed"] == 3
    following = wording.plural("subscriptions.now_following_many", 3)
    assert answer["message"] == wording.plural("subscriptions.some_failed", 1, done=following)
    assert len(press.cards()) == 6
    sources = press.ask("news.feeds")["html"]
    assert wording.text("fetch.network") in sources
    assert wording.pattern("subscriptions.next_try").search(sources)
    assert "is-failing" in sources


def test_a_page_that_is_no_feed_is_not_followed(press):
    press.web.put("/page", "<html><body>Just words.</body></html>", content_type="text/html")
    assert press.code("news.subscribe", feeds=[{"url": f"{HOST}/page"}]) == "bad-request"
    assert press.ask("news.hosts")["urls"] == []


def test_a_page_leads_to_its_feed(press):
    press.web.put("/", f'<link rel="alternate" type="application/rss+xml" title="Boats" href="{HOST}/boats">')
    found = press.ask("news.discover", address="press.example")
    assert found["feed"] == {"url": f"{HOST}/boats", "title": "Boats"}


def test_a_discovered_feed_is_not_fetched_again_to_follow_it(press):
    found = press.ask("news.discover", address=f"{HOST}/boats")
    press.ask("news.subscribe", feeds=[found["feed"]])
    assert [request.url for request in press.web.asked] == [f"{HOST}/boats"]
    assert len(press.cards()) == 3


def test_a_page_with_several_feeds_offers_all_of_them(press):
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{HOST}/{name}" title="{name}">' for name in SUBJECTS
    )
    press.web.put("/", links)
    found = press.ask("news.discover", address=HOST)
    assert "feed" not in found
    assert found["html"].count('name="url"') == 4


def test_a_site_that_does_not_answer_offers_its_address_with_or_without_www(press):
    press.web.fail("/")
    press.web.pages["http://press.example/"] = press.web.pages[f"{HOST}/"]
    html = press.ask("news.discover", address="press.example")["html"]
    assert wording.text("fetch.network") in html
    assert 'data-url="https://www.press.example/"' in html
    assert wording.text("feed.invalid_address") not in html
    assert press.ask("news.discover", address="mailto:x")["html"]


def test_a_redirect_to_a_site_without_permission_offers_to_allow_it(press):
    press.follow("boats")
    target = "https://moved.example/boats"
    press.web.fail("/boats", "elsewhere", "It sends on.", sent=321, target=target)
    press.clock.time += 48 * HOUR
    press.ask("news.refresh", due=True)
    sources = press.ask("news.feeds")["html"]
    assert "is-elsewhere" in sources
    assert "<bdi>moved.example</bdi>" in sources
    assert f'data-url="{HOST}/boats" data-allow="{target}"' in sources
    assert press.ask("news.hosts")["urls"] == [f"{HOST}/boats", target]  # once allowed, it is not given back
    ledger = press.ask("privacy.ledger")["html"]
    redirected = wording.text("requests.result_elsewhere")
    assert wording.text("requests.result_with_address", result=redirected, address=target) in ledger
    assert wording.text("requests.result_refused") not in ledger
    assert "321 B" in ledger
    press.web.put("/boats", rss("Boats", [entry(9, "boats", 1)]))
    press.ask("news.refresh", url=f"{HOST}/boats")
    assert "data-allow" not in press.ask("news.feeds")["html"]
    assert press.ask("news.hosts")["urls"] == [f"{HOST}/boats"]


def test_a_feed_without_permission_offers_to_allow_its_site_again(press):
    press.follow("boats")
    press.web.fail("/boats", "refused", "Not allowed.")
    press.clock.time += 48 * HOUR
    press.ask("news.refresh", due=True)
    assert f'data-url="{HOST}/boats" data-allow="{HOST}/boats"' in press.ask("news.feeds")["html"]
    assert wording.text("requests.result_refused") in press.ask("privacy.ledger")["html"]


def test_a_redirected_address_offers_its_target(press):
    press.web.fail("/", "elsewhere", "It sends on to moved.example.", target="https://moved.example/")
    html = press.ask("news.discover", address="press.example")["html"]
    assert 'data-act="twin" data-url="https://moved.example/"' in html


def test_unfollowing_hides_the_stories_and_can_be_undone(reading):
    feed = next(iter(reading.ask("news.feeds")["html"].split('data-feed="')[1:])).split('"')[0]
    answer = reading.ask("news.unsubscribe", id=int(feed))
    assert answer["url"].startswith(HOST)
    assert len(reading.cards()) == len(reading.cards("latest")) == 9
    assert len(reading.ask("news.hosts")["urls"]) == 3
    reading.ask("news.restore", id=int(feed))
    assert len(reading.cards()) == 12
    assert len(reading.ask("news.hosts")["urls"]) == 4


def test_a_feed_that_is_followed_again_is_fetched_without_validators(press):
    press.web.put("/boats", rss("Boats", [entry(n, "boats", 5 + n) for n in range(3)]), etag='"1"')
    press.follow("boats")
    press.event("save", next(iter(press.cards())))
    feed = int(press.ask("news.feeds")["html"].split('data-feed="')[1].split('"')[0])
    press.ask("news.unsubscribe", id=feed)
    press.clock.time += 2 * HOUR
    press.ask("news.refresh", due=True)  # what was left is erased, but for what was saved
    press.web.asked.clear()
    for again in ("boats", "bread"):
        press.ask("news.subscribe", feeds=[{"url": f"{HOST}/{again}"}, {"url": f"{HOST}/vote"}])
    assert not any(name == "If-None-Match" for request in press.web.asked for name, _ in request.headers)
    assert len(press.cards("latest")) == 9


def test_a_gone_feed_that_is_followed_again_is_fetched(press):
    press.follow("boats")
    press.web.put("/boats", "", status=410)
    press.clock.time += 48 * HOUR
    press.ask("news.refresh", due=True)
    feed = int(press.ask("news.feeds")["html"].split('data-feed="')[1].split('"')[0])
    press.ask("news.unsubscribe", id=feed)
    press.web.put("/boats", rss("Boats", [entry(5, "boats", 1)]))
    press.follow("boats", "bread")
    assert "is-gone" not in press.ask("news.feeds")["html"]
    assert len(press.ask("news.hosts")["urls"]) == 2


def test_a_long_list_of_feeds_is_followed_in_one_request(press):
    several = [{"url": f"{HOST}/none{number}"} for number in range(1_200)]
    assert press.ask("news.subscribe", feeds=several)["followed"] == 1_200


def declares(path, title="", kind="application/rss+xml", rel="alternate"):
    return {"rel": rel, "type": kind, "href": f"https://elsewhere.example{path}", "title": title}


PAGE = "https://elsewhere.example/2027/story"


def test_declared_feeds_are_offered_comments_last(press):
    links = [
        declares("/comments.rss", "Comments"),
        declares("/feed", "Posts"),
        declares("/feed", "Posts again"),
        declares("/style.css", kind="text/css", rel="stylesheet"),
        declares("/atom.xml", kind="application/xml"),
        declares("/embed", kind="application/json+oembed"),
    ]
    offered = press.ask("news.page_feeds", page=PAGE, title="A story", links=links)
    assert offered["site"] is None
    assert offered["feeds"] == [
        {"url": "https://elsewhere.example/feed", "title": "Posts"},
        {"url": "https://elsewhere.example/atom.xml", "title": "A story"},
        {"url": "https://elsewhere.example/comments.rss", "title": "Comments"},
    ]


def test_a_followed_feed_is_not_offered_nor_are_the_comments_of_its_site(press):
    press.follow("boats")
    page = HOST.replace("https://", "http://www.") + "/2027/story"
    links = [
        {"rel": "alternate", "type": "application/rss+xml", "href": f"{HOST}/{name}"}
        for name in ("boats", "comments", "bread")
    ]
    offered = press.ask("news.page_feeds", page=page, links=links)
    assert [feed["url"] for feed in offered["feeds"]] == [f"{HOST}/bread"]
    assert press.ask("news.page_feeds", page=page, links=[]) == {"feeds": [], "site": None}


def test_a_site_without_a_declared_feed_can_be_searched(press):
    site = {"url": "https://elsewhere.example/", "host": "elsewhere.example"}
    assert press.ask("news.page_feeds", page=PAGE) == {"feeds": [], "site": site}
    assert press.ask("news.page_feeds", page="chrome://newtab/") == {"feeds": [], "site": None}


@pytest.mark.parametrize("links", ["all", [7], [{"href": 3}], [{}] * 501])
def test_malformed_links_are_refused(press, links):
    assert press.code("news.page_feeds", page=PAGE, links=links) == "bad-request"


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        (" Paper.example ", "https://paper.example/"),
        ("feed:https://paper.example/rss", "https://paper.example/rss"),
        ("http://paper.example/feed#x", "http://paper.example/feed"),
        ("localhost:8000/feed", "https://localhost:8000/feed"),
        ("two words", ""),
        ("paper", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_typed_address_is_completed_or_refused_with_a_message(press, typed, url):
    answer = press.ask("news.address", address=typed)
    assert answer["url"] == url
    assert bool(answer["message"]) == (not url)


def test_permissions_of_hosts_that_no_feed_needs_are_returned(press):
    press.follow("boats")
    for host in ("straße.example", "b.example"):
        FeedStore(press.database).add_subscription(f"https://{host}/feed", press.clock.now())
    needed = [f"*://{HOST.removeprefix('https://')}/*", "*://xn--strae-oqa.example/*", "*://b.example/*"]
    unneeded = ["*://c.example/*", "*://sub.b.example/*"]
    assert press.ask("news.hosts", granted=[*needed, *unneeded])["unneeded"] == unneeded
    assert press.code("news.hosts", granted="all") == "bad-request"


def test_opml_export_can_be_imported_with_folders(press, run):
    feeds = [{"url": f"{HOST}/boats", "folder": "Sea"}, {"url": f"{HOST}/bread"}]
    press.ask("news.subscribe", feeds=feeds)
    written = press.ask("news.opml.export")["text"]
    other = Newsroom(run)
    html = other.ask("news.opml.read", data=base64.b64encode(written.encode()).decode())["html"]
    assert html.count("checked") == 2
    assert 'data-folder="Sea"' in html
    other.ask("news.subscribe", feeds=feeds)
    assert other.ask("news.opml.export")["text"] == written


@pytest.mark.parametrize(
    "data", ["!!", "", base64.b64encode(b"<html></html>").decode(), base64.b64encode(b"\xff").decode()]
)
def test_a_file_that_is_no_opml_is_refused(press, data):
    html = press.ask("news.opml.read", data=data)["html"]
    assert 'name="url"' not in html
    assert "banner" in html
