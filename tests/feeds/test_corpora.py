"""All feeds, OPML files and attacks in ../shared/data are parsed, or refused with a reason, in time."""

import time

import pytest

from nutshell.feeds import opml
from nutshell.feeds.feed import NotAFeed
from nutshell.feeds.parser import parse
from nutshell.messages import error_text
from tests.feeds.expectations import DATA, FEEDS, NOW, agrees, cases

pytestmark = pytest.mark.skipif(not FEEDS.is_dir(), reason="../shared/data/feeds is not here")

# The share of cases that agree; docs/BENCHMARKS.md lists the known differences.
MIN_AGREEMENT = {"feedparser": 0.97, "gofeed": 0.96, "netnewswire": 0.96}


def read(body, url="", kind=""):
    """Returns the feed or the reason why it was refused, and the seconds it took."""
    begun = time.perf_counter()
    try:
        result = parse(body, url=url, content_type=kind, now=NOW)
    except NotAFeed as error:
        result = error_text(error)
        assert result.endswith("."), result
    return result, time.perf_counter() - begun


@pytest.mark.parametrize("suite", MIN_AGREEMENT)
def test_feeds_of_other_projects_are_parsed_as_they_expect(suite):
    agreed = checked = 0
    for case in cases(suite):
        result, seconds = read(case.body, case.url, case.content_type)
        assert seconds < 5, case.path
        if case.checks or case.refused or suite == "netnewswire":
            found = None
            if not isinstance(result, str):
                found = {name: getattr(result, name) for name in ("title", "site", "lang")}
                found["items"] = [{name: getattr(item, name) for name in item.__slots__} for item in result.items]
            agreed += agrees(case, found)
            checked += 1
    assert checked > 40
    assert agreed / checked >= MIN_AGREEMENT[suite], f"{agreed} of {checked}"


@pytest.mark.skipif(not (DATA / "hostile").is_dir(), reason="../shared/data/hostile is not here")
def test_xml_bombs_are_refused_at_once():
    for path in sorted((DATA / "hostile/xml-bombs").rglob("*")):
        if path.is_file():
            result, seconds = read(path.read_bytes())
            assert isinstance(result, str), path
            assert seconds < 0.5, path


@pytest.mark.skipif(not (DATA / "hostile").is_dir(), reason="../shared/data/hostile is not here")
def test_naughty_strings_become_plain_text():
    lines = (DATA / "hostile/naughty-strings/blns.txt").read_text(encoding="utf-8").splitlines()
    vectors = (DATA / "hostile/dompurify/expect.mjs").read_text(encoding="utf-8")
    for text in [*lines, *[vectors[start : start + 500] for start in range(0, len(vectors), 500)]]:
        item = f"<item><title><![CDATA[{text}]]></title><link>{text}</link></item>"
        body = f"<rss version='2.0'><channel>{item}</channel></rss>"
        result, seconds = read(body.encode("utf-8", "surrogatepass"))
        assert seconds < 2
        for item in () if isinstance(result, str) else result.items:
            assert item.url == "" or item.url.startswith(("http://", "https://"))
            (item.title + item.text + item.url + item.id).encode("utf-8")


def test_all_feeds_of_opml_files_are_parsed():
    lists = sorted((FEEDS / "opml-awesome").rglob("*.opml"))
    assert len(lists) > 50
    for path in lists:
        body = path.read_bytes()
        wanted = {part.partition(b'"')[0].strip() for part in body.split(b'xmlUrl="')[1:]}
        found = opml.parse(body)
        assert len(found) == len({address.decode().rstrip("/") for address in wanted}), path
        assert opml.parse(opml.serialize(found).encode()) == sorted(
            found, key=lambda one: [other.folder for other in found].index(one.folder)
        ), path


def test_malformed_opml_files_are_parsed_or_refused():
    parsed, refused = 0, []
    for path in sorted((FEEDS / "opml-listparser").rglob("*.xml")):
        try:
            parsed += bool(opml.parse(path.read_bytes()))
        except opml.NotOpml as error:
            refused.append(error_text(error))
    assert parsed > 20
    assert all(reason.endswith(".") for reason in refused)
