from dataclasses import replace

import pytest

from nutshell.ranking.reasons import ReasonContext, day, reason
from nutshell.records.message import Message
from support.recommender_rig import DAY, NOW, event

READ = event(7, "open", at=NOW - DAY, interest=3)


def reason_for(terms, context=None, interest="harbour ferries", explored=False):
    return reason(terms, interest, context or ReasonContext("Paper", READ, 5, READ, read=5), explored, NOW)


def id_of(*arguments, **more):
    return reason_for(*arguments, **more).message.id


def test_the_largest_term_is_the_reason():
    terms = {"interest": 0.5, "source": 0.4, "fresh": 0.3}
    found = reason_for(terms)
    values = {"interest": "*harbour ferries*", "day": Message("day.yesterday")}
    assert (found.kind, found.message, found.event) == ("interest", Message("reason.interest_read", values), 7)
    assert reason_for(terms | {"source": 0.6}).message == Message("reason.source_often", {"source": "*Paper*"})
    assert reason_for(terms | {"fresh": 0.9}).message == Message("reason.new_from", {"source": "*Paper*"})
    assert reason_for(dict.fromkeys(terms, 0.01)).message == Message("reason.following", {"source": "*Paper*"})
    assert id_of(terms, explored=True) == "reason.variety"


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("dwell", "reason.interest_read"),
        ("more", "reason.interest_wanted"),
        ("save", "reason.interest_saved"),
        ("summary", "reason.interest_summarized"),
        ("wish", "reason.interest_added"),
    ],
)
def test_the_reason_tells_what_the_user_did(kind, message):
    assert id_of({"interest": 1.0}, ReasonContext("Paper", replace(READ, kind=kind))) == message


def test_a_source_is_often_read_from_three_stories_on_and_no_reason_when_never_read():
    terms = {"source": 1.0, "fresh": 0.5}
    assert id_of(terms, ReasonContext("Paper", often=2, last=READ)) == "reason.source_read"
    assert id_of(terms, ReasonContext("Paper", often=3, last=READ)) == "reason.source_often"
    # A source whose stories were skipped less often than others' adds to the score, and is no reason.
    assert id_of(terms, ReasonContext("Paper")) == "reason.new_from"


def test_a_source_without_a_name_is_this_feed():
    found = reason_for({"source": 1.0}, ReasonContext("", often=3, last=READ))
    assert found.message.values["source"] == Message("reason.this_feed")
    assert id_of({"fresh": 1.0}, ReasonContext("")) == "reason.new"
    assert id_of({}, ReasonContext("")) == "reason.feeds"


@pytest.mark.parametrize(
    ("term", "direction", "asked", "message"),
    [
        ("calm", 1, 1, "reason.calm_asked"),
        ("calm", 1, 0, "reason.calm_read"),
        ("calm", -1, 0, "reason.lively_read"),
        ("calm", -1, 1, "reason.lively_read"),
        ("calm", 0, 1, "reason.new_from"),
        ("deep", 1, 0, "reason.deep_read"),
        ("deep", -1, -1, "reason.light_asked"),
    ],
)
def test_tone_is_a_reason_when_it_was_asked_for_or_read(term, direction, asked, message):
    context = ReasonContext("Paper", directions={term: direction}, asked={term: asked} if asked else {}, read=3)
    assert id_of({term: 1.0, "fresh": 0.5}, context) == message
    # Nothing is like what was read when next to nothing was read.
    unread = id_of({term: 1.0, "fresh": 0.5}, replace(context, read=2))
    assert unread == (message if message.endswith("_asked") else "reason.new_from")


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (-1, "day.today"),
        (0, "day.today"),
        (1, "day.yesterday"),
        (3, "day.weekday"),
        (9, "day.date"),
        (20, "day.full_date"),
    ],
)
def test_a_day_is_named_by_how_long_ago_it_was(days, message):
    assert day(NOW - days * DAY, NOW).id == message
