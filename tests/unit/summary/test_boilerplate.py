"""References, notes and links are boilerplate."""

from __future__ import annotations

from nutshell.article import Article, Block, Role
from nutshell.summary.boilerplate import boilerplate

TEXT = Block(Role.PARAGRAPH, "The ferries cross the harbour every ten minutes, and carry four thousand people a day.")
NOTE = Block(Role.ITEM, "Harbour Board, yearly report, p. 12.", level=1)


def heading(text: str, level: int = 2) -> Block:
    return Block(Role.HEADING, text, level)


def test_reference_section_ends_at_the_next_heading_of_its_level() -> None:
    books = (heading("References [edit]"), NOTE, heading("Books", 3), NOTE)
    blocks = (heading("Ferries"), TEXT, *books, heading("Tides"), TEXT)
    assert boilerplate(Article(blocks)) == {2, 3, 4, 5}


def test_note_is_found_without_its_heading() -> None:
    notes = (
        '^ a b c d e "New Zealand".',
        "↑ Tennet, ebenda.",
        "King, Michael (2003). The Penguin History. ISBN 978-0-14-301867-4.",
        '"Tides". Harbour Board. Retrieved 12 May 2013.',
        "A study of tides, doi:10.1000/182.",
    )
    blocks = (TEXT, TEXT, TEXT, TEXT, *(Block(Role.ITEM, note, level=1) for note in notes))
    assert boilerplate(Article(blocks)) == {4, 5, 6, 7, 8}


def test_similar_text_is_kept() -> None:
    blocks = (
        heading("References to the sea"),
        TEXT,
        Block(Role.PARAGRAPH, "The statue was retrieved on Monday, and the ISBN of the book is not known."),
    )
    assert boilerplate(Article(blocks)) == frozenset()


def test_page_that_would_lose_nearly_everything_is_kept() -> None:
    assert boilerplate(Article((heading("Notes", 1), TEXT, NOTE, TEXT))) == frozenset()
