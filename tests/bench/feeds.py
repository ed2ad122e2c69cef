"""Feeds: how many test files of other projects are parsed as expected, by Nutshell and by feedparser alone.

.venv/bin/python -m tests.bench feeds
"""

from __future__ import annotations

import calendar
import io
import time
import warnings
from dataclasses import asdict
from typing import Any

import feedparser

from models.tables import Table
from nutshell.feeds.feed import NotAFeed
from nutshell.feeds.parser import parse
from tests.bench.report import BenchError, Result, main
from tests.feeds.expectations import FEEDS, NOW, SUITES, Case, agrees, cases


def ours(case: Case) -> dict[str, Any] | None:
    try:
        return asdict(parse(case.body, url=case.url, content_type=case.content_type, now=NOW))
    except NotAFeed:
        return None


def alone(case: Case) -> dict[str, Any] | None:
    """Parses with feedparser as documented; returns None for files that it does not recognize as a feed."""
    headers = {"content-location": case.url} | case.headers if case.url else case.headers
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = feedparser.parse(io.BytesIO(case.body), response_headers=headers)
        if not result.get("version") and not result.entries:
            return None
        return {
            "title": result.feed.get("title", ""),
            "site": result.feed.get("link", ""),
            "lang": result.feed.get("language", ""),
            "items": [_entry(entry) for entry in result.entries],
        }


def _entry(entry: Any) -> dict[str, Any]:
    content = entry.get("content") or [{}]
    date = entry.get("published_parsed") or entry.get("updated_parsed")
    return {
        "id": entry.get("id", ""),
        "url": entry.get("link", ""),
        "title": entry.get("title", ""),
        "text": entry.get("summary") or content[0].get("value", ""),
        "author": (entry.get("author_detail") or {}).get("name") or entry.get("author", ""),
        "published": calendar.timegm(date) if date else None,
        "categories": [tag.get("label") or tag.get("term") for tag in entry.get("tags") or () if tag.get("term")],
    }


def measure(quick: bool) -> Result:
    if not FEEDS.is_dir():
        raise BenchError("../shared/data/feeds is missing: other projects' feeds are not part of this repository")
    rows, figures = [], {}
    for suite in SUITES:
        every = list(cases(suite))[:: 20 if quick else 1]
        found = {"cases": len(every), "checked": 0, "ours": 0, "feedparser": 0}
        seconds = {"ours": 0.0, "feedparser": 0.0}
        differing = []
        for case in every:
            results = {}
            for name, reader in (("ours", ours), ("feedparser", alone)):
                begun = time.perf_counter()
                results[name] = agrees(case, reader(case))
                seconds[name] += time.perf_counter() - begun
            if case.checks or case.refused or suite == "netnewswire":
                found["checked"] += 1
                found["ours"] += results["ours"]
                found["feedparser"] += results["feedparser"]
                if not results["ours"]:
                    differing.append(str(case.path.relative_to(FEEDS)))
        figures[suite] = found | {"seconds": seconds, "ours_differs": differing}
        rows.append(
            [
                suite,
                f"{found['cases']:,}",
                f"{found['checked']:,}",
                f"{found['ours']:,} ({found['ours'] / found['checked']:.1%})",
                f"{found['feedparser']:,} ({found['feedparser'] / found['checked']:.1%})",
                f"{seconds['ours']:.1f}",
                f"{seconds['feedparser']:.1f}",
            ]
        )
    table = Table(
        (
            "files from",
            "files",
            "with checked expectations",
            "Nutshell agrees",
            "feedparser agrees",
            "Nutshell, s",
            "feedparser, s",
        ),
        rows,
        note="feedparser's files state expectations in a comment, gofeed's in a separate file. For netnewswire's feeds "
        "and web pages, it is only known whether they are feeds. Titles, links, ids, text, authors, dates, categories "
        "and language are checked. For both parsers, text is compared as plain text, a link that is not http(s) counts "
        "as missing, and an author is compared by name. Files with other expectations (geography, podcasts, encodings) "
        "are parsed too and counted in the second column.",
    )
    return Result("feeds", "Feeds of other projects", [table], figures=figures)


if __name__ == "__main__":
    main(measure)
