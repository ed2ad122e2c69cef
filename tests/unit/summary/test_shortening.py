"""A point keeps what it says: negations, conditions and speakers."""

import pytest

from nutshell.summary.shortening import MAX_CHARS, shorten


def shown(text, lang="en"):
    start, end = shorten(text, lang)
    return text[start:end]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("However, the study found no evidence of harm.", "the study found no evidence of harm."),
        ("But the government rejected the plan.", "the government rejected the plan."),
        ("2. Add the onions to a large tray.", "Add the onions to a large tray."),
        ("Step 3: Place the puppy in front of you.", "Place the puppy in front of you."),
        ("However, it failed.", "However, it failed."),
        ("In addition to fees, the firm pays tax.", "In addition to fees, the firm pays tax."),
        ("3.5 million people live there.", "3.5 million people live there."),
    ],
)
def test_opening_connective_and_number_are_left_out(text, wanted):
    assert shown(text) == wanted


LONG = " and the people of the island, who had waited for a new harbour for sixty years" * 3


def test_long_sentence_is_cut_at_a_clause():
    plan = "The council approved the plan for a new harbour at the north end of the island"
    text = f"{plan}, which it has wanted for sixty years and which{LONG.replace(',', '')} asked for."
    assert shown(text) == f"{plan},"


@pytest.mark.parametrize(
    "rest", ["but it did not vote on the money", "unless the region pays", "although nobody agreed", "without a vote"]
)
def test_nothing_that_denies_or_limits_is_cut(rest):
    plan = "The council approved the plan for a new harbour at the north end of the island"
    assert rest in shown(f"{plan}, {rest}{LONG.replace(',', '')}.")


def test_speaker_is_not_cut():
    text = (
        "The plan will cost five billion euros over ten years, will be paid for by the sale of bonds, a new tax on"
        " parking, a contribution from the state and money from the sale of land, the finance minister said."
    )
    assert len(text) < MAX_CHARS or shown(text) == text
    assert shown(text.replace("ten years", "ten years" + " of hard work" * 8)).endswith("minister said.")


def test_cut_is_after_the_main_clause_has_begun():
    opening = "From the deck of his hundred-year-old schooner, moored for the winter at the terminal in the north"
    assert not shown(f"{opening}{LONG}, he saw it.").endswith("north,")
    rules = f"Between the filing rules of the state, the licences of the city, taxes{LONG}, most owners realize little."
    assert not shown(rules).startswith("Between") or shown(rules) == rules


def test_comma_is_an_end_in_english_only():
    plan = "The council approved the plan for a new harbour at the north end of the island"
    text = f"{plan}, which it has wanted for sixty years and which{LONG.replace(',', '')} asked for."
    assert shown(text) == f"{plan},"
    assert shown(text, "fr") == text


def test_dash_that_closes_an_aside_is_no_end():
    aside = "and the outcome of the votes in California and thirteen other states that follow on the third of March"
    text = f"The debate of the seven candidates — {aside} — will show{LONG.replace(',', '')}."
    assert shown(text) == text


def test_short_sentence_is_whole():
    assert shown("The council approved the plan, which will open in May.") == (
        "The council approved the plan, which will open in May."
    )
