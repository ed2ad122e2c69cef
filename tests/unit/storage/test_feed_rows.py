import json

import pytest

from nutshell.records.items import FeedState, Item
from nutshell.storage.feed_rows import fold, guid_hash, item_content, parse_item, parse_state, parse_subscription


def subscription(own_title="", title="", site="", url="https://www.paper.example/feed"):
    return parse_subscription((1, url, title, own_title, site, "en", "", 1.0, None, 2.0, "", "{}"))


def test_the_title_is_the_users_own_or_the_feeds_or_the_sites():
    assert subscription("Mine", "Paper").title == "Mine"
    assert subscription("", "Paper").title == "Paper"
    assert subscription(site="https://news.example/").title == "news.example"
    assert subscription().title == "paper.example"


def test_fetch_state_has_defaults_and_tuples():
    assert parse_state("{}") == FeedState()
    assert parse_state('{"quiet_hours": [1, 2], "etag": "x"}') == FeedState(etag="x", quiet_hours=(1, 2))


@pytest.mark.parametrize("column", ["no json", "[]", '{"unknown": 1}', '{"quiet_hours": 5}'])
def test_an_invalid_fetch_state_is_refused(column):
    with pytest.raises((ValueError, TypeError, AttributeError)):
        parse_state(column)


def test_an_item_keeps_its_content():
    item = Item("g", "https://paper.example/1", "Title", "Text", "Author", 5.0, ("sea", "é"))
    columns = item_content(item)
    assert json.loads(columns[4]) == ["sea", "é"]
    stored = parse_item((1, 2, "Paper", *columns[:4], columns[4], 5.0, 6.0, 7.0, None, 8.0))
    assert (stored.title, stored.author, stored.categories) == ("Title", "Author", ("sea", "é"))
    assert (stored.published, stored.at, stored.seen, stored.saved, stored.read) == (5.0, 6.0, 7.0, None, 8.0)


def test_a_guid_hash_fits_into_an_integer_column():
    hashes = {guid_hash(guid) for guid in ("a", "b", "\ud800")}
    assert len(hashes) == 3
    assert all(-(2**63) <= number < 2**63 for number in hashes)


def test_folding_ignores_case_and_composition():
    assert fold("ÉTÉ") == fold("e\u0301te\u0301")
    assert fold("Straße") == fold("STRASSE")
    assert fold("Harbour") == "harbour"
