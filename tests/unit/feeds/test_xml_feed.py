"""RSS, RDF and Atom: fields, encodings and broken documents."""

import pytest

from nutshell.feeds import xml_elements, xml_parser
from nutshell.feeds.feed import NotAFeed
from nutshell.feeds.parser import parse
from support.recommender_rig import NOW

MAY_4 = 1_777_883_400.0  # 2026-05-04 08:30 UTC


def exhaust(work):
    """Returns a generator's value, and the number of its steps."""
    steps = 0
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value, steps
        steps += 1


def titles(feed):
    return [item.title for item in feed.items]


def test_rss_0_91_has_quiet_hours_and_days(parsed):
    feed = parsed("rss-0.91.xml")
    assert (feed.title, feed.site, feed.lang, feed.kind) == (
        "Harbour Gazette",
        "https://gazette.example/",
        "en-gb",
        "rss091n",
    )
    assert feed.quiet_hours == (0, 1)  # hour 24 is hour 0
    assert feed.quiet_days == ("saturday", "sunday")
    assert titles(feed) == ["Ferries run again", "Lighthouse repainted"]
    assert feed.items[0].text == "All routes are open."


def test_rss_0_92_item_needs_neither_title_nor_link(parsed):
    (item,) = parsed("rss-0.92.xml").items
    assert item.title == ""
    assert item.text.endswith("Bold text is plain here.")
    assert item.url == "https://fields.example/audio/1.mp3"  # the enclosure


def test_rss_1_0_has_dublin_core_and_an_interval(parsed):
    feed = parsed("rss-1.0.rdf")
    (item,) = feed.items
    assert (feed.kind, feed.lang) == ("rss10", "nl")
    assert feed.every == 86_400 / 4
    assert (item.id, item.author, item.categories) == ("https://survey.example/1", "Ines Maas", ("dunes",))
    assert item.published == MAY_4


def test_rss_2_0_is_plain_text_with_absolute_links(parsed):
    feed = parsed("rss-2.0.xml", url="https://bread.example/feed.xml")
    rye, oven, script = feed.items
    assert (feed.title, feed.self_url, feed.every) == ("Baker & Miller", "https://bread.example/feed.xml", 90 * 60)
    assert (rye.id, rye.url, rye.title) == ("rye-1", "https://bread.example/posts/rye", "Rye and wheat")
    assert rye.text == "Two flours, one loaf."
    assert (rye.author, rye.categories, rye.published) == ("Ada Brill", ("rye", "wheat"), MAY_4)
    assert oven.url == "https://bread.example/posts/oven?a=1&b=2"
    assert oven.text == "Only content, no description."
    assert oven.published == MAY_4 - 5.5 * 3600
    assert script.url == ""


def test_atom_texts_follow_their_types_and_base(parsed):
    feed = parsed("atom-1.0.xml")
    comet, updated = feed.items
    assert (feed.title, feed.site, feed.lang) == ("Stars & planets", "https://stars.example/blog/", "de")
    assert feed.self_url == "https://stars.example/blog/feed.atom"
    assert comet.title == "1 < 2 and a <tag>"  # type="text" is not HTML
    assert comet.url == "https://stars.example/blog/comet"
    assert comet.text == "A bright comet."
    assert (comet.author, comet.categories) == ("Mira, Tomas", ("Comets",))
    assert comet.published == MAY_4 + 1.5 * 3600
    assert updated.text == "From the content."
    assert updated.published == MAY_4 - 20.5 * 3600  # `updated`, without `published`


def test_atom_0_3_is_parsed(parsed):
    feed = parsed("atom-0.3.xml")
    (item,) = feed.items
    assert (feed.kind, feed.site) == ("atom03", "https://old.example/")
    assert (item.title, item.url) == ("First", "https://old.example/1")
    assert item.published == 1_078_135_200.0


@pytest.mark.parametrize(
    ("name", "kind", "title", "item"),
    [
        ("utf-16.xml", "", "Žurnál", "Přístav otevřen"),
        ("utf-8-bom.xml", "", "Café", "Été"),
        ("windows-1251.xml", "", "Гавань", "Паромы снова ходят"),
        ("windows-1251.xml", "text/xml; charset=windows-1251", "Гавань", "Паромы снова ходят"),
        ("windows-1252-undeclared.xml", "", "Café", "Crème brûlée €5"),
        ("utf-8-declared-as-latin-1.xml", "", "Café", "Œuvre"),
        ("utf-8-declared-as-latin-1.xml", "text/xml; charset=iso-8859-1", "Café", "Œuvre"),
    ],
)
def test_encoding_is_detected(parsed, name, kind, title, item):
    feed = parsed(name, kind=kind)
    assert feed.title == title
    assert titles(feed) == [item]


def test_dates_of_several_formats_are_one_time(parsed):
    published = {item.title: item.published for item in parsed("dates.xml").items}
    assert [published[str(number)] for number in range(6)] == [MAY_4] * 6


def test_implausible_dates_are_none(parsed):
    published = {item.title: item.published for item in parsed("dates.xml").items}
    assert [published[str(number)] for number in (6, 7, 8)] == [None] * 3  # not a date, 1970, 2099


def test_unescaped_markup_costs_no_item(parsed):
    feed = parsed("unescaped-ampersand.xml")
    assert feed.title == "Fish & Chips"
    assert titles(feed) == ["Salt & vinegar", "Peas please"]
    assert feed.items[0].url == "https://fish.example/1?a=1&b=2"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("truncated.xml", "Complete"),
        ("junk-around.xml", "Inside"),
        ("undeclared-prefix.xml", "Prefixed"),
        ("entities.xml", "In Kerra today"),
        ("warnings-before.xml", "Inside"),
    ],
)
def test_broken_document_keeps_its_items(parsed, name, title):
    assert parsed(name).items[0].title == title


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bomb-nested-entities.xml", "feed.nested_entities"),
        ("bomb-repeated-entity.xml", "feed.entity_expansion"),
        ("bomb-doctype-without-end.xml", "feed.invalid_doctype"),
        ("bomb-deep.xml", "feed.too_deep"),
        ("bomb-namespaces.xml", "feed.too_many_namespaces"),
        ("page.html", "feed.web_page"),
        ("page-with-links.html", "feed.web_page"),
    ],
)
def test_trap_or_other_document_is_refused_with_a_reason(parsed, reason, name, message):
    assert reason(NotAFeed, parsed, name) == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<kml><Folder/></kml>", "feed.other_xml"),
        (b"plain text", "feed.unknown_format"),
        (b" \n ", "feed.empty"),
    ],
)
def test_document_that_is_no_feed_is_named(reason, body, message):
    assert reason(NotAFeed, parse, body, now=NOW) == message


def test_external_entities_are_not_read(parsed):
    feed = parsed("entities.xml")
    assert feed.title == "Kerra News"
    assert "root:" not in repr(feed)


def test_only_the_first_entries_are_parsed(monkeypatch):
    monkeypatch.setattr(xml_elements, "MAX_ENTRIES", 3)
    monkeypatch.setattr(xml_parser, "MAX_ENTRIES", 3)
    items = "".join(f"<item><title>{n}</title><link>https://a.example/{n}</link></item>" for n in range(9))
    feed = parse(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), now=NOW)
    assert titles(feed) == ["0", "1", "2"]


@pytest.mark.parametrize("broken", [False, True])
def test_document_that_takes_too_long_is_refused(fixture, reason, monkeypatch, broken):
    monkeypatch.setattr(xml_parser, "TIMEOUT_SECONDS", -1.0)
    body = fixture("feeds/unescaped-ampersand.xml" if broken else "feeds/rss-2.0.xml")
    assert reason(NotAFeed, parse, body, now=NOW) == "feed.too_slow"


def test_large_documents_are_parsed_in_steps(monkeypatch):
    items = "".join(f"<item><title>{n}</title><link>https://a.example/{n}</link></item>" for n in range(400))
    for extra in ("", "<title>A & B</title>"):  # the strict and the loose parser
        body = f"<rss version='2.0'><channel>{extra}{items}</channel></rss>".encode()
        monkeypatch.setattr(xml_parser, "CHUNK", 4096)
        parsed, steps = exhaust(xml_parser.parse_xml(body, url="", content_type=""))
        assert len(parsed.entries) == 400
        assert steps >= len(body) // 8192


@pytest.mark.parametrize(
    ("tags", "seconds"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl>soon</ttl>", 0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><ttl>120</ttl>", 7200),
        ("<sy:updatePeriod>often</sy:updatePeriod>", 0),
    ],
)
def test_interval_comes_from_ttl_or_update_period(tags, seconds):
    body = (
        "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>"
        f"<channel><title>T</title>{tags}</channel></rss>"
    )
    assert parse(body.encode(), now=NOW).every == seconds


def test_text_is_the_items_own_whatever_the_order_of_its_tags(parsed):
    found = {item.title: item.text for item in parsed("media-and-podcast.xml").items}
    assert found == {
        "Ropes": "How ropes are made.",
        "Sails": "How sails are made.",
        "Bells": "Why bells are rung.",
        "Anchors": "",
        "Knots": "Ten knots in ten minutes.",
    }


def test_repair_changes_neither_text_nor_links(parsed):
    feed = parsed("rough.xml")
    dice, vectors = feed.items
    assert (feed.title, feed.site) == ("R&D; notes", "https://rough.example/?a=1&sect=2")
    assert dice.title == "I'm rolling D&D dice on a 5 < 6 table"
    assert dice.url == "https://rough.example/a?x=1&copy=2&lang=en"
    assert dice.text == "For \u00a33m \u2026"
    assert vectors.title == "When to use vector<int> or a <div>"
    assert vectors.text == "Use one."


def test_links_stay_when_only_the_loose_parser_can_read_the_document():
    body = b"<rss version='2.0'><channel><item><title>Cut</title><link>https://a.example/?a=1&copy=2</link></item>"
    feed = parse(body, now=NOW)
    assert feed.items[0].url == "https://a.example/?a=1&copy=2"


def test_dates_that_are_not_certain_are_none():
    dates = ("2026/4/29", "3/4/2026", "yesterday")
    items = "".join(f"<item><title>{date}</title><guid>{date}</guid><pubDate>{date}</pubDate></item>" for date in dates)
    feed = parse(f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode(), now=NOW)
    assert {item.title: item.published for item in feed.items} == {
        "2026/4/29": 1_777_420_800.0,
        "3/4/2026": None,
        "yesterday": None,
    }
