"""The wire form of an article: what is taken, what is refused, and with which words."""

import pytest

from nutshell.article import Article, Block, MalformedArticle, Role


def test_all_fields_are_read():
    article = Article.from_wire(
        {
            "url": "https://a.example/b",
            "title": " A  title\n",
            "site": "A",
            "author": "B",
            "published": "2026-01-02",
            "lang": "en",
            "kind": "selection",
            "blocks": [
                {"role": "heading", "text": "Top", "level": 2, "anchor": 0},
                {"role": "item", "text": " one\u00a0\n two ", "level": 1, "anchor": 7},
            ],
        }
    )
    assert article == Article(
        (Block(Role.HEADING, "Top", 2, 0), Block(Role.ITEM, "one two", 1, 7)),
        "https://a.example/b",
        "A title",
        "A",
        "B",
        "2026-01-02",
        "en",
        "selection",
    )
    assert article.text == "Top\n\none two"


def test_missing_and_null_fields_have_defaults():
    article = Article.from_wire({"blocks": [{"text": "Hello"}], "title": None})
    assert article == Article((Block(Role.PARAGRAPH, "Hello", 0, -1),))
    assert article.kind == "page"


@pytest.mark.parametrize(
    ("wire", "complaint"),
    [
        ([], "an article must be an object"),
        ({}, "blocks must be a list"),
        ({"blocks": "text"}, "blocks must be a list"),
        ({"blocks": [], "title": 3}, "title must be a string"),
        ({"blocks": ["text"]}, "object with a text"),
        ({"blocks": [{"text": None}]}, "object with a text"),
        ({"blocks": [{"text": "a", "role": "script"}]}, "unknown block role: 'script'"),
        ({"blocks": [{"text": "a", "level": "2"}]}, "whole numbers"),
        ({"blocks": [{"text": "a", "anchor": 1.5}]}, "whole numbers"),
    ],
)
def test_malformed_article_names_the_wrong_field(wire, complaint):
    with pytest.raises(MalformedArticle, match=complaint):
        Article.from_wire(wire)
