import pytest

from nutshell.ranking.page_layout import PageLayout


@pytest.fixture
def layout(monkeypatch):
    """20 rows on pages of 8, all saved."""
    monkeypatch.setattr("nutshell.ranking.page_layout.PAGE_ROWS", 8)
    layout = PageLayout()
    layout.append(20)
    layout.pop_changed()
    return layout


def test_rows_fill_the_last_page_first(layout):
    layout.append(6)
    assert layout.pop_changed() == [(2, 16, 24), (3, 24, 26)]


def test_pages_that_lose_rows_have_changed(layout):
    layout.retain([row != 9 for row in range(20)])
    assert layout.pop_changed() == [(1, 8, 15)]
    layout.retain([row < 15 for row in range(19)])
    assert layout.pop_changed() == [(2, 15, 15)]


def test_a_changed_row_changes_its_page_only(layout):
    layout.mark_changed([19, 0])
    assert layout.pop_changed() == [(0, 0, 8), (2, 16, 20)]
    assert layout.pop_changed() == []


def test_rebuilding_fills_pages_and_empties_the_rest(layout):
    layout.retain([row % 2 == 0 for row in range(20)])
    layout.rebuild(10)
    assert layout.pop_changed() == [(0, 0, 8), (1, 8, 10), (2, 10, 10)]


def test_deleted_pages_keep_their_numbers_when_restored(monkeypatch):
    monkeypatch.setattr("nutshell.ranking.page_layout.PAGE_ROWS", 8)
    layout = PageLayout()
    layout.restore(1, 8)
    layout.restore(3, 2)
    layout.append(1)
    assert layout.pop_changed() == [(3, 8, 11)]
