import pytest

from nutshell.messages import resolve
from nutshell.records.ranking import NotFound
from support.recommender_rig import HOUR, NOW, SUBJECTS, order, rank, record, subjects


def interests(run, recommender):
    return run(recommender.list_interests(NOW))


def test_each_subject_is_an_interest_named_by_its_words(filled, run):
    for item in ("boats0", "boats1", "boats2", "stars0"):
        record(filled, "open", item, NOW - HOUR)
    found = interests(run, filled)
    assert len(found) > 1
    assert sum(interest.count for interest in found) == 4
    assert found[0].weight == 1.0
    for interest in found:
        titles = set(" ".join(interest.titles).split())
        about = [subject for subject, words in SUBJECTS.items() if titles <= set(words)]
        assert len(about) == 1
        assert set(interest.name.split()) <= set(SUBJECTS[about[0]])


def test_an_interest_can_be_lowered_until_it_counts_against(filled, run):
    record(filled, "open", "boats0", NOW - HOUR)
    (interest,) = interests(run, filled)
    assert subjects(order(run, filled))[0] == "boats"
    reverts = [filled.lower_interest(interest.id) for _ in range(5)]
    assert subjects(order(run, filled))[-1] == "boats"
    assert interests(run, filled)[0].weight < 0
    for revert in reversed(reverts):
        revert()
    assert subjects(order(run, filled))[0] == "boats"


def test_deleting_an_interest_deletes_its_events_until_it_is_reverted(filled, run):
    record(filled, "open", "boats0", NOW - HOUR)
    record(filled, "open", "stars0", NOW - HOUR)
    boats = interests(run, filled)[0]
    revert = filled.delete_interest(boats.id)
    assert len(filled.events()) == 1
    assert len(interests(run, filled)) == 1
    revert()
    assert boats in interests(run, filled)


def test_an_interest_that_is_not_there_cannot_be_changed(filled):
    for change in (filled.delete_interest, filled.raise_interest, filled.lower_interest):
        with pytest.raises(NotFound):
            change(77)


def test_an_interest_can_be_added_in_words(filled, run):
    filled.add_interest("telescope comets", NOW)
    ranked = rank(run, filled)
    assert ranked[0].item.startswith("stars")
    assert ranked[0].reason.kind == "interest"
    assert ranked[0].reason.message.values["interest"] == "*telescope comets*"
    (interest,) = interests(run, filled)
    assert (interest.name, interest.own) == ("telescope comets", True)
    filled.add_interest("telescope comets", NOW, less=True)
    with pytest.raises(ValueError, match="in words"):
        filled.add_interest("  ", NOW)


def test_a_renamed_interest_keeps_its_name_until_it_is_reverted(filled, run):
    record(filled, "open", "boats0", NOW - HOUR)
    (interest,) = interests(run, filled)
    revert = filled.rename_interest(interest.id, " The  sea ")
    assert interests(run, filled)[0].name == "The sea"
    revert()
    assert interests(run, filled)[0].name == interest.name


def test_a_name_of_the_user_is_deleted_with_the_events_of_its_interest(filled, database, run):
    def names():
        return [name for (name,) in database.connection.execute("SELECT name FROM taste_interest")]

    record(filled, "open", "boats0", NOW - HOUR)
    [interest] = interests(run, filled)
    filled.rename_interest(interest.id, "my secret boat")
    assert names() == ["my secret boat"]
    revert = filled.forget([event.id for event in filled.events()])
    assert names() == []
    record(filled, "open", "stars0")
    assert interests(run, filled)[0].name != "my secret boat"
    revert()
    assert {interest.name for interest in interests(run, filled)} >= {"my secret boat"}
    assert len(interests(run, filled)) == 2


def test_an_interest_in_less_can_be_strengthened_and_weakened(filled, run):
    filled.set_sliders(fresh=0.0, adventurous=0.0)
    record(filled, "less", "vote0", NOW - HOUR)
    record(filled, "less", "bread0", NOW - HOUR)
    bread = next(one for one in interests(run, filled) if set(one.name.split()) <= set(SUBJECTS["bread"]))
    assert bread.weight == pytest.approx(-1.0)

    def total(subject):
        ranked = rank(run, filled)
        assert all(sum(term.value for term in each.terms) == pytest.approx(each.score, abs=1e-3) for each in ranked)
        return sum(each.score for each in ranked if each.item.startswith(subject))

    before = total("bread")
    revert = filled.lower_interest(bread.id)
    assert total("bread") < before - 0.05
    weights = {interest.id: interest.weight for interest in interests(run, filled)}
    assert min(weights, key=weights.get) == bread.id
    revert()
    filled.raise_interest(bread.id)
    assert total("bread") > before + 0.05
    for _ in range(2):
        filled.raise_interest(bread.id)
    raised = {interest.id: interest.weight for interest in interests(run, filled)}
    assert weights[bread.id] < 0 < raised[bread.id]
    ranked = rank(run, filled)
    assert not any(each.reason.kind == "interest" for each in ranked)  # nothing was read
    labels = " ".join(resolve(term.label) for each in ranked for term in each.terms)
    assert all(interest.name in labels for interest in interests(run, filled))
