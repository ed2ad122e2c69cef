"""Writes a database file of the newest version with rows in every table, for migration tests of later versions.

Run this module once a version is released. Never recreate versions/N.db.gz: it is what version N wrote.
"""

import gzip
import hashlib
import json
import random
import sqlite3
import tempfile
from pathlib import Path

from nutshell.storage import schema

VERSIONS = Path(__file__).parents[2] / "fixtures" / "databases"
WORDS = ("lighthouse", "harbour", "fog", "mast", "tower", "board")
RECORD = {
    "article": dict.fromkeys(("url", "title", "site", "author", "published", "lang", "kind"), ""),
    "summary": {
        "gist": {"text": "", "index": 0, "score": 0.5, "block": 0, "start": 0, "end": 4},
        "points": [],
        "outline": [],
        "method": "encoder",
        "lang": "en",
    },
}


def write(path: Path, version: int, rows: int = 12) -> None:
    """Write a file as version `version` does, with `rows` rows in each table without special content."""
    connection = schema.open_connection(str(path))
    schema.migrate(connection, 0, version)
    connection.execute("BEGIN")
    fill(connection, rows)
    connection.execute("COMMIT")
    connection.close()


def fill(connection: sqlite3.Connection, rows: int) -> None:
    random.seed(5)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in names:
        if table.startswith(("sqlite_", "page_words", "page_vector")):
            continue
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        for number in range(1, rows + 1):
            values = [value(table, name, kind, number) for _, name, kind, _, _, _ in columns]
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)


def value(table: str, column: str, kind: str, number: int) -> object:
    if column == "record":
        record = json.loads(json.dumps(RECORD))
        record["article"]["title"] = f"page title {number}"
        record["summary"]["gist"]["text"] = f"page gist {number}"
        return json.dumps(record)
    if column in {"url", "guid"} and kind == "TEXT":
        return f"https://site{number % 3}.example/{table}/{number}"
    if kind == "TEXT":
        long = " ".join(
            random.choice(["lighthouse", "harbour", "fog", "mast", "tower", "board"]) for _ in range(9 * (number % 40))
        )
        return f"{table} {column} {number} {long}" if column in {"text", "gist"} else f"{table} {column} {number}"
    if kind == "REAL":
        return 1_790_000_000.5 + number
    return bytes([number % 256]) * 256 if kind == "BLOB" else number


def digest(version: int) -> str:
    """Returns a digest of all migrations up to a version, because released migrations must not change."""
    return hashlib.sha256("\0".join(schema.MIGRATIONS[:version]).encode()).hexdigest()


def main() -> None:
    frozen = VERSIONS / "frozen.json"
    known = json.loads(frozen.read_text()) if frozen.exists() else {}
    for version in range(1, len(schema.MIGRATIONS) + 1):
        target = VERSIONS / f"{version}.db.gz"
        if target.exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder, "a.db"), version)
            target.write_bytes(gzip.compress(Path(folder, "a.db").read_bytes(), mtime=0))
        known[str(version)] = digest(version)
    frozen.write_text(json.dumps(known, indent=2) + "\n")


if __name__ == "__main__":
    main()
