"""OPML files: nested, broken and in several encodings; and back."""

import pytest

from nutshell.feeds import opml
from nutshell.records.items import Outline


def test_folders_are_the_names_of_the_outlines_around(fixture):
    alone, tides, bread = opml.parse(fixture("opml/nested.opml"))
    assert alone == Outline("Alone", "https://alone.example/feed", "https://alone.example/", "")
    assert tides == Outline("Tides & Waves", "https://tides.example/feed?a=1&b=2", "", "Morning / Sea")
    assert bread == Outline("Bread", "https://bread.example/feed", "", "Morning")


def test_each_address_is_listed_once(fixture):
    addresses = [feed.url for feed in opml.parse(fixture("opml/nested.opml"))]
    assert len(addresses) == len(set(addresses)) == 3


@pytest.mark.parametrize("folder_first", [False, True])
def test_a_feed_that_is_listed_twice_keeps_its_folder_and_title(folder_first):
    bare = "<outline xmlUrl='https://a.example/feed'/>"
    filed = "<outline text='Sea'><outline text='Tides' xmlUrl='https://a.example/feed'/></outline>"
    body = f"<opml><body>{filed + bare if folder_first else bare + filed}</body></opml>"
    assert opml.parse(body.encode()) == [Outline("Tides", "https://a.example/feed", "", "Sea")]


def test_file_that_is_not_well_formed_is_parsed(fixture):
    feeds = {feed.url: feed for feed in opml.parse(fixture("opml/broken.opml"))}
    assert list(feeds) == [
        "https://fish.example/feed?a=1&b=2",
        "https://quotes.example/feed",
        "https://html.example/feed",
        "https://upper.example/Feed",
    ]
    assert feeds["https://fish.example/feed?a=1&b=2"].title == "Fish & Chips"
    assert feeds["https://quotes.example/feed"].title == 'The "Best" Feed'
    assert feeds["https://quotes.example/feed"].site == "https://quotes.example/"


@pytest.mark.parametrize(("name", "title"), [("windows-1252", "Café"), ("utf-16", "Žurnál")])
def test_declared_encodings_are_decoded(fixture, name, title):
    assert [feed.title for feed in opml.parse(fixture(f"opml/{name}.opml"))] == [title]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<rss version='2.0'/>", "opml.not_opml"),
        (b"", "opml.not_opml"),
        (b"<opml><body><outline text='x' xmlUrl='ftp://a.example/'/></body></opml>", "opml.no_feeds"),
        (b"<opml>" + b" " * 10_000_001, "opml.too_large"),
    ],
)
def test_other_files_are_refused_with_a_reason(reason, body, message):
    assert reason(opml.NotOpml, opml.parse, body) == message


def test_folder_without_feeds_is_refused(fixture):
    with pytest.raises(opml.NotOpml):
        opml.parse(fixture("opml/no-feeds.opml"))


def test_only_the_first_feeds_are_parsed(monkeypatch):
    monkeypatch.setattr(opml, "MAX_FEEDS", 2)
    outlines = "".join(f"<outline xmlUrl='https://a.example/{n}'/>" for n in range(5))
    feeds = opml.parse(f"<opml><body>{outlines}</body></opml>".encode())
    assert [feed.url for feed in feeds] == ["https://a.example/0", "https://a.example/1"]


def test_title_that_is_the_address_is_no_title():
    (feed,) = opml.parse(b"<opml><outline text='https://a.example/f' xmlUrl='https://a.example/f'/></opml>")
    assert feed.title == ""


def test_serialized_feeds_are_parsed_back():
    feeds = [
        Outline('A "quoted" & <b>', "https://a.example/f?x=1&y='2'", "https://a.example/", "Sea & sky"),
        Outline("B", "https://b.example/f", "", "Sea & sky"),
        Outline("C", "https://c.example/f"),
    ]
    text = opml.serialize(feeds, "Mine <1>")
    assert "<title>Mine &lt;1&gt;</title>" in text
    assert opml.parse(text.encode()) == feeds


def test_feed_without_a_title_is_listed_by_its_address():
    assert 'text="https://a.example/f"' in opml.serialize([Outline("", "https://a.example/f")])


def test_long_values_and_open_tags_take_no_time():
    body = b"<opml><body>" + b'<outline text="' * 20_000 + b"<outline xmlUrl='https://a.example/f'/></body></opml>"
    assert [feed.url for feed in opml.parse(body)] == ["https://a.example/f"]
