"""What the page scripts list for the choice of the main content (page/candidates.js)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "emscripten":
    pytest.skip("the desktop's own: needs processes", allow_module_level=True)

from nutshell.cli.extraction import Extractor
from nutshell.extraction.candidates import Candidates

PAGES = Path(__file__).resolve().parents[2] / "pages"
SENTENCE = "The harbour board counted forty-one boats in the spring, and wrote every one of them down in its book."


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as extractor:
        yield extractor


def listed(extractor: Extractor, body: str, head: str = "") -> dict[str, Any]:
    html = f"<html lang=en><head><title>Boats | The Tide</title>{head}</head><body>{body}</body></html>"
    answer = extractor.read(html, "https://tide.example/boats")
    assert answer["ok"], answer
    candidates: dict[str, Any] = answer["article"]["candidates"]
    Candidates.from_wire(candidates)
    return candidates


def test_every_block_of_the_page_is_listed_in_order(extractor: Extractor) -> None:
    found = listed(extractor, f"<nav><a href=/>Home</a></nav><main><p>{SENTENCE}</p></main><footer>Imprint</footer>")
    assert [block["text"] for block in found["blocks"]] == ["Home", SENTENCE, "Imprint"]
    assert found["title"] == "Boats | The Tide"


def test_elements_name_their_parents_and_hints(extractor: Extractor) -> None:
    found = listed(
        extractor,
        f'<div id=page class="wide dark"><ul role=list><li itemprop=step><b class=text>{SENTENCE}</b></li></ul></div>',
    )
    assert found["elements"] == [[-1, "div", "wide dark page"], [0, "ul", "list"], [1, "li", "step"], [2, "b", "text"]]
    assert [block["element"] for block in found["blocks"]] == [3]


def test_share_of_links(extractor: Extractor) -> None:
    body = f"<p><a href=/a>Read more</a></p><p>See <a href=/b>here</a></p><p><a name=c>Anchor</a></p><p>{SENTENCE}</p>"
    found = listed(extractor, body)
    assert [block["linked"] for block in found["blocks"]] == [1, pytest.approx(0.5, abs=0.01), 0, 0]


def test_a_card_that_is_one_link(extractor: Extractor) -> None:
    found = listed(extractor, f"<a href=/card><h3>Boats</h3><p>Forty-one.</p></a><p>{SENTENCE}</p>")
    assert [block["linked"] for block in found["blocks"]] == [1, 1, 0]


def test_what_readability_keeps_is_marked(extractor: Extractor) -> None:
    answer = extractor.read((PAGES / "article.html").read_bytes())
    article = answer["article"]
    kept = [block["text"] for block in article["candidates"]["blocks"] if block.get("kept")]
    assert kept == [block["text"] for block in article["blocks"]]
    assert len(kept) < len(article["candidates"]["blocks"])


def test_what_the_page_says_that_it_is(extractor: Extractor) -> None:
    head = (
        '<meta property="og:type" content="product"><meta name="generator" content="Harbour CMS 3">'
        '<script type="application/ld+json">{"@graph": [{"@type": "Product"}, {"@type": ["Offer", "Thing"]}]}</script>'
    )
    assert listed(extractor, f"<p>{SENTENCE}</p>", head)["about"] == ["product", "Harbour CMS 3", "Product", "Offer"]


def test_large_pages_are_limited(extractor: Extractor) -> None:
    found = listed(extractor, "".join(f"<p>Boat number {number}.</p>" for number in range(3_200)))
    assert len(found["blocks"]) == 3_000
    assert found["truncated"]
