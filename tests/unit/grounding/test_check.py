"""What the check must find whatever the head's score: facts that contradict the source."""

import pytest

from nutshell.grounding.check import SUPPORTED, check
from nutshell.records.message import Message
from nutshell.text.wordpiece import WordPiece
from support.fakes import VOCABULARY, FakeModels

SOURCE = [
    "Alice Brown met Bob Stone in Paris on 5 June 2014.",
    "The company reported profits of $1.5bn, up 20% from the year before.",
    "Carol Hines did not attend the meeting in Geneva.",
    "Police arrested two men after the attack on the embassy.",
    "The bridge will open in October, said Dana Marsh, the mayor of Kerra.",
]


def replaced(claim, source):
    return Message("check.replaced", {"claim": claim, "source": source})


@pytest.fixture
def judge(run):
    def judge(claim, source=SOURCE):
        return run(check(FakeModels(), WordPiece.from_vocab(VOCABULARY), source, [claim]))[0]

    return judge


@pytest.mark.parametrize("claim", [*SOURCE, "Profits were up 20%.", "Alice Brown met Bob Stone in 2014."])
def test_sentence_of_the_source_is_supported(judge, claim):
    found = judge(claim)
    assert (found.verdict, found.reasons) == ("supported", ())


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Alice Brown met Bob Stone in Paris on 7 June 2014.", replaced("7", "5")),
        ("Alice Brown met Bob Stone in Paris on 20 June 2014.", replaced("20", "5")),
        ("The company reported profits of $1.5bn, down 20% from the year before.", replaced("down", "up")),
        ("Police did not arrest two men after the attack on the embassy.", Message("check.negation_added")),
        ("Carol Hines attended the meeting in Geneva.", Message("check.negation_dropped")),
    ],
)
def test_contradicted_fact_is_unsupported(judge, claim, reason):
    found = judge(claim)
    assert found.verdict == "unsupported"
    assert reason in found.reasons
    assert found.score < 0.3


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Alice Brown met Bob Stone in London on 5 June 2014.", Message("check.missing_name", {"name": "London"})),
        ("Profits in 2019 were up 20%.", Message("check.missing_number", {"number": "2019"})),
        ("Carol Hines met Bob Stone in Paris on 5 June 2014.", replaced("Carol", "Alice")),
        ("Bob Stone met Alice Brown in Paris.", Message("check.roles_reversed")),
        ("The bridge might open in October.", Message("check.hedge_added", {"claim": "might"})),
    ],
)
def test_doubtful_fact_is_not_supported(judge, claim, reason):
    found = judge(claim)
    assert found.verdict != "supported"
    assert reason in found.reasons
    assert found.score < SUPPORTED


def test_worst_sentence_decides(judge):
    good, bad = SOURCE[0], "The bridge will not open in October."
    assert judge(f"{good} {SOURCE[3]}").verdict == "supported"
    found = judge(f"{good} {bad}")
    assert found.verdict == "unsupported"
    assert found.reasons == judge(bad).reasons
    assert 0 in found.support


def test_number_of_another_sentence_is_found_in_a_copied_sentence(judge):
    source = [
        "They were charged with cruelty and will appear in court on 17 April.",
        "The other three will appear in court on 3 April.",
    ]
    found = judge("They were charged with cruelty and will appear in court on 3 April.", source)
    assert found.verdict == "unsupported"
    assert replaced("3", "17") in found.reasons
    assert judge(source[0], source).verdict == judge(source[1], source).verdict == "supported"


def test_nearest_sentence_comes_first_in_support(judge):
    assert judge("The meeting in Geneva was not attended by Carol Hines.").support[0] == 2


def test_words_missing_from_the_source_are_listed(judge):
    found = judge("Penguins swim elegantly beneath frozen glaciers.")
    assert found.verdict == "unsupported"
    assert found.reasons[0].id == "check.new_words"
    assert "Penguins" in found.reasons[0].values["words"]


def test_passive_does_not_swap_roles(judge):
    assert judge("Bob Stone was met by Alice Brown in Paris.").verdict == "supported"


def test_empty_source_supports_nothing(judge):
    assert judge("It rained.", []).verdict == "unsupported"


def test_claim_without_content_is_unsure(judge):
    assert judge("It was so.").verdict == "unsure"


@pytest.mark.parametrize("claim", ["🙂", "?", "7", "x" * 40_000, "not not not", "\u202eabc"])
def test_unusual_claim_gets_a_verdict(judge, claim):
    assert judge(claim).verdict in {"supported", "unsupported", "unsure"}


def test_claims_do_not_affect_each_other(run):
    tokenizer = WordPiece.from_vocab(VOCABULARY)
    claims = [SOURCE[1], "Alice Brown met Bob Stone in London.", "Penguins swim."]
    together = run(check(FakeModels(), tokenizer, SOURCE, claims))
    alone = [run(check(FakeModels(), tokenizer, SOURCE, [claim]))[0] for claim in claims]
    assert [found.verdict for found in together] == [found.verdict for found in alone]
