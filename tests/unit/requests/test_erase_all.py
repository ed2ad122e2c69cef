"""Erasing everything during other work, and automatic deletion of unfollowed sources."""

import re

import pytest

from nutshell.app import RequestError
from nutshell.storage.ledger import RequestLedger
from support.newsroom import Newsroom, entry, rss
from tests import wording

HOUR = 3600.0


@pytest.fixture
def room(run):
    room = Newsroom(run)
    room.follow("boats", "bread")
    return room


def count(room, table):
    return room.database.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_a_late_response_for_an_erased_source_is_discarded(room):
    """A response that is pending during the erasure must not be saved for the next source."""
    stopped = []
    room.app.cancel_hooks.append(lambda: stopped.append(count(room, "feed")))
    fetch = room.web.fetch

    async def fetched(request):
        answer = await fetch(request)
        if not stopped:
            await room.app.handle("library.erase", {"what": "all"}, lambda *_: None)
        return answer

    room.web.fetch = fetched
    room.clock.time += HOUR
    room.web.asked.clear()
    room.ask("news.refresh", due=False)
    assert stopped == [2], "other work in progress is stopped first"
    assert len(room.web.asked) == 1, "the other source is not fetched any more"
    assert (count(room, "feed"), count(room, "item"), count(room, "request")) == (0, 0, 0)
    room.follow("stars")
    assert {row[0] for row in room.database.connection.execute("SELECT id FROM feed")} == {3}
    assert all("/stars/" in row[0] for row in room.database.connection.execute("SELECT url FROM item"))


def test_an_unfollowed_source_gets_no_items_and_is_restored_completely(room):
    fetch = room.web.fetch

    async def fetched(request):
        answer = await fetch(request)
        if request.url.endswith("/boats"):
            await room.app.handle("news.unsubscribe", {"id": 1}, lambda *_: None)
        return answer

    before = count(room, "item")
    room.web.fetch = fetched
    room.clock.time += HOUR
    room.web.put("/boats", rss("Boats", [entry(9, "boats", 0)]))
    room.ask("news.refresh", due=False)
    assert count(room, "item") == before
    room.web.fetch = fetch
    room.ask("news.restore", id=1)
    room.clock.time += HOUR
    room.ask("news.refresh", due=False)
    assert count(room, "item") == before + 1, "an item received while unfollowed counts as new"


def test_nothing_can_be_undone_after_erasing_everything(room):
    [story, *_] = room.cards("latest")
    undo = room.event("less", story)["undo"]
    room.ask("library.erase", what="all")
    with pytest.raises(RequestError, match=re.escape(wording.text("undo.expired"))):
        room.ask("news.undo", undo=undo)
    assert count(room, "taste_event") == 0


def test_stories_of_an_unfollowed_source_are_deleted_after_an_hour(room, run):
    """Maintenance between requests deletes them without a fetch."""
    room.cards("latest")
    room.ask("news.unsubscribe", id=1)
    assert 0 < room.app.next_maintenance() <= HOUR
    room.clock.time += HOUR - 1
    run(room.app.run_maintenance())
    assert count(room, "feed") == 2
    room.clock.time += 1
    assert room.app.next_maintenance() == 0.0
    run(room.app.run_maintenance())
    assert (count(room, "feed"), room.app.next_maintenance()) == (1, None)
    assert not [row for row in room.database.connection.execute("SELECT url FROM item") if "/boats/" in row[0]]
    assert room.cards("latest")
    assert RequestLedger(room.database).totals().requests == 2
