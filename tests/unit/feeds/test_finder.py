"""What is at an address: a feed, a page with feeds, or neither."""

import pytest

from nutshell.feeds.finder import CannotSubscribe, FeedFinder
from nutshell.feeds.http import HttpClient
from nutshell.storage.ledger import RequestLedger
from nutshell.storage.schema import prepare
from support.fakes import FakeClock, MemoryDatabase
from support.newsroom import HOST, Web, rss
from support.recommender_rig import NOW

FEED = rss("Boats", [("A ferry", "", f"{HOST}/1", NOW)])
PAGE = '<title>Press</title><link rel="alternate" type="application/rss+xml" title="Boats" href="/boats">'


@pytest.fixture
def web():
    return Web()


@pytest.fixture
def finder(web):
    database = MemoryDatabase()
    prepare(database)
    clock = FakeClock(NOW)
    return FeedFinder(HttpClient(web, RequestLedger(database), clock), clock)


def asked(web):
    return [request.url.removeprefix(HOST) for request in web.asked]


def test_address_of_a_feed_is_found_and_not_requested_twice(finder, web, run):
    web.put("/boats", FEED)
    (link,) = run(finder.find("press.example/boats"))
    assert (link.url, link.title, link.declared) == (f"{HOST}/boats", "Boats", True)
    _, feed = run(finder.fetch(link.url))
    assert feed.title == "Boats"
    assert asked(web) == ["/boats"]
    run(finder.fetch(link.url))
    assert asked(web) == ["/boats", "/boats"]  # used once only


def test_feeds_that_a_page_declares_are_found_without_fetching_them(finder, web, run):
    web.put("/", PAGE)
    assert [link.url for link in run(finder.find(HOST))] == [f"{HOST}/boats"]
    assert asked(web) == ["/"]


def test_common_addresses_are_tried_until_one_is_a_feed(finder, web, run):
    web.put("/about", "<p>No feed</p>")
    web.put("/rss", FEED)
    (link,) = run(finder.find(f"{HOST}/about"))
    assert (link.url, link.title, link.declared) == (f"{HOST}/rss", "Boats", False)
    assert asked(web) == ["/about", "/feed", "/rss"]


def test_site_without_a_feed_has_none(finder, web, run):
    web.put("/", "<p>No feed</p>")
    assert run(finder.find(HOST)) == []


@pytest.mark.parametrize("address", ["", "ftp://press.example/", "word"])
def test_invalid_address_is_refused(finder, web, run, address):
    with pytest.raises(CannotSubscribe):
        run(finder.find(address))
    assert web.asked == []


def test_server_that_does_not_answer_is_told_from_one_that_refuses(finder, web, run):
    web.fail("/silent")
    web.put("/missing", "", status=404)
    answered = []
    for path in ("silent", "missing"):
        with pytest.raises(CannotSubscribe) as caught:
            run(finder.find(f"{HOST}/{path}"))
        answered.append(caught.value.answered)
    assert answered == [False, True]


def test_redirect_to_a_host_that_is_not_allowed_is_named(finder, web, run):
    web.fail("/moved", "elsewhere", "It redirects.", target="https://other.example/")
    with pytest.raises(CannotSubscribe) as caught:
        run(finder.find(f"{HOST}/moved"))
    assert caught.value.redirect == "https://other.example/"
    assert caught.value.answered


def test_fetching_a_page_names_its_feeds(finder, web, run):
    web.put("/", PAGE)
    with pytest.raises(CannotSubscribe) as caught:
        run(finder.fetch(f"{HOST}/"))
    assert [link.url for link in caught.value.found] == [f"{HOST}/boats"]
