"""Bundles with changed values: after importing any of them, every request still works."""

import json
from collections.abc import Iterator

import pytest

from nutshell.storage.bundle_format import TABLES
from support.fakes import MemoryDatabase
from support.household import Household

BENT = [
    *(0, -1, 1, 7, 2**31, 2**53 - 1, 2**53, 2**63 - 1, -(2**63), 10**400, -(10**400)),
    *(0.5, 1e300, -1e300, 1e12, 4e10, -4e10, True, "", "x", "9" * 30, "\ud800", "a\0b", None),
    *([], ["x"], {}, {"x": 1}),
]
MADE_ALIKE = {
    "page": "url",
    "feed": "url",
    "item": "guid",
    "request": "url",
    "taste_mute": "name",
    "taste_event": "item",
}
"""The column by which the bent rows are told apart, so that each is another row."""


@pytest.fixture(scope="module")
def bundle():
    """Returns the lines of an export with rows of every kind."""
    home = Household(_driven)
    home.simulate_use()
    home.database.connection.execute("INSERT INTO dropped VALUES (1, 5)")
    home.database.connection.execute("INSERT INTO taste_interest VALUES (1, 'ferries', 1.5)")
    return home.export().split("\n")[:-1]


def _driven(work):
    try:
        while True:
            work.send(None)
    except StopIteration as done:
        return done.value


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_request_works_after_importing_changed_values(run, bundle, table):
    place = next(number for number, line in enumerate(bundle) if line.startswith(f'{{"{table.name}":'))
    row = json.loads(bundle[place])[table.name]
    rows = [_apart(table.name, row, bent, number) for number, bent in enumerate(_bent(row))]
    lines = [*bundle[: place + 1], *(json.dumps({table.name: each}) for each in rows), *bundle[place + 1 :]]
    home = Household(run, MemoryDatabase())
    for start in range(0, len(lines), 400):
        part = "\n".join(lines[start : start + 400])
        home.ask("library.import", text=part, first=start == 0, last=start + 400 >= len(lines))
    for _ in range(2):  # before and after a restart
        _ask_all(home)
        _keep_more(home)
        home.restart()
    taken = home.export()
    other = Household(run, MemoryDatabase())
    assert other.ask("library.import", text=taken, first=True, last=True)["problems"] == []
    for what in ({"what": "site", "site": "example.org"}, {"what": "span", "since": 0.0}, {"what": "all"}):
        home.ask("library.erase", **what)


def _ask_all(home):
    for tab in ("for-you", "latest", "saved"):
        home.list(tab)
        home.list(tab, query="harbour")
    for name in ("news.feeds", "news.preferences", "news.hosts", "news.opml.export", "news.catalogue",
                 "settings", "privacy", "privacy.ledger", "privacy.switches", "history.state"):  # fmt: skip
        home.ask(name)
    home.ask("privacy.ledger", limit=5000, query="press")
    place = 0
    while place is not None:
        place = home.ask("library.export_markdown", place=place)["place"]
    for query in ("", "ferries", '"birds"'):
        for which in ({}, {"since": 1e9}, {"until": 2e9}, {"site": "example.org"}):
            home.ask("library.list", query=query, sites=True, limit=5000, **which)
    for number in home.ids():
        home.ask("library.open", id=number)
    home.ask("privacy.set", keep="day")  # previews what a shorter retention would erase


def _keep_more(home):
    """Check that new data can still be saved."""
    page = home.read("godwit")
    home.ask("library.annotate", id=page, note="Again.", tags="waders")
    home.ask("library.remove", id=page)
    home.ask("settings.set", length=7)
    home.taste(add="godwits")
    home.ask("news.refresh", due=False)
    for kind, story in zip(("open", "save", "less", "more", "mute"), home.cards("latest"), strict=False):
        home.event(kind, story, words="ferries")


def _apart(table, row, bent, number):
    column = MADE_ALIKE.get(table)
    if column and bent[column] == row[column]:
        bent[column] = f"{row[column]}/{number}"
        if table == "page" and isinstance(bent["record"], dict) and isinstance(bent["record"].get("article"), dict):
            bent["record"] = {**bent["record"], "article": {**bent["record"]["article"], column: bent[column]}}
    return bent


def _bent(value) -> Iterator:
    """Yields copies of a value, each with one change somewhere in it."""
    for key, each in list(value.items() if isinstance(value, dict) else enumerate(value)):
        inner = _bent(each) if isinstance(each, (dict, list)) and each else ()
        for new in (*inner, *BENT):
            copy = dict(value) if isinstance(value, dict) else list(value)
            copy[key] = new
            yield copy
