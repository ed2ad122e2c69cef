import json

import pytest

from nutshell.ranking.feedback import Feedback
from nutshell.ranking.recommender import Recommender
from nutshell.records.message import Message
from nutshell.records.ranking import NotFound
from nutshell.text.wordpiece import WordPiece
from support.recommender_rig import HOUR, NOW, SUBJECTS, story, vocabulary


def order(run, taste, **given):
    return [ranked.item for ranked in run(taste.rank(NOW, explore=False, **given))]


def kept(database):
    """The items in the pool on disk."""
    pages = database.connection.execute("SELECT head FROM taste_page WHERE number >= 0")
    return {item for (head,) in pages for item in json.loads(head)["ids"]}


def subjects(found):
    return [item.rstrip("0123456789") for item in found]


def test_without_any_feedback_the_newest_come_first_and_say_so(taste, run):
    run(
        taste.add_items(
            [story(1, "boats", hours_ago=300), story(1, "bread", hours_ago=1), story(1, "vote", hours_ago=20)]
        )
    )
    ranked = run(taste.rank(NOW))
    assert [each.item for each in ranked] == ["bread1", "vote1", "boats1"]
    assert ranked[0].reason.message == Message("reason.new_from", {"source": "*Paper*"})
    assert ranked[2].reason.message == Message("reason.following", {"source": "*Paper*"})


def test_opens_bring_more_of_the_same_and_the_reason_names_the_event(stocked, run):
    stocked.set_sliders(fresh=0.0)
    stocked.record("open", "boats0", NOW - HOUR)
    revert = stocked.record("shown", "bread0", NOW - HOUR)
    assert revert
    ranked = [each for each in run(stocked.rank(NOW, explore=False)) if each.item not in {"boats0"}]
    assert ranked[0].item.startswith("boats")
    assert ranked[0].reason.kind == "interest", ranked[0].terms
    assert ranked[0].reason.message.id == "reason.interest_read"
    assert ranked[0].reason.message.values["day"] == Message("day.today")
    event = next(event for event in stocked.lessons() if event.id == ranked[0].reason.because)
    assert event.item == "boats0"
    assert ranked[-1].item.startswith("bread")


def test_the_terms_of_a_story_sum_to_its_score(stocked, run):
    stocked.record("open", "boats0", NOW - HOUR)
    stocked.record("less", "vote0", NOW - HOUR)
    for ranked in run(stocked.rank(NOW)):
        assert sum(term.value for term in ranked.terms) == pytest.approx(ranked.score, abs=1e-3)


def test_less_like_this_takes_effect_and_undo_takes_it_back(stocked, run):
    before = order(run, stocked)
    revert = stocked.record("less", "vote0", NOW)
    ranked = sorted(run(stocked.rank(NOW, explore=False)), key=lambda each: each.score)
    assert subjects(each.item for each in ranked[:4]) == ["vote"] * 4
    revert()
    assert order(run, stocked) == before
    revert()
    assert order(run, stocked) == before


def test_what_was_learned_survives_a_restart(stocked, models, database, run):
    stocked.record("open", "stars0", NOW - HOUR)
    stocked.mute("words", "galaxy", NOW)
    stocked.set_sliders(fresh=0.0)
    first = order(run, stocked)
    again = Recommender(models, WordPiece.from_vocab(vocabulary()), database)
    models.runs.clear()
    run(
        again.add_items(
            [story(number, subject) for number in range(4) for subject in ("boats", "bread", "stars", "vote")]
        )
    )
    assert models.runs.count("static") == 1  # the probe: vectors of items were kept
    assert order(run, again) == first
    assert again.sliders.fresh == 0.0
    assert [mute.name for mute in again.mutes] == ["galaxy"]


def test_vectors_of_another_encoder_are_made_again(stocked, models, database, run):
    stocked.record("open", "stars0", NOW - HOUR)
    database.connection.execute("UPDATE setting SET value = '\"00\"' WHERE name = 'taste.probe'")
    again = Recommender(models, WordPiece.from_vocab(vocabulary()), database)
    run(again.add_items([story(number, subject) for number in range(2) for subject in ("boats", "stars")]))
    assert len(kept(database)) == 4
    assert subjects(order(run, again))[0] == "stars"
    assert all(event.vector for event in again.lessons())


def test_muted_words_are_whole_words_and_come_back_when_unmuted(taste, run):
    run(taste.add_items([story(0, "boats", text="The art of sailing"), story(1, "boats", text="A party")]))
    revert = taste.mute("words", "Art", NOW)
    assert order(run, taste) == ["boats1"]
    run(taste.add_items([story(2, "vote", text="Modern arts")]))
    assert "vote2" not in order(run, taste)
    revert()
    assert sorted(order(run, taste)) == ["boats0", "boats1", "vote2"]
    with pytest.raises(ValueError, match="say which"):
        taste.mute("words", " ", NOW)


def test_a_muted_source_is_gone_until_it_is_let_in_again(taste, run):
    run(taste.add_items([story(0, "boats", "paper"), story(1, "bread", "gazette")]))
    taste.mute("source", "gazette", NOW)
    assert order(run, taste) == ["boats0"]
    revert = taste.unmute(taste.mutes[0].id)
    assert len(order(run, taste)) == 2
    revert()
    assert order(run, taste) == ["boats0"]
    taste.unmute(taste.mutes[0].id)
    with pytest.raises(NotFound):
        taste.unmute(99)


def test_read_stories_leave_the_list_and_can_come_back(stocked, run):
    stocked.done("boats0")
    assert "boats0" not in order(run, stocked)
    assert "boats0" in order(run, stocked, include_done=True)
    stocked.done("boats0", False)
    assert "boats0" in order(run, stocked)


def test_interests_are_several_named_and_weighed(stocked, run):
    for item in ("boats0", "boats1", "boats2", "stars0"):
        stocked.record("open", item, NOW - HOUR)
    found = run(stocked.interests(NOW))
    assert len(found) > 1
    assert sum(interest.count for interest in found) == 4
    assert found[0].weight == 1.0
    for interest in found:
        about = [subject for subject, words in SUBJECTS.items() if set(" ".join(interest.titles).split()) <= set(words)]
        assert len(about) == 1
        assert set(interest.name.split()) <= set(SUBJECTS[about[0]])


def test_an_interest_can_be_lowered_until_it_counts_against(stocked, run):
    stocked.record("open", "boats0", NOW - HOUR)
    (interest,) = run(stocked.interests(NOW))
    assert subjects(order(run, stocked))[0] == "boats"
    reverts = [stocked.lower_interest(interest.id) for _ in range(5)]
    assert subjects(order(run, stocked))[-1] == "boats"
    assert run(stocked.interests(NOW))[0].weight < 0
    for revert in reversed(reverts):
        revert()
    assert subjects(order(run, stocked))[0] == "boats"


def test_a_deleted_interest_takes_all_it_was_learned_from_and_comes_back(stocked, run):
    stocked.record("open", "boats0", NOW - HOUR)
    stocked.record("open", "stars0", NOW - HOUR)
    boats = run(stocked.interests(NOW))[0]
    revert = stocked.forget_interest(boats.id)
    assert len(stocked.lessons()) == 1
    assert len(run(stocked.interests(NOW))) == 1
    revert()
    assert boats in run(stocked.interests(NOW))
    with pytest.raises(NotFound):
        stocked.forget_interest(77)


def test_an_interest_can_be_added_in_words(stocked, run):
    stocked.add_interest("telescope comets", NOW)
    ranked = run(stocked.rank(NOW, explore=False))
    assert ranked[0].item.startswith("stars")
    assert ranked[0].reason.message == Message("reason.interest_added", {"interest": "*telescope comets*"})
    (interest,) = run(stocked.interests(NOW))
    assert (interest.name, interest.own) == ("telescope comets", True)
    stocked.add_interest("telescope comets", NOW, less=True)
    with pytest.raises(ValueError, match="in words"):
        stocked.add_interest("  ", NOW)


def test_an_interest_keeps_the_name_it_is_given(stocked, run):
    stocked.record("open", "boats0", NOW - HOUR)
    (interest,) = run(stocked.interests(NOW))
    revert = stocked.rename_interest(interest.id, " The  sea ")
    assert run(stocked.interests(NOW))[0].name == "The sea"
    revert()
    assert run(stocked.interests(NOW))[0].name == interest.name


def test_nothing_is_learned_while_paused_but_what_is_known_counts(stocked, run):
    stocked.record("open", "boats0", NOW - HOUR)
    stocked.pause(True)
    assert stocked.record("open", "vote0", NOW) is None
    assert stocked.learned == 1
    assert subjects(order(run, stocked))[0] == "boats"
    stocked.pause(False)
    assert stocked.record("open", "vote0", NOW)


def test_forgetting_the_last_hour_a_source_and_everything(taste, run):
    run(taste.add_items([story(0, "boats", "paper"), story(1, "bread", "gazette"), story(2, "stars", "gazette")]))
    taste.record("open", "boats0", NOW - 5 * HOUR)
    taste.record("open", "bread1", NOW - 4 * HOUR)
    taste.record("open", "stars2", NOW - 60)
    taste.forget_since(NOW - HOUR)
    assert [event.item for event in taste.lessons()] == ["bread1", "boats0"]
    taste.forget_source("gazette")
    assert [event.item for event in taste.lessons()] == ["boats0"]
    taste.mute("words", "galaxy", NOW)
    revert = taste.forget_all()
    assert (taste.lessons(), taste.mutes, run(taste.interests(NOW))) == ([], [], [])
    revert()
    assert [event.item for event in taste.lessons()] == ["boats0"]
    assert [mute.name for mute in taste.mutes] == ["galaxy"]
    with pytest.raises(NotFound):
        taste.forget_source("nobody")


def test_forgetting_leaves_nothing_in_the_database(stocked, database, run):
    stocked.record("open", "boats0", NOW - HOUR)
    run(stocked.rank(NOW))
    stocked.forget_all()
    for table in ("taste_event", "taste_interest", "taste_mute"):
        assert database.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_items_that_age_out_take_their_rows_and_leave_what_was_learned(stocked, database, run):
    stocked.record("open", "boats0", NOW - HOUR)
    stocked.keep_items(["boats1", "bread2", "vote3"])
    assert order(run, stocked)[0] == "boats1"
    assert len(order(run, stocked)) == 3
    assert kept(database) == {"boats1", "bread2", "vote3"}
    assert stocked.learned == 1


def test_sliders_reorder_and_refuse_what_they_are_not(taste, run):
    run(taste.add_items([story(0, "boats", hours_ago=1), story(1, "bread", hours_ago=200)]))
    taste.record("open", "bread1", NOW - HOUR)
    taste.set_sliders(fresh=1.0)
    assert order(run, taste)[0] == "boats0"
    taste.set_sliders(fresh=0.0)
    assert order(run, taste)[0] == "bread1"
    for wrong in ({"fresh": 1.5}, {"spicy": 0.5}, {"calm": "much"}):
        with pytest.raises(ValueError, match="slider"):
            taste.set_sliders(**wrong)


def test_the_mix_tells_what_the_list_is_made_of(stocked, run):
    assert stocked.mix().sources == ()
    stocked.record("open", "boats0", NOW - HOUR)
    run(stocked.rank(NOW))
    mix = stocked.mix()
    assert mix.sources[0].name == "Paper"
    assert sum(share.share for share in mix.topics) == pytest.approx(1)


def test_an_unknown_kind_of_event_is_refused(stocked):
    with pytest.raises(ValueError, match="no kind of event"):
        stocked.record("sniff", "boats0", NOW)


def test_an_empty_pool_has_no_order(taste, run):
    assert run(taste.rank(NOW)) == []
    assert run(taste.interests(NOW)) == []


def test_items_of_no_words_and_no_date_are_ranked_too(taste, run):
    odd = [story(0, "boats"), type(story(0, "boats"))("x", "", "", "paper", None)]
    run(taste.add_items(odd))
    assert sorted(order(run, taste)) == ["boats0", "x"]


def test_too_many_acts_make_room_on_disk_and_in_memory_alike_but_words_stay(stocked, database, monkeypatch):
    monkeypatch.setattr("nutshell.storage.ranking.ACTS_KEPT", 3)
    monkeypatch.setattr("nutshell.storage.ranking.SHOWN_KEPT", 2)
    stocked.add_interest("wooden boats", NOW - 9 * HOUR)
    stocked.record_many([Feedback("shown", f"vote{n}", NOW - n * HOUR) for n in range(4)])
    stocked.record_many([Feedback("open", f"stars{n}", NOW - n * HOUR) for n in range(4)])
    there = [(event.kind, event.item) for event in stocked.lessons()]
    assert len(there) == 6
    assert ("wish", "") in there
    assert not {("shown", "vote2"), ("open", "stars3")} & set(there)
    kept = database.connection.execute("SELECT kind, item FROM taste_event ORDER BY at DESC, id DESC").fetchall()
    assert kept == there


def test_what_is_asked_to_be_less_is_weighed_by_the_reader_as_well(stocked, run):
    stocked.set_sliders(fresh=0.0, adventurous=0.0)
    stocked.record("less", "vote0", NOW - HOUR)
    stocked.record("less", "bread0", NOW - HOUR)
    bread = next(one for one in run(stocked.interests(NOW)) if set(one.name.split()) <= set(SUBJECTS["bread"]))
    assert bread.weight == pytest.approx(-1.0)

    def standing(subject):
        ranked = run(stocked.rank(NOW, explore=False))
        assert all(sum(term.value for term in each.terms) == pytest.approx(each.score, abs=1e-3) for each in ranked)
        return sum(each.score for each in ranked if each.item.startswith(subject))

    before = standing("bread")
    lowered = stocked.lower_interest(bread.id)
    assert standing("bread") < before - 0.05
    weights = {one.id: one.weight for one in run(stocked.interests(NOW))}
    assert min(weights, key=weights.get) == bread.id
    lowered()
    stocked.raise_interest(bread.id)
    assert standing("bread") > before + 0.05
    for _ in range(2):
        stocked.raise_interest(bread.id)
    raised = {one.id: one.weight for one in run(stocked.interests(NOW))}
    assert weights[bread.id] < 0 < raised[bread.id]
    ranked = run(stocked.rank(NOW, explore=False))
    assert not any(each.reason.kind == "interest" for each in ranked)  # nothing was read
    labels = {term.label for each in ranked for term in each.terms}
    assert {Message("term.interest_less", {"interest": one.name}) for one in run(stocked.interests(NOW))} <= labels


def test_a_name_that_the_reader_gave_goes_with_all_it_was_learned_from(stocked, database, run):
    def names():
        return [name for (name,) in database.connection.execute("SELECT name FROM taste_interest")]

    stocked.record("open", "boats0", NOW - HOUR)
    [one] = run(stocked.interests(NOW))
    stocked.rename_interest(one.id, "my secret boat")
    assert names() == ["my secret boat"]
    revert = stocked.forget([event.id for event in stocked.lessons()])
    assert names() == []
    stocked.record("open", "stars0", NOW)
    assert run(stocked.interests(NOW))[0].name != "my secret boat"
    revert()
    assert {one.name for one in run(stocked.interests(NOW))} >= {"my secret boat"}
    assert len(run(stocked.interests(NOW))) == 2
