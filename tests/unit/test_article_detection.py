import pytest

from nutshell.article import Article, MalformedArticle
from nutshell.article_detection import Refusal, Signals, refusal, select_reading


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        (Signals(29, article_markup=True), Refusal("no-article", "29 words of running text")),
        (Signals(30), None),
        (Signals(149, password_field=True), Refusal("no-article", "sign-in page")),
        (Signals(150, password_field=True), None),
        (Signals(149, password_field=True, article_markup=True), None),
        (Signals(149, page_title="Page not found"), Refusal("no-article", "error page")),
        (Signals(149, page_title="Terrors of the deep"), None),
        (Signals(150, page_title="404"), None),
        (Signals(0, "application/pdf"), Refusal("pdf")),
        (Signals(0, "image/svg+xml"), Refusal("no-article", "image/svg+xml")),
        (Signals(30, "application/xhtml+xml"), None),
        (Signals(30, "text/plain"), None),
    ],
)
def test_a_page_is_an_article_by_its_words_markup_title_and_type(signals, expected):
    assert refusal(signals) == expected


def wire(words, text, **more):
    return {"blocks": [{"text": text}], "signals": {"words": words}, **more}


def test_an_article_without_signals_is_accepted():
    selection = {"blocks": []}
    assert select_reading(selection) == (selection, None)


@pytest.mark.parametrize(
    ("visible", "hidden", "text"), [(200, 400, "visible"), (5, 400, "hidden"), (5, 20, "visible"), (5, None, "visible")]
)
def test_hidden_text_is_used_only_if_it_makes_an_article_and_the_visible_text_does_not(visible, hidden, text):
    unhidden = None if hidden is None else wire(hidden, "hidden")
    page = wire(visible, "visible", unhidden=unhidden)
    assert Article.from_wire(page).text == text
    _, refused = select_reading(page)
    assert (refused is None) == (max(visible, hidden or 0) >= 30)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"signals": []}, "signals must be an object"),
        ({"signals": {"words": True}}, "words must be a whole number"),
        ({"signals": {"words": 5, "page_title": 3}}, "must be strings"),
        ({"signals": {"words": 5, "password_field": "yes"}}, "must be true or false"),
        ({"unhidden": "text"}, "unhidden must be an object"),
        ({"unhidden": {"blocks": []}}, "signals must be an object"),
    ],
)
def test_malformed_signals_are_refused_by_name(change, complaint):
    with pytest.raises(MalformedArticle, match=complaint):
        Article.from_wire({**wire(5, "text"), **change})
