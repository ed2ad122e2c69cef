"""Feeds that pages declare or link, and the usual addresses of feeds."""

import pytest

from nutshell.feeds.discovery import FeedLink, common_feed_urls, decode_page, find_feed_links

PAGE = "https://gazette.example/en/index.html"


def test_declared_feeds_are_found_with_comment_feeds_last(fixture):
    page = fixture("feeds/page.html").decode()
    assert find_feed_links(page, PAGE) == [
        FeedLink("https://gazette.example/en/feed.xml", "News", "RSS", declared=True),
        FeedLink("https://gazette.example/atom.xml", "The Gazette & more", "Atom", declared=True),
        FeedLink("https://gazette.example/en/comments.xml", "Comments", "RSS", declared=True),
    ]


def test_links_that_look_like_feeds_are_found_when_none_is_declared(fixture):
    page = fixture("feeds/page-with-links.html").decode()
    assert find_feed_links(page, PAGE) == [
        FeedLink("https://gazette.example/news/rss.xml", "All news"),
        FeedLink("https://gazette.example/atom", "", "Atom"),
    ]


def test_links_with_the_old_feed_scheme_are_feeds():
    page = (
        '<link rel="alternate" type="application/atom+xml" href="feed://idle.example/atom">'
        '<link rel="alternate" type="application/rss+xml" href="feed:https://idle.example/rss">'
    )
    assert [link.url for link in find_feed_links(page, PAGE)] == [
        "https://idle.example/atom",
        "https://idle.example/rss",
    ]


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate stylesheet" type="application/rss+xml" href="/feed.xml">',
        '<link rel="alternate" type="text/html" href="/en/">',
        '<link rel="alternate" type="application/json" href="/data.json">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed?format=json">',
        '<a href="/feed/image.png">Feed</a>',
        "<p>feed.xml</p>",
        "",
    ],
)
def test_other_tags_are_not_feeds(tag):
    assert find_feed_links(f"<html><head>{tag}</head></html>", PAGE) == []


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("<link rel=alternate type=application/rss+xml href=/f>", "RSS"),
        ("<LINK REL='Alternate' TYPE='application/rdf+xml' HREF='/f'>", "RSS"),
        ('<link rel="alternate" type="application/feed+json" href="/f">', "JSON Feed"),
        ('<link rel="alternate" type="text/xml" href="/feed/f">', "RSS"),
        ('<link rel="feed" href="/f">', ""),
    ],
)
def test_declarations_of_several_kinds_are_found(tag, kind):
    (link,) = find_feed_links(f"<head>{tag}", PAGE)
    assert (link.kind, link.declared) == (kind, True)


def test_only_the_first_declarations_are_returned():
    tags = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}.xml">' for n in range(50))
    assert len(find_feed_links(tags, PAGE)) == 20


def test_common_feed_urls_are_on_the_same_site():
    urls = [link.url for link in common_feed_urls("https://gazette.example:8080/en/page?x=1#y")]
    assert "https://gazette.example:8080/feed" in urls
    assert all(url.startswith("https://gazette.example:8080/") for url in urls)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("é".encode(), "text/html"),
        ("é".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ('<meta charset="windows-1252">é'.encode("cp1252"), "text/html"),
        ("é".encode(), "text/html; charset=no-such-charset"),
    ],
)
def test_page_is_decoded_by_its_declared_charset(body, content_type):
    assert decode_page(body, content_type).endswith("é")


def test_pages_of_open_tags_take_no_time():
    assert find_feed_links("<link " * 100_000, PAGE) == []
    assert find_feed_links("<!--" * 100_000, PAGE) == []
