"""Features of sentences: one row each, finite values for any text."""

import math
from dataclasses import replace

import pytest

from nutshell.article import Article, Block, Role
from nutshell.summary.features import COUNT, KINDS, NAMES, POSITIONAL, features
from nutshell.text.sentences import split

PAGE = Article(
    (
        Block(Role.HEADING, "Harbour bridge", 2),
        Block(Role.PARAGRAPH, "The harbour bridge closes in 2027. Will “ferries” carry Anna Lind and you?"),
        Block(Role.ITEM, "A tunnel will cost 90 million euros."),
        Block(Role.QUOTE, "We will miss our bridge."),
    ),
    title="Harbour bridge to close",
)


def rows(article):
    sentences = split(article)
    made = features(article, sentences)
    assert made.shape == (len(sentences), COUNT)
    assert len(made.data) == len(sentences) * COUNT
    values = made.data.tolist()
    return [dict(zip(NAMES, values[n * COUNT :], strict=False)) for n in range(len(sentences))]


def test_kind_of_the_page_comes_last():
    guide = rows(replace(PAGE, page_kind="documentation"))
    assert [row["documentation"] for row in guide] == [1] * len(guide)
    assert sum(guide[0][kind] for kind in KINDS) == 1
    assert not any(rows(PAGE)[0][kind] for kind in KINDS)
    assert NAMES[-len(KINDS) :] == KINDS


def test_positional_features_come_first():
    seen = rows(PAGE)
    assert [row["first"] for row in seen] == [1, 0, 0, 0]
    assert [row["is_last"] for row in seen] == [0, 0, 0, 1]
    assert [row["opens_block"] for row in seen] == [1, 0, 1, 1]
    assert [row["under_heading"] for row in seen] == [1, 0, 0, 0]
    assert seen[0]["lead_share"] == 0 < seen[3]["lead_share"]
    assert NAMES[:POSITIONAL][-1] == "lead_share"


def test_repetitions_are_counted():
    seen = rows(PAGE)
    assert seen[0]["repeated_later"] > 0 == seen[3]["repeated_later"] == seen[2]["repeated_later"]
    assert seen[0]["repeated_words"] == seen[3]["repeated_words"] > seen[2]["repeated_words"] == 0
    twice = rows(Article((*PAGE.blocks, *PAGE.blocks[1:])))
    assert twice[1]["pairs_share"] == 1 > seen[1]["pairs_share"] == 0
    assert twice[1]["names_top"] > seen[1]["names_top"] == 0


def test_role_style_and_shared_words():
    seen = rows(PAGE)
    assert [row["item"] for row in seen] == [0, 0, 1, 0]
    assert [row["quote"] for row in seen] == [0, 0, 0, 1]
    assert [row["question"] for row in seen] == [0, 1, 0, 0]
    assert seen[1]["names"] > seen[0]["names"] == 0
    assert seen[1]["quoted"] == 1
    assert seen[0]["numbers"] == seen[2]["numbers"] == 0.25
    assert seen[0]["title_covered"] > seen[3]["title_covered"] > seen[2]["title_covered"] == 0
    assert seen[0]["heading_share"] == 1
    assert seen[0]["novelty"] == 1 > seen[3]["novelty"]
    assert seen[3]["you_and_i"] == 1


def test_page_without_title_shares_no_words_with_it():
    seen = rows(Article(PAGE.blocks))
    assert {row["has_title"] + row["title_covered"] + row["title_share"] for row in seen} == {0}


@pytest.mark.parametrize(
    "text", ["", "😀😀😀 🎉", "one", "שלום עולם. מה שלומך היום?", "a" * 50_000, "word " * 10_000, "\u202e\x00 ."]
)
def test_any_text_has_finite_features(text):
    article = Article((Block(Role.PARAGRAPH, text),), title=text[:100])
    for row in rows(article):
        for name, value in row.items():
            assert math.isfinite(value), name
            assert -0.01 <= value <= 2.5, name


def test_ties_do_not_depend_on_the_hash_seed():
    """A set's order changes with each process's hash seed: neither summaries nor training may hang on it."""
    early = "bracken cowslip daffodil elder foxglove gentian hawthorn iris juniper knapweed lavender mallow"
    late = "nettle oxlip primrose quince ragwort sorrel thistle ulex valerian willow yarrow zinnia"
    seen = rows(Article((Block(Role.PARAGRAPH, f"See {early}. See {late}. Now {late}. Now {early}."),)))
    assert [row["frequency_top"] for row in seen] == [1, 0, 0, 1]
