"""Key points: which, how many, in what order, and what is never one."""

from array import array
from dataclasses import replace

import pytest

from nutshell.article import Article, Block, Role, Sentence
from nutshell.ports import Tensor
from nutshell.summary.salience import Salience
from nutshell.summary.selection import select
from nutshell.text.sentences import split

PLAIN = [
    "The city council voted on Tuesday to close the old harbour bridge.",
    "Engineers found cracks in four of the bridge's nine pillars in March.",
    "A ferry will carry passengers across the river until a tunnel opens.",
    "Shop owners on the north bank fear that customers will stay away.",
    "The tunnel is expected to cost ninety million euros and take six years.",
    "Mayor Anna Lind promised free parking near both landing stages.",
]


def page(texts, role=Role.PARAGRAPH, together=False):
    texts = [" ".join(texts)] if together else texts
    article = Article(tuple(Block(role, text) for text in texts), lang="en")
    return article, split(article)


def salience(scores, alike=(), fitness=()):
    size = len(scores)
    values = array("f", [float(i == j) for i in range(size) for j in range(size)])
    for i, j, value in alike:
        values[i * size + j] = values[j * size + i] = value
    return Salience(tuple(scores), Tensor("float32", (size, size), memoryview(values)), tuple(fitness))


@pytest.mark.parametrize("length", range(1, 7))
def test_best_sentences_are_in_the_page_order(length):
    article, sentences = page(PLAIN)
    scores = [0.9, 0.2, 0.7, 0.1, 1.0, 0.4]
    chosen = select(article, sentences, salience(scores), length=length, lang="en")
    strongest = sorted(range(6), key=lambda number: -scores[number])[:length]
    assert chosen == sorted(strongest)


def test_no_more_points_than_sentences():
    article, sentences = page(PLAIN)
    assert select(article, sentences, salience([0.5] * 6), length=10, lang="en") == list(range(6))


def test_default_length_grows_with_the_page():
    short, few = page(PLAIN)
    long, many = page(PLAIN * 10)
    scores = [0.9, 0.8, 0.85, 0.8, 0.9, 0.88]
    brief = select(short, few, salience(scores), lang="en")
    ample = select(long, many, salience(scores * 10), lang="en")
    assert len(brief) == 2
    assert len(brief) < len(ample) <= 6


def test_salient_sentence_that_makes_a_bad_point_is_selected_only_when_nothing_else_is_left():
    article, sentences = page(PLAIN)
    scores = [1.0, 0.5, 0.4, 0.3, 0.2, 0.1]
    assert select(article, sentences, salience(scores, fitness=[0.1, *[0.8] * 5]), length=2, lang="en") == [1, 2]
    assert select(article, sentences, salience(scores, fitness=[0.1] * 6), length=2, lang="en") == [0, 1]


def test_less_fit_sentence_is_worth_less():
    article, sentences = page(PLAIN)
    scores = [1.0, 0.8, 0.7, 0.1, 0.1, 0.1]
    assert select(article, sentences, salience(scores, fitness=[0.8] * 6), length=1, lang="en") == [0]
    assert select(article, sentences, salience(scores, fitness=[0.4, *[0.8] * 5]), length=1, lang="en") == [1]


def test_prose_asks_less_of_a_sentence_than_other_pages():
    article, sentences = page(PLAIN)
    scores, fitness = [1.0, 0.8, 0.7, 0.1, 0.1, 0.1], [0.46, *[0.8] * 5]
    assert select(article, sentences, salience(scores, fitness=fitness), length=1, lang="en") == [0]
    shop = replace(article, page_kind="product")
    assert select(shop, sentences, salience(scores, fitness=fitness), length=1, lang="en") == [1]


def test_penalties_weigh_the_same_where_all_sentences_are_less_fit():
    article, sentences = page(PLAIN)
    scores, alike = [1.0, 0.9, 0.6, 0.1, 0.1, 0.1], [(0, 1, 0.8)]
    fit = select(article, sentences, salience(scores, alike, [0.9] * 6), length=2, lang="en")
    less = select(article, sentences, salience(scores, alike, [0.4] * 6), length=2, lang="en")
    assert fit == less


def test_weak_sentences_fill_up_to_the_minimum_only():
    article, sentences = page(PLAIN * 10)
    scores = [1.0] + [0.01] * 59
    assert len(select(article, sentences, salience(scores), lang="en")) == 3
    assert len(select(article, sentences, salience(scores), lang="en", minimum=4)) == 4


def test_each_section_has_a_point():
    blocks = []
    for name, texts in (("Bridge", PLAIN[:3]), ("Shops", PLAIN[3:4]), ("Tunnel", PLAIN[4:])):
        blocks += [Block(Role.HEADING, name, level=2), *(Block(Role.PARAGRAPH, text) for text in texts)]
    article = Article(tuple(blocks), lang="en")
    sentences = split(article)
    chosen = select(article, sentences, salience([1.0, 0.9, 0.85, 0.8, 0.8, 0.75]), length=3, lang="en")
    assert {sentences[number].block for number in chosen} == {1, 5, 7}


def test_sentence_that_only_repeats_the_title_is_worth_less():
    article, sentences = page(PLAIN)
    scores = [1.0, 0.9, 0.1, 0.1, 0.1, 0.1]
    assert select(article, sentences, salience(scores), length=1, lang="en") == [0]
    titled = replace(article, title="City council voted on Tuesday to close old harbour bridge")
    assert select(titled, sentences, salience(scores), length=1, lang="en") == [1]


def test_sentence_without_salience_is_not_selected():
    article, sentences = page(PLAIN)
    assert 1 not in select(article, sentences, salience([0.9, 0.0, 0.7, 0.1, 1.0, 0.4]), length=6, lang="en")


def test_duplicate_sentence_is_not_selected():
    article, sentences = page(PLAIN)
    scores = [1.0, 0.99, 0.6, 0.5, 0.4, 0.3]
    assert select(article, sentences, salience(scores), length=2, lang="en") == [0, 1]
    assert select(article, sentences, salience(scores, [(0, 1, 0.95)]), length=2, lang="en") == [0, 2]


def test_sentence_that_says_the_same_again_is_not_selected():
    article, sentences = page([PLAIN[0], "On Tuesday the city council voted to close the bridge.", *PLAIN[2:]])
    scores = [1.0, 0.99, 0.6, 0.5, 0.4, 0.3]
    assert select(article, sentences, salience(scores, [(0, 1, 0.7)]), length=2, lang="en") == [0, 2]


def test_dependent_sentence_is_selected_only_when_nothing_else_is_left():
    texts = [*PLAIN[:3], "It will not run at night or in strong winds this winter.", *PLAIN[3:]]
    article, sentences = page(texts, together=True)
    scores = [0.1, 0.1, 0.5, 1.0, 0.1, 0.1, 0.1]
    assert 3 not in select(article, sentences, salience(scores), length=6, lang="en")
    assert 3 in select(article, sentences, salience(scores), length=7, lang="en")


def test_sentence_that_stands_alone_without_its_connective_is_selected():
    texts = [*PLAIN[:3], "However, the ferry will not run at night or in strong winds.", *PLAIN[3:]]
    article, sentences = page(texts, together=True)
    assert select(article, sentences, salience([0.1, 0.1, 0.5, 1.0, 0.1, 0.1, 0.1]), length=1, lang="en") == [3]


def test_page_of_dependent_sentences_has_points():
    article, sentences = page(["However, she did not agree with any of them.", "He left before they could answer her."])
    assert select(article, sentences, salience([0.4, 0.8]), length=1, lang="en") == [1]


@pytest.mark.parametrize(
    "junk", ["Share this", "Photo: The bridge in March, seen from the north bank.", "Related links"]
)
def test_labels_and_captions_are_not_selected(junk):
    article, sentences = page([junk, *PLAIN])
    assert 0 not in select(article, sentences, salience([1.0] + [0.2] * 6), length=3, lang="en")


def test_headings_and_code_are_not_selected():
    blocks = [Block(Role.HEADING, "The bridge is closed."), Block(Role.CODE, "print('The bridge is closed.')")]
    blocks += [Block(Role.PARAGRAPH, text) for text in PLAIN]
    article = Article(tuple(blocks))
    sentences = [Sentence(block.text, number, 0, len(block.text)) for number, block in enumerate(blocks)]
    chosen = select(article, sentences, salience([1.0, 1.0] + [0.2] * 6), length=3, lang="en")
    assert len(chosen) == 3
    assert min(chosen) > 1


def test_page_of_fragments_has_a_point():
    article, sentences = page(["Short", "Brief"])
    assert select(article, sentences, salience([0.1, 0.9]), length=1, lang="en") == [1]


def test_no_sentences_give_no_points():
    assert select(Article(()), [], salience([]), lang="en") == []


def test_short_chinese_sentences_are_selected():
    article, sentences = page(
        ["市议会周二投票决定关闭旧港大桥。", "工程师三月在四个桥墩发现裂缝。", "渡轮将载客过河。"]
    )
    assert select(article, sentences, salience([0.9, 0.8, 0.1]), length=2, lang="zh") == [0, 1]
