from build.month_names import TARGET, table


def test_the_names_of_the_months_are_those_of_cldr():
    assert TARGET.read_text(encoding="utf-8") == table()
