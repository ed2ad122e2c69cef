"""Threads and kinds of pages, from HTML in several layouts to the article."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "emscripten":
    pytest.skip("the desktop's own: needs processes", allow_module_level=True)

from nutshell.article import Article
from nutshell.cli.extraction import Extractor
from nutshell.extraction.page_kind import PageKind

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
THREADS = {
    "cards": "https://forum.example.org/threads/leaking-garboard-seam.101/",
    "tables": "https://boards.example.org/showthread.php?t=5501",
    "question": "https://boatbuilding.example.org/questions/11/how-do-i-seal-a-garboard-seam",
    "nested": "https://news.example.org/s/11/comments",
    "noscript": "https://forum.example.org/t/leaking-garboard-seam/101",
    "elements": "https://www.example.org/r/boats/comments/11/leaking_garboard_seam/",
    "plain": "https://forum.example.de/thema/11",
}
MOSSY = [
    "My wooden dinghy takes on water along the garboard seam after every winter ashore.",
    "I have raked out the old putty twice. Has anyone found a compound that stays flexible?",
]
TIDEWATCH = [
    "Let her sit in the shallows for two days before you touch anything. The planks swell and the seam usually closes."
]
THANKS = ["Two days in the water and the leak is down to a cup an hour, thank you!"]
OLD_SALT = [
    "For what is left, use a linseed putty with red lead substitute.",
    "Work it in warm, and never fill the seam flush.",
]


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as extractor:
        yield extractor


def read(extractor: Extractor, path: str, url: str) -> Article:
    answer = extractor.extract((FIXTURES / path).read_bytes(), url)
    assert answer["ok"], answer
    return Article.from_wire(answer["article"])


def posts_of(article: Article) -> list[tuple[str, list[str]]]:
    return [
        (head.author, [block.text for block in article.blocks if block.post == number])
        for number, head in enumerate(article.posts)
    ]


@pytest.mark.parametrize("name", [name for name in THREADS if name not in {"question", "cards"}])
def test_posts_are_read_in_order_with_their_authors_and_nothing_else(extractor: Extractor, name: str) -> None:
    article = read(extractor, f"threads/{name}.html", THREADS[name])
    assert [texts for _, texts in posts_of(article)] == [MOSSY, TIDEWATCH, THANKS, OLD_SALT]
    assert [author for author, _ in posts_of(article)] == ["mossy", "tidewatch", "mossy", "old_salt"]
    assert all(block.post >= 0 for block in article.blocks)
    assert article.page_kind == PageKind.FORUM


def test_signatures_and_headers_are_left_out_and_quotes_stay(extractor: Extractor) -> None:
    article = read(extractor, "threads/cards.html", THREADS["cards"])
    posts = posts_of(article)
    assert [author for author, _ in posts] == ["mossy", "tidewatch", "mossy", "old_salt"]
    assert (posts[0][1], posts[1][1], posts[3][1]) == (MOSSY, TIDEWATCH, OLD_SALT)
    assert posts[2][1][-1:] == THANKS
    assert {block.role for block in article.blocks if block.post == 2} == {"quote", "paragraph"}
    assert article.posts[0].published == "2026-03-01T09:12:00Z"


def test_a_question_comes_first_and_its_accepted_answer_is_marked(extractor: Extractor) -> None:
    article = read(extractor, "threads/question.html", THREADS["question"])
    assert posts_of(article) == [("mossy", MOSSY), ("tidewatch", TIDEWATCH), ("old_salt", OLD_SALT)]
    assert [post.role for post in article.posts] == ["question", "answer", "answer"]
    assert [post.accepted for post in article.posts] == [False, False, True]
    assert [post.votes for post in article.posts] == [7, 3, 12]
    assert article.page_kind == PageKind.QUESTION


def test_an_article_with_comments_is_not_a_thread(extractor: Extractor) -> None:
    article = read(
        extractor, "threads/article.html", "https://tide.example.org/2026/03/first-clinker-boat-in-thirty-years"
    )
    assert article.page_kind == PageKind.ARTICLE
    assert article.posts == ()
    assert article.blocks[0].text.startswith("The yard at Sandhaven")


KINDS = {
    "job": ("https://yard.example.org/jobs/shipwright", PageKind.JOB),
    "event": ("https://yard.example.org/launch", PageKind.EVENT),
    "paper": ("https://journal.example.org/articles/17", PageKind.PAPER),
    "video": ("https://yard.example.org/watch/17", PageKind.VIDEO),
    "repository": ("https://github.com/mossy/lofting", PageKind.REPOSITORY),
    "recipe": ("https://soup.example.org/harbour-soup", PageKind.RECIPE),
    "product": ("https://shop.example.org/products/copper-boat-nails-50", PageKind.PRODUCT),
    "list": ("https://shop.example.org/collections/fastenings", PageKind.LIST),
    "documentation": ("https://lofting.example.org/docs/2.1/api.html", PageKind.DOCUMENTATION),
    "reference": ("https://en.wikiharbour.example.org/wiki/Clinker", PageKind.REFERENCE),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_of_a_page(extractor: Extractor, name: str) -> None:
    url, kind = KINDS[name]
    answer = extractor.extract((FIXTURES / f"kinds/{name}.html").read_bytes(), url)
    assert answer.get("page_kind", answer.get("article", {}).get("page_kind")) == kind
