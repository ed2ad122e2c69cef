from dataclasses import replace

import pytest

from nutshell.article import Article, Block, Description, Post, Role
from nutshell.summary.gist import Gist, choose_gist, without_repeats
from nutshell.summary.gist_candidates import candidates
from nutshell.summary.gist_features import COUNT, NAMES, features
from nutshell.summary.salience import Salience
from nutshell.text.sentences import split
from support.fakes import floats

SENTENCES = (
    "The harbour of the island is old and its walls are crumbling.",
    "A new electric ferry will replace the diesel ferry in May.",
    "However, nobody has asked the captains of the diesel ferry.",
    "The study found no evidence that diesel ferries harm the seals.",
)
ARTICLE = Article(
    tuple(Block(Role.PARAGRAPH, text) for text in SENTENCES),
    title="The new electric ferry",
    descriptions=(Description("meta", "From May, an electric ferry serves the island."),),
)


class Scores:
    """A `gist` model with given scores."""

    def __init__(self, *scores):
        self.scores = scores

    async def run(self, model, inputs):
        assert model == "gist"
        return {"scores": floats((len(self.scores),), self.scores)}


def salience(count=4):
    return Salience(tuple(1 / (1 + n) for n in range(count)), floats((count, count), [0.5] * count * count))


def rows(article=ARTICLE, lang="en"):
    sentences = split(article)
    found = candidates(article, sentences, salience(len(sentences)))
    tensor = features(article, sentences, salience(len(sentences)), found, lang, encoder=True)
    assert tensor.shape == (len(found), COUNT)
    values = tensor.data.tolist()
    return [
        (candidate, dict(zip(NAMES, values[n * COUNT : (n + 1) * COUNT], strict=True)))
        for n, candidate in enumerate(found)
    ]


def chosen(run, *scores):
    return run(choose_gist(Scores(*scores), ARTICLE, split(ARTICLE), salience(), lang="en", encoder=True))


def test_features_have_one_name_each():
    assert len(set(NAMES)) == COUNT


def test_features_say_where_a_line_comes_from():
    marks = [
        (candidate.source, row["described"], row["untraced"], row["is_title"], row["page_describes"])
        for candidate, row in rows()
    ]
    assert marks[0] == ("description", 1, 1, 0, 1)
    assert marks[1] == ("page", 0, 0, 0, 1)
    assert marks[-1] == ("title", 0, 0, 1, 1)


def test_features_see_discourse():
    by_text = {candidate.text: row for candidate, row in rows()}
    assert by_text[SENTENCES[2]]["contrast"]
    assert by_text[SENTENCES[3]]["finding"]
    assert by_text[SENTENCES[3]]["negation"]
    assert not by_text[SENTENCES[1]]["contrast"]


def test_features_see_the_title():
    by_text = {candidate.text: row for candidate, row in rows()}
    assert by_text[SENTENCES[1]]["title_covered"] > by_text[SENTENCES[0]]["title_covered"]


def test_features_work_in_scripts_without_spaces():
    korean = Article(
        (
            Block(
                Role.PARAGRAPH,
                "부산항에서 새로운 전기 여객선이 월요일 정오에 출항했다. 선장은 배터리가 충전되었다고 말했다.",
            ),
        ),
        title="새로운 전기 여객선 출항",
    )
    by_place = [row for candidate, row in rows(korean, "ko") if candidate.source == "page"]
    assert by_place[0]["title_covered"] > by_place[1]["title_covered"]


def test_best_line_is_the_gist(run):
    assert chosen(run, 0.2, 0.1, 0.9, 0.1, 0.1, 0.3) == Gist(
        SENTENCES[1], "page", 1, chosen(run, 0, 0, 0.9, 0, 0, 0).score
    )


def test_description_can_be_the_gist(run):
    gist = chosen(run, 0.9, 0.1, 0.2, 0.1, 0.1, 0.3)
    assert (gist.source, gist.sentence) == ("description", -1)


def test_title_is_the_gist_unless_a_sentence_is_clearly_better(run):
    assert chosen(run, 0.1, 0.1, 0.65, 0.1, 0.1, 0.6).source == "title"
    assert chosen(run, 0.1, 0.1, 0.75, 0.1, 0.1, 0.6).source == "page"
    assert chosen(run, 0.1, 0.1, 0.55, 0.1, 0.1, 0.2).source == "title"


def test_line_that_adds_to_the_title_stands_below_it(run):
    gist = chosen(run, 0.1, 0.1, 0.55, 0.1, 0.1, 0.6)
    assert (gist.text, gist.title, gist.sentence) == (SENTENCES[1], ARTICLE.title, 1)


def test_of_close_lines_the_one_about_the_title_stands_below_it(run):
    assert chosen(run, 0.1, 0.5, 0.46, 0.1, 0.1, 0.6).text == SENTENCES[1]
    assert chosen(run, 0.1, 0.5, 0.4, 0.1, 0.1, 0.6).text == SENTENCES[0]


def test_title_stands_alone_where_no_line_is_good_enough(run):
    gist = chosen(run, 0.1, 0.1, 0.1, 0.1, 0.1, 0.6)
    assert (gist.text, gist.title, gist.sentence) == (ARTICLE.title, "", -1)


def test_line_that_repeats_the_title_is_not_the_gist(run):
    repeating = replace(ARTICLE, title="A new electric ferry will replace the diesel ferry soon")
    scores = Scores(0.1, 0.1, 0.9, 0.7, 0.1, 0.2)
    gist = run(choose_gist(scores, repeating, split(ARTICLE), salience(), lang="en", encoder=True))
    assert gist.text == SENTENCES[2]


def test_thread_is_its_title_with_what_the_first_post_asks(run):
    posts = (
        "I was on the island for the first time this summer.",
        "Does anyone know when the new ferry starts to run?",
        "It starts in May, as the captains told me yesterday.",
    )
    blocks = tuple(Block(Role.PARAGRAPH, text, post=number // 2) for number, text in enumerate(posts))
    thread = Article(
        blocks,
        title="Ferry timetable - Travel - Island Forum",
        site="Island Forum",
        page_kind="forum",
        posts=(Post(), Post()),
    )
    gist = run(choose_gist(Scores(0.5), thread, split(thread), salience(3), lang="en", encoder=True))
    assert (gist.text, gist.title, gist.source) == (posts[1], "Ferry timetable", "title")


def test_paper_is_what_it_finds(run):
    paper = replace(ARTICLE, title="Effects of an electric ferry on seals", page_kind="paper")
    gist = run(
        choose_gist(Scores(0.8, 0.5, 0.5, 0.5, 0.3, 0.6), paper, split(paper), salience(), lang="en", encoder=True)
    )
    assert gist.text == SENTENCES[3]


def test_gist_of_a_product_names_it(run):
    product = replace(ARTICLE, title="Sailing boat for the island", page_kind="product")
    scores = Scores(0.1, 0.1, 0.9, 0.1, 0.1, 0.3)
    article_gist = run(choose_gist(scores, ARTICLE, split(ARTICLE), salience(), lang="en", encoder=True))
    product_gist = run(choose_gist(scores, product, split(product), salience(), lang="en", encoder=True))
    assert (article_gist.source, product_gist.source) == ("page", "title")


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("git-commit Documentation", "git-commit - Record changes to the repository"),
        ("SELECT", "The SELECT statement is used to query the database."),
        ("json: encoder and decoder", "JSON, specified by RFC 7159 and ECMA-404, is a lightweight data format."),
        ("Wassermühle", "Eine Wassermühle ist eine von Wasser angetriebene Mühle."),
    ],
)
def test_documentation_says_what_its_thing_is(run, title, line):
    other = "A simple one of them can have several functions in its result."
    manual = Article(
        (Block(Role.PARAGRAPH, line), Block(Role.PARAGRAPH, other)), title=title, page_kind="documentation"
    )
    found = split(manual)
    count = len(candidates(manual, found, salience(len(found))))
    gist = run(choose_gist(Scores(*[0.9] * count), manual, found, salience(2), lang="en", encoder=True))
    assert (gist.text, gist.source) == (line, "page")


def test_menu_of_a_manual_does_not_say_what_its_thing_is(run):
    menu = "Ferry - the heart of the harbour — timetable — captains — tickets for all"
    line = "The ferry is the only way to reach the island."
    manual = Article(
        (Block(Role.PARAGRAPH, menu), Block(Role.PARAGRAPH, line)), title="Ferry", page_kind="documentation"
    )
    found = split(manual)
    count = len(candidates(manual, found, salience(len(found))))
    gist = run(choose_gist(Scores(*[0.9] * count), manual, found, salience(2), lang="en", encoder=True))
    assert gist.text == line


def test_equally_good_lines_go_by_order(run):
    assert chosen(run, 0.50001, 0.1, 0.50002, 0.1, 0.1, 0.1).source == "description"


def test_page_without_lines_has_no_gist(run):
    empty = Article((Block(Role.ROW, "12"),))
    assert run(choose_gist(Scores(), empty, [], salience(0), lang="en", encoder=True)) is None


def test_points_do_not_repeat_the_gist():
    gist = Gist("From May an electric ferry will replace the diesel ferry.", "description", -1, 0.9)
    assert [score > 0 for score in without_repeats(salience(), gist, split(ARTICLE), "en").scores] == [
        True,
        False,
        True,
        True,
    ]


def test_gist_is_no_other_point():
    gist = Gist(SENTENCES[3], "page", 3, 0.9)
    assert without_repeats(salience(), gist, split(ARTICLE), "en").scores[3] == 0
