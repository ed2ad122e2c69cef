from dataclasses import replace

import pytest

from nutshell.ranking.reasons import ReasonContext, day, reason
from support.recommender_rig import DAY, NOW, event

READ = event(7, "open", at=NOW - DAY, interest=3)


def reason_for(terms, context=None, interest="harbour ferries", explored=False):
    return reason(terms, interest, context or ReasonContext("Paper", READ, 5, READ), explored, NOW)


def test_the_largest_term_is_the_reason():
    terms = {"interest": 0.5, "source": 0.4, "fresh": 0.3}
    assert reason_for(terms).text == "like *harbour ferries*, which you read yesterday"
    assert reason_for(terms).event == 7
    assert reason_for(terms | {"source": 0.6}).text == "you often read *Paper*"
    assert reason_for(terms | {"fresh": 0.9}).text == "new from *Paper*"
    assert reason_for(dict.fromkeys(terms, 0.01)).text == "you follow *Paper*"
    assert reason_for(terms, explored=True).text == "something different"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("more", "like *harbour ferries*, which you wanted more of yesterday"),
        ("save", "like *harbour ferries*, which you saved yesterday"),
        ("wish", "about *harbour ferries*, which you asked for"),
    ],
)
def test_the_reason_tells_what_the_user_did(kind, text):
    assert reason_for({"interest": 1.0}, ReasonContext("Paper", replace(READ, kind=kind))).text == text


def test_a_source_is_often_read_from_three_stories_on_and_no_reason_when_never_read():
    terms = {"source": 1.0, "fresh": 0.5}
    once = ReasonContext("Paper", liked=2, last=READ)
    assert reason_for(terms, once).text == "from *Paper*, like what you read yesterday"
    assert reason_for(terms, ReasonContext("Paper", liked=3, last=READ)).text == "you often read *Paper*"
    # A source whose stories were skipped less often than others' adds to the score, and is no reason.
    assert reason_for(terms, ReasonContext("Paper")).text == "new from *Paper*"


def test_calm_is_a_reason_when_it_was_asked_for_or_read_and_so_is_lively():
    terms = {"calm": 1.0, "fresh": 0.5}
    calm, lively = {"calm": 1}, {"calm": -1}
    assert reason_for(terms, ReasonContext("Paper", directions=calm, asked=calm)).text == "calm, as you asked"
    assert reason_for(terms, ReasonContext("Paper", directions=calm)).text == "calm, like what you read"
    assert reason_for(terms, ReasonContext("Paper", directions=lively)).text == "lively, like what you read"
    assert reason_for(terms, ReasonContext("Paper", directions=lively, asked=calm)).text == "lively, like what you read"
    assert reason_for(terms, ReasonContext("Paper")).text == "new from *Paper*"
    assert (
        reason_for({"deep": 1.0}, ReasonContext("Paper", directions={"deep": -1})).text == "light, like what you read"
    )


@pytest.mark.parametrize(
    ("days", "text"),
    [(-1, "today"), (0, "today"), (1, "yesterday"), (3, "on Tuesday"), (20, "on 26 December 2026")],
)
def test_days_are_named_as_people_name_them(days, text):
    assert day(NOW - days * DAY, NOW) == text
