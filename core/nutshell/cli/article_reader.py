"""Reads the articles named on the command line or in a batch, in wire form."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nutshell.article import Article
from nutshell.messages import error_text, resolve
from nutshell.views.notice import NOTICES

from .batch import UsageError


class ArticleReader:
    """Reads files, addresses and standard input. Starts the extractor at the first HTML, and ends it on exit."""

    def __init__(self) -> None:
        self._extractor: Any = None

    def __enter__(self) -> ArticleReader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._extractor is not None:
            self._extractor.__exit__(None, None, None)

    def read(self, source: str) -> Mapping[str, Any]:
        """Returns the article at a path or an address, or on standard input ("-"). Raises UsageError."""
        from .extraction import ExtractionError, fetch_page  # noqa: PLC0415
        from .pdf_extraction import is_pdf  # noqa: PLC0415

        if source.startswith(("http://", "https://")):
            try:
                page = fetch_page(source)
            except (ExtractionError, OSError) as error:
                raise UsageError(f"{source} could not be read: {error}") from error
            if is_pdf(page.body):
                return _read_pdf(page.body, source, page.url)
            return self._extract(page.body, page.url, page.charset)
        try:
            content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        except OSError as error:
            raise UsageError(f"{source} could not be read: {error.strerror or error}") from error
        if is_pdf(content):
            return _read_pdf(content, source)
        if _looks_like_html(content):
            return self._extract(content)
        return _wire(Article.from_text(content.decode("utf-8", "replace")))

    def from_row(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns the article of a batch line, from its `html` or `text` and optional `title`. Raises UsageError."""
        text, html, title = row.get("text"), row.get("html"), row.get("title") or ""
        if isinstance(html, str):
            wire = self._extract(html)
            return {**wire, "title": title} if title else wire
        if isinstance(text, str):
            return _wire(Article.from_text(text, str(title)))
        raise UsageError("a line needs a text or an html")

    def _extract(self, html: str | bytes, url: str = "", charset: str = "") -> Mapping[str, Any]:
        from .extraction import ExtractionError, Extractor  # noqa: PLC0415

        try:
            if self._extractor is None:
                self._extractor = Extractor().__enter__()
            result = self._extractor.read(html, url, charset)
        except ExtractionError as error:
            raise UsageError(error_text(error)) from error
        # The core decides whether it is an article. One without blocks gets the same answer as one without sentences.
        return result["article"] if result["ok"] else {"blocks": [], "url": url}


def _read_pdf(content: bytes, source: str, url: str = "") -> Mapping[str, Any]:
    """Raises UsageError for a file that is damaged, encrypted or without text."""
    from .extraction import ExtractionError  # noqa: PLC0415
    from .pdf_extraction import extract_pdf  # noqa: PLC0415

    try:
        result = extract_pdf(content, url, Path(urlsplit(source).path).name)
    except ExtractionError as error:
        raise UsageError(error_text(error)) from error
    if not result["ok"]:
        raise UsageError(f"{source}: {resolve(NOTICES[result['reason']].title)}")
    article: Mapping[str, Any] = result["article"]
    return article


def _wire(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "blocks": [{"role": block.role, "text": block.text, "level": block.level} for block in article.blocks],
    }


def _looks_like_html(content: bytes) -> bool:
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") or b"<html" in head or b"<body" in head
