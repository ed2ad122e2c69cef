from dataclasses import replace

import pytest

from nutshell.article import Article, Block, Description, Role
from nutshell.summary.gist_candidates import candidates, title_line
from nutshell.summary.gist_cues import is_junk
from nutshell.summary.salience import Salience
from nutshell.text.sentences import split
from support.fakes import floats

SENTENCES = (
    "The harbour is old and its walls are crumbling.",
    "A new electric ferry will replace the diesel ferry in May.",
    "The council paid for the ferry and for the pier it needs.",
)


def page(*descriptions, title="The new ferry of the island", sentences=SENTENCES, site=""):
    blocks = tuple(Block(Role.PARAGRAPH, text) for text in sentences)
    return Article(
        blocks, title=title, site=site, descriptions=tuple(Description("meta", text) for text in descriptions)
    )


def salience(count):
    return Salience(tuple(1 / (1 + n) for n in range(count)), floats((count, count), [0.5] * count * count))


def lines(article, source="description"):
    sentences = split(article)
    return [line for line in candidates(article, sentences, salience(len(sentences))) if line.source == source]


def test_description_is_a_candidate():
    (line,) = lines(page("From May, an electric ferry serves the island."))
    assert line.text == "From May, an electric ferry serves the island."
    assert line.sentence == -1
    assert line.described


def test_description_that_stands_on_the_page_is_traced():
    article = page(SENTENCES[1])
    assert lines(article) == []
    assert [line.sentence for line in lines(article, "page") if line.described] == [1]


def test_description_cut_off_on_the_page_is_the_whole_sentence():
    article = page("A new electric ferry will replace the diesel...")
    assert lines(article) == []
    assert [line.text for line in lines(article, "page") if line.described] == [SENTENCES[1]]


@pytest.mark.parametrize(
    "description",
    [
        "An electric ferry that the island has been waiting for since the",
        "An electric ferry that the island has been waiting for since…",
    ],
)
def test_description_cut_off_elsewhere_is_not_used(description):
    long = (
        description
        if description.endswith("…")
        else f"{description} storm took the pier, the harbour, both of the lights and the old"
    )
    assert lines(page(long)) == []


def test_whole_sentences_before_the_cut_are_used():
    (line,) = lines(page("An electric ferry serves the island. It is the first of its kind in the..."))
    assert line.text == "An electric ferry serves the island."


@pytest.mark.parametrize(
    "description",
    [
        "The new ferry of the island",
        "ferry, island, pier, harbour, electric ferry, timetable, tickets",
        "Click here to see the timetable of the ferry.",
        "Island ferry",
    ],
)
def test_description_that_says_nothing_is_not_used(description):
    assert lines(page(description)) == []


def test_names_around_the_description_are_dropped():
    (line,) = lines(
        page("The new ferry of the island: It runs on batteries and is silent. - Bay News", site="Bay News")
    )
    assert line.text == "It runs on batteries and is silent."


def test_call_to_action_after_the_description_is_dropped():
    (line,) = lines(page("An electric ferry serves the island from May. Book your ticket now!"))
    assert line.text == "An electric ferry serves the island from May."


def test_title_is_a_candidate_unless_it_is_a_name():
    assert [line.text for line in lines(page(), "title")] == ["The new ferry of the island"]
    assert lines(page(title="Ferry"), "title") == []


@pytest.mark.parametrize(
    "text",
    [
        "Read more about ferries",
        "Sign up for our newsletter.",
        "Photo: A. Smith",
        "Cookie information is stored here.",
        "Author, Ida Lund <ida at lund dot org>,.",
        "In this section, we look at the harbour walls.",
        "Ferry model. Out of stock. Original price was: 249.",
        "Shop the ferry model with next day delivery and free returns.",
        "Find many great new and used ferry models.",
        "We won’t discuss the harbour walls in this chapter.",
        "Contribute to ferry/harbour development by creating an account on GitHub.",
        "This document describes the current stable version of Ferry.",
        "Note For a detailed explanation of ferries, see this forum post.",
    ],
)
def test_calls_and_credits_are_junk(text):
    assert is_junk(text)


@pytest.mark.parametrize(
    "text",
    [
        "Reading on a ferry calms people down.",
        "The sign was up for a year.",
        "By noon, the stock of tickets was sold.",
        "The ferry company will not discuss its prices.",
        *SENTENCES,
    ],
)
def test_prose_is_not_junk(text):
    assert not is_junk(text)


def test_question_is_asked_by_the_title():
    asked = replace(page(SENTENCES[0], title="Why is the harbour so old?"), page_kind="question-and-answer")
    sentences = split(asked)
    assert [line.source for line in candidates(asked, sentences, salience(len(sentences)))] == ["title"]


def test_selection_is_described_by_its_own_sentences():
    selected = replace(page("From May, an electric ferry serves the island."), kind="selection")
    sentences = split(selected)
    assert {line.source for line in candidates(selected, sentences, salience(len(sentences)))} == {"page"}


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Old harbour walls - Travel - Island Forum", "Old harbour walls"),
        ("Old harbour walls | Ferry Community", "Old harbour walls"),
        ("Old harbour walls - which ones?", "Old harbour walls - which ones?"),
        ("The walls of the old harbour are crumbling and nobody cares - Island Forum", None),
    ],
)
def test_thread_is_named_without_its_forum(title, line):
    thread = replace(page(title=title), page_kind="forum")
    assert title_line(thread) == (line or title.removesuffix(" - Island Forum"))


def test_description_of_a_thread_is_not_used():
    thread = replace(page("Hello all, this is my first post about the harbour walls."), page_kind="forum")
    sentences = split(thread)
    assert [line.source for line in candidates(thread, sentences, salience(len(sentences)))] == ["title"]


def test_title_within_a_few_more_words_is_not_a_description():
    assert not lines(
        page("News and views: The new ferry of the island", title="The new ferry of the island"), "description"
    )


def test_description_of_other_things_than_the_page_is_a_slogan():
    other = (
        "Everything for cooks who bake cakes, roast meat and fill their freezers with the bread of the coming months."
    )
    assert not lines(page(other), "description")


def test_list_is_described_before_its_entries():
    blocks = [Block(Role.PARAGRAPH, SENTENCES[0])]
    for number in range(4):
        blocks += [
            Block(Role.HEADING, f"Ferry {number}", level=2),
            Block(Role.PARAGRAPH, f"Ferry number {number} is an old diesel ferry of the island."),
        ]
    listing = replace(page(title="Ferries of the harbour"), blocks=tuple(blocks), page_kind="list")
    assert [line.text for line in lines(listing, "page")] == [SENTENCES[0]]


def test_line_of_a_list_has_a_word_of_its_title():
    listing = replace(page(title="Sailing boats for hire"), page_kind="list")
    assert lines(listing, "page") == []


def test_headings_in_a_row_are_no_description():
    headings = "Ferry Service Harbour Wall System Tickets Timetables Captains Introduction The ferry serves the island."
    assert not lines(page(headings), "description")


def test_run_of_words_without_an_end_is_no_line():
    lyrics = replace(page(), blocks=(Block(Role.PARAGRAPH, "la la the ferry leaves " * 30 + "now."),))
    assert lines(lyrics, "page") == []


def test_replies_do_not_speak_for_the_thread():
    article = page(title="Ferry")
    posts = tuple(replace(block, post=number) for number, block in enumerate(article.blocks))
    thread = replace(article, blocks=posts, page_kind="forum")
    assert [line.text for line in lines(thread, "page")] == [SENTENCES[0]]


def test_entries_do_not_speak_for_the_list():
    article = page(title="Ferries of the harbour")
    first, *rest = article.blocks
    items = tuple(replace(block, role=Role.ITEM) for block in rest)
    listing = replace(article, blocks=(first, *items), page_kind="list")
    assert [line.text for line in lines(listing, "page")] == [SENTENCES[0]]


def test_description_that_was_cut_off_is_marked():
    (cut,) = lines(page("An electric ferry serves the island. It is the first of its kind in the..."))
    (whole,) = lines(page("An electric ferry serves the island."))
    assert (cut.cut, whole.cut) == (True, False)
