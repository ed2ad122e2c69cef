import pytest

from support.recommender_rig import HOUR, NOW, SUBJECTS, order, rank, record, story, subjects


def test_without_feedback_the_newest_come_first(recommender, run):
    ages = {"boats": 300, "bread": 1, "vote": 20}
    run(recommender.add_items([story(1, subject, hours_ago=hours) for subject, hours in ages.items()]))
    ranked = rank(run, recommender)
    assert [each.item for each in ranked] == ["bread1", "vote1", "boats1"]
    assert [each.reason.kind for each in ranked] == ["fresh", "subscribed", "subscribed"]


def test_a_story_is_ranked_once_at_its_best_item(filled, run):
    filled.stories.restore({"boats1": "boats0"})
    ranked = rank(run, filled)
    assert len(ranked) == 15
    [told] = [each for each in ranked if each.story.id == "boats0"]
    assert set(told.story.items) == {"boats0", "boats1"}
    assert len(rank(run, filled, by_story=False)) == 16


def test_the_list_ends_at_its_limit(filled, run):
    everything = order(run, filled, limit=None)
    assert len(everything) == 16
    assert order(run, filled, limit=5) == everything[:5]


def test_read_stories_are_left_out_unless_they_are_asked_for(filled, run):
    filled.mark_read(["boats0"])
    assert "boats0" not in order(run, filled)
    assert "boats0" in order(run, filled, include_read=True)
    filled.mark_read(["boats0"], False)
    assert "boats0" in order(run, filled)


def test_an_empty_index_has_an_empty_list(recommender, run):
    assert rank(run, recommender) == []


def test_items_without_words_or_date_are_ranked_too(recommender, run):
    odd = type(story(0, "boats"))("x", "", "", "paper", None)
    run(recommender.add_items([story(0, "boats"), odd]))
    assert sorted(order(run, recommender)) == ["boats0", "x"]


def test_explored_stories_are_of_topics_that_the_list_does_not_show(recommender, run):
    many = [story(number, subject) for number in range(40) for subject in ("boats", "bread", "stars")]
    run(recommender.add_items([*many, *(story(number, "vote", hours_ago=2000) for number in range(10))]))
    recommender.set_sliders(adventurous=1.0, fresh=1.0)
    for number in range(3):
        record(recommender, "less", f"vote{number}", NOW - HOUR)
    ranked = rank(run, recommender, explore=True, limit=40, by_story=False)
    explored = [each for each in ranked if each.explored]
    assert explored
    assert {each.reason.kind for each in explored} == {"different"}
    rows = recommender.candidates.matrix.rows
    topics = {each.item: str(rows.topics[rows.index[each.item]]) for each in ranked}
    assert all(topics[each.item] == each.explored for each in explored)
    assert not {each.explored for each in explored} & {topics[each.item] for each in ranked if not each.explored}
    assert not any(each.explored for each in rank(run, recommender, limit=40, by_story=False))


def test_a_list_without_exploration_is_in_the_order_of_its_scores(filled, run):
    record(filled, "open", "boats0")
    scores = [each.score for each in rank(run, filled)]
    assert scores == sorted(scores, reverse=True)
    filled.set_sliders(adventurous=0.0)
    assert set(order(run, filled, explore=True)) == set(order(run, filled))
    assert set(subjects(order(run, filled))) == set(SUBJECTS)


def test_stories_that_were_read_come_last(filled, run):
    record(filled, "open", "boats0")
    filled.mark_read(["boats0"])
    ranked = rank(run, filled, include_read=True)
    assert ranked[-1].item == "boats0"
    assert sum(term.value for term in ranked[-1].terms) == pytest.approx(ranked[-1].score, abs=1e-3)
    assert "boats0" not in order(run, filled)
