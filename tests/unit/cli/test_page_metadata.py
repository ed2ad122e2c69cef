"""Title, author, date and data of small pages, from the page script to the article."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

if sys.platform == "emscripten":
    pytest.skip("the desktop's own: needs processes", allow_module_level=True)

from nutshell.article import Article
from nutshell.cli.extraction import Extractor
from nutshell.extraction.reading import decide

FILLER = "The harbour board counted forty-one boats in the spring, and wrote every one of them down in its book. "
TEXT = f"<p>{FILLER * 2}</p><p>{FILLER * 2}</p>"


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as extractor:
        yield extractor


def read(extractor: Extractor, body: str, head: str = "", title: str = "Boats", lang: str = "en") -> Article:
    html = f"<html lang={lang}><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    answer = extractor.extract(html, "https://www.tide.example/a")
    assert answer["ok"], answer
    return Article.from_wire(answer["article"])


def json_ld(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{text}</script>'


NEWS = {
    "@type": "NewsArticle",
    "headline": "Boats",
    "author": {"@type": "Person", "name": "Ada Lind"},
    "datePublished": "2026-03-04T08:00:00Z",
}


@pytest.mark.parametrize(
    "data",
    [
        NEWS,
        [NEWS],
        {
            "@graph": [
                {"@type": "Organization", "name": "The Tide"},
                {**NEWS, "author": {"@id": "#a"}},
                {"@id": "#a", "name": "Ada Lind"},
            ]
        },
        {**NEWS, "author": "Ada Lind"},
        {**NEWS, "author": [{"name": "Ada Lind"}]},
        json.dumps(NEWS).replace('"Boats"', '"Bo\nats"'),
    ],
)
def test_author_and_date_are_read_from_json_ld_in_the_body_too(extractor: Extractor, data: Any) -> None:
    article = read(extractor, f"<article><h1>Boats</h1>{TEXT}</article>{json_ld(data)}")
    assert (article.author, article.published) == ("Ada Lind", "2026-03-04T08:00:00Z")


@pytest.mark.parametrize(
    "markup",
    [
        '<article itemscope itemtype="https://schema.org/Article"><h1 itemprop="headline">Boats</h1>'
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Ada Lind</b></span>'
        '<meta itemprop="datePublished" content="2026-03-04">{text}</article>',
        '<article vocab="https://schema.org/" typeof="Article"><h1 property="headline">Boats</h1>'
        '<span property="author" typeof="Person"><span property="name">Ada Lind</span></span>'
        '<time property="datePublished" datetime="2026-03-04">Wednesday</time>{text}</article>',
        '<article class="h-entry"><h1 class="p-name">Boats</h1><a class="p-author" href="/ada">Ada Lind</a>'
        '<abbr class="published" title="2026-03-04">Wednesday</abbr>{text}</article>',
    ],
)
def test_author_and_date_are_read_from_markup(extractor: Extractor, markup: str) -> None:
    article = read(extractor, markup.format(text=TEXT))
    assert (article.author, article.published[:10]) == ("Ada Lind", "2026-03-04")


@pytest.mark.parametrize("name", ["dc.creator", "citation_author", "parsely-author", "byl", "article:author", "author"])
def test_author_is_read_from_common_meta_elements(extractor: Extractor, name: str) -> None:
    head = f'<meta name="{name}" content="Ada Lind">'
    assert read(extractor, f"<article><h1>Boats</h1>{TEXT}</article>", head).author == "Ada Lind"


@pytest.mark.parametrize(
    "wrong",
    [
        "null",
        "Sign In",
        "admin",
        "About the author",
        "The Tide",
        "https://tide.example/ada",
        "3 comments",
        "@thetide.example",
        "CC BY 4.0",
    ],
)
def test_the_first_valid_author_wins(extractor: Extractor, wrong: str) -> None:
    head = f'<meta property="og:site_name" content="The Tide"><meta name="author" content="{wrong}">'
    body = f'<article><h1>Boats</h1><p class="byline">By Ada Lind</p>{TEXT}</article>'
    assert read(extractor, body, head).author == "Ada Lind"
    assert read(extractor, f"<article><h1>Boats</h1>{TEXT}</article>", head).author == ""


def test_the_first_valid_date_wins(extractor: Extractor) -> None:
    data = json_ld({**NEWS, "datePublished": "soon"})
    head = (
        data + '<meta property="article:published_time" content="0000-00-00"><meta name="pubdate" content="2026-03-05">'
    )
    assert read(extractor, f"<article><h1>Boats</h1>{TEXT}</article>", head).published == "2026-03-05"


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ('<p class="byline">Interview: Ada Lind</p>', "Ada Lind"),
        ('<p class="byline">Autor:in: Ada Lind</p>', "Ada Lind"),
        ('<p class="byline">Author Ada Lind</p>', "Ada Lind"),
        ('<p class="entry-info">Ada van der Lind</p>', "Ada van der Lind"),
        ("<p>Autor:</p><p>Ada Lind</p>", "Ada Lind"),
        ("<p>Written by</p><p>Ada Lind</p>", "Ada Lind"),
        ('<p class="byline">Von</p>', ""),
        ('<p class="byline">publisher</p>', ""),
        ('<p class="byline">von der Planung bis zum Fest</p>', ""),
        ('<p class="byline">von Sprache und «ganz normalem Deutsch</p>', ""),
        ('<p class="entry-info">New Boats</p>', ""),
    ],
)
def test_a_byline_is_read_without_its_label_and_only_if_it_is_a_name(
    extractor: Extractor, byline: str, author: str
) -> None:
    assert read(extractor, f"<article><h1>Boats</h1>{byline}{TEXT}</article>").author == author


@pytest.mark.parametrize(("site", "author"), [("Ada Lind", "Ada Lind"), ("Kaspar", ""), ("tide.example", "")])
def test_a_person_who_is_the_site_is_its_author_where_markup_says_so(
    extractor: Extractor, site: str, author: str
) -> None:
    head = f'<meta property="og:site_name" content="{site}">'
    body = f'<article><h1>Boats</h1><a rel="author" href="/">{site}</a>{TEXT}</article>'
    answer = extractor.extract(f"<head>{head}</head><body>{body}", "https://www.tide.example/a")
    assert answer["article"]["author"] == author


def test_the_editors_are_the_author_only_where_no_person_is_named(extractor: Extractor) -> None:
    head = '<meta name="author" content="Redaktion">'
    assert read(extractor, f"<article><h1>Boats</h1>{TEXT}</article>", head).author == "Redaktion"
    byline = '<p class="byline">Von Ada Lind</p>'
    assert read(extractor, f"<article><h1>Boats</h1>{byline}{TEXT}</article>", head).author == "Ada Lind"


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("By Ada Lind, March 4, 2026", "Ada Lind"),
        ("March 4, 2026 by Ada Lind", "Ada Lind"),
        ("Posted on 4 March 2026 by Ada Lind in News", "Ada Lind"),
        ("Ada Lind | 04.03.2026", "Ada Lind"),
        ("Von Ada Lind am 4. März 2026", "Ada Lind"),
        ("Par Ada Lind, publié le 4 mars 2026", "Ada Lind"),
        ("Ada Lind im Gespräch mit Bo Frey", "Ada Lind, Bo Frey"),
        ("By Ada Lind<br>Reporter", "Ada Lind"),
    ],
)
def test_a_byline_with_a_date_keeps_its_author(extractor: Extractor, byline: str, author: str) -> None:
    body = f'<article><h1>Boats</h1><p class="byline">{byline}</p>{TEXT}</article>'
    article = read(extractor, body)
    assert article.author == author
    assert article.published == ("2026-03-04" if any(c.isdigit() for c in byline) else "")


@pytest.mark.parametrize(
    "elsewhere",
    [
        '<section id="comments"><div class="comment"><span class="comment-author">Bo Frey</span>'
        '<time datetime="2026-05-06">6 May</time><p>Fine boats, and many.</p></div></section>',
        '<aside class="related"><h3>More boats</h3><span class="byline">By Bo Frey</span>'
        '<time datetime="2026-05-06">6 May</time></aside>',
        '<ul class="commits"><li><a class="commit-author" href="/bo">Bo Frey</a>'
        '<relative-time datetime="2026-05-06">6 May</relative-time></li></ul>',
        "<footer>© 2026 Bo Frey, last change May 6, 2026</footer>",
    ],
)
def test_author_and_date_of_something_else_are_not_those_of_the_page(extractor: Extractor, elsewhere: str) -> None:
    article = read(extractor, f"<main><article><h1>Boats</h1>{TEXT}</article></main>{elsewhere}")
    assert (article.author, article.published) == ("", "")
    byline = '<p class="meta">By Ada Lind <time datetime="2026-03-04">4 March</time></p>'
    body = f"<main><article><h1>Boats</h1>{byline}{TEXT}</article></main>"
    article = read(extractor, elsewhere + body + elsewhere)
    assert (article.author, article.published) == ("Ada Lind", "2026-03-04")


@pytest.mark.parametrize(
    ("written", "lang", "date"),
    [
        ("April 9, 2020", "en", "2020-04-09"),
        ("9. April 2020", "de", "2020-04-09"),
        ("2020년 4월 9일", "ko", "2020-04-09"),
        ("2020年4月9日", "ja", "2020-04-09"),
        ("9 de abril de 2020", "es", "2020-04-09"),
        ("1er avril 2020", "fr", "2020-04-01"),
        ("9 kwietnia 2020", "pl", "2020-04-09"),
        ("09.04.2020", "de", "2020-04-09"),
        ("04/09/2020", "en-US", "2020-04-09"),
        ("09/04/2020", "en-GB", "2020-04-09"),
        ("09/04/20", "fr", "2020-04-09"),
    ],
)
def test_a_visible_date_is_used_when_there_is_nothing_better(
    extractor: Extractor, written: str, lang: str, date: str
) -> None:
    body = f"<article><h1>Boats</h1><p>{written}</p>{TEXT}</article>"
    assert read(extractor, body, lang=lang).published == date
    head = '<meta property="article:published_time" content="2020-02-01">'
    assert read(extractor, body, head, lang=lang).published == "2020-02-01"


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("Boats of the harbour | The Tide", "", "Boats of the harbour"),
        ("The Tide: Boats of the harbour - tide.example", "Boats of the harbour", "Boats of the harbour"),
        ("Boats of the harbour – News – The Tide", "Boats of the harbour", "Boats of the harbour"),
        ("page_17.html", "Boats of the harbour", "Boats of the harbour"),
        ("20260304", "Boats of the harbour", "Boats of the harbour"),
        ("The Tide", "Boats of the harbour", "Boats of the harbour"),
        ("Warning to boats: Admiral Orm", "Warning to boats: Admiral Orm", "Warning to boats: Admiral Orm"),
        (
            "What &amp;amp;lt; means in &lt;main&gt;",
            "What &amp;amp;lt; means in &lt;main&gt;",
            "What &amp;lt; means in <main>",
        ),
        ("Dampf&shy;schiff&nbsp;fahrt", "Dampf&shy;schiff&nbsp;fahrt", "Dampfschiff fahrt"),
    ],
)
def test_titles(extractor: Extractor, title: str, heading: str, expected: str) -> None:
    head = '<meta property="og:site_name" content="The Tide">'
    shown = f"<h1>{heading}</h1>" if heading else ""
    assert read(extractor, f"<article>{shown}{TEXT}</article>", head, title).title == expected


def test_references_that_were_escaped_twice_are_decoded_where_the_page_does_not_show_them(extractor: Extractor) -> None:
    head = '<meta property="og:title" content="Boats &amp;amp; tides &amp;#8217;26">'
    assert (
        read(extractor, f"<article><h1>Boats &amp; tides ’26</h1>{TEXT}</article>", head, "x.html").title
        == "Boats & tides ’26"
    )


def test_descriptions_keep_their_source(extractor: Extractor) -> None:
    head = (
        '<meta name="description" content="About boats."><meta property="og:description" content="All the boats.">'
        + json_ld({**NEWS, "description": "About boats."})
    )
    standfirst = "The board counts its boats, and finds one more than last year."
    article = read(extractor, f'<article><h1>Boats</h1><p class="standfirst">{standfirst}</p>{TEXT}</article>', head)
    assert [(description.source, description.text) for description in article.descriptions] == [
        ("standfirst", standfirst),
        ("meta", "About boats."),
        ("og", "All the boats."),
    ]


def test_a_stale_head_is_not_believed(extractor: Extractor) -> None:
    head = (
        '<meta property="og:title" content="The mill burns"><meta property="og:url" content="/mill">'
        '<meta name="author" content="Ann First"><meta property="article:published_time" content="2026-01-02">'
        + json_ld({**NEWS, "headline": "The mill burns", "author": "Ann First"})
    )
    article = read(extractor, f"<article><h1>A heron wins</h1>{TEXT}</article>", head, "A heron wins")
    assert (article.title, article.author, article.published) == ("A heron wins", "", "")
    # Social titles differ from the heading, too. The address tells.
    head = head.replace("/mill", "/a")
    article = read(extractor, f"<article><h1>A heron wins</h1>{TEXT}</article>", head, "A heron wins")
    assert (article.title, article.author) == ("A heron wins", "Ann First")


@pytest.mark.parametrize("moved", [True, False])
def test_after_a_navigation_an_item_of_another_story_is_not_believed(moved: bool) -> None:
    metadata = {
        "page_title": "A heron wins",
        "moved": moved,
        "meta": [["og:title", "A heron wins"], ["author", "Bo Second"]],
        "json_ld": [json.dumps({**NEWS, "headline": "The mill burns", "author": "Ann First"})],
    }
    wire = decide({"url": "https://tide.example/heron", "blocks": [], "metadata": metadata})
    assert wire["author"] == ("Bo Second" if moved else "Ann First")


@pytest.mark.parametrize("mark", ["¶", " #", " § ", "\U0001f517"])
def test_permalinks_are_no_part_of_headings(extractor: Extractor, mark: str) -> None:
    link = f'<a class="headerlink" href="#boats">{mark}</a>'
    article = read(extractor, f"<main><h1>Boats in C#{link}</h1>{TEXT}<h2>Sails{link}</h2>{TEXT}</main>", title="")
    assert article.title == "Boats in C#"
    assert [block.text for block in article.blocks if block.role == "heading"][-1] == "Sails"
