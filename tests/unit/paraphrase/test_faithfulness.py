import pytest

from nutshell.paraphrase.faithfulness import unfaithful_reason

SAILED = (
    "On Monday, the ferry Thorne, which was built in Norway, sailed to Inch Skerry with 212 passengers, "
    "the company said."
)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (SAILED, SAILED),
        ("The ferry Thorne sailed to Inch Skerry with 212 passengers.", SAILED),
        ("On Monday, the ferry sailed to Inch Skerry.", SAILED),
        ("The company said that the ferry sailed to Inch Skerry.", SAILED),
        ("The harbour has reopened.", "As crowds looked on, the harbour has now reopened to ships."),
        ("Prices rose and fell in 1985.", "Prices rose and prices fell in 1985 and after."),
    ],
)
def test_sentence_with_words_left_out_is_faithful(text, source):
    assert unfaithful_reason(text, source) is None


@pytest.mark.parametrize(
    ("text", "source"),
    [
        # The subject changes.
        ("Ann Lee, a friend, died of a fever.", "Best died in Hickory of a fever, said Ann Lee, a friend."),
        ("Ann Lee announced the director in May.", "Ann Lee was announced as the director in May."),
        (
            "The office was told to forge records.",
            "The office also finds claims that officers were told to forge records.",
        ),
        (
            "A survey says crime is rising and ranks third.",
            "A survey says crime is rising and the country ranks third.",
        ),
        # A qualifier is lost.
        ("He thinks that he is a citizen.", "He thinks that he should be a citizen."),
        ("The campaign will avoid mistakes.", "The campaign will try to avoid mistakes."),
        ("The ferry would not sail.", "The ferry did not plan to sail."),
        ("These are all of the ways.", "These are essentially all of the ways."),
        (
            "While it yields (by the way, soon) the field.",
            "While it yields (by the way, soon) one, that yields the field.",
        ),
        # Other words, or joined in another way.
        ("The new ferry sailed.", "The ferry sailed."),
        ("She left them lying on the stones.", "She left them lying in the street, staring at the stones."),
        ("The site does not know when it was born.", "The site does not know when he was born."),
        ("The pair, which is a very very few, sang.", "The pair sang."),
        ("They voted for an embargo on Houthi.", "They voted for an embargo on Houthis."),
        # Nothing is stated.
        ("The office said in a statement.", "Nitrogen is a gas, the office said in a statement."),
        ("The alarm rang in a statement.", "The alarm rang, the office said in a statement."),
        (
            "The anger left in place after the war.",
            "There are reasons, beginning with the anger left in place after the war.",
        ),
        (
            "Bates -- the deputy accused of theft.",
            "Bates -- the deputy accused of theft -- told a court that he slept.",
        ),
        ("In recent months, there is a boost.", "Although she fell in recent months, there is a boost."),
        ("She finished six.", "She finished six under par."),
        # The speaker or the reference is lost.
        ("I have learned much.", "“I have learned much,” Ann Lee said."),
        ("The two left early.", "In the end, two left early."),
    ],
)
def test_sentence_that_changes_the_meaning_is_unfaithful(text, source):
    assert unfaithful_reason(text, source)
