"""The kind of a page: what structured data states, and what is not certain enough."""

from __future__ import annotations

from typing import Any

import pytest

from nutshell.article import Article, MalformedArticle
from nutshell.extraction.kind_reading import with_kind
from nutshell.extraction.page_kind import PageKind, page_kind, probabilities, stated_kind
from nutshell.extraction.page_structure import Structure, features, names

URL = "https://www.example.org/a/b"


def structure(types: dict[str, int] | None = None, counts: dict[str, float] | None = None, **rest: Any) -> Structure:
    return Structure.from_wire({"types": types or {}, "counts": counts or {}, **rest})


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        ({"Recipe": 1, "Person": 3}, PageKind.RECIPE),
        ({"JobPosting": 1}, PageKind.JOB),
        ({"ScholarlyArticle": 1}, PageKind.PAPER),
        ({"QAPage": 1, "Question": 1, "Answer": 4}, PageKind.QUESTION),
        ({"DiscussionForumPosting": 1, "Comment": 9}, PageKind.FORUM),
        ({"MusicEvent": 1, "Place": 1}, PageKind.EVENT),
        ({"SoftwareSourceCode": 1}, PageKind.REPOSITORY),
    ],
)
def test_one_item_states_the_kind(types: dict[str, int], kind: PageKind) -> None:
    assert stated_kind(structure(types), URL) is kind


@pytest.mark.parametrize(
    "types",
    [
        {"Recipe": 12},
        {"JobPosting": 20},
        {"Event": 30},
        {"NewsArticle": 1, "Event": 1},
        {"DiscussionForumPosting": 25},
        {},
    ],
)
def test_many_items_or_other_items_state_nothing(types: dict[str, int]) -> None:
    assert stated_kind(structure(types), URL) is None


def test_citation_fields_state_a_paper_but_not_on_the_front_page_of_a_site() -> None:
    assert stated_kind(structure(citations=8), URL) is PageKind.PAPER
    assert stated_kind(structure(citations=8), "https://www.example.org/") is None
    assert stated_kind(structure(citations=2), URL) is None


def test_a_wiki_that_documents_software_is_no_encyclopedia() -> None:
    wiki = {"generator": "mediawiki 1.45"}
    assert stated_kind(structure(**wiki), "https://wiki.example.org/wiki/Clinker") is PageKind.REFERENCE
    assert stated_kind(structure(counts={"pre": 9}, **wiki), "https://wiki.example.org/wiki/Sudo") is None
    assert stated_kind(structure(**wiki), "https://wiki.example.org/wiki/User:Mossy") is None


@pytest.mark.parametrize("url", ["https://github.com/mossy/lofting", "https://gitlab.example.org/mossy/lofting/"])
def test_the_front_page_of_a_repository(url: str) -> None:
    assert stated_kind(structure(counts={"name-repository": 12}), url) is PageKind.REPOSITORY


@pytest.mark.parametrize("path", ["topics/boats", "mossy", "mossy/lofting/issues", ""])
def test_other_pages_of_a_forge(path: str) -> None:
    assert stated_kind(structure(counts={"name-repository": 12}), f"https://github.com/{path}") is None


@pytest.mark.parametrize("url", ["", "not an address", "http://[", "https://www.example.org/%ff/%"])
def test_any_address_has_features(url: str) -> None:
    assert len(features(structure(), url, None)) == len(names())
    assert page_kind(structure(), url) in PageKind


def test_probabilities_sum_to_one() -> None:
    chances = probabilities(structure(counts={"p": 20, "p-text": 9000, "text": 12000, "elements": 500}), URL)
    assert sum(chances.values()) == pytest.approx(1)
    assert {PageKind.ARTICLE, PageKind.FORUM, PageKind.PRODUCT, PageKind.LIST} <= chances.keys()


@pytest.mark.parametrize(
    "wire",
    [
        [],
        {"types": []},
        {"types": {"Recipe": "one"}},
        {"counts": {"p": True}},
        {"counts": {"p": -1}},
        {"og": 3},
        {"feeds": "x"},
    ],
)
def test_malformed_structure_is_rejected(wire: Any) -> None:
    with pytest.raises(MalformedArticle):
        Structure.from_wire(wire)


def post(text: str) -> dict[str, Any]:
    return {"names": "message", "author": "ann", "blocks": [{"text": text}]}


def page(**rest: Any) -> dict[str, Any]:
    return {"url": "https://forum.example.org/t/1", "blocks": [{"text": "Log in"}], "structure": {"types": {}}, **rest}


def thread(*texts: str) -> dict[str, Any]:
    return {"authors": 1, "dates": 1, "share": 0.9, "posts": [post(text) for text in texts]}


def test_the_blocks_of_a_thread_are_its_posts() -> None:
    wire = page(
        structure={"types": {"DiscussionForumPosting": 1}}, thread=thread("Why?", "Because."), signals={"words": 0}
    )
    made = with_kind(wire)
    article = Article.from_wire(made)
    assert article.page_kind == PageKind.FORUM
    assert [(block.text, block.post) for block in article.blocks] == [("Why?", 0), ("Because.", 1)]
    assert [post.role for post in article.posts] == ["opening", "reply"]
    assert made["signals"]["words"] == 2
    assert with_kind(made) == made


def test_posts_on_a_page_of_another_kind_are_not_read() -> None:
    article = Article.from_wire(
        with_kind(page(structure={"types": {"Recipe": 1}}, thread=thread("Yum!", "Same here.")))
    )
    assert (article.page_kind, article.posts, article.blocks[0].text) == (PageKind.RECIPE, (), "Log in")


def test_a_thread_that_only_scripts_show_is_read_from_what_is_hidden() -> None:
    hidden = {"blocks": [], "structure": {"types": {"DiscussionForumPosting": 1}}, "thread": thread("Why?", "Because.")}
    assert Article.from_wire(with_kind(page(unhidden=hidden))).text == "Why?\n\nBecause."


def test_an_article_without_structure_is_left_as_it_is() -> None:
    wire = {"kind": "selection", "blocks": [{"text": "A line."}]}
    assert with_kind(wire) is wire


@pytest.mark.parametrize(
    ("about", "words"),
    [({"types": {"Product": 1}}, 25), ({"types": {"Recipe": 1}}, 25), ({"types": {}, "citations": 8}, None)],
)
def test_all_words_count_on_pages_that_need_no_prose(about: dict[str, Any], words: int | None) -> None:
    blocks = [{"text": "Rope, 12 mm, blue"} for _ in range(5)] + [{"text": "Add to basket now please"}]
    made = with_kind(page(structure=about, blocks=blocks, signals={"words": 0}))
    assert made["signals"].get("label_words") == words
