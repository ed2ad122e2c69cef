"""Feeds: how many of other projects' test files are read as they expect, by us and by feedparser alone.

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
from nutshell.feeds.parser import NotAFeed, parse
from tests.bench.report import BenchError, Result, main
from tests.feeds.expectations import FEEDS, NOW, SUITES, Case, agrees, cases


def ours(case: Case) -> dict[str, Any] | None:
    try:
        return asdict(parse(case.body, url=case.url, content_type=case.content_type, now=NOW))
    except NotAFeed:
        return None


def alone(case: Case) -> dict[str, Any] | None:
    """feedparser as its manual has it; what it does not know as a feed is refused."""
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
        raise BenchError("../shared/data/feeds is not here: the feeds of other projects are not part of this one")
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
        ("files of", "files", "that expect something we keep", "ours agrees", "feedparser alone", "s", "s, feedparser"),
        rows,
        note="feedparser's files name what they expect in a comment, gofeed's in a file beside them; of netnewswire's "
        "whole feeds and web pages only whether they are a feed is known. Checked are titles, links, ids, text, "
        "authors, dates, categories and language; for both, text counts as plain text, a link that is not http(s) "
        "as none, and an author as a name. Files that expect something else (geography, podcasts, encodings) are "
        "read too, and counted in the second column.",
    )
    return Result("feeds", "Feeds of other projects", [table], figures=figures)


if __name__ == "__main__":
    main(measure)
