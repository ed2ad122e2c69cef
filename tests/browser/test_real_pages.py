"""Real pages: every sentence of the summary is in the page and is highlighted there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from conftest import shared
from driver import Browser, Site
from reader import Reader, as_in_page, squeeze

# News, blogs, documentation and encyclopedias in English and nine other languages, 1 KB to 800 KB.
NAMES = (
    "001", "aclu", "aktualne", "ars-1", "bbc-1", "breitbart", "citylab-1", "cnn", "daringfireball-1", "dropbox-blog",
    "ehow-1", "engadget", "folha", "gitlab-blog", "google-sre-book-1", "guardian-1", "heise", "herald-sun-1", "iab-1",
    "ietf-1", "la-nacion", "lemonde-1", "liberation-1", "lwn-1", "medicalnewstoday", "medium-1", "mozilla-1",
    "nytimes-1", "nytimes-3", "pixnet", "qq", "quanta-1", "royal-road", "rtl-1", "salon-1", "seattletimes-1",
    "telegraph", "v8-blog", "wapo-1", "wikipedia-2",
)  # fmt: skip
LOOKED_UP = 12  # sentences to look up in each page
APART = 150  # maximum characters between two words of an interrupted sentence


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site(shared("pages", "readability"))
    yield site
    site.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("clean_console")
def test_sentences_are_highlighted_in_a_real_page(name: str, reader: Reader, browser: Browser, site: Site) -> None:
    page = browser.open(f"{site.url}/{name}/source.html")
    seen = reader.summarize(page)
    assert not seen.notice
    assert seen.title
    assert seen.gist
    assert seen.points
    text = squeeze(page.evaluate("document.body.textContent"))
    for sentence in [*([] if seen.gist_label else [seen.gist]), *seen.points]:
        assert as_in_page(sentence)[1:] in text.replace(":", "") or interrupted(sentence, text)
    points = reader.points()
    for number in range(min(points.count(), LOOKED_UP)):
        reader.look_up(page, points.nth(number))


def interrupted(sentence: str, text: str) -> bool:
    """Returns whether the words of a sentence follow each other in the page, allowing short notes between them."""
    first, *rest = re.findall(r"\w+", sentence)
    for start in re.finditer(re.escape(first), text):
        at, end = start.end(), start.end()
        for word in rest:
            at = text.find(word, end, end + APART + len(word))
            if at < 0:
                break
            end = at + len(word)
        if at >= 0:
            return True
    return False
