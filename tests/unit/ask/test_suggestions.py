from nutshell.article import Article, Block, Role
from nutshell.ask.suggestions import Suggestion, suggest_questions


def suggested(article, sentences):
    return [suggestion.text for suggestion in suggest_questions(article, sentences)]


def test_suggestions_come_from_the_sentences(page):
    texts = suggested(Article.from_text("\n".join(page)), page)
    assert "How many vessels?" in texts
    assert "Who is Ines Halvorsen?" in texts or "What is Ines Halvorsen?" in texts


def test_heading_that_is_a_question_comes_first():
    article = Article((Block(Role.HEADING, "Why was the bridge closed?", 2), Block(Role.PARAGRAPH, "It was old.")))
    assert suggest_questions(article, ["It was old."])[0] == Suggestion("Why was the bridge closed?", -1)


def test_speaker_is_asked_about():
    sentences = ["Ines Halvorsen said the mast is too dark.", "“It is,” said Per Lund."]
    assert suggested(Article(()), sentences) == ["What did Ines Halvorsen say?", "What did Per Lund say?"]


def test_person_is_asked_about_with_who():
    assert suggested(Article(()), ["Per Lund is a lawyer in Bergen."]) == ["Who is Per Lund?"]
    assert suggested(Article(()), ["Inch Skerry is an island."]) == ["What is Inch Skerry?"]


def test_pronouns_and_units_are_not_asked_about():
    assert suggested(Article(()), ["He said it rained.", "It is a ship.", "It took three years."]) == []


def test_same_question_is_suggested_once():
    sentences = ["There were 30 vessels.", "Then there were 40 vessels."]
    assert suggested(Article(()), sentences) == ["How many vessels?"]
