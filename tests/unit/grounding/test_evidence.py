from nutshell.grounding.evidence import MAX_SENTENCES, choose_evidence
from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import parse_text

SOURCE = [
    "The town lies on the coast.",
    "Anna Lind runs the bakery on the north bank.",
    "The bakery opened in 1998.",
    "Ferries leave every hour.",
]


def chosen(claim):
    slots = SlotIndex(parse_text(SOURCE))
    return choose_evidence(slots, parse_text([claim]).sentences[0])


def test_sentences_that_complete_one_another_are_chosen():
    assert set(chosen("The bakery that Anna Lind runs opened in 1998.")[:2]) == {1, 2}


def test_few_sentences_are_chosen_and_one_in_any_case():
    assert len(chosen("The town, the bakery, the ferries and the coast in 1998.")) <= MAX_SENTENCES
    assert chosen("Penguins swim.") == (0,)
