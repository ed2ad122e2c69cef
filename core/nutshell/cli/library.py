"""`nutshell export|import|search DATABASE ...`: the library in a database file."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nutshell.messages import Message, error_text, resolve
from nutshell.records.pages import PageFilter
from nutshell.storage.bundle_export import BundleExport, ExportPosition
from nutshell.storage.bundle_format import NotABundle, check_header
from nutshell.storage.bundle_import import BundleImport
from nutshell.storage.integrity import damage, is_sound
from nutshell.storage.pages import PageStore
from nutshell.storage.schema import NewerDatabase, prepare
from nutshell.views.export_import import counted, page_markdown

from .batch import UsageError

_LINES = 500
_MARK = {"\x01": "[", "\x02": "]"}


def add_parsers(commands: Any) -> None:
    export = commands.add_parser(
        "export",
        help="write everything a database holds as JSON lines",
        description="Write everything that a memory's database holds as one bundle (docs/EXPORT.md).",
    )
    export.add_argument("database", type=Path, metavar="DATABASE")
    export.add_argument("out", nargs="?", metavar="OUT.jsonl", help="left out or -, standard output")
    export.add_argument("--markdown", action="store_true", help="the pages as Markdown instead")
    export.add_argument(
        "--salvage", action="store_true", help="of a damaged database, what can still be read (exit status 1)"
    )
    export.set_defaults(command=_export)
    take = commands.add_parser(
        "import",
        help="take a bundle into a database",
        description="Merge a bundle into a memory's database, which is made if it is not there. "
        "Exit status 1: some lines were not taken in.",
    )
    take.add_argument("database", type=Path, metavar="DATABASE")
    take.add_argument("bundle", metavar="BUNDLE.jsonl", help="- is standard input")
    take.set_defaults(command=_import)
    search = commands.add_parser(
        "search",
        help="search a database by words and by meaning",
        description='Search a memory by words and by meaning; "in quotation marks" by words alone, as they stand.',
    )
    search.add_argument("database", type=Path, metavar="DATABASE")
    search.add_argument("query")
    search.add_argument("--site", default="", help="only pages of this site")
    search.add_argument("--days", type=float, metavar="N", help="only pages read in the last N days")
    search.add_argument("--limit", type=int, default=10, metavar="N", help="how many (default: 10)")
    search.add_argument("--json", action="store_true", help="a JSON line for each, instead of text")
    search.set_defaults(command=_search)


def _export(arguments: argparse.Namespace) -> int:
    with ExitStack() as stack:
        path = arguments.database
        if arguments.salvage and path.is_file() and not _is_sound(path):
            folder = stack.enter_context(TemporaryDirectory())
            path = Path(shutil.copy(path, folder))  # recovery changes the file: work on a copy
            lost = True
        else:
            lost = False
        database = stack.enter_context(_opened(path, damaged=lost))
        found = damage(database.connection) if lost else None
        out = stack.enter_context(_out(arguments.out))
        if arguments.markdown:
            pages = PageStore(database)
            for page in pages.list_pages(limit=-1):
                out.write(page_markdown(page.article, page.summary, page.text, page.at, page.note, page.tags))
        else:
            _write_bundle(database, out)
    if lost:
        rows = found.rows if found else 0
        print(f"nutshell: {arguments.database} is damaged: {rows:,} rows of it could be read", file=sys.stderr)
    return int(lost)


def _write_bundle(database: Any, out: Any) -> None:
    export = BundleExport(database)
    position: ExportPosition | None = ExportPosition()
    while position is not None:
        lines, position = export.lines(position, time.time())
        out.writelines(line + "\n" for line in lines)


def _import(arguments: argparse.Namespace) -> int:
    _check(arguments.database, new=True)
    try:
        source = sys.stdin.buffer if arguments.bundle == "-" else open(arguments.bundle, "rb")  # noqa: SIM115
    except OSError as error:
        raise UsageError(f"{arguments.bundle} could not be read: {error.strerror or error}") from error
    with source:
        lines = _lines_of(source)
        try:
            first = next((line for line in lines if line.strip()), None)
            if first is None:
                raise NotABundle(Message("import.empty"))
            check_header(first)  # before the database is created
            with _opened(arguments.database, new=True) as database:
                bundle = BundleImport(database, PageStore(database))
                bundle.add_lines([first])
                while batch := list(islice(lines, _LINES)):
                    bundle.add_lines(batch)
                report = bundle.finish()
        except NotABundle as error:
            raise UsageError(f"{arguments.bundle}: {error_text(error)}") from error
    new = ", ".join(counted(table, number) for table, number in report.added.items())
    print(f"Imported: {new or 'nothing new'}. Already here: {sum(report.known.values()):,}.")
    if report.keep:
        print(f"The browser that made this file kept data for a {report.keep}. Nothing changed here.")
    for problem in report.problems:
        print(f"nutshell: {resolve(problem)}", file=sys.stderr)
    if report.refused:
        print(f"nutshell: {report.refused:,} lines were skipped", file=sys.stderr)
    return 1 if report.refused or not report.complete else 0


def _lines_of(source: Iterable[bytes]) -> Iterator[str]:
    for line in source:
        if line.startswith(b"NUTSEAL"):
            raise NotABundle("It is sealed with a passphrase: import it in the browser.")
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def _search(arguments: argparse.Namespace) -> int:
    # Loading the models takes seconds: check the arguments first.
    from nutshell.hosts.desktop import NativeModels, models_folder, vocabulary  # noqa: PLC0415
    from nutshell.library.search import LibrarySearch  # noqa: PLC0415
    from nutshell.text.wordpiece import WordPiece  # noqa: PLC0415

    if arguments.limit < 1:
        raise UsageError("--limit must be at least 1")
    since = None if arguments.days is None else time.time() - arguments.days * 86_400
    with _opened(arguments.database) as database:
        folder = models_folder()
        library = LibrarySearch(
            database, PageStore(database), NativeModels(folder), WordPiece.from_vocab(vocabulary(folder))
        )
        which = PageFilter(since=since, host=arguments.site.removeprefix("www."))
        found = asyncio.run(library.search(arguments.query, which, limit=arguments.limit))
    for result in found:
        page = result.page
        if arguments.json:
            row = {"id": page.id, "title": page.article.title, "url": page.article.url, "at": page.at,
                   "snippet": result.snippet.translate(_UNMARKED), "cosine": result.cosine}  # fmt: skip
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(
                f"{result.title.translate(_BRACKETS)}\n  {page.article.url}\n  {result.snippet.translate(_BRACKETS)}\n"
            )
    if not found:
        print("nutshell: nothing found", file=sys.stderr)
    return 0


_BRACKETS = str.maketrans(_MARK)
_UNMARKED = str.maketrans(dict.fromkeys(_MARK, ""))


def _is_sound(path: Path) -> bool:
    try:
        return is_sound(str(path))
    except sqlite3.Error as error:
        raise UsageError(f"{path} could not be read: {error}") from error


def _check(path: Path, *, new: bool = False, damaged: bool = False) -> None:
    there = path.is_file() and path.stat().st_size > 0
    if not new and not path.is_file():
        raise UsageError(f"there is no database {path}")
    if (there or not new) and not damaged and not _is_sound(path):
        raise UsageError(
            f"{path} is damaged, or no memory of Nutshell. Nothing of it was changed; "
            "`nutshell export --salvage` writes what can still be read of it."
        )


@contextmanager
def _opened(path: Path, *, new: bool = False, damaged: bool = False) -> Iterator[Any]:
    """Opens a database. A damaged one is refused and not changed, unless `damaged` allows it."""
    from nutshell.hosts.desktop import FileDatabase  # noqa: PLC0415

    _check(path, new=new, damaged=damaged)
    try:
        database = FileDatabase(str(path))
        prepare(database)
        yield database
        database.connection.close()
    except (sqlite3.Error, NewerDatabase) as error:
        raise UsageError(f"{path} could not be read: {error_text(error)}") from error


@contextmanager
def _out(path: str | None) -> Iterator[Any]:
    if path is None or path == "-":
        yield sys.stdout
        return
    try:
        with open(path, "w", encoding="utf-8") as out:
            yield out
    except OSError as error:
        raise UsageError(f"{path} could not be written: {error.strerror or error}") from error
