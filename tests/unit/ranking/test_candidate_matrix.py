import asyncio
import sys

import pytest

from nutshell.ranking.candidate_matrix import CandidateMatrix
from nutshell.ranking.candidates import MemoryCandidateSource
from nutshell.ranking.recommender import Recommender
from nutshell.text.wordpiece import WordPiece
from support.recommender_rig import NOW, SUBJECTS, story, vocabulary


@pytest.fixture
def pool(models, monkeypatch):
    """Small pages, so that a few items fill some."""
    monkeypatch.setattr("nutshell.ranking.candidate_matrix._PAGE", 8)
    return CandidateMatrix(models, WordPiece.from_vocab(vocabulary()))


def many(count, first=0):
    """Items of all subjects from several sources, each with its own id."""
    subjects = list(SUBJECTS)
    return [
        type(story(0, "boats"))(
            f"i{number}", f"{story(number, subjects[number % 4]).title} {number}", "", f"s{number % 7}", NOW - number
        )
        for number in range(first, first + count)
    ]


def restored(pool, models, stories=None):
    again = CandidateMatrix(models, WordPiece.from_vocab(vocabulary()))
    return again, again.restore(pool.unsaved(stories or {}), pool.about())


def test_a_pool_is_there_again_as_it_was_kept(pool, models, run):
    run(pool.add(many(20)))
    again, stories = restored(pool, models, {"i7": "i3"})
    assert again.rows == pool.rows
    assert [again.sources[each] for each in again.rows.sources] == [f"s{number % 7}" for number in range(20)]
    assert stories == {"i7": "i3"}
    run(pool.add(many(2, 20)))
    run(again.add(many(2, 20)))
    assert again.rows.features == pool.rows.features


def test_only_pages_that_changed_are_written(pool, run):
    run(pool.add(many(20)))
    assert [page.number for page in pool.unsaved({})] == [0, 1, 2]
    run(pool.add(many(2, 20)))
    assert [page.number for page in pool.unsaved({})] == [2]
    pool.keep({item.id for item in many(22)} - {"i10"})
    assert [page.number for page in pool.unsaved({})] == [1]
    pool.touch(["i19"])
    assert [page.number for page in pool.unsaved({})] == [2]
    assert pool.unsaved({}) == []


def test_removed_items_leave_no_trace_and_the_others_their_rows(pool, models, run):
    run(pool.add(many(22)))
    vectors = {item: pool.rows.packed_at(row) for item, row in pool.rows.index.items()}
    gone = pool.keep({f"i{number}" for number in range(22) if number % 3 or number > 18})
    assert "i0" in gone
    again, _ = restored(pool, models)
    assert len(again) == len(pool) == 22 - len(gone)
    assert {item: again.rows.packed_at(row) for item, row in again.rows.index.items()} == {
        item: vector for item, vector in vectors.items() if item not in gone
    }
    pool.keep({"i1", "i20"})
    assert [page.head == "" for page in pool.unsaved({})] == [False, True, False]


def test_whoever_ranks_sees_one_state_while_items_come_and_go(pool, run):
    run(pool.add(many(20)))
    before = pool.rows
    ids, features = list(before.ids), before.features
    run(pool.add(many(4, 20)))
    pool.keep({"i21"})
    assert (before.ids, before.features) == (ids, features)
    assert len(before.times) == 20


def test_a_taste_opened_again_asks_the_library_for_words_only_when_it_needs_them(models, database, run):
    shelf = MemoryCandidateSource()
    shelf.put(many(20))

    class Library:
        asked = 0

        def candidates(self, ids):
            self.asked += len(ids)
            return shelf.candidates(ids)

        def saying(self, said):
            return shelf.saying(said)

    library = Library()
    wordpiece = WordPiece.from_vocab(vocabulary())
    run(Recommender(models, wordpiece, database, library).add_items(many(20)))
    models.runs.clear()
    taste = Recommender(models, wordpiece, database, library)
    assert taste.missing(["i0", "i19", "i20"]) == ["i20"]
    library.asked = 0
    assert len(run(taste.rank(NOW))) > 3
    assert (library.asked, models.runs) == (0, ["ranking"])
    taste.record("open", "i7", NOW)
    assert library.asked == 1
    assert taste.lessons()[0].title == many(8)[7].title
    taste.mute("source", "s3", NOW)
    taste.mute("words", "ferries", NOW)
    shown = {each.item for each in run(taste.rank(NOW, by_story=False))}
    assert not shown & {f"i{number}" for number in range(3, 20, 7)}
    assert {
        each.item for each in run(Recommender(models, wordpiece, database, library).rank(NOW, by_story=False))
    } == shown


@pytest.mark.skipif(sys.platform == "emscripten", reason="asyncio.run needs a loop that can wait: not under node")
def test_items_taken_in_at_the_same_time_are_there_once(models, database):
    taste = Recommender(models, WordPiece.from_vocab(vocabulary()), database)

    async def both():
        return await asyncio.gather(taste.add_items(many(12)), taste.add_items(many(12, 8)), taste.rank(NOW))

    first, second, _ = asyncio.run(both())
    assert (first, second, len(taste.known)) == (12, 8, 20)


def test_items_under_new_words_are_read_anew(models, database, run):
    taste = Recommender(models, WordPiece.from_vocab(vocabulary()), database)
    run(taste.add_items([story(number, subject) for number in range(4) for subject in SUBJECTS]))
    taste.set_sliders(fresh=0.0)
    changed = type(story(0, "boats"))("boats1", "telescope galaxy comets orbit", "", "paper", NOW, "Paper")
    run(taste.renew_items([changed]))
    taste.record("open", "stars0", NOW)
    order = [each.item for each in run(taste.rank(NOW, explore=False, by_story=False))]
    assert order.index("boats1") < order.index("bread1")
    assert len(taste.known) == 16


def test_topics_are_made_anew_when_other_items_are_there_now(pool, run):
    run(pool.add(many(40)))
    before = pool.generation
    for first in range(40, 100, 4):  # as many go as come
        run(pool.add(many(4, first)))
        pool.keep({item.id for item in many(40, first - 36)})
    assert len(pool) == 40
    assert pool.generation >= before + 3


def test_items_that_came_are_counted_across_a_restart(models, database, run):
    wordpiece = WordPiece.from_vocab(vocabulary())
    shelf = MemoryCandidateSource()
    shelf.put(many(60))
    taste = Recommender(models, wordpiece, database, shelf)
    run(taste.add_items(many(40)))
    counted = []
    for first in range(40, 60, 4):
        taste = Recommender(models, wordpiece, database, shelf)
        run(taste.add_items(many(4, first)))
        taste.keep_items({item.id for item in many(40, first - 36)})
        counted.append(taste._stock.pool.came)
    assert counted == [4, 8, 12, 16, 0]


def test_what_was_passed_over_and_forgotten_is_new_again_after_a_restart(models, database, run):
    wordpiece = WordPiece.from_vocab(vocabulary())
    shelf = MemoryCandidateSource()
    shelf.put(many(12))
    taste = Recommender(models, wordpiece, database, shelf)
    run(taste.add_items(many(11)))
    taste.record("shown", "i3", NOW)
    taste.record("shown", "i4", NOW)
    run(taste.add_items(many(1, 11)))  # their page is written
    taste.forget([event.id for event in taste.lessons() if event.item == "i3"])
    again = Recommender(models, wordpiece, database, shelf)
    again.open()
    rows = again._stock.pool.rows
    assert [rows.extras[3 * rows.index[item] + 2] for item in ("i3", "i4", "i5")] == [1.0, 0.5, 1.0]
