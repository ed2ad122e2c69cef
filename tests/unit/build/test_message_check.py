"""The catalogue in the package, and the check of the catalogues: it must find every kind of mistake."""

from __future__ import annotations

import io
import json

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from build import messages
from build.messages import check, shell_files, used_ids

ENGLISH = """
msgid "a.title"
msgstr "Title of {name}"

msgid "a.count"
msgid_plural "a.count"
msgstr[0] "{count} page of {name}"
msgstr[1] "{count} pages of {name}"
"""
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
USED = {"a.title": "x.py", "a.count": "x.py"}


def catalogue(source: str, locale: str = "en") -> Catalog:
    return read_po(io.BytesIO((HEADER + source).encode()), locale=locale)


def errors(english: str = ENGLISH, used: dict[str, str] = USED, **others: str) -> list[str]:
    catalogues = {"en": catalogue(english)} | {name: catalogue(source, name) for name, source in others.items()}
    return check(catalogues, used).errors


def test_the_catalogues_of_this_checkout_are_in_order():
    english = {language: messages._catalogue(language) for language in messages.languages()}
    assert check(english, used_ids()).errors == []


def test_a_catalogue_in_order_has_no_errors():
    assert errors() == []


def test_a_used_id_without_an_english_text_is_an_error():
    (error,) = errors(used=USED | {"b.new": "views/b.py"})
    assert "b.new" in error
    assert "views/b.py" in error


def test_an_unused_id_is_an_error():
    (error,) = errors(used={"a.title": "x.py"})
    assert "a.count" in error


def test_an_empty_english_text_is_an_error():
    (error,) = errors(ENGLISH.replace("Title of {name}", ""))
    assert "a.title" in error


def test_plural_forms_with_different_placeholders_are_an_error():
    (error,) = errors(ENGLISH.replace("{count} pages of {name}", "{count} pages"))
    assert "a.count" in error
    assert errors(ENGLISH.replace("{count} page of", "One page of")) == []


@pytest.mark.parametrize(
    ("change", "id"),
    [
        (("{name}", "{nom}"), "a.title"),
        (('msgid "a.title"', 'msgid "a.titel"'), "a.titel"),
        (('msgid_plural "a.count"\nmsgstr[0]', "msgstr"), "a.count"),
    ],
)
def test_a_translation_that_does_not_fit_the_english_is_an_error(change, id):
    french = ENGLISH.replace(*change)
    if "msgid_plural" not in french:
        french = french.partition("msgstr[1]")[0]
    assert any(id in error and error.startswith("fr.po") for error in errors(fr=french))


def test_untranslated_messages_are_listed_as_falling_back():
    catalogues = {"en": catalogue(ENGLISH), "fr": catalogue('\nmsgid "a.title"\nmsgstr "Titre de {name}"\n', "fr")}
    report = check(catalogues, USED)
    assert (report.errors, report.fallbacks) == ([], {"fr": ["a.count"]})


def test_ids_are_found_in_every_kind_of_source():
    used = used_ids()
    kinds = {path.rpartition(".")[2] for path in used.values()}
    assert kinds == {"py", "html", "js", "jinja"}
    assert "browser.description" in used
    assert "browser.menu_page" in used


def test_scripts_get_their_texts_with_plural_forms():
    source = shell_files()["catalogue.js"].decode()
    texts = json.loads(source.partition("messages = ")[2].rstrip(";\n"))
    assert isinstance(texts["lock.mismatch"], str)
    assert set(texts["action.results"]) == {"one", "other"}
    assert "privacy.title" not in texts


def test_the_panel_has_no_unfilled_text():
    panel = shell_files()["panel/panel.html"].decode()
    assert "{{" not in panel
    assert "{%" not in panel


def test_the_browser_gets_the_texts_it_shows():
    texts = json.loads(shell_files()["_locales/en/messages.json"])
    assert set(texts) == {"browser_description", "browser_action", "browser_menu_page", "browser_menu_selection"}
    assert len(texts["browser_description"]["message"]) <= 132  # the limit of extension stores
