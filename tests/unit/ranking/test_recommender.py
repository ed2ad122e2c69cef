import pytest

from nutshell.ranking.recommender import Recommender
from nutshell.records.ranking import NotFound
from support.recommender_rig import HOUR, NOW, SUBJECTS, order, rank, record, story, subjects


def test_opened_stories_bring_more_like_them_and_the_reason_refers_to_the_event(filled, run):
    filled.set_sliders(fresh=0.0)
    record(filled, "open", "boats0", NOW - HOUR)
    record(filled, "shown", "bread0", NOW - HOUR)
    ranked = [each for each in rank(run, filled) if each.item != "boats0"]
    assert ranked[0].item.startswith("boats")
    assert ranked[0].reason.kind == "interest", ranked[0].terms
    event = next(event for event in filled.events() if event.id == ranked[0].reason.event)
    assert event.item == "boats0"
    assert ranked[-1].item.startswith("bread")


def test_less_like_this_takes_effect_until_it_is_reverted(filled, run):
    before = order(run, filled)
    revert = record(filled, "less", "vote0")
    ranked = sorted(rank(run, filled), key=lambda each: each.score)
    assert subjects(each.item for each in ranked[:4]) == ["vote"] * 4
    revert()
    assert order(run, filled) == before
    revert()  # a second time changes nothing
    assert order(run, filled) == before


def test_everything_learned_survives_a_restart(filled, models, wordpiece, database, run):
    record(filled, "open", "stars0", NOW - HOUR)
    filled.mute("words", "galaxy", NOW)
    filled.set_sliders(fresh=0.0)
    before = order(run, filled)
    again = Recommender(models, wordpiece, database)
    models.runs.clear()
    run(again.add_items([story(number, subject) for number in range(4) for subject in SUBJECTS]))
    assert models.runs == ["static", "topics"]  # the encoder was checked, no item was embedded
    assert order(run, again) == before
    assert again.sliders.fresh == 0.0
    assert [mute.name for mute in again.mutes] == ["galaxy"]


def test_an_item_whose_text_changed_is_ranked_by_its_new_text(filled, run):
    filled.set_sliders(fresh=0.0)
    changed = type(story(0, "boats"))("boats1", "telescope galaxy comets orbit", "", "paper", NOW, "Paper")
    filled.retain_items(filled.item_ids - {"boats1"})
    run(filled.add_items([changed]))
    record(filled, "open", "stars0")
    ranked = order(run, filled, by_story=False)
    assert ranked.index("boats1") < ranked.index("bread1")
    assert len(filled.item_ids) == 16


def test_what_is_known_still_ranks_while_learning_is_paused(filled, run):
    record(filled, "open", "boats0", NOW - HOUR)
    filled.pause(True)
    record(filled, "open", "vote0")
    assert len(filled.events()) == 1
    assert subjects(order(run, filled))[0] == "boats"


def test_the_last_hour_a_source_or_everything_can_be_forgotten(recommender, run):
    run(recommender.add_items([story(0, "boats"), story(1, "bread", "gazette"), story(2, "stars", "gazette")]))
    record(recommender, "open", "boats0", NOW - 5 * HOUR)
    record(recommender, "open", "bread1", NOW - 4 * HOUR)
    record(recommender, "open", "stars2", NOW - 60)
    recommender.forget_since(NOW - HOUR)
    assert [event.item for event in recommender.events()] == ["bread1", "boats0"]
    recommender.forget_source("gazette")
    assert [event.item for event in recommender.events()] == ["boats0"]
    recommender.mute("words", "galaxy", NOW)
    revert = recommender.forget_all()
    assert (recommender.events(), recommender.mutes, run(recommender.list_interests(NOW))) == ([], [], [])
    revert()
    assert [event.item for event in recommender.events()] == ["boats0"]
    assert [mute.name for mute in recommender.mutes] == ["galaxy"]
    with pytest.raises(NotFound):
        recommender.forget_source("nobody")


def test_forgetting_everything_leaves_nothing_in_the_database(filled, database, run):
    record(filled, "open", "boats0", NOW - HOUR)
    rank(run, filled)
    filled.forget_all()
    for table in ("taste_event", "taste_interest", "taste_mute"):
        assert database.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_removed_items_leave_their_feedback(filled, run):
    record(filled, "open", "boats0", NOW - HOUR)
    filled.retain_items(["boats1", "bread2", "vote3"])
    assert order(run, filled)[0] == "boats1"
    assert len(order(run, filled)) == 3
    assert len(filled.events()) == 1


def test_sliders_reorder_the_list(recommender, run):
    run(recommender.add_items([story(0, "boats", hours_ago=1), story(1, "bread", hours_ago=200)]))
    record(recommender, "open", "bread1", NOW - HOUR)
    recommender.set_sliders(fresh=1.0)
    assert order(run, recommender)[0] == "boats0"
    recommender.set_sliders(fresh=0.0)
    assert order(run, recommender)[0] == "bread1"


@pytest.mark.parametrize("wrong", [{"fresh": 1.5}, {"spicy": 0.5}, {"calm": "much"}])
def test_other_sliders_and_values_are_refused(recommender, wrong):
    with pytest.raises(ValueError, match="slider"):
        recommender.set_sliders(**wrong)
