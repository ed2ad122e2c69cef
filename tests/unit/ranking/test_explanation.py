import pytest

from nutshell.ranking.explanation import common_terms, liked_sources
from nutshell.ranking.feedback import TrainingExample
from nutshell.ranking.scoring import ScoredOrder
from support.recommender_rig import DAY, NOW, event, rank, record, story


def test_the_terms_of_a_story_sum_to_its_score(filled, run):
    record(filled, "open", "boats0", NOW - DAY)
    record(filled, "less", "vote0", NOW - DAY)
    for ranked in rank(run, filled, explore=True):
        assert sum(term.value for term in ranked.terms) == pytest.approx(ranked.score, abs=1e-3)


def test_the_reasons_of_a_list_are_its_largest_terms(filled, run):
    for number, subject, kind in ((0, "boats", "open"), (1, "boats", "open"), (3, "bread", "more")):
        record(filled, kind, f"{subject}{number}", NOW - 2 * DAY)
        filled.mark_read([f"{subject}{number}"])
    for number in range(3):
        record(filled, "shown", f"stars{number}", NOW - 2 * DAY)
    liked = [each for each in rank(run, filled) if each.reason.kind == "interest"]
    assert {each.item[:5] for each in liked} == {"boats", "bread"}
    events = {event.id: event for event in filled.events()}
    for each in liked:
        title = filled.candidates.source.get([each.item])[each.item].title
        subject = each.reason.message.values["interest"].strip("*")
        assert subject in title
        assert set(subject.split()) <= set(events[each.reason.event].title.split())


def test_a_source_that_was_never_read_is_no_reason(recommender, run):
    run(recommender.add_items([story(n, subject, source=subject) for n in range(4) for subject in ("boats", "vote")]))
    for number in range(3):
        record(recommender, "shown", f"vote{number}")
    assert "source" not in {each.reason.kind for each in rank(run, recommender)}


def test_a_source_that_was_read_once_refers_to_that_event(recommender, run):
    subjects = ("boats", "bread", "stars", "vote")
    run(recommender.add_items([story(n, subject, source=f"p{n}") for n in range(4) for subject in subjects]))
    record(recommender, "open", "boats0")
    recommender.mark_read(["boats0"])
    [opened] = recommender.events()
    reasons = [each.reason for each in rank(run, recommender) if each.reason.kind == "source"]
    assert {(reason.event, reason.message.values["source"]) for reason in reasons} == {(opened.id, "*P0*")}


def test_liked_sources_are_counted_without_interests_in_words():
    examples = [
        TrainingExample("a", True, 1.0, event(1, "open", "a", 1.0)),
        TrainingExample("b", True, 1.0, event(2, "open", "b", 2.0)),
        TrainingExample("c", False, 1.0, event(3, "shown", "c", 3.0)),
        TrainingExample("", True, 4.0, event(4, "wish", "", 4.0)),
    ]
    assert liked_sources(examples) == {"paper": (2, examples[1].event)}


def test_what_the_median_story_has_explains_nothing():
    names = ("1", "passed", "source", "fresh", "calm", "deep", "novel")
    rows = [[9.0, 9.0, source, 0.1, 0.2, 0.3, 0.4] for source in (1.0, 5.0, 2.0)]
    order = ScoredOrder(order=(0, 1, 2), names=names, values=[value for row in rows for value in row])
    assert common_terms(order, [0, 1, 2]) == [2.0, 0.1, 0.2, 0.3, 0.4]


def test_parts_of_a_score_are_named_by_their_sign(filled, run):
    for number in range(3):
        record(filled, "shown", f"stars{number}", NOW - DAY)
        record(filled, "less", f"vote{number}", NOW - DAY)
    labels = {"passed": set(), "less": set()}
    for each in rank(run, filled):
        for term in each.terms:
            if term.name.split()[0] in labels:
                labels[term.name.split()[0]].add((term.value > 0, term.label.id))
    assert labels["passed"] == {(False, "term.passed"), (True, "term.not_passed")}
    assert dict(labels["less"]) == {
        False: "term.interest_less",
        True: "term.interest_not_less",
    }
