"""Attack strings and files from any folder, whatever the format of its files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harden.report import ROOT

SHARED = ROOT.parent / "shared" / "data" / "hostile"
OWN = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "{{7*7}}{% raw %}",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>", "javascript:alert(1)",
    "<link rel=prefetch href=http://127.0.0.1:1/x>",
    "]]><script>alert(1)</script>", "&lt;img src=x onerror=alert(1)&gt;", "' onfocus='alert(1)' autofocus='",
    "\" style=\"background:url(/x)\" onmouseover=\"alert(1)",
    "<base href=//127.0.0.1:1/>", "</template><script>alert(1)</script>",
)  # fmt: skip
MARKUP = {".xml", ".xsl", ".xslt", ".html", ".htm", ".xhtml", ".svg", ".rss", ".atom", ".opml", ".rdf", ".mathml"}
READ = 5_000_000  # bytes of a file
LONGEST = 20_000  # letters of a vector
MOST_FILES, LARGEST_FILE = 300, 2_000_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """Distinct `strings` and whole `files`; `left` is the number of strings over the limit."""

    strings: tuple[str, ...]
    files: tuple[bytes, ...]
    left: int
    source: str


class NoVectors(Exception):
    """There are no vectors; the message says why."""


def corpus(most: int = 10_000) -> Corpus:
    """Returns our own vectors and those of $HOSTILE or the shared data. Raises NoVectors when $HOSTILE has none."""
    named = os.environ.get("HOSTILE", "")
    folder = Path(named).expanduser() if named else SHARED
    if named and not folder.exists():
        raise NoVectors(f"HOSTILE: {named} does not exist")
    paths = sorted(path for path in ([folder] if folder.is_file() else folder.rglob("*")) if path.is_file())
    if named and not paths:
        raise NoVectors(f"HOSTILE: {named} is empty")
    contents = [content for path in paths if (content := _content(path))]
    if named and not contents:
        raise NoVectors(f"HOSTILE: no file in {named} is readable and non-empty")
    found = dict.fromkeys(OWN)
    for path, content in zip(paths, (_content(path) for path in paths), strict=True):
        found |= dict.fromkeys([path.name, *strings(path.suffix.lower(), content)])
    every = list(found)
    step = max(1, -(-len(every) // most))
    taken = tuple(text for at, text in enumerate(every) if at % step == 0 or at < len(OWN))
    source = "" if paths else f"no {folder.name}/ folder, only our own vectors"
    files = [content for content in contents if len(content) <= LARGEST_FILE][:MOST_FILES]
    return Corpus(taken, tuple(files), len(every) - len(taken), source)


def strings(suffix: str, content: bytes) -> Iterator[str]:
    """Yields the strings of a file: all strings (or all `payload` values) of JSON, JSON lines or `export default`; the
    whole text of markup; the beginning of binary files; the lines of anything else.
    """
    if b"\0" in content[:8000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield content[:2000].decode("latin-1")
        return
    text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "replace")
    for given in (text, text.strip().removeprefix("export default").strip().rstrip(";")):
        try:
            yield from _cut(_values(json.loads(given)))
        except (ValueError, RecursionError):
            continue
        return
    if suffix in MARKUP:
        yield from _cut(iter([text]))
        return
    for line in text.splitlines():
        if line and not line.startswith("#"):
            try:
                yield from _cut(_values(json.loads(line)) if line[0] in '{["' else iter([line]))
            except (ValueError, RecursionError):
                yield from _cut(iter([line]))


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _values(each)
    elif isinstance(value, dict):
        yield from _values(value.get("payload", list(value.values())))


def _cut(texts: Iterator[str]) -> Iterator[str]:
    """Yields both ends of texts that are too long, since a vector may be at the end."""
    for text in texts:
        if text.strip():
            yield text[:LONGEST]
            if len(text) > LONGEST:
                yield text[-LONGEST:]


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(READ)
    except OSError as error:
        print(f"  {path.name} could not be read: {error.strerror}", file=sys.stderr)
        return b""
