from nutshell.article import Block, Role
from nutshell.ask.tables import table_rows


def row(*cells, header=False):
    return Block(Role.ROW, "\t".join(cells), level=int(header))


FARES = [
    Block(Role.CAPTION, "Fares from March"),
    row("Passenger", "Single", "Return", header=True),
    row("Adult", "£14", "£22"),
    row("Child", "£6", "£9"),
]


def test_cells_have_the_headers_of_their_columns():
    _, child = table_rows(FARES)
    assert (child.block, child.label) == (3, "Child")
    assert [(cell.header, cell.text) for cell in child.cells] == [("Single", "£6"), ("Return", "£9")]
    assert child.text == "Fares from March, Passenger Child: Single £6, Return £9"


def test_place_of_a_cell_is_that_in_its_block():
    _, child = table_rows(FARES)
    assert [FARES[3].text[cell.start : cell.start + len(cell.text)] for cell in child.cells] == ["£6", "£9"]


def test_definition_list_after_a_table_has_no_headers():
    captain = table_rows([*FARES, row("Captain", "Rosa Lind")])[-1]
    assert captain.text == "Captain: Rosa Lind"
    assert captain.cells[0].header == ""


def test_single_header_cell_names_the_rows_below():
    rows = table_rows([row("Population", header=True), row("• Total", "4,933"), row("• Density", "18")])
    assert [found.text for found in rows] == ["Population, Total: 4,933", "Population, Density: 18"]


def test_unmarked_first_row_above_figures_is_a_header():
    rows = table_rows([row("Town", "Price"), row("Reno", "$5"), row("Fernley", "$4")])
    assert [found.text for found in rows] == ["Town Reno: Price $5", "Town Fernley: Price $4"]
    words = table_rows([row("Name", "Ada"), row("Role", "Chair"), row("Town", "Kerra")])
    assert [found.text for found in words] == ["Name: Ada", "Role: Chair", "Town: Kerra"]


def test_column_stays_the_same_where_a_cell_is_empty():
    found = table_rows([row("Day", "Open", "Close", header=True), row("", "", "18:00")])
    assert [(cell.header, cell.text, cell.start) for cell in found[0].cells] == [("Close", "18:00", 2)]


def test_empty_row_is_left_out():
    assert table_rows([row("", "")]) == []
