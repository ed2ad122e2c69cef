"""`make extract PAGES=DIR OUT=FILE`: runs the extension's extraction over every HTML and PDF file in a folder.

Writes one JSON line for each file, sorted by path: `file` (relative path), `kind`, `title`, `author`, `date`, `lang`,
`data`, `text`. `kind` is the kind of page, `data` the wire form of `nutshell.structured_data`. The text is empty if the
page has no article.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from nutshell.cli.extraction import ExtractionError
from nutshell.cli.pdf_extraction import extract_pdf
from tests.extract.chromium import extract_files


def row(file: str, answer: dict[str, Any]) -> dict[str, Any]:
    article = answer.get("article") or {}
    return {
        "file": file,
        "kind": article.get("page_kind") or answer.get("page_kind", ""),
        "title": article.get("title", ""),
        "author": article.get("author", ""),
        "date": article.get("published", ""),
        "lang": article.get("lang", ""),
        "data": article.get("data") or {},
        "text": "\n\n".join(block["text"] for block in article.get("blocks", ())),
    }


async def extract(pages: Path, tabs: int) -> list[dict[str, Any]]:
    paths = sorted(path for path in pages.rglob("*") if path.suffix.lower() in {".html", ".htm"})
    rows = {}
    for path in sorted(path for path in pages.rglob("*") if path.suffix.lower() == ".pdf"):
        try:
            answer = await asyncio.to_thread(extract_pdf, path.read_bytes(), name=path.name)
        except ExtractionError as error:
            answer = {"reason": "failed", "detail": str(error)}
        rows[path] = row(str(path.relative_to(pages)), answer)
        if answer.get("reason"):
            print(f"{path}: {answer['reason']} {answer['detail']}", file=sys.stderr)
    if not paths:  # no need for a browser
        return [rows[path] for path in sorted(rows)]
    async for result in extract_files(paths, tabs):
        rows[result.path] = row(str(result.path.relative_to(pages)), result.answer)
        if result.answer.get("reason") == "failed":
            print(f"{result.path}: {result.answer['detail']}", file=sys.stderr)
    return [rows[path] for path in sorted(rows)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.extract", description=__doc__)
    parser.add_argument("pages", type=Path, help="folder with .html, .htm and .pdf files")
    parser.add_argument("out", type=Path, help="JSON Lines file to write")
    parser.add_argument("--tabs", type=int, default=max(2, min(8, os.cpu_count() or 2)))
    options = parser.parse_args()
    if not options.pages.is_dir():
        parser.error(f"{options.pages} is not a folder")
    rows = asyncio.run(extract(options.pages, options.tabs))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in rows)
    articles = sum(bool(line["text"]) for line in rows)
    print(f"{len(rows)} pages, {articles} with an article -> {options.out}")


if __name__ == "__main__":
    main()
