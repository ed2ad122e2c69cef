"""Every request that Nutshell made, for the reader to see: what left, when, why, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from nutshell.ports import Database

from .transaction import changing

KEPT = 5000
RULE = f"The last {KEPT:,} requests are kept."


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `at` is Unix seconds; `sent` and `received` are bytes; `status` is 0 when no answer came."""

    at: float
    url: str
    why: str
    status: int
    sent: int
    received: int
    result: str


@dataclass(frozen=True, slots=True)
class Totals:
    requests: int
    sent: int
    received: int


class Ledger:
    """Written by news/fetching.py alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, request: Request) -> None:
        with changing(self._database) as connection:
            connection.execute(
                "INSERT INTO request (at, url, why, status, sent, received, result) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    request.at,
                    request.url,
                    request.why,
                    request.status,
                    request.sent,
                    request.received,
                    request.result,
                ),
            )
            connection.execute(
                "DELETE FROM request WHERE id IN (SELECT id FROM request ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)",
                (KEPT,),
            )

    def recent(self, limit: int = 200, query: str = "") -> list[Request]:
        """The newest first; `query` is looked for in addresses."""
        rows = self._database.connection.execute(
            "SELECT at, url, why, status, sent, received, result FROM request"
            " WHERE instr(lower(url), lower(?)) ORDER BY at DESC, id DESC LIMIT ?",
            (query.strip(), limit),
        )
        return [Request(*row) for row in rows]

    def totals(self, since: float = 0.0) -> Totals:
        row = self._database.connection.execute(
            "SELECT count(*), coalesce(sum(sent), 0), coalesce(sum(received), 0) FROM request WHERE at >= ?", (since,)
        ).fetchone()
        return Totals(*row)

    def clear(self) -> None:
        with changing(self._database) as connection:
            connection.execute("DELETE FROM request")
