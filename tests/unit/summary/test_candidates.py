"""What is never a key point, and what a sentence's form is worth."""

import pytest

from nutshell.article import Article, Block, Role
from nutshell.summary.candidates import candidates, is_boilerplate, is_good
from nutshell.text.sentences import split


@pytest.mark.parametrize(
    "text",
    [
        "Jan. 5, 2021.",
        "Published 12 March 2024.",
        "Updated: 9:45 a.m. ET, Friday.",
        "Posted on May 3, 2020 by Ann.",
        "Read on to learn more.",
        "Sign up for our newsletter to get the news first.",
        "Melde dich an und bewerte das Bild.",
        "Photo: The bridge in March.",
        "By Jane Doe, Staff Writer",
        "This post may contain affiliate links.",
        "Log in to see the replies of other members.",
        "This work is licensed under a Creative Commons licence.",
        "We use cookies to improve your experience on this site.",
        "The author does not work for, consult or own shares in any company.",
        "All views expressed are the author's own.",
        "For more information, see the release notes.",
        "4.26 avg rating from 12 ratings",
        "© 2024 The Harbour Times",
        'Customer Review","id":"review-rank","value":"","rank":3},{"type":"sort","text":"Newest","id":"date"',
        "For other uses, see Harbour (disambiguation).",
        "Please contact us with any questions about your order.",
        "Ann Lee is a senior reporter who covers ferries.",
    ],
)
def test_what_a_page_says_about_itself_is_boilerplate(text):
    assert is_boilerplate(text)


@pytest.mark.parametrize(
    "text",
    [
        "The company said it will call for bids in May.",
        "Share prices fell 5 percent on Monday.",
        "Cookies are small cakes that are baked in an oven.",
        "Photos show thousands of people in the streets.",
        "Related genes are switched off in the second week.",
        "Contact tracing slowed the spread of the virus.",
        "Error rates fell by half in 2020.",
        "Terms of the deal were not disclosed.",
        "Created in 1998, the park is home to more than two hundred species of birds.",
        "Download the installer and run it as an administrator.",
        "Copyright law protects authors for seventy years.",
        "The police had read the letter before the trial.",
    ],
)
def test_ordinary_sentence_is_not_boilerplate(text):
    assert not is_boilerplate(text)


def made(*texts, role=Role.PARAGRAPH):
    article = Article(tuple(Block(role, text) for text in texts), lang="en")
    sentences = split(article)
    return {sentences[n].text: candidate for n, candidate in candidates(article, sentences, "en").items()}


GOOD = (
    "The council voted to close the old bridge.",
    "A ferry will carry passengers across the river.",
    "The tunnel is expected to cost ninety million euros.",
)


@pytest.mark.parametrize(
    "text",
    [
        "Do you want to see the harbour at night?",
        "and the ferry was late as always.",
        "What a great old bridge that was!",
        "The ferry to the island is the perfect versatile travel…",
    ],
)
def test_questions_fragments_and_exclamations_are_worth_less(text):
    found = made(*GOOD, text)
    assert found[text].factor < found[GOOD[0]].factor


def test_entries_built_from_a_template_are_worth_less():
    films = [f"{name} is now streaming on {name}flix and can be rented there." for name in ("Ada", "Bo", "Cy", "Di")]
    found = made(*GOOD, *films)
    assert all(found[film].factor < found[GOOD[0]].factor for film in films)
    assert made(*GOOD, films[0])[films[0]].factor == found[GOOD[0]].factor


def test_label_and_introduction_of_a_list_are_no_candidates():
    found = made(*GOOD, "Ferry Times And Winter Prices", "You need the following three things for it:")
    assert set(found) == set(GOOD)


@pytest.mark.parametrize(
    "text",
    [
        "Figure 3 shows the cost of the tunnel by year.",
        "The pillars are shown in the image above.",
        "In the previous article, we talked about the bridges of the north.",
        "For more on electric ferries, check out our article on batteries.",
        "At the start of the new year, include these add-ons.",
    ],
)
def test_reference_to_something_else_on_the_page_depends_on_context(text):
    assert made(*GOOD, text)[text].depends


def test_opinion_of_a_customer_is_worth_less_than_the_words_of_a_writer():
    opinion = "I love how my shoes feel on the ferry."
    review, diary = made(*GOOD, *GOOD, opinion), made(*(f"I think that {text.lower()}" for text in GOOD), opinion)
    assert review[opinion].factor < diary[opinion].factor


def test_page_without_good_sentences_still_has_candidates():
    assert made("Harbour", "Bridge")
    assert made("Sign up now", "Log in to continue")


def test_good_sentence_stands_alone():
    article = Article((Block(Role.PARAGRAPH, f"{GOOD[0]} However, it failed. Is that so?"),), lang="en")
    assert [is_good(article, sentence, "en") for sentence in split(article)] == [True, False, False]
