"""Structured data from schema.org items and from the text of a page."""

import json

import pytest

from nutshell.article import Article, MalformedArticle
from nutshell.extraction.reading import decide
from nutshell.structured_data import Answer, Event, Job, Product, Question, Rating, Recipe, StructuredData, Video


def read(*items, blocks=(), title="Pie"):
    metadata = {"page_title": title, "json_ld": [json.dumps(item) for item in items]}
    return Article.from_wire(decide({"url": "https://a.example/", "blocks": list(blocks), "metadata": metadata})).data


def block(text, role="item", level=1):
    return {"role": role, "text": text, "level": level}


RECIPE = {
    "@type": "Recipe",
    "name": "Pie",
    "recipeIngredient": ["1 egg", "200&nbsp;g flour"],
    "recipeInstructions": [
        {"@type": "HowToSection", "name": "Dough", "itemListElement": [{"@type": "HowToStep", "text": "Step 1: Mix."}]},
        {
            "@type": "HowToSection",
            "name": "Bake",
            "itemListElement": [{"@type": "HowToStep", "text": "Bake <b>hot</b>."}],
        },
    ],
    "prepTime": "PT10M",
    "cookTime": "PT1H",
    "recipeYield": ["4", "4 servings"],
    "aggregateRating": {"ratingValue": "4.5", "ratingCount": "12"},
}


def test_a_recipe_has_its_ingredients_steps_times_and_yield():
    assert read(RECIPE).recipe == Recipe(
        "Pie",
        ("1 egg", "200 g flour"),
        ("Dough", "Mix.", "Bake", "Bake hot."),
        10,
        60,
        70,
        "4 servings",
        Rating(4.5, 5.0, 12),
    )


@pytest.mark.parametrize(
    "instructions",
    ["Mix.\nBake hot.", "<ol><li>Mix.</li><li>Bake hot.</li></ol>", ["Mix.", "Bake hot."],
     [{"@type": "HowToStep", "text": "Mix."}, {"name": "Bake hot."}],
     {"@type": "ItemList", "itemListElement": [{"text": "Mix."}, {"text": "Bake hot."}]}, "1. Mix.<br>2. Bake hot."],
)  # fmt: skip
def test_steps_are_read_in_all_the_forms_that_pages_use(instructions):
    assert read({**RECIPE, "recipeInstructions": instructions}).recipe.steps == ("Mix.", "Bake hot.")


@pytest.mark.parametrize(
    ("ingredients", "steps"),
    [
        ("Ingredients", "Method"),
        ("Zutaten:", "Zubereitung"),
        ("Ingrédients", "Préparation"),
        ("材料", "作り方"),
        ("Υλικά", "Εκτέλεση"),
    ],
)
def test_a_recipe_without_data_is_read_from_its_text(ingredients, steps):
    blocks = [
        block("A pie for the autumn.", "paragraph", 0),
        block(ingredients, "heading", 2),
        block("1"),
        block("egg"),
        block("200 g flour"),
        block(steps, "heading", 2),
        block("1. Mix."),
        block("For the glaze", "heading", 3),
        block("Bake hot."),
        block("Comments", "heading", 2),
        block("I like pie."),
    ]
    recipe = read(blocks=blocks).recipe
    assert (recipe.ingredients, recipe.steps) == (("1 egg", "200 g flour"), ("Mix.", "Bake hot."))


def test_a_page_that_only_speaks_of_ingredients_is_no_recipe():
    blocks = [block("Ingredients", "heading", 2), block("Sugar is bad for you.", "paragraph", 0), block("So is salt.")]
    assert read(blocks=blocks) is None


def test_amounts_and_steps_that_the_data_leaves_out_are_read_from_the_text():
    stated = {**RECIPE, "recipeIngredient": ["egg", "flour"], "recipeInstructions": []}
    blocks = [block("2 egg"), block("200 g flour"), block("Method", "heading", 2), block("Mix.")]
    recipe = read(stated, blocks=blocks).recipe
    assert (recipe.ingredients, recipe.steps) == (("2 egg", "200 g flour"), ("Mix.",))


INGREDIENTS = [block("Zutaten für 4 Personen", "paragraph", 0), block("2 Portionen"), block("1 egg")]
REST = [block("200 g flour"), block("Filling", "heading", 3), block("500 g apples"), block("Sugar, to taste")]


def test_the_list_on_the_page_completes_one_that_has_only_its_first_group():
    assert read(RECIPE, blocks=INGREDIENTS + REST).recipe.ingredients == (
        *("1 egg", "200 g flour"),
        *("500 g apples", "Sugar, to taste"),
    )


def test_the_list_on_the_page_gives_the_amounts_that_are_beside_the_names():
    stated = {**RECIPE, "recipeIngredient": ["egg", "flour"]}
    beside = [block("Ingredients", "heading", 2), *map(block, ("1", "egg, beaten", "200 g", "flour"))]
    assert read(stated, blocks=beside).recipe.ingredients == ("1 egg, beaten", "200 g flour")


def test_a_list_of_other_things_does_not_replace_the_ingredients():
    others = [block("Ingredients", "heading", 2), *map(block, ("1 pan", "1 spoon", "2 bowls", "1 oven"))]
    assert read(RECIPE, blocks=others).recipe.ingredients == ("1 egg", "200 g flour")


def test_steps_on_the_page_replace_names_of_groups_in_the_data():
    stated = {**RECIPE, "recipeInstructions": ["Oppskrift", "Raita:"]}
    steps = [
        block("Slik gjør du det", "heading", 2),
        block("1"),
        block("Mix all of it well."),
        block("2"),
        block("Bake."),
    ]
    assert read(stated, blocks=steps).recipe.steps == ("Mix all of it well.", "Bake.")


MEASURED = ("3 large carrots", "1/4 tsp. salt", "1 Tbs. soy sauce", "200 ml orange juice")
UNNAMED = [block("Orange juice carrots", "heading", 2), *map(block, MEASURED)]


def test_measured_ingredients_with_the_steps_below_need_no_headings():
    text = [block("Cut the carrots.", "paragraph", 0), block("Boil them.", "paragraph", 0)]
    recipe = read(blocks=[*UNNAMED, *text, block("Variation", "heading", 2), block("Omit it.", "paragraph", 0)]).recipe
    assert (recipe.ingredients, recipe.steps) == (MEASURED, ("Cut the carrots.", "Boil them."))


@pytest.mark.parametrize(
    "blocks",
    [
        UNNAMED,
        [*UNNAMED, block("Comments", "heading", 2), *(block("Nice.", "paragraph", 0) for _ in range(3))],
        [*map(block, ("3 boats", "4 oars", "2 sails", "9 nails")), *(block("Row.", "paragraph", 0) for _ in range(3))],
    ],
)
def test_other_lists_are_no_recipe(blocks):
    assert read(blocks=blocks) is None


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        (
            {"price": "1.299,90", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"},
            ("1299.90", "", "EUR", "InStock"),
        ),
        ([{"price": 12, "priceCurrency": "USD"}, {"price": 15}], ("12", "", "USD", "")),
        (
            {"@type": "AggregateOffer", "lowPrice": "9", "highPrice": "12", "priceCurrency": "GBP"},
            ("9", "12", "GBP", ""),
        ),
        ({"@type": "Offer", "priceSpecification": {"price": 7.5, "priceCurrency": "CHF"}}, ("7.5", "", "CHF", "")),
        ({"price": "£20"}, ("20", "", "GBP", "")),
    ],
)
def test_a_product_has_its_price_currency_and_availability(offers, expected):
    product = read({"@type": "Product", "name": "Boat", "brand": {"name": "Lenn"}, "offers": offers}).product
    assert (product.price, product.high_price, product.currency, product.availability) == expected
    assert (product.name, product.brand) == ("Boat", "Lenn")


def test_the_product_of_the_page_is_preferred_to_related_ones():
    related, own = {"@type": "Product", "name": "Oar"}, {"@type": "Product", "name": "Boat of wood"}
    assert read(related, own, title="Boat of wood | Shop").product == Product("Boat of wood")


def test_video_event_and_job():
    data = read(
        {"@type": "VideoObject", "name": "Tour", "duration": "PT3M20S", "uploadDate": "2026-01-02"},
        {
            "@type": "MusicEvent",
            "name": "Concert",
            "startDate": "2026-05-06T19:30:00+02:00",
            "location": {
                "@type": "Place",
                "name": "Hall",
                "address": {"streetAddress": "Quay 1", "addressLocality": "Lenn"},
            },
            "offers": {"price": "20", "priceCurrency": "EUR"},
        },
        {
            "@type": "JobPosting",
            "title": "Captain",
            "hiringOrganization": {"name": "The Ferry"},
            "jobLocation": {"address": {"addressLocality": "Lenn", "addressCountry": "IE"}},
            "baseSalary": {"currency": "EUR", "value": {"minValue": 40000, "maxValue": 50000, "unitText": "YEAR"}},
        },
    )
    assert data.video == Video("Tour", 200, "2026-01-02")
    assert data.event == Event("Concert", "2026-05-06T19:30", "", "Hall", "Quay 1, Lenn", "20", "EUR")
    assert data.job == Job("Captain", "The Ferry", "Lenn, IE", "EUR 40000-50000 / year")


def test_answers_are_in_order_of_acceptance_and_votes():
    question = {
        "@type": "Question",
        "name": "Why?",
        "acceptedAnswer": {"text": "<p>Because.</p>", "upvoteCount": 3, "author": {"name": "Ada"}},
        "suggestedAnswer": [{"text": "No idea.", "upvoteCount": -1}, {"text": "Tides.", "upvoteCount": 9}],
    }
    expected = Question(
        "Why?", "", (Answer("Because.", "Ada", 3, True), Answer("Tides.", "", 9), Answer("No idea.", "", -1))
    )
    assert read({"@type": "QAPage", "mainEntity": question}).questions == (expected,)


def test_the_wire_form_is_read_back():
    data = read(RECIPE, {"@type": "Product", "name": "Boat", "offers": {"price": "5"}})
    assert StructuredData.from_wire(json.loads(json.dumps(data.to_wire()))) == data
    assert "event" not in data.to_wire()


@pytest.mark.parametrize(
    ("wire", "named"),
    [
        ([], "data must be an object"),
        ({"recipe": "pie"}, "recipe must be an object"),
        ({"recipe": {"steps": "mix"}}, "recipe.steps must be a list"),
        ({"recipe": {"steps": [3]}}, "recipe.steps must be of the type str"),
        ({"recipe": {"cook_time": "1 h"}}, "recipe.cook_time must be of the type int"),
        ({"types": "Recipe"}, "data.types must be a list"),
    ],
)
def test_malformed_data_is_refused_by_name(wire, named):
    with pytest.raises(MalformedArticle, match=named):
        Article.from_wire({"blocks": [], "data": wire})


@pytest.mark.parametrize(
    ("metadata", "named"),
    [
        ("text", "metadata must be an object"),
        ({"page_title": 3}, "page_title must be a string"),
        ({"meta": [["a"]]}, "meta must be a list of pairs"),
        ({"json_ld": [3]}, "json_ld must be a list of strings"),
        ({"dates": ["x"]}, "dates must be a list of objects"),
        ({"lines": [{"text": "a", "place": "b"}]}, "place must be a list"),
    ],
)
def test_malformed_metadata_is_refused_by_name(metadata, named):
    with pytest.raises(MalformedArticle, match=named):
        decide({"blocks": [], "metadata": metadata})


@pytest.mark.parametrize(
    "items", [[{"types": 3, "properties": "x"}], [{"types": ["Recipe"], "properties": [["name"]]}], ["x"], [None]]
)
def test_broken_trees_lose_nothing_else(items):
    metadata = {"page_title": "Pie", "items": items, "json_ld": [json.dumps(RECIPE)]}
    assert decide({"blocks": [], "metadata": metadata})["data"]["recipe"]["name"] == "Pie"
