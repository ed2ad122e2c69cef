"""A reason is true: what adds most, said as it is."""

from dataclasses import replace

import pytest

from nutshell.ranking.interests import name
from nutshell.ranking.reasons import ReasonContext, reason
from nutshell.records.events import Event
from support.recommender_rig import HOUR, NOW, story

DAY = 24 * HOUR
READ = Event(7, NOW - DAY, "open", "1", "paper", "harbour ferries", "", 0.0, "", (0.0,) * 4, b"", 3)


def said(terms, seen=None, interest="harbour ferries", explored=False):
    return reason(terms, interest, seen or ReasonContext("Paper", READ, 5, READ), explored, NOW)


def test_what_adds_most_is_the_reason():
    terms = {"interest": 0.5, "source": 0.4, "fresh": 0.3}
    assert said(terms).text == "like *harbour ferries*, which you read yesterday"
    assert said(terms).because == 7
    assert said(terms | {"source": 0.6}).text == "you often read *Paper*"
    assert said(terms | {"fresh": 0.9}).text == "new from *Paper*"
    assert said(dict.fromkeys(terms, 0.01)).text == "you follow *Paper*"
    assert said(terms, explored=True).text == "something different"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("more", "like *harbour ferries*, which you wanted more of yesterday"),
        ("save", "like *harbour ferries*, which you saved yesterday"),
        ("wish", "about *harbour ferries*, which you asked for"),
    ],
)
def test_it_says_what_the_reader_did(kind, text):
    assert said({"interest": 1.0}, ReasonContext("Paper", replace(READ, kind=kind))).text == text


def test_often_is_three_times_and_never_is_no_reason():
    terms = {"source": 1.0, "fresh": 0.5}
    assert said(terms, ReasonContext("Paper", reads=2, last=READ)).text == "from *Paper*, like what you read yesterday"
    assert said(terms, ReasonContext("Paper", reads=3, last=READ)).text == "you often read *Paper*"
    # A source whose stories were only passed over less than others' adds to the score, and is no reason.
    assert said(terms, ReasonContext("Paper")).text == "new from *Paper*"


def test_calm_is_asked_for_or_seen_from_what_was_read_and_may_be_lively():
    terms = {"calm": 1.0, "fresh": 0.5}
    calm, lively = {"calm": 1}, {"calm": -1}
    assert said(terms, ReasonContext("Paper", leaning=calm, asked=calm)).text == "calm, as you asked"
    assert said(terms, ReasonContext("Paper", leaning=calm)).text == "calm, like what you read"
    assert said(terms, ReasonContext("Paper", leaning=lively)).text == "lively, like what you read"
    assert said(terms, ReasonContext("Paper", leaning=lively, asked=calm)).text == "lively, like what you read"
    assert said(terms, ReasonContext("Paper")).text == "new from *Paper*"
    assert said({"deep": 1.0}, ReasonContext("Paper", leaning={"deep": -1})).text == "light, like what you read"


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
        assert max(own, key=lambda term: term.value).label in each.reason.text
        assert events[each.reason.because].item[:5] == each.item[:5]  # a story like it, not one of another subject
        assert "which you read on" in each.reason.text


def test_a_source_that_was_never_read_is_not_said_to_be(taste, run):
    run(taste.add_items([story(n, subject, source=subject) for n in range(4) for subject in ("boats", "vote")]))
    for number in range(3):
        taste.record("shown", f"vote{number}", NOW)
    assert not any("read" in each.reason.text for each in run(taste.rank(NOW, explore=False)))


def test_a_source_that_was_read_once_is_not_often_read(taste, run):
    subjects = ("boats", "bread", "stars", "vote")
    run(taste.add_items([story(n, subject, source=f"p{n}") for n in range(4) for subject in subjects]))
    taste.record("open", "boats0", NOW)
    taste.done("boats0")
    reasons = [each.reason.text for each in run(taste.rank(NOW, explore=False))]
    assert "from *P0*, like what you read today" in reasons
    assert not any("often" in text for text in reasons)


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
