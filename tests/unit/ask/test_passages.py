import pytest

from nutshell.article import Article, Block, Role
from nutshell.ask.passages import passages_of
from nutshell.structured_data import Product, Recipe, StructuredData


def passages(*blocks, **fields):
    return passages_of(Article(tuple(blocks), lang="en", **fields))


def paragraph(text):
    return Block(Role.PARAGRAPH, text)


def heading(text, level=2):
    return Block(Role.HEADING, text, level)


def item(text):
    return Block(Role.ITEM, text, 1)


def test_sentences_have_their_number_and_place():
    first, second = passages(heading("Fog"), paragraph("The mast is dark. Crews complain."))
    assert (first.text, first.sentence, second.sentence) == ("The mast is dark.", 0, 1)
    assert (second.block, second.start, second.end, second.heading) == (1, 18, 33, "Fog")


def test_caption_is_a_passage_without_a_sentence_number():
    (found,) = passages(Block(Role.CAPTION, "The mast in June, seen from the pier."))
    assert (found.text, found.sentence) == ("The mast in June, seen from the pier.", -1)


@pytest.mark.parametrize(
    ("label", "value"),
    [
        (paragraph("Operating Force"), paragraph("38.53 gf")),
        (paragraph("Switch Name:"), paragraph("Gateron G Pro Brown")),
        (heading("Undergraduate"), paragraph("$390")),
        (heading("JavaOne"), heading("Conference in Redwood City", 3)),
        (item("Reno homes for sale"), item("$585,000")),
    ],
)
def test_short_value_is_searched_with_its_label(label, value):
    found = passages(label, value)[-1]
    assert (found.label, found.quote) == (label.text.rstrip(":"), value.text)
    assert found.text == f"{found.label}: {value.text}"
    assert len(passages(label, value)) == 1


@pytest.mark.parametrize(
    ("label", "value"),
    [
        (paragraph("The mast is dark."), paragraph("38.53 gf")),
        (item("String"), item("Hash")),
        (heading("Conference in Seattle", 3), heading("Summit 2026", 2)),
        (paragraph("It has these types:"), item("String")),
        (paragraph("Chapter 1. Start"), paragraph("Chapter 2. End")),
        (
            paragraph("Force"),
            paragraph("It is the force that the key needs until it clicks, as measured by us in May."),
        ),
    ],
)
def test_other_neighbours_are_no_label_and_value(label, value):
    assert not any(found.label for found in passages(label, value))


def test_heading_that_says_something_is_a_passage():
    texts = [found.text for found in passages(heading("Join over 38 million people"), heading("Reviews"))]
    assert texts == ["Join over 38 million people"]


def test_data_of_the_page_is_searched_in_other_words_but_shown_with_its_label():
    data = StructuredData(product=Product(name="Mug", price="60.00", currency="USD"))
    (found,) = passages(data=data)
    assert (found.quote, found.block) == ("60.00 USD", -1)
    assert "cost" in found.text
    assert "cost" not in found.label


def test_data_that_the_page_shows_is_not_repeated():
    data = StructuredData(recipe=Recipe(ingredients=("2 eggs", "100 g sugar")))
    assert [found.quote for found in passages(item("2 eggs"), data=data)] == ["2 eggs", "100 g sugar"]


def test_words_between_a_word_and_a_figure_name_the_figure():
    found = passages(paragraph("Tactile"), paragraph("Operating Force"), paragraph("38.53 gf"))
    assert [(passage.label, passage.quote) for passage in found if passage.label] == [("Operating Force", "38.53 gf")]


def test_figure_does_not_stand_for_a_heading():
    found = passages(heading("Undergraduate", 3), heading("$390", 3), Block(Role.ROW, "Part-time\t$455"))
    assert found[-1].heading == "Undergraduate"
