"""The names of the months in the languages of the web (months.tsv: CLDR data, written by build.month_names)."""

from __future__ import annotations

import unicodedata
from importlib.resources import files


def month_number(name: str, lang: str = "") -> int:
    """Returns 1 to 12 for the name of a month, or an abbreviation, in the language or in any language; else 0."""
    name = name.lower().rstrip(".")
    language = lang.lower().replace("_", "-").split("-")[0]
    return _OF_LANGUAGE.get((language, name), 0) or _OF_LANGUAGE.get(("en", name), 0) or _OF_ALL.get(name, 0)


def month_of_beginning(name: str) -> int:
    """Returns the month whose names, without accents, begin so in all languages that have one: `fev`, `aout`; else 0.

    At least three letters, and letters only.
    """
    beginning = _without_accents(name.lower().rstrip("."))
    if len(beginning) < 3 or not beginning.isalpha():
        return 0
    months = {month for known, month in _OF_ALL.items() if month and _without_accents(known).startswith(beginning)}
    return months.pop() if len(months) == 1 else 0


def _without_accents(name: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))


def _months() -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """The numbers of the months by (language, name), and by the names that mean one month in all languages."""
    own: dict[tuple[str, str], int] = {}
    every: dict[str, int] = {}
    for row in files(__package__).joinpath("months.tsv").read_text(encoding="utf-8").splitlines():
        if row.startswith("#"):
            continue
        language, *months = row.split("\t")
        for number, names in enumerate(months, 1):
            for name in names.split("|"):
                own.setdefault((language.split("_")[0], name), number)
                if len(name) > 2:
                    every[name] = number if every.get(name, number) == number else 0
    return own, every


_OF_LANGUAGE, _OF_ALL = _months()  # once, into the snapshot of the package
