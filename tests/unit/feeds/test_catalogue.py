"""The catalogue of feeds to start with."""

from nutshell.feeds.catalogue import TOPICS, load_catalogue
from nutshell.urls import typed_address


def test_every_feed_has_a_title_an_address_and_a_known_topic():
    feeds = load_catalogue()
    assert len(feeds) > 50
    for feed in feeds:
        assert feed.title
        assert typed_address(feed.url) == feed.url
        assert feed.topic in TOPICS
        assert len(feed.lang) == 2
        assert len(feed.country) in {0, 2}


def test_addresses_are_listed_once_and_every_topic_has_feeds():
    feeds = load_catalogue()
    assert len({feed.url for feed in feeds}) == len(feeds)
    assert {feed.topic for feed in feeds} == set(TOPICS)
