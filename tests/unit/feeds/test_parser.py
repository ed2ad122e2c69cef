"""What all formats share: ids, dates and the order of items."""

import asyncio
from dataclasses import replace

import pytest

from nutshell.feeds import parser
from nutshell.feeds.feed import NotAFeed
from nutshell.feeds.parser import parse, parse_async, plausible_date, with_stable_ids
from nutshell.records.items import Item
from support.recommender_rig import NOW

DAY = 86_400.0


def ids(*items):
    return [item.id for item in with_stable_ids(items)]


def test_item_without_an_id_is_known_by_its_link_or_text(parsed):
    linked, other = parsed("no-guids.xml").items
    assert linked.id == "https://ids.example/1"
    assert other.id.startswith("sha256:")
    assert parsed("no-guids.xml").items[1].id == other.id


def test_links_are_added_to_an_id_that_all_items_share(parsed):
    assert [item.id for item in parsed("same-guids.xml").items] == [
        "id https://same.example/1",
        "id https://same.example/2",
    ]


def test_later_version_of_an_item_counts(parsed):
    assert [item.title for item in parsed("two-versions.xml").items] == ["After"]


def test_items_that_share_link_or_id_are_all_there(parsed):
    items = parsed("shared-links.xml").items
    assert [item.title for item in items] == ["Red fox", "Blue crane", "Pen 2.0", "Ink 2.0", "Long read", "Short read"]
    assert len({item.id for item in items}) == 6
    assert [item.url for item in items[2:4]] == ["", ""]
    assert items == parsed("shared-links.xml").items


def test_versions_of_one_item_share_their_title_or_text():
    first = Item("a", "https://a.example/1", "One", text="Text", published=1.0)
    assert ids(first, replace(first, text="Corrected text", published=2.0)) == ["a"]
    assert ids(first, replace(first, title="One, corrected", published=2.0)) == ["a"]
    assert len(ids(first, replace(first, title="Two", text="Other"))) == 2
    assert len(ids(replace(first, id="", text=""), replace(first, id="", title="Two", text=""))) == 2


def test_equal_items_are_listed_once():
    item = Item("a", "https://a.example/1", "One")
    assert ids(item, item) == ["a"]


def test_long_ids_are_hashed():
    (long,) = ids(Item("x" * 600, "https://a.example/1", "One"))
    assert len(long) < 50
    assert ids(Item("x" * 600, "https://a.example/1", "One")) == [long]
    assert ids(Item("y" * 600, "https://a.example/1", "One")) != [long]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (NOW - DAY, NOW - DAY),
        (NOW + 0.5 * DAY, NOW),
        (NOW + 2 * DAY, None),
        (0.0, None),
        (float("inf"), None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_only_plausible_dates_are_kept(published, expected):
    assert plausible_date(published, NOW) == expected


def rss(*dates):
    published = [f"<pubDate>{date}</pubDate>" if date else "" for date in dates]
    items = "".join(
        f"<item><title>{n}</title><link>https://a.example/{n}</link>{date}</item>" for n, date in enumerate(published)
    )
    return f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()


def test_items_are_newest_first_and_undated_ones_stay_with_their_neighbours():
    body = rss("Mon, 04 May 2026 08:00:00 GMT", "", "Tue, 05 May 2026 08:00:00 GMT")
    assert [item.title for item in parse(body, now=NOW).items] == ["2", "0", "1"]


def test_only_the_newest_items_are_kept(monkeypatch):
    monkeypatch.setattr(parser, "MAX_ITEMS", 2)
    body = rss(*(f"Mon, 0{day} May 2026 08:00:00 GMT" for day in (4, 6, 5)))
    assert [item.title for item in parse(body, now=NOW).items] == ["1", "2"]


@pytest.mark.skipif("sys.platform == 'emscripten'", reason="needs an event loop")
def test_parse_async_gives_the_same_and_lets_others_run(fixture):
    body = fixture("feeds/rss-2.0.xml")
    turns = []

    async def both():
        other = asyncio.create_task(count())
        feed = await parse_async(body, url="", content_type="", now=NOW)
        other.cancel()
        return feed

    async def count():
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    assert asyncio.run(both()) == parse(body, now=NOW)
    assert turns


def test_parse_async_refuses_what_parse_refuses(run):
    with pytest.raises(NotAFeed):
        run(parse_async(b"plain text", url="", content_type="", now=NOW))
