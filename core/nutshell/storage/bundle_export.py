"""Exports the database as the lines of a bundle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from nutshell.ports import Database

from .bundle_format import TABLES, VERSION, to_json, to_line

_BATCH = 400


@dataclass(frozen=True, slots=True)
class ExportPosition:
    """How far an export is: number of the table, its last id (or row, if it has no ids), and rows written so far."""

    table: int = 0
    after: int = 0
    written: int = 0


class BundleExport:
    """Writes a bundle in parts. Rows that are added or deleted meanwhile may or may not be in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self) -> dict[str, int]:
        """Returns the number of exported rows by table."""
        run = self._database.connection.execute
        return {table.name: int(run(f"SELECT count(*) FROM {table.exported_rows()}").fetchone()[0]) for table in TABLES}

    def lines(self, position: ExportPosition, now: float) -> tuple[list[str], ExportPosition | None]:
        """Returns the next lines and the position after them, None at the end."""
        out = []
        if position == ExportPosition():
            made = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
            out.append(to_line("nutshell", {"version": VERSION, "made": made, "rows": self.counts()}))
        if position.table == len(TABLES):
            return [*out, to_line("end", position.written)], None
        table = TABLES[position.table]
        source, names = table.exported_rows(), ", ".join(table.columns)
        if "id" in table.columns:
            page = f"{'AND' if ' WHERE ' in source else 'WHERE'} id > ? ORDER BY id LIMIT ?"
            values = (position.after, _BATCH)
        else:
            page = f"ORDER BY {', '.join(table.key)} LIMIT ? OFFSET ?"
            values = (_BATCH, position.after)
        found = self._database.connection.execute(f"SELECT {names} FROM {source} {page}", values).fetchall()
        rows = [dict(zip(table.columns, row, strict=True)) for row in found]
        out += [to_line(table.name, to_json(row, table)) for row in rows]
        written = position.written + len(rows)
        if len(rows) == _BATCH:
            return out, ExportPosition(position.table, rows[-1].get("id", position.after + _BATCH), written)
        return out, ExportPosition(position.table + 1, 0, written)
