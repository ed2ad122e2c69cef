"""New, changed and known items of a feed that was fetched."""

from nutshell.records.items import Item
from nutshell.storage.feed_rows import guid_hash, item_content
from nutshell.storage.item_changes import ARCHIVE_AGE, plan_changes
from support.recommender_rig import NOW

HOUR, DAY = 3600.0, 86_400.0


def item(number, base="http://a.example", published=NOW - HOUR, **fields):
    url = f"{base}/{number}"
    return Item(**({"id": url, "url": url, "title": f"Title {number}", "published": published} | fields))


def row(number, one):
    return (number, one.id, *item_content(one))


def plan(items, known=(), dropped=frozenset(), first_fetch=False):
    new, changed = plan_changes(items, known, dropped, NOW, first_fetch)
    return [(entry[0], entry[-1]) for entry in new], [entry[-1] for entry in changed]


def test_undated_items_of_a_known_feed_are_new_now():
    new, _ = plan([item(1, published=None), item(2)], [row(9, item(9))])
    assert [at for _, at in new] == [NOW, NOW - HOUR]


def test_undated_items_of_the_first_fetch_are_as_old_as_their_neighbours():
    new, _ = plan([item(1, published=None), item(2, published=NOW - DAY), item(3, published=None)], first_fetch=True)
    assert [at for _, at in new] == [NOW - DAY] * 3


def test_an_archive_without_dates_is_old_and_keeps_its_order():
    new, _ = plan([item(n, published=None) for n in range(3)], first_fetch=True)
    times = [at for _, at in new]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == 3
    assert times[0] == NOW - ARCHIVE_AGE


def test_a_moved_feed_keeps_its_items():
    known = [row(n, item(n)) for n in (1, 2)]
    for base in ("https://a.example", "http://www.a.example", "https://b.example/new"):
        new, changed = plan([item(1, base), item(2, base)], known)
        assert (new, changed) == ([], [1, 2]), base


def test_items_of_the_same_title_and_another_day_are_different():
    known = [row(1, item(1, title="Open thread"))]
    new, changed = plan([item(2, title="Open thread", published=NOW)], known)
    assert (len(new), changed) == (1, [])


def test_items_without_links_are_known_by_title_and_text():
    known = [row(1, item(1, id="n/a x", url="", text="Notes", published=None))]
    same = item(1, id="sha256:1", url="", text="Notes", published=None)
    assert plan([same], known) == ([], [1])
    assert len(plan([same, item(2, id="sha256:2", url="", text="Notes", published=None)], known)[0]) == 1


def test_a_listed_item_is_never_taken_for_another():
    known = [row(1, item(1)), row(2, item(2))]
    new, changed = plan([item(1), item(2), item(3, title="Title 1")], known)
    assert (len(new), changed) == (1, [])


def test_a_date_in_the_future_changes_nothing_at_each_fetch():
    known = [row(1, item(1, published=NOW - 5))]
    assert plan([item(1, published=NOW)], known) == ([], [])


def test_dropped_items_do_not_return_when_the_feed_moves():
    dropped = {guid_hash(item(1).id)}
    assert plan([item(1)], dropped=dropped) == ([], [])
    assert plan([item(1, "https://a.example")], dropped=dropped) == ([], [])
    assert len(plan([item(2)], dropped=dropped)[0]) == 1
