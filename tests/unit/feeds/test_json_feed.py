"""JSON Feed 1.0 and 1.1."""

import pytest

from nutshell.feeds.feed import NotAFeed
from nutshell.feeds.json_feed import looks_like_json, parse_timestamp
from nutshell.feeds.parser import parse
from support.recommender_rig import NOW


def test_json_feed_1_0(parsed):
    feed = parsed("json-1.0.json")
    high, low = feed.items
    assert (feed.title, feed.site, feed.kind) == ("Tides", "https://tides.example/", "json1")
    assert (high.id, high.url, high.text) == ("7", "https://tides.example/high", "At six.")
    assert high.author == low.author == "Ole"
    assert high.published == 1_777_874_400.0
    assert (low.id, low.url, low.text) == ("8", "https://elsewhere.example/low", "Low water at noon.")
    assert low.published == 1_777_809_600.0  # date_modified


def test_json_feed_1_1(parsed):
    feed = parsed("json-1.1.json")
    assert (feed.kind, feed.lang, feed.self_url) == ("json11", "en-US", "https://votes.example/feed.json")
    item, odd = feed.items
    assert (item.title, item.text, item.author) == ("Council & mayor", "In short.", "Lin, Sam")
    assert item.categories == ("council", "mayor")
    assert (odd.title, odd.author, odd.categories, odd.published) == ("", "", (), None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"version": "https://jsonfeed.org/version/1"}', "feed.json_without_items"),
        (b'{"items": []}', "feed.json_without_version"),
        (b"[1, 2]", "feed.json_without_items"),
        (b'{"version": ', "feed.invalid_json"),
        (b"[" * 5000, "feed.invalid_json"),
    ],
)
def test_other_json_is_refused_with_a_reason(reason, body, message):
    assert reason(NotAFeed, parse, body, now=NOW) == message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_encoding_of_json_is_detected(encoding):
    body = '{"title": "Café", "items": []}'.encode(encoding)
    assert looks_like_json(body)
    assert parse(body, now=NOW).title == "Café"


def test_invalid_byte_and_constant_cost_no_item():
    body = b'{"title": "Caf\xe9", "items": [{"id": NaN, "title": "One"}, {"id": 2.5, "title": "Two"}]}'
    feed = parse(body, now=NOW)
    assert [item.title for item in feed.items] == ["One", "Two"]
    assert feed.items[1].id == "2.5"


def test_xml_does_not_look_like_json():
    assert not looks_like_json(b'<?xml version="1.0"?><rss/>')


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00Z", 60.0),
        ("1970-01-01T02:01:00+02:00", 60.0),
        ("1970-01-01t00:01:00", 60.0),  # without an offset: UTC
        (" 1970-01-01 ", 0.0),
        ("yesterday", None),
        ("", None),
    ],
)
def test_timestamps_are_unix_seconds(text, seconds):
    assert parse_timestamp(text) == seconds
