import pytest

from nutshell.article import Article, Block, Role
from nutshell.summary.summarizer import MAX_SENTENCES, NoSentences, build_summary, score_article, shortlist
from nutshell.text.sentences import split
from nutshell.text.wordpiece import WordPiece
from support.fakes import VOCABULARY, FakeModels

ENGLISH = [f"The {name} ferry sailed from the old harbour at noon on Monday." for name in "abcdefgh"]
KOREAN = [
    "부산항에서 새로운 전기 여객선이 월요일 정오에 출항했다.",
    "여객선은 승용차 사십 대와 버스 두 대를 실을 수 있다.",
    "선장은 배터리가 밤새 새 부두에서 충전되었다고 말했다.",
    "시 의회는 내년에 두 번째 전기 여객선을 주문할 계획이다.",
    "주민들은 여객선이 훨씬 조용하다고 이야기했다.",
    "전기 여객선은 해마다 디젤 사백 톤을 아낄 것으로 보인다.",
]


def article(sentences, lang=""):
    return Article(tuple(Block(Role.PARAGRAPH, text) for text in sentences), lang=lang)


def scored(run, page, models=None):
    wordpiece = WordPiece.from_vocab(VOCABULARY)
    return run(score_article(page, models=models or FakeModels(), wordpiece=wordpiece, progress=lambda *_: None))


def test_english_uses_the_encoder(run):
    models = FakeModels()
    summary = build_summary(article(ENGLISH), scored(run, article(ENGLISH), models), 3)
    assert summary.method == "encoder"
    assert set(models.runs) == {"encoder", "salience", "gist"}
    assert [point.index for point in summary.points] == [0, 1, 2]


def test_unsupported_language_uses_shared_words(run):
    models = FakeModels()
    summary = build_summary(article(KOREAN), scored(run, article(KOREAN), models), 3)
    assert summary.method == "words"
    assert summary.lang == "ko"
    assert models.runs == ["centrality", "gist"]


def test_page_of_three_sentences_is_its_own_summary(run):
    page = article(ENGLISH[:3])
    summary = build_summary(page, scored(run, page), 2)
    assert summary.method == "whole"
    assert len(summary.points) == 3


def test_article_without_sentences_is_refused(run):
    with pytest.raises(NoSentences):
        scored(run, article([]))


def test_ten_thousand_sentences_are_summarized(run):
    page = article([f"The ferry number {number} sailed at noon from the harbour." for number in range(10_000)])
    summary = build_summary(page, scored(run, page), 5)
    assert summary.sentences == 10_000
    assert len(summary.points) == 5


def test_shortlist_prefers_the_start_of_paragraphs():
    paragraphs = ["First one opens here. Second one follows it. Third one follows that."] * (MAX_SENTENCES // 2)
    sentences = split(article(paragraphs))
    listed = shortlist(sentences, MAX_SENTENCES)
    assert len(listed) == MAX_SENTENCES
    assert list(listed) == sorted(listed)
    assert {sentences[number].text for number in listed} == {
        "First one opens here.",
        "Second one follows it.",
    }


def test_short_page_is_its_own_shortlist():
    sentences = split(article(ENGLISH))
    assert shortlist(sentences, MAX_SENTENCES) == tuple(range(len(ENGLISH)))
