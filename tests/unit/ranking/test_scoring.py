import pytest

from nutshell.ranking.candidate_matrix import MatrixRows
from nutshell.ranking.feedback import TrainingExample
from nutshell.ranking.scoring import (
    LESS,
    SKIPPED,
    ScoredOrder,
    ScoringInput,
    column_of,
    diversity_penalty,
    extras_prior,
    freshness_half_life,
    interest_of,
    score,
)
from nutshell.records.ranking import Sliders
from support.recommender_rig import NOW, event


def example(liked, interest=0, explicit=False):
    return TrainingExample("a", liked, 1.0, event(1, "open", interest=interest), explicit)


def test_an_example_is_counted_to_its_interest_or_to_what_was_skipped():
    assert column_of(example(True, 3)) == 3
    assert column_of(example(False, 3, explicit=True)) == f"{LESS} 3"
    assert column_of(example(False, explicit=True)) == LESS
    assert column_of(example(False)) == column_of(example(True)) == SKIPPED


def test_a_column_names_its_interest():
    assert [interest_of(column) for column in (3, f"{LESS} 3", LESS, SKIPPED, "source")] == [3, 3, 0, 0, 0]


def test_the_middle_of_calm_and_deep_makes_no_difference():
    _, calm, deep, _ = extras_prior(Sliders())
    assert calm == deep == 0.0
    assert extras_prior(Sliders(calm=1.0))[1] > 0 > extras_prior(Sliders(calm=0.0))[1]


def test_freshness_fades_from_three_days_to_five_hours():
    hours = [freshness_half_life(Sliders(fresh=fresh)) for fresh in (0.0, 0.5, 1.0)]
    assert hours == pytest.approx([72.0, 18.97, 5.0], abs=0.01)


def test_an_adventurous_list_is_more_diverse():
    assert diversity_penalty(Sliders(adventurous=1.0)) > diversity_penalty(Sliders(adventurous=0.0))


def test_nothing_to_rank_needs_no_model(models, run):
    given = ScoringInput(MatrixRows(), (), b"", (), {}, Sliders(), set(), NOW)
    assert run(score(models, None, given)) == ScoredOrder()
    assert models.runs == []


def test_terms_are_kept_for_the_best_only():
    order = ScoredOrder(order=(4, 2, 9), names=("source", "fresh"), values=(1.0, 2.0, 3.0, 4.0))
    assert order.terms(1) == (3.0, 4.0)
    assert order.terms(2) == ()
