"""The catalogue in the package, and the check of the catalogues: it must find every kind of mistake."""

from __future__ import annotations

import io
import json

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from build import messages
from build.messages import check, shell_files, tag_of, used_ids
from build.translations import updated

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


def from_english(source: str, english: str = ENGLISH) -> str:
    """A translation with the English texts that it was made from, as `update` writes them."""
    made = updated((HEADER + source).encode(), catalogue(source, "fr"), catalogue(english))
    return made.decode().partition("\n\n")[2]


def errors(english: str = ENGLISH, used: dict[str, str] = USED, **others: str) -> list[str]:
    catalogues = {"en": catalogue(english)} | {name: catalogue(source, name) for name, source in others.items()}
    return check(catalogues, used).errors


def test_the_catalogues_of_this_checkout_are_in_order():
    catalogues = {language: messages._catalogue(language) for language in messages.languages()}
    report = check(catalogues, used_ids())
    assert report.errors == []
    assert report.fallbacks == {language: [] for language in catalogues if language != "en"}


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
    french = from_english('\nmsgid "a.title"\nmsgstr "Titre de {name}"\n')
    catalogues = {"en": catalogue(ENGLISH), "fr": catalogue(french, "fr")}
    report = check(catalogues, USED)
    assert (report.errors, report.fallbacks) == ([], {"fr": ["a.count"]})


FRENCH = """
msgid "a.title"
msgstr "Titre de {name}"

msgid "a.count"
msgid_plural "a.count"
msgstr[0] "{count} page de {name}"
msgstr[1] "{count} pages de {name}"
"""


def test_a_changed_english_text_makes_the_translation_stale_and_then_fuzzy():
    french = from_english(FRENCH)
    assert errors(fr=french) == []
    english = ENGLISH.replace("Title of", "Name of")
    (error,) = errors(english, fr=french)
    assert "a.title" in error
    again = from_english(french, english)
    assert errors(english, fr=again) == []
    report = check({"en": catalogue(english), "fr": catalogue(again, "fr")}, USED)
    assert report.fallbacks == {"fr": ["a.title"]}


def test_an_update_keeps_comments_drops_unknown_messages_and_adds_new_ones():
    source = (
        "# Terms\n"
        + HEADER
        + FRENCH.replace('msgid "a.title"', '# a note\nmsgid "a.title"').replace("a.count", "a.old")
    )
    made = updated(source.encode(), read_po(io.BytesIO(source.encode()), locale="fr"), catalogue(ENGLISH)).decode()
    assert made.startswith("# Terms\n")
    assert "# a note\n" in made
    assert "a.old" not in made
    assert 'msgid "a.count"' in made
    assert updated(made.encode(), read_po(io.BytesIO(made.encode()), locale="fr"), catalogue(ENGLISH)).decode() == made


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
    for name, content in shell_files().items():
        if name.endswith(".html"):
            assert "{{" not in content.decode()
            assert "{%" not in content.decode()


def test_each_language_has_its_pages_and_scripts():
    files = shell_files()
    for tag in map(tag_of, messages.languages()):
        panel = files["panel/panel.html" if tag == "en" else f"panel/panel.{tag}.html"].decode()
        assert f'<html lang="{tag}"' in panel
        assert (f'src="../catalogues/{tag}.js"' in panel) is (tag != "en")
        assert f'<option value="{tag}"' in panel
        if tag != "en":
            assert f'useMessages("{tag}", messages)' in files[f"catalogues/{tag}.js"].decode()


def test_the_browser_gets_the_texts_it_shows():
    for language in messages.languages():
        texts = json.loads(shell_files()[f"_locales/{language}/messages.json"])
        assert set(texts) == {"browser_description", "browser_action", "browser_menu_page", "browser_menu_selection"}
        assert len(texts["browser_description"]["message"]) <= 132  # the limit of extension stores
