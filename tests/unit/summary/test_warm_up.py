from nutshell.summary.warm_up import sample_article
from nutshell.text.language import detect
from nutshell.text.sentences import split


def test_sample_article_is_a_typical_english_article():
    article = sample_article()
    assert len(article.blocks) == 7
    assert len(split(article)) >= 50
    assert detect(article.text) == "en"


def test_sample_article_is_always_the_same():
    assert sample_article() == sample_article()
