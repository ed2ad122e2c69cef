"""English names of languages, by ISO 639-1 code (ISO 639-2 where there is none)."""

from __future__ import annotations

_TABLE = """
af Afrikaans|am Amharic|ar Arabic|az Azerbaijani|be Belarusian|bg Bulgarian|bn Bengali|bs Bosnian
ca Catalan|cs Czech|cy Welsh|da Danish|de German|el Greek|en English|eo Esperanto|es Spanish|et Estonian
eu Basque|fa Persian|fi Finnish|fil Filipino|fo Faroese|fr French|fy Frisian|ga Irish|gd Scottish Gaelic
gl Galician|gu Gujarati|ha Hausa|he Hebrew|hi Hindi|hr Croatian|hu Hungarian|hy Armenian|id Indonesian
ig Igbo|is Icelandic|it Italian|ja Japanese|jv Javanese|ka Georgian|kk Kazakh|km Khmer|kn Kannada
ko Korean|ku Kurdish|ky Kyrgyz|la Latin|lb Luxembourgish|lo Lao|lt Lithuanian|lv Latvian|mg Malagasy
mi Māori|mk Macedonian|ml Malayalam|mn Mongolian|mr Marathi|ms Malay|mt Maltese|my Burmese|nb Norwegian
ne Nepali|nl Dutch|nn Norwegian Nynorsk|no Norwegian|or Odia|pa Punjabi|pl Polish|ps Pashto
pt Portuguese|ro Romanian|ru Russian|rw Kinyarwanda|sd Sindhi|si Sinhala|sk Slovak|sl Slovenian
so Somali|sq Albanian|sr Serbian|su Sundanese|sv Swedish|sw Swahili|ta Tamil|te Telugu|tg Tajik|th Thai
ti Tigrinya|tk Turkmen|tl Tagalog|tr Turkish|tt Tatar|ug Uyghur|uk Ukrainian|ur Urdu|uz Uzbek
vi Vietnamese|xh Xhosa|yi Yiddish|yo Yoruba|yue Cantonese|zh Chinese|zu Zulu
"""
_NAMES = dict(row.split(" ", 1) for row in _TABLE.strip().replace("\n", "|").split("|"))
_RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ps", "sd", "ug", "ur", "yi"))


def right_to_left(tag: str) -> bool:
    """Whether the language is written from right to left; a script in the tag decides before the language."""
    primary, _, rest = tag.lower().partition("-")
    script = rest.partition("-")[0]
    if len(script) == 4:
        return script in ("arab", "hebr", "thaa", "syrc")
    return primary in _RIGHT_TO_LEFT


def language_name(tag: str) -> str:
    """`ko` or `ko-KR` -> `Korean`; empty when not known."""
    return _NAMES.get(tag.partition("-")[0].lower(), "")
