"""Language detection and reading time."""

import json
from collections import Counter
from pathlib import Path

import pytest

from nutshell.text.language import base, count_words, detect, encoder_supports, reading_seconds
from tests.growth import growth

DATA = Path(__file__).parents[4] / "shared" / "data"

SAMPLES = {
    "en": "The bridge was closed on Monday because of the storm, and it will not open until the end of the week.",
    "de": "Die Brücke wurde am Montag wegen des Sturms gesperrt und wird bis zum Ende der Woche nicht öffnen.",
    "es": "El puente se cerró el lunes por la tormenta y no se abrirá hasta el final de la semana.",
    "fr": "Le pont a été fermé lundi à cause de la tempête et ne sera pas ouvert avant la fin de la semaine.",
    "it": "Il ponte è stato chiuso lunedì per la tempesta e non sarà aperto prima della fine della settimana.",
    "pt": "A ponte foi fechada na segunda-feira por causa da tempestade e não será aberta até ao fim da semana.",
    "nl": "De brug werd maandag gesloten vanwege de storm en gaat niet open voor het einde van de week.",
    "sv": "Bron stängdes på måndagen på grund av stormen och den kommer inte att öppna före slutet av veckan.",
    "pl": "Most został zamknięty w poniedziałek z powodu burzy i nie będzie otwarty do końca tygodnia, bo jest to.",
    "ru": "Мост был закрыт в понедельник из-за шторма, и он не откроется до конца недели, как и все другие.",
    "el": "Η γέφυρα έκλεισε τη Δευτέρα λόγω της καταιγίδας και δεν θα ανοίξει μέχρι το τέλος της εβδομάδας.",
    "ko": "다리는 월요일에 폭풍 때문에 폐쇄되었다.",
    "ja": "橋は月曜日に嵐のため閉鎖された。",
    "zh": "大桥因暴风雨于星期一关闭。",
    "ar": "أغلق الجسر يوم الاثنين بسبب العاصفة.",
    "hi": "तूफान के कारण सोमवार को पुल बंद कर दिया गया।",
    "he": "הגשר נסגר ביום שני בגלל הסערה.",
    "th": "สะพานปิดในวันจันทร์เพราะพายุ",
}


@pytest.mark.parametrize("lang", SAMPLES)
def test_language_is_detected_from_the_text(lang):
    assert detect(SAMPLES[lang]) == lang


@pytest.mark.parametrize("lang", SAMPLES)
@pytest.mark.parametrize("declared", ["en-US", "de"])
def test_text_overrules_a_wrong_declaration(lang, declared):
    assert detect(SAMPLES[lang], declared) == lang


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("", "", ""),
        ("", "de-AT", "de"),
        ("12 345 !!!", "fr", "fr"),
        ("Visual Studio 2019", "", ""),
        ("Visual Studio 2019", "de", "de"),
        ("Visual Studio 2019", "et", "et"),
        ("این پل بسته شد", "fa", "fa"),
        ("橋閉鎖", "zh-Hant", "zh"),
    ],
)
def test_declaration_decides_when_the_text_is_unclear(text, declared, expected):
    assert detect(text, declared) == expected


@pytest.mark.shared
@pytest.mark.parametrize("lang", ["en", "de", "es", "zh"])
def test_real_paragraphs_are_detected(lang):
    path = DATA / "text" / "xquad" / f"xquad.{lang}.json"
    if not path.exists():
        pytest.skip("the development data (../shared/data) is not here")
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    found = Counter(detect(part["context"]) for article in articles for part in article["paragraphs"])
    assert found[lang] >= 0.99 * found.total()


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("de-AT", "de"), ("EN_us", "en"), ("nb", "no"), ("", ""), ("und", ""), ("x1", ""), ("zh-Hans", "zh")],
)
def test_tag_is_reduced_to_its_language(tag, expected):
    assert base(tag) == expected


def test_encoder_supports_only_english():
    assert encoder_supports("en")
    assert encoder_supports("en-GB")
    assert not any(encoder_supports(lang) for lang in ("", "de", "ko", "zh", "eng"))


def test_words_or_unspaced_characters_are_counted():
    assert count_words("It's a well-known fact: 3 cats.") == 6
    assert count_words("今天下雨") == 4
    assert count_words("한국어 문장") == 2


def test_reading_time_follows_the_published_rates():
    assert reading_seconds("word " * 238, "en") == 60
    assert reading_seconds("Wort " * 238, "de") > 70
    assert reading_seconds("字" * 266, "zh") == 60
    assert reading_seconds("a", "en") == 1
    assert reading_seconds("", "en") == 0


@pytest.mark.parametrize("unit", ["a", "字", "a ", "\u202e", "😀", "'", "-", "a-"])
def test_long_text_takes_linear_time(unit):
    assert growth(detect, unit, 200_000) < 24
    assert growth(reading_seconds, unit, 200_000) < 24
