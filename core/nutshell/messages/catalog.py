"""Reads the catalogues. The extension carries them compiled (`.mo`); a checkout compiles them when they are read."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files

SOURCE_LANGUAGE = "en"


def load(locale: str) -> GNUTranslations:
    """The catalogue for a locale such as `pt-BR`: its own, else its language's, else English, which completes both."""
    for name in (locale.replace("-", "_"), locale.partition("-")[0], SOURCE_LANGUAGE):
        if (catalogue := _complete(name)) is not None:
            return catalogue
    raise FileNotFoundError(f"There is no {SOURCE_LANGUAGE} catalogue.")


@cache
def _complete(language: str) -> GNUTranslations | None:
    """The catalogue of a language, with English for what it lacks."""
    catalogue = _read(language)
    if catalogue is not None and language != SOURCE_LANGUAGE and (english := _complete(SOURCE_LANGUAGE)) is not None:
        catalogue.add_fallback(english)
    return catalogue


def _read(language: str) -> GNUTranslations | None:
    compiled = files(__package__) / f"{language}.mo"
    if compiled.is_file():
        return GNUTranslations(io.BytesIO(compiled.read_bytes()))
    source = files(__package__) / f"{language}.po"
    if source.is_file():
        return GNUTranslations(io.BytesIO(compile_catalogue(source.read_bytes())))
    return None


def compile_catalogue(source: bytes) -> bytes:
    """A `.po` file as a `.mo` file."""
    from babel.messages import mofile, pofile  # noqa: PLC0415 - not in the extension

    catalogue = pofile.read_po(io.BytesIO(source), abort_invalid=True)
    # Babel fills in the current time otherwise, and the package must be reproducible.
    catalogue.creation_date = datetime(1980, 1, 1, tzinfo=UTC)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue)
    return compiled.getvalue()
