"""A reason is true: what adds most, said as it is."""

from dataclasses import replace

import pytest

from nutshell.ranking.interests import name
from nutshell.ranking.reasons import ReasonContext, reason
from nutshell.records.events import Event
from nutshell.records.message import Message
from support.recommender_rig import HOUR, NOW, story

DAY = 24 * HOUR
READ = Event(7, NOW - DAY, "open", "1", "paper", "harbour ferries", "", 0.0, "", (0.0,) * 4, b"", 3)


FERRIES = {"interest": "*harbour ferries*"}
YESTERDAY = {"day": Message("day.yesterday")}
PAPER = {"source": "*Paper*"}


def explain(terms, seen=None, interest="harbour ferries", explored=False):
    return reason(terms, interest, seen or ReasonContext("Paper", READ, 5, READ), explored, NOW)


def said(terms, seen=None, **more):
    found = explain(terms, seen, **more).message
    return found.id, found.values


def test_what_adds_most_is_the_reason():
    terms = {"interest": 0.5, "source": 0.4, "fresh": 0.3}
    assert said(terms) == ("reason.interest_read", FERRIES | YESTERDAY)
    assert explain(terms).because == 7
    assert said(terms | {"source": 0.6}) == ("reason.source_often", PAPER)
    assert said(terms | {"fresh": 0.9}) == ("reason.new_from", PAPER)
    assert said(dict.fromkeys(terms, 0.01)) == ("reason.following", PAPER)
    assert said(terms, explored=True) == ("reason.variety", {})


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("more", ("reason.interest_wanted", FERRIES | YESTERDAY)),
        ("save", ("reason.interest_saved", FERRIES | YESTERDAY)),
        ("wish", ("reason.interest_added", FERRIES)),
    ],
)
def test_it_says_what_the_reader_did(kind, expected):
    assert said({"interest": 1.0}, ReasonContext("Paper", replace(READ, kind=kind))) == expected


def test_often_is_three_times_and_never_is_no_reason():
    terms = {"source": 1.0, "fresh": 0.5}
    assert said(terms, ReasonContext("Paper", reads=2, last=READ)) == ("reason.source_read", PAPER | YESTERDAY)
    assert said(terms, ReasonContext("Paper", reads=3, last=READ)) == ("reason.source_often", PAPER)
    # A source whose stories were only passed over less than others' adds to the score, and is no reason.
    assert said(terms, ReasonContext("Paper")) == ("reason.new_from", PAPER)


def test_calm_is_asked_for_or_seen_from_what_was_read_and_may_be_lively():
    terms = {"calm": 1.0, "fresh": 0.5}
    calm, lively = {"calm": 1}, {"calm": -1}
    assert said(terms, ReasonContext("Paper", leaning=calm, asked=calm)) == ("reason.calm_asked", {})
    assert said(terms, ReasonContext("Paper", leaning=calm)) == ("reason.calm_read", {})
    assert said(terms, ReasonContext("Paper", leaning=lively)) == ("reason.lively_read", {})
    assert said(terms, ReasonContext("Paper", leaning=lively, asked=calm)) == ("reason.lively_read", {})
    assert said(terms, ReasonContext("Paper")) == ("reason.new_from", PAPER)
    assert said({"deep": 1.0}, ReasonContext("Paper", leaning={"deep": -1})) == ("reason.light_read", {})


def test_the_reasons_of_a_list_are_its_largest_terms(stocked, run):
    """Held against the terms that each score is the sum of."""
    for number, subject in enumerate(("boats", "boats", "bread")):
        stocked.record("open", f"{subject}{number}", NOW - 2 * DAY)
        stocked.done(f"{subject}{number}")
    for number in range(3):
        stocked.record("shown", f"stars{number}", NOW - 2 * DAY)
    ranked = run(stocked.rank(NOW, explore=False))
    liked = [each for each in ranked if each.reason.kind == "interest"]
    assert {each.item[:5] for each in liked} == {"boats", "bread"}
    events = {event.id: event for event in stocked.lessons()}
    for each in liked:
        own = [term for term in each.terms if term.name.isdigit()]
        assert max(own, key=lambda term: term.value).label in each.reason.message.values["interest"]
        assert events[each.reason.because].item[:5] == each.item[:5]  # a story like it, not one of another subject
        assert each.reason.message.id == "reason.interest_read"


def test_a_source_that_was_never_read_is_not_said_to_be(taste, run):
    run(taste.add_items([story(n, subject, source=subject) for n in range(4) for subject in ("boats", "vote")]))
    for number in range(3):
        taste.record("shown", f"vote{number}", NOW)
    assert not any(each.reason.message.id.endswith("_read") for each in run(taste.rank(NOW, explore=False)))


def test_a_source_that_was_read_once_is_not_often_read(taste, run):
    subjects = ("boats", "bread", "stars", "vote")
    run(taste.add_items([story(n, subject, source=f"p{n}") for n in range(4) for subject in subjects]))
    taste.record("open", "boats0", NOW)
    taste.done("boats0")
    reasons = [each.reason.message for each in run(taste.rank(NOW, explore=False))]
    assert Message("reason.source_read", {"source": "*P0*", "day": Message("day.today")}) in reasons
    assert not any(found.id == "reason.source_often" for found in reasons)


def called(*titles, **common):
    return name([replace(READ, id=n, title=title) for n, title in enumerate(titles)], common, 100)


def test_an_interest_is_called_by_words_that_stand_together():
    title = "Ferries return to the old harbour bridge after storm"
    assert called(title, ferries=3, harbour=3, bridge=3, old=60) == "harbour bridge"
    assert called("Harbour ferries are late", "The harbour ferries again", "No ferries today") == "harbour ferries"
    assert called("Arbery\u2019s and the") == "Arbery"
    assert called("Storm. Ferries, bridge") != "Storm Ferries"  # a sentence's end is between them
    assert called("NASA: rocket") == "NASA rocket"
    assert called("the of 12") == "the of 12"
