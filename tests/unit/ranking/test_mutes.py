import pytest

from nutshell.ranking.candidates import Candidate
from nutshell.ranking.mutes import matches
from nutshell.records.ranking import Mute, NotFound
from support.recommender_rig import NOW, order, story


def words(name):
    return Mute(1, "words", name, NOW)


@pytest.mark.parametrize(
    ("muted", "title", "hidden"),
    [
        ("Art", "The art of sailing", True),
        ("art", "A party", False),
        ("art", "Modern arts", True),
        ("art", "The art's end", True),
        ("modern art", "Modern arts", True),
        ("modern art", "Modern old art", False),
        ("e\u0301conomie", "L'ÉCONOMIE va bien", True),
        ("strasse", "Die Straße", True),
    ],
)
def test_words_are_muted_as_whole_words_in_any_case(muted, title, hidden):
    assert matches(words(muted), Candidate("a", title)) is hidden
    assert matches(words(muted), Candidate("a", "", title)) is hidden


def test_a_source_is_muted_by_its_key_or_its_name():
    item = Candidate("a", "Paper", "", "7", NOW, "The Paper")
    assert matches(Mute(1, "source", "7", NOW), item)
    assert matches(Mute(1, "source", "The Paper", NOW), item)
    assert not matches(Mute(1, "source", "Paper", NOW), item)


def test_a_mute_applies_to_items_that_come_later_until_it_is_reverted(recommender, run):
    run(recommender.add_items([story(0, "boats", text="The art of sailing"), story(1, "boats", text="A party")]))
    revert = recommender.mute("words", "Art", NOW)
    assert order(run, recommender) == ["boats1"]
    run(recommender.add_items([story(2, "vote", text="Modern arts")]))
    assert "vote2" not in order(run, recommender)
    revert()
    assert sorted(order(run, recommender)) == ["boats0", "boats1", "vote2"]


def test_an_empty_or_unknown_mute_is_refused(recommender):
    for kind, name in (("words", " "), ("source", ""), ("author", "Ann")):
        with pytest.raises(ValueError, match="say which"):
            recommender.mute(kind, name, NOW)


def test_a_muted_source_is_hidden_until_it_is_unmuted(recommender, run):
    run(recommender.add_items([story(0, "boats", "paper"), story(1, "bread", "gazette")]))
    recommender.mute("source", "gazette", NOW)
    assert order(run, recommender) == ["boats0"]
    assert recommender.is_muted("bread1")
    revert = recommender.unmute(recommender.mutes[0].id)
    assert len(order(run, recommender)) == 2
    revert()
    assert order(run, recommender) == ["boats0"]
    recommender.unmute(recommender.mutes[0].id)
    with pytest.raises(NotFound):
        recommender.unmute(99)


def test_a_mute_that_was_imported_applies_to_items_that_are_there(filled, models, wordpiece, database, run):
    database.connection.execute("INSERT INTO taste_mute (kind, name, at) VALUES ('words', 'galaxy', 0)")
    again = type(filled)(models, wordpiece, database, filled.candidates.source)
    shown = order(run, again)
    assert "boats0" in shown
    assert not any("galaxy" in filled.candidates.source.get([item])[item].title for item in shown)
