"""`python -m build.month_names`: writes the names of the months in the languages of the web, from Babel's CLDR data.

The package contains only the locale data of the interface's languages, and the core needs nothing but these names.
"""

from __future__ import annotations

from pathlib import Path

from babel import Locale
from babel.dates import get_month_names

TARGET = Path(__file__).resolve().parents[1] / "core/nutshell/text/months.tsv"
# Languages that write dates in numbers and signs (Chinese, Japanese, Korean, Vietnamese) need no names.
LANGUAGES = [
    "ar",
    "ast",
    "az",
    "be",
    "bg",
    "bn",
    "bs",
    "ca",
    "cs",
    "cy",
    "da",
    "de",
    "de_AT",
    "el",
    "en",
    "en_GB",
    "eo",
    "es",
    "et",
    "eu",
    "fa",
    "fi",
    "fr",
    "fy",
    "ga",
    "gl",
    "he",
    "hi",
    "hr",
    "hu",
    "hy",
    "id",
    "is",
    "it",
    "ka",
    "kk",
    "ky",
    "lb",
    "lt",
    "lv",
    "mk",
    "mn",
    "ms",
    "nb",
    "nl",
    "nn",
    "pl",
    "pt",
    "rm",
    "ro",
    "ru",
    "sk",
    "sl",
    "sq",
    "sr",
    "sr_Latn",
    "sv",
    "ta",
    "th",
    "tr",
    "uk",
    "ur",
    "uz",
]


def names(language: str, month: int) -> list[str]:
    """Returns the distinct names of a month, in lower case and without a final full stop."""
    forms = (
        get_month_names(width, context, Locale.parse(language))[month]
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
    )
    found = (form.lower().strip().removesuffix(".") for form in forms)
    return list(dict.fromkeys(form for form in found if not form.isdigit() and len(form) > 1))


def table() -> str:
    rows = [
        "\t".join([language, *("|".join(names(language, month)) for month in range(1, 13))]) for language in LANGUAGES
    ]
    return "\n".join(
        ["# Names of the months by language, from CLDR (Unicode License v3): python -m build.month_names", *rows, ""]
    )


if __name__ == "__main__":
    TARGET.write_text(table(), encoding="utf-8")
