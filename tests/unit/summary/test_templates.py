"""Sentences that a page builds from one template."""

from nutshell.summary.templates import templated

STAYS = [f"This hotel is on my list of the best hotels in {place}." for place in ("Oslo", "Rome", "Paris", "Lima")]
STORY = "The council voted on Tuesday to close the old harbour bridge."


def test_entries_of_a_list_are_built_from_a_template():
    assert templated([STORY, *STAYS]) == [False, True, True, True, True]


def test_a_few_similar_sentences_are_no_template():
    assert not any(templated([STORY, *STAYS[:3]]))


def test_label_is_too_short_to_tell():
    assert templated(["Read more here"] * 6) == [False] * 6
