"""What a claim says otherwise than the sentence that it nearly repeats."""

import pytest

from nutshell.grounding.alignment import align
from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import names, parse_text


def changes(source, claim):
    slots = SlotIndex(parse_text([source, "The town lies on the coast."]))
    (tokens,) = parse_text([claim], names(slots.source)).sentences
    return [(change.kind, change.claim, change.source) for change in align(tokens, slots, (0, 1)).changes]


@pytest.mark.parametrize(
    ("source", "claim", "expected"),
    [
        ("The concert drew 26,000 fans.", "The concert drew 62,000 fans.", ("number", "62,000", "26,000")),
        (
            "The train leaves at 6.15pm from Ulm.",
            "The train leaves at 6.15 am from Ulm.",
            ("number", "6.15am", "6.15pm"),
        ),
        ("The talks in Oslo ended on Tuesday.", "The talks in Bern ended on Tuesday.", ("name", "Bern", "Oslo")),
        ("Some users reported that it fails.", "All users reported that it fails.", ("opposite", "All", "Some")),
        ("The warranty lasts two years.", "The warranty lasts two months.", ("opposite", "months", "years")),
        ("Profits rose 20% in spring.", "Profits fell 20% in spring.", ("opposite", "fell", "rose")),
        ("The bridge was damaged by ice.", "The bridge was not damaged by ice.", ("negation_added", "not", "")),
        ("The bridge was not damaged by ice.", "The bridge was damaged by ice.", ("negation_dropped", "", "not")),
        ("He denied that he had taken money.", "He had taken money.", ("negation_dropped", "", "denied")),
        ("The museum might open in 2031.", "It will open in 2031.", ("hedge_dropped", "will", "might")),
        ("It took almost a decade to build.", "It took a decade to build.", ("hedge_dropped", "", "almost")),
        ("The museum will open in 2031.", "The museum might open in 2031.", ("hedge_added", "might", "will")),
    ],
)
def test_changed_fact_is_found(source, claim, expected):
    assert changes(source, claim) == [expected]


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("Brazil beat Germany in the final.", "Germany beat Brazil in the final."),
        ("Brazil beat Germany in the final.", "Brazil was beaten by Germany in the final."),
        ("The council criticised the mining company.", "The mining company criticised the council."),
        ("The doctor treated the patient for two years.", "The patient treated the doctor for two years."),
    ],
)
def test_exchanged_parties_are_found(source, claim):
    assert [kind for kind, *_ in changes(source, claim)] == ["roles"]


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("The concert drew 26,000 fans.", "The concert drew 26 000 fans."),
        ("The film grossed $181,674,817.", "The film grossed more than $181 million."),
        ("The train leaves at 6.15pm.", "The train leaves at 6:15 p.m."),
        ("Brazil beat Germany in the final.", "Germany was beaten by Brazil in the final."),
        ("The bridge was damaged by the storm.", "The storm damaged the bridge."),
        ("The firm, which is based in Oslo, employs 300 people.", "The firm is based in Oslo."),
        ("Profits rose in the third quarter of 2020.", "In the third quarter of 2020, profits rose."),
        ("Students who fail may repeat the exam once.", "A student who fails may repeat the exam once."),
        ("It rained all day in Kyoto and in Osaka.", "Additionally, it rained all day in Kyoto."),
    ],
)
def test_harmless_rewriting_is_no_change(source, claim):
    assert changes(source, claim) == []


def test_sentence_that_says_the_same_settles_it():
    slots = SlotIndex(parse_text(["The first train leaves at 7 from Ulm.", "The last train leaves at 9 from Ulm."]))
    (tokens,) = parse_text(["The last train leaves at 9 from Ulm."], names(slots.source)).sentences
    assert align(tokens, slots, (0, 1)).changes == ()
