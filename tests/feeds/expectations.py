"""The expectations of the files in ../shared/data/feeds, as fields of our Feed and Item.

Only the fields that we have are checked: titles, links, ids, texts, authors, dates, categories and languages. Expected
values follow our rules: texts are plain text, links are http(s) or empty, and authors have no mail address.
"""

from __future__ import annotations

import ast
import calendar
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FEEDS = DATA / "feeds"
SUITES = ("feedparser", "gofeed", "netnewswire")
NOW = 1_800_000_000.0

# Their field -> ours.
FEED_FIELDS = {"title": "title", "link": "site", "language": "lang"}
ITEM_FIELDS = {
    "title": "title", "link": "url", "id": "id", "guid": "id", "summary": "text", "description": "text",
    "content": "text", "author": "author", "author_detail": "author", "published_parsed": "published",
    "updated_parsed": "published", "date_parsed": "published", "tags": "categories", "category": "categories",
    "title_detail": "title", "summary_detail": "text",
}  # fmt: skip
_INSIDE = {"value", "name", "term", "label"}


@dataclass(slots=True)
class Case:
    """A file and its expectations: `checks` are (item number or None for the feed, field, value)."""

    path: Path
    url: str
    content_type: str
    headers: dict[str, str]
    checks: list[tuple[int | None, str, Any]] = field(default_factory=list)
    refused: bool = False
    own: str = ""

    @property
    def body(self) -> bytes:
        return self.path.read_bytes()


def cases(suite: str) -> Iterator[Case]:
    """Yields the files of a suite that are parsed."""
    root = FEEDS / suite
    for path in sorted(root.rglob("*")):
        if not path.is_file() or path.suffix == ".md" or "LICENSE" in path.name:
            continue
        if suite == "gofeed":
            if path.suffix == ".xml" or (path.suffix == ".json" and _is_input(path)):
                yield _gofeed(path)
        elif suite == "feedparser":
            if path.suffix in {".xml", ".json"}:
                yield _feedparser(path, root)
        elif "RSParserTests" in str(path) and path.suffix != ".opml":
            yield Case(path, f"https://example.com/{path.name}", "", {}, refused=path.suffix == ".html")


def agrees(case: Case, found: dict[str, Any] | None) -> bool:
    """Whether a parsed feed (None: refused) has the expected values."""
    if found is None or case.refused:
        return (found is None) == case.refused
    numbers = {number for number, _field, _value in case.checks if number is not None}
    feed = [(name, value) for number, name, value in case.checks if number is None]
    if not all(_same(name, value, found.get(name)) for name, value in feed):
        return False
    for number in numbers:
        wanted = [(name, value) for place, name, value in case.checks if place == number]
        if not any(all(_same(name, value, item.get(name)) for name, value in wanted) for item in found["items"]):
            return False
    return True


def _same(name: str, expected: Any, found: Any) -> bool:
    if name == "published":
        return found is not None and abs(expected - found) < 1
    if name == "categories":
        return bool(set(_readings(expected)) & {reading for one in found or () for reading in _readings(one)})
    if name in {"url", "site"}:
        expected = expected.strip() if re.match(r"\s*https?://[^/\s]", expected, re.IGNORECASE) else ""
        return bool((found or "") in {expected, expected.replace(" ", "%20")})
    if name == "lang":
        return bool((found or "").lower() == expected.lower())
    if name == "author":
        expected = re.sub(r"\s*\([^()]*@[^()]*\)", "", expected)
    # Long texts are cut.
    got = set(_readings(found or ""))
    return bool(set(_readings(expected)) & got) or any(
        len(one) > 1000 and reading.startswith(one[:-1].rstrip()) for one in got for reading in _readings(expected)
    )


def _readings(text: str) -> list[str]:
    """Returns a text as it is and as HTML, without white space."""
    plain = _Text()
    plain.feed(text)
    plain.close()
    return ["".join(one.split()) for one in (text, "".join(plain.pieces))]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if self.hidden <= 0:
            self.pieces.append(data)


def _feedparser(path: Path, root: Path) -> Case:
    """The expectation is Python code in a comment: `Expect: not bozo and entries[0]['title'] == 'Item 1 title'`."""
    body = path.read_bytes()
    text = next(
        (t for t in (_decoded(body, name) for name in ("utf-8", "utf-16", "utf-32", "cp037")) if "Expect:" in t), ""
    )
    headers = dict(re.findall(r"^Header:\s*([\w-]+):\s*(.*?)\s*$", text, re.MULTILINE))
    headers = {name.lower(): value for name, value in headers.items()}
    url = f"http://127.0.0.1:8097/{path.relative_to(root)}"
    url = headers.get("content-location") or url
    case = Case(path, url, headers.get("content-type", ""), headers)
    found = re.search(r"Expect:\s*(.+?)\s*(?:-->|\"?,?\r?\n)", text)
    if found:
        case.own = found[1]
        case.checks = list(_from_python(found[1]))
    return case


def _decoded(body: bytes, encoding: str) -> str:
    return body.decode(encoding, "replace")


def _from_python(source: str) -> Iterator[tuple[int | None, str, Any]]:
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except SyntaxError:
        return
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    for part in parts:
        if isinstance(part, ast.Compare) and len(part.ops) == 1 and isinstance(part.ops[0], ast.Eq):
            place = _place(part.left)
            value = _literal(part.comparators[0])
            if place is not None and value is not None:
                number, name = place
                yield number, name, float(calendar.timegm(value)) if isinstance(value, tuple) else value


def _place(node: ast.expr) -> tuple[int | None, str] | None:
    """Returns (0, "title") for `entries[0]['title_detail']['value']`, or None for fields that we do not have."""
    keys: list[Any] = []
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        keys.append(node.attr if isinstance(node, ast.Attribute) else _literal(node.slice))
        node = node.value
    keys.reverse()
    if not isinstance(node, ast.Name) or not keys:
        return None
    number = None
    if node.id == "entries":
        number = keys.pop(0)
        if not isinstance(number, int) or not keys:
            return None
    elif node.id != "feed":
        return None
    ours = (FEED_FIELDS if number is None else ITEM_FIELDS).get(keys[0])
    inner = [key for key in keys[1:] if not isinstance(key, int)]
    if ours is None or (inner and inner[0] not in _INSIDE) or (keys[0] == "content" and keys[1:2] != [0]):
        return None
    if keys[0] in {"tags"} and not inner:
        return None
    return number, ours


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = _literal(node.left), _literal(node.right)
            return left + right if isinstance(left, str) and isinstance(right, str) else None
        return None


def _is_input(path: Path) -> bool:
    """Whether a JSON file is an input, not an expected output."""
    if path.name.endswith("_expected.json"):
        return False
    beside = path.with_suffix(".xml").exists()
    return not beside and ("/json/" in str(path) or "/universal/" in str(path))


def _gofeed(path: Path) -> Case:
    case = Case(path, "", "", {})
    named = path.with_name(path.stem + "_expected.json") if path.suffix == ".json" else path.with_suffix(".json")
    if path.stem in {"unknown_feed", "empty_feed", "invalid"}:
        case.refused = True
    elif named.exists():
        expected = json.loads(named.read_text(encoding="utf-8"))
        case.checks = list(_from_gofeed(expected, "atom" if "/parser/atom" in str(path) else ""))
    return case


def _from_gofeed(expected: dict[str, Any], kind: str) -> Iterator[tuple[int | None, str, Any]]:
    if isinstance(expected.get("title"), str) and expected["title"]:
        yield None, "title", expected["title"]
    link = expected.get("link") or expected.get("home_page_url")
    if isinstance(link, str) and link:
        yield None, "site", link
    for number, item in enumerate(expected.get("entries") or expected.get("items") or ()):
        for name, value in _gofeed_item(item):
            yield number, name, value


def _gofeed_item(item: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    guid = item.get("guid") or item.get("id")
    guid = guid.get("value") if isinstance(guid, dict) else guid
    links = [
        one.get("href") for one in item.get("links") or () if isinstance(one, dict) and one.get("rel") == "alternate"
    ]
    content = item.get("content")
    content = content.get("value") if isinstance(content, dict) else content
    text = (
        item.get("description")
        or item.get("summary")
        or content
        or item.get("content_text")
        or item.get("content_html")
    )
    authors = [one for one in (item.get("authors") or [item.get("author")]) if isinstance(one, dict)]
    date = next((item[name] for name in ("publishedParsed", "pubDateParsed", "updatedParsed") if item.get(name)), "")
    for name, value in (
        ("title", item.get("title")),
        ("id", guid),
        ("url", item.get("link") or item.get("url") or next(iter(links), "")),
        ("text", text),
        ("author", ", ".join(one["name"] for one in authors if one.get("name"))),
    ):
        if isinstance(value, str) and value.strip():
            yield name, value
    if date and not date.startswith("0001"):
        yield "published", datetime.fromisoformat(date.replace("Z", "+00:00")).timestamp()
    for category in item.get("categories") or ():
        name = category.get("value") or category.get("term") if isinstance(category, dict) else category
        if name:
            yield "categories", name
