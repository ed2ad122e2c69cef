"""Addresses in feeds and typed by users."""

import pytest

from nutshell.urls import MAX_LENGTH, feed_link, host, http_address, same_page, site_name, typed_address

BASE = "https://a.example/dir/page?x=1"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://b.example/", "https://b.example/"),
        (" /top ", "https://a.example/top"),
        ("next", "https://a.example/dir/next"),
        ("//b.example/x", "https://b.example/x"),
        ("?y=2", "https://a.example/dir/page?y=2"),
        ("https://user:secret@b.example/", "https://b.example/"),
        ("https://b.example/a b", "https://b.example/a%20b"),
        ("https://b.example/\ud800", "https://b.example/?"),
        ("https://b.example:8080/#part", "https://b.example:8080/#part"),
    ],
)
def test_links_are_resolved(link, address):
    assert http_address(link, BASE) == address


@pytest.mark.parametrize(
    "link",
    [
        "",
        "  ",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://b.example/",
        "http://[::1",
        "https://b.example:0/",
        "https://b.example:99999/",
        'https://b".example/',
        "https://b.example/" + "x" * MAX_LENGTH,
    ],
)
def test_other_links_are_no_addresses(link):
    assert http_address(link, BASE) == ""


@pytest.mark.parametrize("link", ["/top", "https://", "https:///path"])
def test_link_without_a_host_or_a_base_is_no_address(link):
    assert http_address(link) == ""


def test_address_that_grows_too_long_by_quoting_is_refused():
    assert http_address("https://b.example/" + " x" * (MAX_LENGTH // 2 - 20)) == ""


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("b.example", "https://b.example/"),
        ("B.Example/Feed#top", "https://b.example/Feed"),
        ("http://b.example", "http://b.example/"),
        ("feed://b.example/rss", "https://b.example/rss"),
        ("feed:https://b.example/rss", "https://b.example/rss"),
        ("FEED:http://b.example/rss", "http://b.example/rss"),
        ("localhost", "https://localhost/"),
        ("localhost:8000/feed", "https://localhost:8000/feed"),
        ("b.example:8080", "https://b.example:8080/"),
        (" https://b.example/?a=1 ", "https://b.example/?a=1"),
        ("//b.example/x", "https://b.example/x"),
    ],
)
def test_typed_text_becomes_an_address(text, address):
    assert typed_address(text) == address


@pytest.mark.parametrize(
    "text", ["", "word", "two words", "mailto:a@b.example", "javascript:alert(1)", "ftp://b.example/", "feed:"]
)
def test_other_text_is_no_address(text):
    assert typed_address(text) == ""


def test_host_has_the_port_and_is_in_lower_case():
    assert host("https://user@B.Example:8080/x") == "b.example:8080"
    assert host("http://[::1") == ""
    assert host("") == ""


def test_site_name_has_no_www():
    assert site_name("https://www.b.example/x") == "b.example"
    assert site_name("https://news.b.example/") == "news.b.example"


@pytest.mark.parametrize("link", ["feed://b.example/x", "feed:https://b.example/x", "FEED:https://b.example/x"])
def test_links_with_the_old_feed_scheme_are_resolved(link):
    assert feed_link(link, BASE) == "https://b.example/x"
    assert feed_link("/x", BASE) == "https://a.example/x"


def test_same_page_ignores_scheme_www_and_final_slash():
    pages = ("http://a.example/x", "https://A.example/x/", "https://www.a.example/x#part")
    assert len({same_page(page) for page in pages}) == 1
    assert same_page("https://a.example/x") != same_page("https://a.example/x?y=1")
    assert same_page("https://a.example/x") != same_page("https://b.example/x")
