"""Detects the language of a text, and estimates its reading time."""

from __future__ import annotations

import re
from collections import Counter

from .words import FUNCTION, UNSPACED, words

# Scripts: the default language, its characters, and all languages written in it.
_SCRIPTS: dict[str, tuple[str, frozenset[str]]] = {
    "ko": ("\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3", frozenset({"ko"})),
    "ja": ("\u3041-\u30ff\uff66-\uff9d", frozenset({"ja"})),
    "zh": ("\u3400-\u4dbf\u4e00-\u9fff", frozenset({"zh", "ja", "yue"})),
    "ar": ("\u0621-\u06ff\u0750-\u077f", frozenset({"ar", "fa", "ur", "ps", "ku", "ug", "sd"})),
    "hi": ("\u0900-\u097f", frozenset({"hi", "mr", "ne"})),
    "he": ("\u05d0-\u05ea", frozenset({"he", "yi"})),
    "bn": ("\u0980-\u09ff", frozenset({"bn", "as"})),
    "ta": ("\u0b80-\u0bff", frozenset({"ta"})),
    "te": ("\u0c00-\u0c7f", frozenset({"te"})),
    "th": ("\u0e01-\u0e5b", frozenset({"th"})),
    "ka": ("\u10a0-\u10ff", frozenset({"ka"})),
    "hy": ("\u0531-\u058a", frozenset({"hy"})),
    "am": ("\u1200-\u137f", frozenset({"am", "ti"})),
    "my": ("\u1000-\u109f", frozenset({"my"})),
    "km": ("\u1780-\u17ff", frozenset({"km"})),
    "el": ("\u0370-\u03ff\u1f00-\u1fff", frozenset({"el"})),
    "ru": ("\u0400-\u04ff", frozenset(["ru", "uk", "bg", "sr", "be", "mk", "kk", "ky", "mn", "tg"])),
    "en": ("A-Za-z\u00c0-\u024f\u1e00-\u1eff", frozenset()),
}
_SCRIPT = {name: re.compile(f"[{letters}]") for name, (letters, _languages) in _SCRIPTS.items()}
_DENSE = frozenset({"zh", "ja", "ko"})  # one character carries about as much as three letters
_MIN_KANA_SHARE = 0.05  # Japanese has at least this share of kana
_PERSIAN, _URDU = re.compile("[پچژگی]"), re.compile("[ٹڈڑےں]")
_BY_FUNCTION_WORDS = {
    "ru": frozenset({"ru", "uk", "bg"}),
    "en": frozenset(FUNCTION) - {"ru", "uk", "bg", "el"},
}
_SAMPLE_CHARS = 3_000
_LANGUAGES_WITH = Counter(word for table in FUNCTION.values() for word in table)
_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "cmn": "zh"}

# Words per minute. English, read silently: Brysbaert 2019, "How many words do we read per minute?". The other languages
# in proportion to Trauzettel-Klosinski & Dietz 2012, "Standardized assessment of reading performance" (IReST), where
# texts are read aloud: English 228, the mean of all languages 184.
_SILENT_ENGLISH, _ALOUD_ENGLISH, _ALOUD_MEAN = 238, 228, 184
_ALOUD = {
    "ar": 138,
    "de": 179,
    "en": 228,
    "es": 218,
    "fi": 161,
    "fr": 195,
    "he": 187,
    "it": 188,
    "nl": 202,
    "pl": 166,
    "pt": 181,
    "ru": 184,
    "sl": 180,
    "sv": 199,
    "tr": 166,
}
_ALOUD_CHARACTERS = {"zh": 255, "ja": 357}  # characters per minute, from the same study
_UNSPACED = re.compile(f"[{UNSPACED}]")


def detect(text: str, declared: str = "") -> str:
    """Returns the ISO 639-1 code of the text's language; empty when it cannot be detected.

    The script decides first, then the number of each language's function words. `declared` is the page's own BCP 47
    tag. It decides in doubt, but a text that clearly disagrees wins, because many pages declare the language of their
    template.
    """
    claim = base(declared)
    middle = max(_SAMPLE_CHARS, len(text) // 2)
    sample = f"{text[:_SAMPLE_CHARS]} {text[middle : middle + _SAMPLE_CHARS]}"
    counts = {name: len(script.findall(sample)) * (3 if name in _DENSE else 1) for name, script in _SCRIPT.items()}
    script = max(counts, key=counts.__getitem__)
    if not counts[script]:
        return claim
    if script in _BY_FUNCTION_WORDS:
        return _by_words(sample, claim, script)
    if script in {"zh", "ja"}:
        kana, ideographs = counts["ja"], counts["zh"]
        return "ja" if kana > _MIN_KANA_SHARE * (kana + ideographs) else "zh"
    if claim in _SCRIPTS[script][1]:
        return claim
    if script == "ar":
        return "ur" if _URDU.search(sample) else "fa" if len(_PERSIAN.findall(sample)) > 3 else "ar"
    return script


def _by_words(sample: str, claim: str, script: str) -> str:
    """Returns the language with most function words in the sample; words that few languages share count more."""
    seen = Counter(words(sample))
    total = seen.total()
    scores = {
        lang: sum(number / _LANGUAGES_WITH[word] for word, number in seen.items() if word in FUNCTION[lang])
        for lang in _BY_FUNCTION_WORDS[script]
    }
    best = max(sorted(scores), key=scores.__getitem__)
    covered = sum(number for word, number in seen.items() if word in FUNCTION[best])
    runner_up = max((score for lang, score in scores.items() if lang != best), default=0.0)
    clear = covered >= 3 and covered > 0.05 * total and scores[best] > 1.05 * runner_up
    if claim in scores:
        return best if clear and scores[best] > 1.5 * scores[claim] else claim
    if claim and (claim in _SCRIPTS["ru"][1]) == (script == "ru") and not _other_script(claim):
        # A language without function words here: only many words of another language outweigh the claim.
        return best if clear and covered > 0.3 * total else claim
    return best if clear else ""


def _other_script(claim: str) -> bool:
    return any(claim in languages for name, (_, languages) in _SCRIPTS.items() if name not in _BY_FUNCTION_WORDS)


def base(tag: str) -> str:
    """Returns the language of a BCP 47 tag: "de" for "de-AT"; empty when the tag has none."""
    lang = re.split("[-_]", tag.strip().lower(), maxsplit=1)[0]
    lang = _ALIASES.get(lang, lang)
    return lang if lang.isalpha() and lang.isascii() and 2 <= len(lang) <= 3 and lang not in {"und", "mul"} else ""


def encoder_supports(lang: str) -> bool:
    """Whether the encoder's vectors are meaningful in this language: all-MiniLM-L6-v2 was trained on English.

    Other languages are split into single letters (most of Korean and Chinese into [UNK]), so that similarity follows
    spelling, not meaning. False for an unknown language.
    """
    return base(lang) == "en"


def count_words(text: str) -> int:
    """Returns the number of words; each character of a script without spaces counts as one."""
    return len(words(text))


def reading_seconds(text: str, lang: str = "") -> int:
    """Returns the silent reading time in whole seconds, at least 1 for any word."""
    lang = base(lang)
    characters = len(_UNSPACED.findall(text))
    spaced = count_words(text) - characters
    silent = _SILENT_ENGLISH / _ALOUD_ENGLISH
    rate = _ALOUD.get(lang, _ALOUD_MEAN) * silent
    characters_rate = _ALOUD_CHARACTERS.get(lang, _ALOUD_CHARACTERS["zh"]) * silent
    minutes = spaced / rate + characters / characters_rate
    return max(1, round(60 * minutes)) if minutes else 0
