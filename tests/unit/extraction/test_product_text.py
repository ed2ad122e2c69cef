"""The text of a product's page: no reviews, no other products, and the description where the page shows none."""

import json
from typing import Any

import pytest

from nutshell.article import Article
from nutshell.extraction.product_text import product_blocks
from nutshell.extraction.reading import decide

PROSE = "A rowing boat of larch on oak, built by hand in eleven weeks, with two thwarts and room for three. " * 4
DESCRIPTION = "Built of larch on oak, this boat carries three people and all that they need for a week on the water."


def heading(text: str, level: int = 2) -> dict[str, Any]:
    return {"role": "heading", "text": text, "level": level, "anchor": 1}


def paragraph(text: str) -> dict[str, Any]:
    return {"role": "paragraph", "text": text, "level": 0, "anchor": 2}


def texts(blocks: list[Any]) -> list[str]:
    return [block["text"] for block in blocks]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Reviews",
            "Customer reviews (1,204)",
            "Ratings & Reviews",
            "12 Reviews",
            "You may also like",
            "Similar items",
        ),
        *(
            "Customers also bought these",
            "People who viewed this item also viewed",
            "Kundenrezensionen",
            "Avis clients",
        ),
        *(
            "Das könnte dir auch gefallen",
            "Produits similaires",
            "Opiniones de clientes",
            "カスタマーレビュー",
            "관련 상품",
        ),
    ],
)
def test_sections_of_reviews_and_other_products_are_left_out(name: str) -> None:
    blocks = [
        *(heading("Rowing boat", 1), paragraph(PROSE)),
        *(heading(name), paragraph("Lovely boat."), heading("Ease of use", 3), paragraph("Five stars.")),
        *(heading("Dimensions"), paragraph("Four metres.")),
    ]
    assert texts(product_blocks(blocks, [])) == ["Rowing boat", PROSE, "Dimensions", "Four metres."]


@pytest.mark.parametrize("name", ["How we review boats", "Features", "What is in the box", "Design and finish"])
def test_other_sections_stay(name: str) -> None:
    blocks = [heading("Rowing boat", 1), paragraph(PROSE), heading(name), paragraph("Some text.")]
    assert product_blocks(blocks, []) == blocks


def test_the_description_is_inserted_where_the_page_shows_none() -> None:
    made = product_blocks([heading("Rowing boat", 1), paragraph("Blue")], [DESCRIPTION])
    assert texts(made) == ["Rowing boat", DESCRIPTION, "Blue"]
    assert made[1]["anchor"] == -1


@pytest.mark.parametrize(
    ("shown", "description"), [(PROSE, DESCRIPTION), (DESCRIPTION, DESCRIPTION), ("Blue", "A boat of wood.")]
)
def test_the_description_is_not_inserted_beside_prose_or_twice_or_if_it_says_nothing(
    shown: str, description: str
) -> None:
    blocks = [heading("Rowing boat", 1), paragraph(shown)]
    assert product_blocks(blocks, [description]) == blocks


@pytest.mark.parametrize(
    "blocks", [[None], [{"role": "heading"}], [{"role": "heading", "text": "Reviews", "level": "2"}]]
)
def test_malformed_blocks_are_left_for_the_article_to_refuse(blocks: list[Any]) -> None:
    assert product_blocks(blocks, [DESCRIPTION]) == blocks


@pytest.mark.parametrize(("kind", "inserted"), [("Product", True), ("Recipe", False)])
def test_only_the_page_of_a_product_gets_its_description(kind: str, inserted: bool) -> None:
    item = {"@type": "Product", "name": "Rowing boat", "description": f"<p>{DESCRIPTION}</p>"}
    wire = {
        "url": "https://boats.example/rowing",
        "blocks": [heading("Rowing boat", 1), paragraph("Blue")],
        "structure": {"types": {kind: 1}},
        "metadata": {"page_title": "Rowing boat", "json_ld": [json.dumps(item)]},
    }
    assert (DESCRIPTION in Article.from_wire(decide(wire)).text) == inserted
