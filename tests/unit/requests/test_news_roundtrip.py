"""Export, erase all and import, including the news: every request returns the same as before."""

import pytest

from support.fakes import MemoryDatabase
from support.household import Household
from support.newsroom import HOST


@pytest.fixture
def home(run):
    home = Household(run)
    home.simulate_use()
    return home


def test_import_after_erasing_all_restores_every_response(home):
    before, bundle = home.answers(), home.export()
    assert len(home.cards("saved")) == 1
    home.ask("library.erase", what="all")
    assert 'data-page="first"' in home.list()["html"]
    assert home.ask("library.list")["count"] == 0
    report = home.ask("library.import", text=bundle, first=True, last=True)
    assert (report["refused"], report["problems"]) == (0, [])
    for now, then in zip(home.answers(), before, strict=True):
        assert now == then


def test_import_on_another_machine_gives_the_same_responses(run, home):
    before, bundle = home.answers(), home.export()
    other = Household(run, MemoryDatabase())
    other.clock.time = home.clock.time
    other.ask("library.import", text=bundle, first=True, last=True)
    for now, then in zip(other.answers(), before, strict=True):
        assert now == then
    other.restart()
    for now, then in zip(other.answers(), before, strict=True):
        assert now == then
    assert other.web.asked == []
    assert HOST in str(other.ask("news.hosts"))
