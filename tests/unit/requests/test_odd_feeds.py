"""Unforeseen feeds: an error in one of them affects no other feed."""

import pytest

from nutshell.feeds import subscriptions
from nutshell.feeds.feed import NotAFeed
from nutshell.feeds.parser import parse
from support.newsroom import HOST, entry, rss
from support.recommender_rig import HOUR, NOW

_PLACES = "xmlns:georss='http://www.georss.org/georss' xmlns:gml='http://www.opengis.net/gml'"
_POINT = "<gml:Point srsName='http://www.opengis.net/def/crs/EPSG/0/4326'><gml:pos>45 -71</gml:pos></gml:Point>"


def placed(place):
    items = "".join(f"<item><title>Harbour {n}</title>{place}<link>{HOST}/{n}</link></item>" for n in range(3))
    return f"<rss version='2.0' {_PLACES}><channel><title>Maps</title>{items}</channel></rss>".encode()


@pytest.mark.parametrize(
    "place",
    [f"<georss:where>{_POINT}</georss:where>", "<gml:pos>45 -71</gml:pos>", "<georss:point>nowhere</georss:point>"],
)
@pytest.mark.parametrize("broken", [False, True], ids=["well-formed", "broken"])
def test_invalid_location_costs_no_item(place, broken):
    body = placed(place)
    feed = parse(body.replace(b"Harbour 1", b"Harbour & 1") if broken else body, now=NOW)
    assert [item.title.replace("& ", "") for item in feed.items] == ["Harbour 0", "Harbour 1", "Harbour 2"]
    assert [item.url for item in feed.items] == [f"{HOST}/{n}" for n in range(3)]


@pytest.mark.parametrize("version", ["latest", "", "1", "1.1", "x.y"])
def test_any_version_of_json_feed_is_parsed(version):
    body = f'{{"version": "https://jsonfeed.org/version/{version}", "items": [{{"id": 1, "title": "Harbour"}}]}}'
    feed = parse(body.encode(), now=NOW)
    assert [item.title for item in feed.items] == ["Harbour"]
    assert feed.kind == "json" + "".join(char for char in version if char.isdigit())


def test_unforeseen_error_is_not_a_feed(monkeypatch):
    monkeypatch.setattr("nutshell.feeds.json_feed.parse_json_feed", lambda body, url: {}["unforeseen"])
    with pytest.raises(NotAFeed, match=r"feed\.broken"):
        parse(b"{}", now=NOW)


def test_failing_feed_does_not_stop_others_of_its_host(press, monkeypatch):
    press.follow("boats", "bread", "vote")
    press.clock.time += 48 * HOUR
    for subject in ("boats", "bread", "vote"):
        press.web.put(f"/{subject}", rss(subject.title(), [entry(4, subject, -47)]))
    parse_async = subscriptions.parse_async

    async def odd(body, **given):
        if given["url"].endswith("/bread"):
            raise LookupError("unforeseen")
        return await parse_async(body, **given)

    monkeypatch.setattr(subscriptions, "parse_async", odd)
    answer = press.ask("news.refresh", due=True)
    assert answer["new"] == 2
    assert "Bread" in answer["message"]
    press.web.asked.clear()
    press.ask("news.refresh", due=True)
    assert press.web.asked == []  # it waits for its next scheduled fetch, as after any failure
