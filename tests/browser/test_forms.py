"""Composed lines of a summary, and what they highlight in the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from driver import Browser, Site, wait_for
from reader import Reader, squeeze

INGREDIENTS = ("500 g white beans, soaked", "2 large onions", "1 tbsp olive oil", "1 tsp salt")
STEPS = (
    "Cook the beans in plenty of water for about an hour. Drain them well.",
    "Fry the onions in the oil until they are golden brown.",
    "Mix everything and let it stand for ten minutes before you serve it.",
)
RECIPE = {
    "@context": "https://schema.org",
    "@type": "Recipe",
    "name": "White bean soup",
    "recipeIngredient": INGREDIENTS,
    "recipeInstructions": [{"@type": "HowToStep", "text": step} for step in STEPS],
    "totalTime": "PT1H30M",
    "recipeYield": "4 servings",
}
PAGE = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>White bean soup</title>
<script type="application/ld+json">{json.dumps(RECIPE)}</script>
<article><h1>White bean soup</h1>
<p>This white bean soup is a warming dish for cold days that needs only four things from the cupboard.</p>
<h2>Ingredients</h2><ul>{"".join(f"<li>{line}</li>" for line in INGREDIENTS)}</ul>
<h2>Instructions</h2><ol>{"".join(f"<li>{line}</li>" for line in STEPS)}</ol>
<p>The soup keeps for three days in the fridge, and it tastes even better when it is warmed up again.</p>
</article>"""


@pytest.fixture
def kitchen(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "recipe.html").write_text(PAGE, encoding="utf-8")
    site = Site(tmp_path)
    yield site
    site.close()


def test_composed_line_highlights_all_that_it_is_made_of(reader: Reader, browser: Browser, kitchen: Site) -> None:
    page = browser.open(f"{kitchen.url}/recipe.html")
    seen = reader.summarize(page)
    composed = next(number for number, line in enumerate(seen.points) if "white beans, onions, olive oil" in line)
    line = reader.panel.locator(".points .point").nth(composed)
    line.focus()
    wait_for("the ingredients", lambda: squeeze(reader.highlighted(page)) == squeeze("".join(INGREDIENTS)))


def test_line_from_the_data_has_no_place(reader: Reader, browser: Browser, kitchen: Site) -> None:
    reader.summarize(browser.open(f"{kitchen.url}/recipe.html"))
    origin = reader.panel.locator(".points .point .origin")
    assert origin.count() == 1
    assert reader.panel.locator(".points .point[data-trace] .origin").count() == 0
