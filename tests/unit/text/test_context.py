"""Sentences that depend on context, and sentences that stand alone."""

import pytest

from nutshell.text.context import depends_on_context
from tests.growth import growth

LEANS = [
    "He denied it.",
    "She, too, left.",
    "They were the last words.",
    "Her lawyer said nothing.",
    "However, the plan failed.",
    "But the plan failed.",
    "Meanwhile, prices rose.",
    "Still, prices rose.",
    "So he left.",
    "That's why the plan failed.",
    "That is the reason for the delay.",
    "This new rule will open a channel.",
    "These floods come every year.",
    "Those were good years.",
    "The latter was closed.",
    "The former was closed.",
    "The two met in Paris.",
    "For example, a cat can see at night.",
    "As a result, the bridge fell.",
    "In addition, the bridge fell.",
    "On the other hand, prices fell.",
    "Another man was hurt.",
    "Both men were released.",
    "Neither was hurt.",
    "Such cases are rare.",
    "After this, the bridge was closed.",
    "Despite that, the bridge stayed open.",
    "In such cases the bridge is closed.",
    "When he arrived, he was tired.",
    "In his view, it failed.",
    "Because of this the train was late.",
    "It also has a sculpted hood.",
    "It was built in 1920.",
    "It is one of the largest in Europe.",
    "It's a small house.",
    "That said, the plan is good.",
    "“We are not looking at options.",
    'We left early," Smith said.',
    '"We left early," he said.',
    '"We left early."',
    "Which is why nobody came.",
    "First, wash the rice.",
    "Which brings us to the question of cost.",
    "Because, according to her, it was late.",
    "Because player three is strong, so he wins.",
    "To do so, the council needs money.",
    "To this end, we propose a new method.",
    "On the night, three of the songs were played.",
    "So you got ten.",
    "Yeah you get two of them.",
    "So like I said, I work in a hospital.",
    "Didn't do too much wrong.",
    "In 2010, he moved to Paris.",
    "With an audience of 110 million, it's one of the biggest stages in the world.",
    "As storms make landfall, this energy source is cut off.",
    "Clearly, it's not troubling the singer.",
    "We don't know where he is.",
    "Many chastised the producers of the show.",
    "All 10 were arrested at the airport.",
    "One is in the Bering Sea.",
    "The family has confidence in its doctors.",
    "The statement struck at the heart of fears by critics.",
    "The incident happened near Corbett Place.",
    "The 22-year-old broke her arm in the final.",
    "The 42-year-old actress left in May 2014.",
    "We can solve these tasks with models.",
    "No I need a little pin.",
    "Um, that's pretty secure.",
    "Leveraging this pattern, we show a gain.",
    "Building on these ideas, we train a model.",
    'Mr Hamilton replied: "I am sure I will be fine."',
]
STANDS = [
    "The man said nothing.",
    "Smith said he was tired.",
    "The company said it would appeal.",
    "This week, prices rose.",
    "This year's harvest was poor.",
    "This article explains how to cook rice.",
    "Those who came early got a seat.",
    "It is raining.",
    "It is important that children read.",
    "It's unclear whether the bridge will open.",
    "It was not clear who had paid.",
    "It takes two hours to cross the lake.",
    "It has been ten years since the bridge fell.",
    "It turns out that cats can swim.",
    "In his speech, Obama thanked the crowd.",
    "When he arrived in Paris, Smith was tired.",
    "In her first public appearance since a second operation to lower her risk of cancer, Jolie spoke.",
    "After this week's talks, prices rose.",
    "As a result of the storm, the bridge fell.",
    "In addition to rice, the shop sells tea.",
    "Instead of rice, the shop sells tea.",
    "Still life paintings sold well.",
    "The former president spoke in Paris.",
    "Both Google and Apple declined to comment.",
    "Neither Google nor Apple commented.",
    "Her Majesty opened the bridge.",
    "“We will win,” Smith said.",
    '"We left early," the mayor told reporters.',
    '"The Great Gatsby" is a novel by Fitzgerald.',
    "I moved to Paris in 2010.",
    "We tested six vacuum cleaners.",
    "When you cook rice, wash it first.",
    "So far, 12 people have died.",
    "So-called smart homes are popular.",
    "If the train is late, passengers get their money back.",
    "There is no cure for the disease.",
    "Which bank is safest?",
    "Because of the storm, the bridge was closed.",
    "In 2010, Smith moved to Paris.",
    "When the ship sank, it lay on the sea floor for a century.",
    "In practice, it takes two hours to cross the lake.",
    "Clearly, the singer was not troubled.",
    "In this work, we train a model of the sea.",
    "We know where Smith is and what he does.",
    "I told my brother that he should leave.",
    "Many people said they would stay.",
    "All 10 ministers were arrested.",
    "One bridge is in the Bering Sea.",
    "The family of the victim has confidence in its doctors.",
    "The statement by the mayor was short.",
    "The decision to close the bridge was made in May.",
    "The 22-year-old singer Anna Lind broke her arm.",
    "We thank those who came.",
    "No bridge was closed.",
    "Um, I will say one thing.",
    "Building bridges is dear.",
    "A 22-year-old broke her arm.",
    "The council agreed to close the bridge.",
    "",
    "。",
]


@pytest.mark.parametrize("sentence", LEANS)
def test_sentence_depends_on_context(sentence):
    assert depends_on_context(sentence)
    assert depends_on_context(sentence, "en-GB")


@pytest.mark.parametrize("sentence", STANDS)
def test_sentence_stands_alone(sentence):
    assert not depends_on_context(sentence)


def test_curly_apostrophes_and_opening_marks_are_ignored():
    assert depends_on_context("That’s why the plan failed.")
    assert depends_on_context("— But the plan failed.")
    assert not depends_on_context("It’s unclear whether the bridge will open.")


@pytest.mark.parametrize(
    ("lang", "sentence", "expected"),
    [
        ("de", "Er bestritt das.", True),
        ("de", "Das ist der Grund.", True),
        ("de", "Allerdings stiegen die Preise.", True),
        ("de", "Diese Regel gilt seit Montag.", True),
        ("de", "Dabei stiegen die Preise.", True),
        ("de", "Das Haus steht in Berlin.", False),
        ("de", "Diese Woche stiegen die Preise.", False),
        ("de", "Es gibt keine Heilung.", False),
        ("de", "Die Regierung stimmte zu.", False),
        ("es", "Sin embargo, los precios subieron.", True),
        ("es", "Ella lo negó.", True),
        ("es", "Esta medida entra en vigor hoy.", True),
        ("es", "Esta semana subieron los precios.", False),
        ("es", "El puente se cerró.", False),
        ("pt", "No entanto, os preços subiram.", True),
        ("pt", "Ela negou tudo.", True),
        ("pt", "Esta semana os preços subiram.", False),
        ("pt", "A ponte foi fechada.", False),
        ("de", "Nein, ehrlich gesagt nicht.", True),
        ("de", "So seien vier Mitarbeiter dabei gewesen.", True),
        ("en", "In so doing, the scientists gave the gas its name.", True),
        ("fr", "Cependant, les prix montent.", True),
        ("fr", "Il a tout nié.", True),
        ("fr", "C'est la raison du retard.", True),
        ("fr", "Cette règle vaut depuis lundi.", True),
        ("fr", "Il faut du temps.", False),
        ("fr", "Cette semaine, les prix montent.", False),
        ("fr", "Le pont est fermé.", False),
        ("fi", "Hän kielsi kaiken.", False),
    ],
)
def test_other_languages_are_judged_by_the_first_words(lang, sentence, expected):
    assert depends_on_context(sentence, lang) is expected


@pytest.mark.parametrize("unit", ['"', "it is ", "a, ", "(", "when he ", "😀", "it is very "])
def test_long_text_takes_linear_time(unit):
    assert growth(depends_on_context, unit, 160_000) < 24


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("ko", "그는 섬에 있는 학교가 문을 닫았다고 말했다.", True),
        ("ko", "그러나 배는 운항을 하지 않는다.", True),
        ("ko", "그림책이 배에 실렸다.", False),
        ("ja", "しかし、船は出なかった。", True),
        ("ja", "船は月曜日に出た。", False),
        ("zh", "他说船已经开了。", True),
        ("zh", "渡轮星期一开航。", False),
    ],
)
def test_openings_in_korean_and_scripts_without_spaces(lang, text, expected):
    assert depends_on_context(text, lang) is expected
