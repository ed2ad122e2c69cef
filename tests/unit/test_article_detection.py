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


@pytest.mark.parametrize(
    "title",
    [
        "404", "404 Not Found", "Error 404 (Not Found)!!1", "Page not found | The Tide",
        "The Tide - Oops! Page not found", "403 Forbidden", "Access Denied", "Just a moment...",
        "Attention Required! | Cloudflare",
        "500 Internal Server Error",
        "Seite nicht gefunden – Tide", "Erreur 404 : page introuvable", "ページが見つかりません | 新聞",
        "Log in", "Sign in to Driftwood Mail", "Tide | Login", "Anmelden - Tide", "Connexion", "Log in or sign up",
    ],
)  # fmt: skip
def test_error_and_sign_in_pages_are_refused(title):
    refused = refusal(Signals(50, page_title=title))
    assert refused is not None
    assert refused.reason == "no-article"


@pytest.mark.parametrize(
    "title",
    [
        "Rounding error costs the harbour a fortune", "How to log in to your router without the password",
        "Bus 404 is late",
        "The forbidden island", "Trial and error", "Found and not found: a year at the lost property office",
        "Why 500 boats stayed in port", "Terrors of the deep", "Logging in the northern forest",
    ],
)  # fmt: skip
def test_words_of_an_error_or_sign_in_in_a_title_do_not_make_one(title):
    assert refusal(Signals(50, page_title=f"{title} | The Tide")) is None


@pytest.mark.parametrize(
    ("title", "heading", "is_article"),
    [
        ("404 – The Tide", "404", False),
        ("Error: the boat that came back", "Error: the boat that came back", True),
        ("The Tide", "Page not found", False),
        ("Sign in | The Tide", "Sign in", False),
        ("Login – a history of passwords", "Login – a history of passwords", True),
    ],
)
def test_a_heading_that_is_the_title_is_a_headline(title, heading, is_article):
    assert (refusal(Signals(100, page_title=title, heading=heading)) is None) == is_article


@pytest.mark.parametrize(
    ("title", "heading", "is_article"),
    [
        ("Bridge to close | The Tide", "Bridge to close", True),
        ("Driftwood Mail", "Welcome back", False),
        ("Sign in to Driftwood Mail", "Sign in to Driftwood Mail", False),
        ("Driftwood Mail", "", False),
    ],
)
def test_a_password_field_does_not_make_a_sign_in_page_of_a_page_with_a_headline(title, heading, is_article):
    signals = Signals(100, page_title=title, heading=heading, password_field=True)
    assert (refusal(signals) is None) == is_article


@pytest.mark.parametrize(
    ("signals", "is_article"),
    [
        (Signals(11, page_words=13), True),
        (Signals(11, page_words=13, page_title="Page not found"), False),
        (Signals(11, page_words=13, page_title="Log in", article_markup=True), False),
        (Signals(11, page_words=40), False),
        (Signals(11, page_words=0), False),
        (Signals(4, page_words=4), False),
    ],
)
def test_a_short_page_is_an_article_if_its_prose_is_most_of_it(signals, is_article):
    assert (refusal(signals) is None) == is_article


@pytest.mark.parametrize(
    ("signals", "is_article"),
    [
        (Signals(0, label_words=30), True),
        (Signals(0, label_words=29), False),
        (Signals(0, label_words=60, media="player"), True),
        (Signals(0, label_words=60, media="page"), False),
        (Signals(0, label_words=0, media="player"), False),
        (Signals(0, label_words=60, page_title="Page not found"), False),
        (Signals(0, label_words=60, page_title="Log in | The Tide"), False),
    ],
)
def test_a_page_of_labels_needs_no_prose(signals, is_article):
    assert (refusal(signals) is None) == is_article


@pytest.mark.parametrize(("page_words", "is_article"), [(149, False), (150, True)])
def test_a_password_field_on_a_page_that_says_much_else_is_a_menu(page_words, is_article):
    signals = Signals(60, page_title="Ropes and fenders", password_field=True, page_words=page_words)
    assert (refusal(signals) is None) == is_article


def test_a_large_frame_of_another_site_is_named_if_there_is_nothing_else_to_read():
    assert refusal(Signals(3, frame="docs.example.org")) == Refusal("frame", "docs.example.org")
    assert refusal(Signals(40, frame="docs.example.org")) is None


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


def labels(prose, words, text):
    return {"blocks": [{"text": text}], "signals": {"words": prose, "label_words": words}}


@pytest.mark.parametrize(
    ("hidden", "text"),
    [
        (labels(200, 300, "hidden"), "hidden"),
        (labels(0, 300, "hidden"), "visible"),
        (labels(0, 5, "hidden"), "visible"),
    ],
)
def test_hidden_prose_is_better_than_visible_labels(hidden, text):
    assert Article.from_wire({**labels(0, 40, "visible"), "unhidden": hidden}).text == text


def test_hidden_labels_are_used_if_nothing_is_visible():
    assert Article.from_wire({**labels(0, 4, "visible"), "unhidden": labels(0, 300, "hidden")}).text == "hidden"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"signals": []}, "signals must be an object"),
        ({"signals": {"words": True}}, "words must be a whole number"),
        ({"signals": {"words": 5, "label_words": "9"}}, "label_words must be a whole number"),
        ({"signals": {"words": 5, "page_title": 3}}, "must be strings"),
        ({"signals": {"words": 5, "password_field": "yes"}}, "must be true or false"),
        ({"unhidden": "text"}, "unhidden must be an object"),
        ({"unhidden": {"blocks": []}}, "signals must be an object"),
    ],
)
def test_malformed_signals_are_refused_by_name(change, complaint):
    with pytest.raises(MalformedArticle, match=complaint):
        Article.from_wire({**wire(5, "text"), **change})
