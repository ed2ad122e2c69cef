"""Decides a page's title, author, date, site, language and descriptions from what the page script collected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .authors import SURE, AuthorReader
from .dates import DateReader
from .page_metadata import Mark, PageMetadata
from .plain_text import clean, plain
from .schema_org import Item
from .titles import TitleReader, letters, main_headings, overlap

_LANG = re.compile(r"^\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)")
# Types by how much they say about the page itself: the first describe one work, the last the page around it.
_WORKS = (
    "Recipe", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle",
    "OpinionNewsArticle", "LiveBlogPosting", "TechArticle",
    "ScholarlyArticle", "MedicalScholarlyArticle", "Report", "SocialMediaPosting", "DiscussionForumPosting",
    "Article", "Review", "QAPage", "Question",
    "JobPosting", "Event", "Product", "PodcastEpisode", "VideoObject", "Book", "Course", "CreativeWork",
    "AdvertiserContentArticle", "HowTo", "FAQPage",
)  # fmt: skip
_PAGES = (
    "WebPage",
    "ItemPage",
    "AboutPage",
    "MedicalWebPage",
    "CollectionPage",
    "ProfilePage",
    "Webpage",
    "SearchResultsPage",
)
_INSIDE = ("mainEntity", "mainEntityOfPage", "mainContentOfPage", "blogPost", "blogPosts", "subjectOf", "@graph")
_SITE = ("og:site_name", "application-name", "al:ios:app_name", "apple-mobile-web-app-title", "dc.publisher")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself. Strings are plain text; empty when unknown. `published` is in ISO 8601.

    `descriptions` are (source, text): what the page says it is about, in its own words; sources are "standfirst",
    "meta", "og" and "schema". `main` is the item that describes the page.
    """

    title: str = ""
    site: str = ""
    author: str = ""
    published: str = ""
    lang: str = ""
    descriptions: tuple[tuple[str, str], ...] = ()
    main: Item | None = None


def read_metadata(page: PageMetadata, today: date) -> Metadata:
    lang = language(page)
    stale = is_stale(page)
    works = [item for item in main_items(page) if not _is_stale_item(page, item, stale)]
    main = works[0] if works else None
    site = _site(page, main)
    titles = TitleReader(page, site, main, stale)
    title = titles.read()
    heading = _heading_of(page, title)
    publishers = [site, *titles.site_names(title)]
    publishers += [name for item in page.items for name in _publishers(item)]
    publishers += [name for item in page.items if _is_publisher(item) for name in item.texts("name")]
    return Metadata(
        title=title,
        site=site[:200],
        author=next(
            (
                author
                for editors in (False, True)
                if (author := _author(AuthorReader(page, title, publishers, heading, editors), works, stale))
            ),
            "",
        ),
        published=_published(DateReader(page, heading, lang, today), works, stale),
        lang=lang,
        descriptions=tuple(_descriptions(page, main, heading, stale)),
        main=main,
    )


def _publishers(item: Item) -> list[str]:
    """Returns the names of an item's publishers, without people, who may be its author too."""
    values = (value for value in item.values("publisher") if isinstance(value, str) or not value.is_a("Person"))
    return [plain(value if isinstance(value, str) else value.label()) for value in values]


def _is_publisher(item: Item) -> bool:
    known = item.is_a("WebSite", "Organization", "NewsMediaOrganization")
    return known and item.depth == 0 and not item.is_a("Person")


def _author(reader: AuthorReader, works: list[Item], stale: bool) -> str:
    shown, sure = reader.from_bylines()
    if sure >= 6.5:
        return shown
    for item in works:
        if found := reader.from_item(item):
            return found
    if not stale and (found := reader.from_meta()):
        return found
    return shown if sure >= SURE else reader.from_biography()


def _published(reader: DateReader, works: list[Item], stale: bool) -> str:
    for item in works:
        if found := reader.from_item(item):
            return found
    if not stale and (found := reader.from_meta()):
        return found
    shown, sure = reader.from_page()
    if sure >= 1.75:
        return shown
    rest = [reader.from_address()]
    if not stale:
        rest += [reader.from_general_meta(), shown if sure >= 1.5 else ""]
        rest += [reader.created(item) for item in works]
    return next((found for found in rest if found), shown if sure >= 1.0 else "")


def main_items(page: PageMetadata) -> list[Item]:
    """Returns the items that describe this page, best first."""
    titles = [text for text in (page.page_title, *(mark.text for mark in page.headings if mark.level <= 1)) if text]
    found: list[tuple[float, int, Item]] = []
    works = 0
    for order, item in enumerate(_top(page)):
        kind = next((0 for name in item.types if name in _WORKS or name.endswith(("Article", "Posting"))), None)
        if kind is None:
            if not any(name in _PAGES or name.endswith("Page") for name in item.types):
                continue
            kind = 1
        works += kind == 0
        headline = item.text("headline", "name")
        agrees = max((overlap(headline, title) for title in titles), default=0.0) if headline else 0.5
        found.append((kind + (0.0 if agrees >= 0.6 else 0.5 if agrees >= 0.3 else 2.0), order, item))
    if works > 3:  # a list of articles: only one with the page's title is the page's
        found = [entry for entry in found if entry[0] < 0.5 or entry[0] == 1.0 or entry[2].source == "json-ld"]
    return [item for _, _, item in sorted(found, key=lambda entry: entry[:2])]


def _top(page: PageMetadata) -> Iterator[Item]:
    """Yields the items that stand alone, and those that they call their main entity."""
    pending = [item for item in page.items if item.depth == 0]
    for item in pending[:200]:
        yield item
        for name in _INSIDE:
            for inner in item.items(name):
                yield inner
                yield from inner.items("mainEntity")


def is_stale(page: PageMetadata) -> bool:
    """Returns whether the head describes another page than the one on screen, as after a navigation inside the page.

    Head and screen contradict each other if nothing on screen resembles the title that the head states. That alone is
    common (social titles), so the address must differ too: from the one that was loaded, or from the stated one.
    """
    stated = [plain(text) for text in page.contents("og:title", "twitter:title")]
    stated += [text for item in _top(page) if item.source == "json-ld" and (text := item.text("headline"))]
    shown = [page.page_title, *(mark.text for mark in main_headings(page)[:3] if mark.level <= 1)]
    shown = [text for text in shown if text]
    if not stated or not shown or max(overlap(one, other) for one in stated for other in shown) >= 0.4:
        return False
    return page.moved or _is_elsewhere(page)


def _is_elsewhere(page: PageMetadata) -> bool:
    *stated, own = [address.split("#")[0].split("?")[0].rstrip("/") for address in page.addresses()] or [""]
    host = re.match(r"https?://[^/]+", own)
    return (
        bool(host and stated) and all(address.startswith(host[0]) and address != own for address in stated)
        if host
        else False
    )


def _is_stale_item(page: PageMetadata, item: Item, stale: bool) -> bool:
    """Whether an item is of another story than the one on screen. Without a title it is as stale as the head."""
    if not (stale or page.moved):
        return False
    headline = item.text("headline", "name")
    shown = [page.page_title, *(mark.text for mark in page.headings if mark.level <= 1)]
    return stale if not headline else max(overlap(headline, text) for text in shown) < 0.4


def _site(page: PageMetadata, main: Item | None) -> str:
    for content in page.contents(*_SITE):
        if name := plain(content):
            return name
    if main and (name := main.text("publisher")):
        return name
    for item in page.items:
        if item.is_a("WebSite") and (name := item.text("name")):
            return name
    return page.host()


def _heading_of(page: PageMetadata, title: str) -> Mark | None:
    """Returns where the page shows its title."""
    headings = main_headings(page)
    exact = next((mark for mark in (*headings, *page.headings) if letters(mark.text) == letters(title)), None)
    return exact or next(
        (mark for mark in headings if mark.level == 1 and mark.shown), headings[0] if headings else None
    )


def language(page: PageMetadata) -> str:
    """Returns the language that the page states, as a BCP 47 tag."""
    stated = [page.lang, *page.contents("content-language", "dc.language", "language", "og:locale")]
    stated += [text for item in page.items if (text := item.text("inLanguage"))]
    for value in stated:
        if found := _LANG.match(value):
            return found[1].replace("_", "-")
    return ""


def _descriptions(
    page: PageMetadata, main: Item | None, heading: Mark | None, stale: bool
) -> Iterator[tuple[str, str]]:
    """Yields what the page says it is about, each text once: source and text."""
    found: list[tuple[str, str]] = []
    for mark in page.standfirsts:
        away = mark.line - heading.line if heading else 99
        ours = heading.place if heading else frozenset[str]()
        if -2 <= away <= 12 and not (mark.place - ours) & {
            "comment",
            "aside",
            "nav",
            "footer",
            "dialog",
            "figcaption",
            "biography",
        }:
            found.append(("standfirst", clean(mark.text)))
            break
    if not stale:
        found += [
            ("meta", plain(text))
            for text in page.contents("description", "dc.description", "dcterms.description", "dcterms.abstract")
        ]
        found += [("og", plain(text)) for text in page.contents("og:description", "twitter:description")]
    if main:
        found += [("schema", text) for text in main.texts("description")]
    seen = set()
    for source, text in found:
        if text and text not in seen:
            seen.add(text)
            yield source, text[:1_000]
