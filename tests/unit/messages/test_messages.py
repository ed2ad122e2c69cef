"""Texts by id: placeholders, plurals, escaping, and what happens without a translation."""

import io
from datetime import date, time

import pytest
from markupsafe import Markup

from nutshell import messages
from nutshell.messages import Message, Messages, catalog
from nutshell.messages.catalog import compile_catalogue

GERMAN = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: de\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "ask.submit"
msgstr "Fragen"

msgid "ask.title"
msgstr ""
"""


@pytest.fixture
def english() -> Messages:
    return Messages("en")


def test_every_english_text_is_found_by_its_id(english):
    assert english.text("ask.submit") != "ask.submit"


def test_an_unknown_id_is_its_own_text(english):
    assert english.text("no.such_id") == "no.such_id"
    assert english.plural("no.such_id", 2) == "no.such_id"


def test_values_fill_placeholders_and_are_not_filled_themselves(english):
    assert english.text("ask.language_partial", language="{x}").startswith("{x} ")


def test_a_missing_value_is_an_error(english):
    with pytest.raises(KeyError):
        english.text("ask.language_partial")


def test_the_number_selects_the_form_and_is_formatted(english):
    one, many = english.plural("subscriptions.stories", 1), english.plural("subscriptions.stories", 1200)
    assert one.startswith("1 ")
    assert many.startswith("1,200 ")
    assert one.split()[1] != many.split()[1]


def test_html_escapes_values_but_not_markup(english):
    found = english.html("ask.language_partial", language="<i>&")
    assert "&lt;i&gt;&amp;" in found
    assert "<i>x</i>" in english.html("ask.language_partial", language=Markup("<i>x</i>"))


def test_messages_can_be_values_of_messages(english):
    age = Message("retention.age_day")
    outer = Message("retention.confirm", {"age": age})
    assert english.resolve(age) in english.resolve(outer)


def test_a_missing_translation_falls_back_to_english(monkeypatch, english):
    read = catalog._read

    compiled = catalog.GNUTranslations(io.BytesIO(compile_catalogue(GERMAN.encode())))
    monkeypatch.setattr(catalog, "_read", lambda language: compiled if language == "nn" else read(language))
    partial = Messages("nn")
    assert partial.text("ask.submit") == "Fragen"
    assert partial.text("ask.title") == english.text("ask.title")
    assert partial.plural("subscriptions.stories", 2) == english.plural("subscriptions.stories", 2)


def test_regions_share_their_languages_catalogue():
    """A catalogue is read once, and loading it again must not chain its fallbacks."""
    for _ in range(2):
        assert catalog.load("de-AT") is catalog.load("de")
    assert catalog.load("de").gettext("no.such_id") == "no.such_id"


def test_a_language_without_a_catalogue_has_english_texts(english):
    assert Messages("nb").text("ask.title") == english.text("ask.title")


def test_formats_follow_the_locale():
    formats, german = Messages("en").formats, Messages("de").formats
    day = date(2026, 11, 3)
    assert formats.long_date(day) == "3 November 2026"
    assert (formats.short_date(day, year=False), formats.short_date(day, year=True)) == ("3 Nov", "3 Nov 2026")
    assert (formats.weekday(day), formats.short_weekday(day)) == ("Tuesday", "Tue")
    assert formats.time(time(14, 3)) == "14:03"
    assert formats.join(["a", "b", "c"]) == "a, b and c"
    assert formats.number(1234.5) == "1,234.5"
    assert (formats.language("ko"), formats.language("xx-none")) == ("Korean", "")
    assert german.long_date(day) == "3. November 2026"
    assert german.number(1234.5) == "1.234,5"


def test_the_locale_can_be_chosen():
    messages.set_locale("de")
    try:
        assert messages.current().locale == "de"
    finally:
        messages.set_locale("en")
    assert messages.formats().number(0.5) == "0.5"
