import pytest

from nutshell.ranking.candidate_matrix import CandidateMatrix, hours
from support.recommender_rig import HOUR, NOW, numbered


@pytest.fixture
def matrix(models, wordpiece, monkeypatch):
    """Small pages, so that a few items fill some."""
    monkeypatch.setattr("nutshell.ranking.page_layout.PAGE_ROWS", 8)
    return CandidateMatrix(models, wordpiece)


@pytest.fixture
def restored(models, wordpiece):
    def restore(matrix, stories=None):
        """Another matrix with what this one stores, and the stories that were stored."""
        again = CandidateMatrix(models, wordpiece)
        return again, again.restore(matrix.pop_changed_pages(stories or {}), matrix.topics_bytes())

    return restore


def test_a_restored_matrix_is_as_it_was_stored(matrix, restored, run):
    run(matrix.add(numbered(20)))
    again, stories = restored(matrix, {"i7": "i3"})
    assert again.rows == matrix.rows
    assert [again.sources[number] for number in again.rows.sources] == [f"s{number % 7}" for number in range(20)]
    assert stories == {"i7": "i3"}
    run(matrix.add(numbered(2, 20)))
    run(again.add(numbered(2, 20)))
    assert again.rows.features == matrix.rows.features


def test_only_changed_pages_are_stored_again(matrix, run):
    run(matrix.add(numbered(20)))
    assert [page.number for page in matrix.pop_changed_pages({})] == [0, 1, 2]
    run(matrix.add(numbered(2, 20)))
    assert [page.number for page in matrix.pop_changed_pages({})] == [2]
    matrix.retain({item.id for item in numbered(22)} - {"i10"})
    assert [page.number for page in matrix.pop_changed_pages({})] == [1]
    matrix.mark_changed(["i19", "unknown"])
    assert [page.number for page in matrix.pop_changed_pages({})] == [2]
    assert matrix.pop_changed_pages({}) == []


def test_removed_items_leave_no_trace_and_the_others_keep_their_vectors(matrix, restored, run):
    run(matrix.add(numbered(22)))
    vectors = {item: matrix.rows.packed_vector(row) for item, row in matrix.rows.index.items()}
    removed = matrix.retain({f"i{number}" for number in range(22) if number % 3 or number > 18})
    assert "i0" in removed
    again, _ = restored(matrix)
    assert len(again) == len(matrix) == 22 - len(removed)
    assert {item: again.rows.packed_vector(row) for item, row in again.rows.index.items()} == {
        item: vector for item, vector in vectors.items() if item not in removed
    }
    matrix.retain({"i1", "i20"})
    assert [page.head == "" for page in matrix.pop_changed_pages({})] == [False, True, False]


def test_rows_that_are_being_ranked_do_not_change(matrix, run):
    run(matrix.add(numbered(20)))
    before = matrix.rows
    ids, features = list(before.ids), before.features
    run(matrix.add(numbered(4, 20)))
    matrix.retain({"i21"})
    assert (before.ids, before.features) == (ids, features)
    assert len(before.times) == 20


def test_an_item_that_is_added_twice_has_one_row(matrix, run):
    run(matrix.add([*numbered(2), *numbered(2)]))
    run(matrix.add(numbered(3)))
    assert matrix.rows.ids == ["i0", "i1", "i2"]


def test_topics_are_fitted_again_when_other_items_have_come(matrix, run):
    run(matrix.add(numbered(40)))
    before = matrix.generation
    for first in range(40, 100, 4):  # as many are removed as are added
        run(matrix.add(numbered(4, first)))
        matrix.retain({item.id for item in numbered(40, first - 36)})
    assert len(matrix) == 40
    assert matrix.generation >= before + 3


def test_extras_are_freshness_tone_and_novelty(matrix, run):
    run(matrix.add(numbered(1)))
    matrix.set_novelty(0, 0.25)
    fresh, calm, _depth, novel = matrix.rows.extras_at(0, NOW + 5 * HOUR, half_life=5.0)
    assert (fresh, novel) == (0.5, 0.25)
    assert calm == 0.5
    matrix.reset_novelty()
    assert matrix.rows.extras_at(0, NOW, half_life=5.0)[3] == 1.0


def test_an_undated_item_is_older_than_any_other():
    assert hours(None) < hours(0.0) < hours(NOW)
