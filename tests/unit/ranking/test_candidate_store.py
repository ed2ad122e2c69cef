import asyncio
import json
import sys

import pytest

from nutshell.ranking.candidate_store import CandidateStore
from nutshell.ranking.candidates import MemoryCandidates
from nutshell.ranking.recommender import Recommender
from nutshell.storage.ranking import RankingStore
from support.recommender_rig import HOUR, NOW, numbered, order, rank, record, story, subjects


@pytest.fixture
def memory():
    memory = MemoryCandidates()
    memory.add(numbered(60))
    return memory


@pytest.fixture
def restart(models, wordpiece, database, memory):
    """Returns a new store on the same database."""
    return lambda: CandidateStore(models, wordpiece, RankingStore(database), memory)


def stored_items(database):
    pages = database.connection.execute("SELECT head FROM taste_page WHERE number >= 0")
    return {item for (head,) in pages for item in json.loads(head)["ids"]}


def test_items_are_there_after_a_restart_without_any_model(restart, models, run):
    run(restart().add(numbered(20)))
    models.runs.clear()
    store = restart()
    assert store.missing(["i0", "i19", "i20"]) == ["i20"]
    assert list(store.item_ids) == [f"i{number}" for number in range(20)]
    assert models.runs == []


def test_text_is_read_only_when_feedback_or_a_mute_needs_it(models, wordpiece, database, memory, run):
    class Counting:
        read = 0

        def get(self, ids):
            self.read += len(ids)
            return memory.get(ids)

        def find(self, text):
            return memory.find(text)

    source = Counting()
    run(Recommender(models, wordpiece, database, source).add_items(numbered(20)))
    models.runs.clear()
    recommender = Recommender(models, wordpiece, database, source)
    source.read = 0
    assert len(rank(run, recommender)) > 3
    assert (source.read, models.runs) == (0, ["ranking"])
    record(recommender, "open", "i7")
    assert source.read == 1
    assert recommender.events()[0].title == numbered(8)[7].title
    recommender.mute("source", "s3", NOW)
    recommender.mute("words", "ferries", NOW)
    shown = set(order(run, recommender, by_story=False))
    assert not shown & {f"i{number}" for number in range(3, 20, 7)}
    assert set(order(run, Recommender(models, wordpiece, database, source), by_story=False)) == shown


@pytest.mark.skipif(sys.platform == "emscripten", reason="asyncio.run needs a loop that can wait: not under node")
def test_items_that_are_added_at_the_same_time_are_there_once(restart):
    store = restart()

    async def both():
        return await asyncio.gather(store.add(numbered(12)), store.add(numbered(12, 8)))

    assert asyncio.run(both()) == [12, 8]
    assert len(store.item_ids) == 20


def test_items_added_since_the_last_fit_are_counted_across_restarts(restart, run):
    store = restart()
    run(store.add(numbered(40)))
    counts = []
    for first in range(40, 60, 4):
        store = restart()
        run(store.add(numbered(4, first)))
        store.retain({item.id for item in numbered(40, first - 36)})
        counts.append(store.matrix.added_since_fit)
    assert counts == [4, 8, 12, 16, 0]


def test_removed_items_are_deleted_from_the_database(restart, database, run):
    store = restart()
    run(store.add(numbered(12)))
    store.retain(["i1", "i11"])
    assert stored_items(database) == {"i1", "i11"}


def test_a_deleted_skip_does_not_lower_novelty_after_a_restart(models, wordpiece, database, memory, run):
    recommender = Recommender(models, wordpiece, database, memory)
    run(recommender.add_items(numbered(11)))
    record(recommender, "shown", "i3")
    record(recommender, "shown", "i4")
    run(recommender.add_items(numbered(1, 11)))  # their page is stored
    recommender.forget([event.id for event in recommender.events() if event.item == "i3"])
    again = Recommender(models, wordpiece, database, memory)
    again.candidates.load()
    rows = again.candidates.matrix.rows
    assert [rows.extras_at(rows.index[item], NOW, 5.0)[3] for item in ("i3", "i4", "i5")] == [1.0, 0.5, 1.0]


def test_vectors_of_another_encoder_are_made_again(filled, models, wordpiece, database, run):
    record(filled, "open", "stars0", NOW - HOUR)
    database.connection.execute("UPDATE setting SET value = '\"00\"' WHERE name = 'taste.probe'")
    again = Recommender(models, wordpiece, database)
    run(again.add_items([story(number, subject) for number in range(2) for subject in ("boats", "stars")]))
    assert len(stored_items(database)) == 4
    assert subjects(order(run, again))[0] == "stars"
    assert all(event.vector for event in again.events())


def test_read_stories_are_hidden_with_all_their_items(restart, run):
    store = restart()
    run(store.add(numbered(4)))
    store.stories.restore({"i1": "i0"})
    store.mark_read(["i1"], True)
    assert store.hidden_rows(include_read=False) == {0, 1}
    assert store.hidden_rows(include_read=True) == set()
    assert store.is_read("i0")
    store.mark_read(["i0"], False)
    assert store.hidden_rows(include_read=False) == set()
