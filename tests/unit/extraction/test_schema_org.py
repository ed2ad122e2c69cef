"""Schema.org items from JSON-LD, microdata and RDFa, with the errors that pages make."""

import json

import pytest

from nutshell.extraction.schema_org import read_items

ARTICLE = {"@type": "NewsArticle", "headline": "The mill burns", "author": {"@type": "Person", "name": "Ann Lee"}}


def json_ld(value):
    return read_items([value if isinstance(value, str) else json.dumps(value)])


@pytest.mark.parametrize(
    "wrapped",
    [
        ARTICLE,
        [ARTICLE],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Lenn"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {"@type": ["WebPage"], "mainEntityOfPage": {"mainEntity": [ARTICLE]}},
    ],
)
def test_an_item_is_found_however_it_is_wrapped(wrapped):
    [article] = [item for item in json_ld(wrapped) if item.is_a("NewsArticle")]
    assert article.text("headline") == "The mill burns"
    assert article.texts("author") == ["Ann Lee"]


@pytest.mark.parametrize(
    "author", ["Ann Lee", ["Ann Lee"], {"name": "Ann Lee"}, [{"@type": "Person", "name": "Ann Lee"}]]
)
def test_an_author_is_a_text_an_item_or_a_list(author):
    assert json_ld({"@type": "Article", "author": author})[0].texts("author") == ["Ann Lee"]


def test_a_reference_is_replaced_with_its_item():
    graph = [{"@type": "Article", "author": {"@id": "#ann"}}, {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}]
    assert json_ld({"@graph": graph})[0].texts("author") == ["Ann Lee"]


def test_circular_references_end():
    graph = [
        {"@type": "Article", "@id": "#a", "author": {"@id": "#b"}},
        {"@type": "Person", "@id": "#b", "name": "Ann Lee", "subjectOf": {"@id": "#a"}},
    ]
    article = json_ld({"@graph": graph})[0]
    assert article.texts("author") == ["Ann Lee"]


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "Article", "headline": "The mill\n burns"}',
        '<!-- {"@type": "Article", "headline": "The mill burns"} -->',
        '/*<![CDATA[*/{"@type": "Article", "headline": "The mill burns"}/*]]>*/',
        '{"@type": "Article", "headline": "The mill burns",}',
        '{"@type": "Article", "headline": "The mill burns"};',
        '{"@type": "WebSite"}{"@type": "Article", "headline": "The mill burns"}',
        '{"@type": "Article", "headline": "The mill burn\\s"}',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;The mill burns&quot;}",
        '{"@type": "http://schema.org/Article", "schema:headline": "The mill burns"}',
    ],
)
def test_common_errors_are_forgiven(text):
    [article] = [item for item in json_ld(text) if item.is_a("Article")]
    assert article.text("headline") == "The mill burns"


@pytest.mark.parametrize("text", ["", "not json", "[" * 100_000, "{", "null", "3", '"text"', '{"@type": 3}'])
def test_text_that_is_no_item_is_skipped(text):
    assert all(not item.types for item in json_ld(text))


def test_values_are_plain_text():
    item = json_ld(
        {"@type": "Article", "headline": "Fish &amp;amp; <b>chips</b>\u00ad &#8217;n&#8217; <main>", "wordCount": 3}
    )[0]
    assert item.text("headline") == "Fish & chips ’n’ <main>"
    assert item.text("wordCount") == "3"


def test_the_first_property_that_has_a_text_is_used():
    item = json_ld({"@type": "Article", "datePublished": " ", "dateCreated": "2026-01-02"})[0]
    assert item.text("datePublished", "dateCreated") == "2026-01-02"


@pytest.mark.parametrize(
    "prefix", ["http://schema.org/", "https://schema.org/", "schema:", "http://data-vocabulary.org/#", "v:"]
)
def test_markup_is_read_whatever_its_namespace(prefix):
    person = {"types": [f"{prefix}Person"], "properties": [["name", "Ann Lee"]]}
    tree = {
        "types": [f"{prefix}Recipe"],
        "properties": [["recipeIngredient", "1 egg"], ["recipeIngredient", "salt"], ["author", person]],
    }
    recipe, author = read_items([], [tree])
    assert recipe.is_a("Recipe")
    assert recipe.texts("recipeIngredient") == ["1 egg", "salt"]
    assert (recipe.source, recipe.depth, author.depth) == ("markup", 0, 1)
    assert recipe.texts("author") == ["Ann Lee"]
