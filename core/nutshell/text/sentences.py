"""Splits text into sentences, by end marks and their surroundings.

Uses the rules on which Pragmatic Segmenter (Sadvilkar & Neumann 2020, "PySBD") and Punkt (Kiss & Strunk 2006) agree,
in one pass: find a mark, include its closing quotes and brackets, and look further only for an ambiguous period: is the
word before it an abbreviation, an initial or an ordinal, and does the word after it start sentences? Every look-around
is bounded, so the time is linear in the text. `tests/bench/sentences.py` compares this module with the libraries.
"""

from __future__ import annotations

import re

from nutshell.article import RUNNING_TEXT, Article, Sentence

from .abbreviations import MAY, NEVER, NUMBER
from .datelines import dateline_end
from .quotations import join_quotations
from .words import FUNCTION

# Invisible marks (zero width, text direction) can be anywhere a space or a quote can.
_INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
# Marks that always end a sentence, with or without a space after them.
_UNAMBIGUOUS = "。！？｡︒﹗﹖।॥۔؟።፧፨။៕།༎᠃᠉։꓿"
_CLOSERS = rf"\"'”’“‘»«›‹)\]}}」』】》〉）］｝〕{_INVISIBLE}"
_OPENERS = rf"\"'“‘”’„‚»«›‹(\[{{¿¡「『【《〈（［｛〔–—*•\-{_INVISIBLE}"
_QUOTES = frozenset("\"'”’“‘»«›‹」』")
# Scripts where a sentence may end without a space after it. Hangul is often written like that.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"

# An enumeration inside a paragraph, from its second number or letter on: "1. Wash. 2. Cut."
_ENUMERATOR = re.compile(r"(?<=\s)(?:[•⁃▪◦‣]\s*)?(\d{1,2}|[a-z])(\.\)|[.)])\s+(?=[^\W\d_])")
_BREAK = re.compile(r"\n(?:\s*\n\s*|[^\S\n]*(?=[•⁃*▪◦‣]|\d{1,3}[.)]\s))")
_MARK = re.compile(
    rf"(?P<mark>[.!?…‼⁇⁈⁉．{_UNAMBIGUOUS}]+(?:\s\.(?=[\s.]|$))*)(?P<close>[{_CLOSERS}]*(?:\[\d{{1,3}}\])*)(?P<gap>\s*)"
)
_NEXT = re.compile(rf"[{_OPENERS}\s]*(?P<word>\w[\w'’]{{0,40}})?(?P<after>\.?)")
_BEFORE = re.compile(r"[^\s\"'“”‘’„«»()\[\]{}/–—]*$")
_SPEECH_VERB = re.compile(
    r"\s*(?:[\w.'’-]+\s){0,3}(?:said|says|asked|asks|added|adds|wrote|writes|told|replied|answered|shouted|cried|shrieked"
    r"|whispered|tweeted|continued|explained|recalled|joked)\b"
)
_LABEL = (
    r"(?:Fig|Figure|Table|Tab|Step|Example|Box|Listing|Abb|Abbildung|Tabelle|Schritt|Tableau|Étape|Figura|Tabla|Paso)"
)
_NUMBERING = re.compile(rf"\W{{0,3}}(?:(?:{_LABEL}\.? )?\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}|[A-Za-z]|[ivxIVX]{{1,5}})$")
_MAX_LABEL_CHARS = 20
# "(Smith 55)." or "[Jones et al., 2010]" after a closing quotation mark belongs to the quotation's sentence.
_CITATION = re.compile(r"[(\[](?:[^()\[\]]{0,60}\d{1,4}[a-z]?|ibid|sic)[)\]](?=[.,;])")
_CLOCK_ONLY = re.compile(
    r"(?:(?:At|By|From|Until|Around|About|Before|After|Since|On) )?\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m$", re.I
)
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.-?)+[^\W\d_]{1,3}$")
_ROMAN = re.compile(r"[IVXLC]+$")
_LONG_WORD = re.compile(r"[^\W\d_]{2,}")
_VOWELLESS = re.compile(r"[bcdfghjklmnpqrstvwxz]{2,5}$")
_VOWEL_LANGUAGES = frozenset(["en", "de", "es", "fr", "it", "pt", "nl"])
_MAX_LOOK_CHARS = 300
_OPENING_SENTENCES = 6
# Marks of a single language: the Greek question mark, the Armenian full stop as commonly typed.
_LANGUAGE_MARKS = {"el": re.compile(r"(?<=\w);(?=\s)"), "hy": re.compile(r"(?<=\w):(?=\s)")}
_NAMES_WITH_MARK = frozenset({"Yahoo", "Yum", "Jeopardy", "Oklahoma", "Mamma Mia", "Wham", "Y"})


def split(article: Article) -> list[Sentence]:
    """Returns the sentences of all blocks of running text, in the page's order, without datelines.

    Sentences that share a quotation are one, because half a quotation says something else.
    """
    found: list[Sentence] = []
    for number, block in enumerate(article.blocks):
        if block.role in RUNNING_TEXT:
            for begin, end in join_quotations(block.text, split_text(block.text, article.lang)):
                start = dateline_end(block.text, begin, end, opening=len(found) < _OPENING_SENTENCES)
                found.append(Sentence(block.text[start:end], number, start, end))
    return found


def split_text(text: str, lang: str = "en") -> list[tuple[int, int]]:
    """Returns the start and end of each sentence, without surrounding whitespace.

    `lang` is a BCP 47 tag; empty when unknown. A blank line ends a sentence, and so does a line break before a list
    marker. Other line breaks do not.
    """
    rules = _Rules(lang)
    spans: list[tuple[int, int]] = []
    begin = 0
    for blank in _BREAK.finditer(text):
        _split_paragraph(text, begin, blank.start(), rules, spans)
        begin = blank.end()
    _split_paragraph(text, begin, len(text), rules, spans)
    return spans


class _Rules:
    """A language's abbreviations, and the words that start its sentences."""

    def __init__(self, lang: str) -> None:
        self.lang = lang.lower().replace("_", "-").split("-")[0] or "en"
        self.lang = {"nb": "no", "nn": "no"}.get(self.lang, self.lang)
        known = self.lang if self.lang in FUNCTION else "en"
        self.starters = FUNCTION[known]
        self.never = NEVER.get(self.lang, NEVER["en"])
        self.number = NUMBER.get(self.lang, NUMBER["en"])
        self.may = MAY.get(self.lang, MAY["en"])


def _split_paragraph(text: str, start: int, stop: int, rules: _Rules, spans: list[tuple[int, int]]) -> None:
    for begin in _enumerators(text, start, stop):
        _split_at_language_marks(text, start, begin, rules, spans)
        start = begin
    _split_at_language_marks(text, start, stop, rules, spans)


def _enumerators(text: str, start: int, stop: int) -> list[int]:
    """Returns where the second and later items of an enumeration begin, if the paragraph begins with its first."""
    stripped = start + len(text[start:stop]) - len(text[start:stop].lstrip())
    first = re.compile(r"(?:[•⁃▪◦‣]\s*)?(\d{1,2}|a)(\.\)|[.)])\s*(?=[^\W\d_])").match(text, stripped, stop)
    if first is None:
        return []
    found, style = [], first[2]
    expected = _successor(first[1])
    for item in _ENUMERATOR.finditer(text, first.end(), stop):
        if item[1] == expected and item[2] == style:
            found.append(item.start())
            expected = _successor(expected)
    return found


def _successor(number: str) -> str:
    return str(int(number) + 1) if number.isdigit() else chr(ord(number) + 1)


def _split_at_language_marks(text: str, start: int, stop: int, rules: _Rules, spans: list[tuple[int, int]]) -> None:
    if rules.lang in _LANGUAGE_MARKS:
        for mark in list(_LANGUAGE_MARKS[rules.lang].finditer(text, start, stop)):
            _split_at_marks(text, start, mark.end(), rules, spans)
            start = mark.end()
    _split_at_marks(text, start, stop, rules, spans)


def _split_at_marks(text: str, start: int, stop: int, rules: _Rules, spans: list[tuple[int, int]]) -> None:
    for match in _MARK.finditer(text, start, stop):
        end = match.end("close")
        if match.end() >= stop:
            break
        if rules.lang == "fr" and _closes_after_space(text, start, match):
            end = match.end() + 1
        if _opens_next_quote(text, start, match):
            end = match.end("mark")
        if _ends_sentence(text, start, match, rules):
            _append(text, start, end, spans)
            start = end
    _append(text, start, stop, spans)


def _append(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    sentence = text[start:end]
    start += len(sentence) - len(sentence.lstrip())
    end = start + len(sentence.strip())
    if end > start:
        spans.append((start, end))


def _closes_after_space(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a closing quotation mark follows after a space, as French writes it: « Non ! », or " Non ! "."""
    mark = text[match.end()]
    if mark == "»":
        return True
    spaced = mark == '"' and bool(match["gap"]) and text[match.end() + 1 : match.end() + 2].isspace()
    return spaced and text.count('"', max(start, match.end() - _MAX_LOOK_CHARS), match.end()) % 2 == 1


def _opens_next_quote(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the quotation mark right after the mark opens the next sentence: `he said."The`."""
    close = match["close"]
    if match["gap"] or len(close) != 1 or not text[match.end()].isalnum():
        return False
    if close in "\"'":
        return text.count(close, max(start, match.start() - _MAX_LOOK_CHARS), match.start()) % 2 == 0
    return close in "“‘"


def _ends_sentence(text: str, start: int, match: re.Match[str], rules: _Rules) -> bool:
    mark, gap = match["mark"], match["gap"]
    following = _NEXT.match(text, match.end())
    assert following is not None
    word, first = following["word"] or "", text[match.end()]
    cited = first in "([" and _QUOTES & set(match["close"]) and _CITATION.match(text, match.end())
    if cited or (first in ",;:、，；：،؛)]}」』）»”" and not (first == "»" and gap)):
        return False
    if any(sign in _UNAMBIGUOUS for sign in mark):
        return _ends_at_unambiguous(text, start, match, first)
    lower = word[:1].islower() and not word[1:2].isupper()
    if not gap and not _may_end_without_space(text, start, match, word, rules):
        return False
    if "?" in mark or "!" in mark or mark[0] in "‼⁇⁈⁉":
        return _ends_at_exclamation(text, start, match, word, rules)
    if "…" in mark or mark.count(".") > 1:
        return bool(word) and not lower and not word[:1].isdigit()
    return _ends_at_period(text, start, match, following, rules)


def _ends_at_exclamation(text: str, start: int, match: re.Match[str], word: str, rules: _Rules) -> bool:
    """After "?" or "!": not in "(!)", and not when the sentence continues after the quotation ("Stop!" he said)."""
    if text[match.start() - 1 : match.start()] in {"(", "["}:
        return False
    if word[:1].islower() and not word[1:2].isupper():
        # "print(ln)! macros", and a quotation that the mark does not end.
        if text[match.start() - 1 : match.start()] in {")", "]", "}"} or _inside_quotation(text, start, match.end()):
            return False
        before = _BEFORE.search(text, max(start, match.start() - 40), match.start())
        return rules.lang == "en" and not match["close"] and not (before and before[0] in _NAMES_WITH_MARK)
    if word[:1].isdigit():
        return text[match.end()] != "(" and "?" in match["mark"]
    return not (_QUOTES & set(match["close"]) and _SPEECH_VERB.match(text, match.end()))


def _inside_quotation(text: str, start: int, at: int) -> bool:
    return text.count('"', max(start, at - _MAX_LOOK_CHARS), at) % 2 == 1


def _ends_at_unambiguous(text: str, start: int, match: re.Match[str], first: str) -> bool:
    """Whether an unambiguous mark ends the sentence: not inside an open quotation, or before a particle."""
    back = text[max(start, match.start() - _MAX_LOOK_CHARS) : match.end("close")]
    if any(back.count(left) > back.count(right) for left, right in ("「」", "『』", "（）", "《》")):
        closing = re.compile("[」』）》]").search(text, match.end(), match.end() + _MAX_LOOK_CHARS)
        if closing:
            return False
    return not (match["close"] and first in "とっをにがはのもなで")


def _may_end_without_space(text: str, start: int, match: re.Match[str], word: str, rules: _Rules) -> bool:
    """Whether a mark without a space after it may end a sentence: `word.Another`, but not `3.5` or `example.com`."""
    first = text[match.end()]
    before = text[match.start() - 1 : match.start()]
    if re.match(f"[{_UNSPACED}]", first) and re.match(f"[{_UNSPACED}]", before):
        return True
    token = _BEFORE.search(text, max(start, match.start() - 60), match.start())
    head = token[0] if token else ""
    if (
        "@" in head
        or "." in head
        or ":" in head
        or text[match.start() - len(head) - 1 : match.start() - len(head)] == "/"
    ):
        return False
    if not word[:1].isupper() or not (word[1:2].islower() or word in {"I", "A"}):
        return False
    if (
        text[match.end() + len(word) : match.end() + len(word) + 1] in {".", "@", "/", "(", "_"}
        and word not in rules.starters
    ):
        return False
    if _LONG_WORD.fullmatch(head) and head.islower() and len(head) > 2:
        return True
    return word.lower() in rules.starters and (bool(match["close"]) or len(head) > 2)


def _ends_at_period(text: str, start: int, match: re.Match[str], following: re.Match[str], rules: _Rules) -> bool:
    word = following["word"] or ""
    starter = word[:1].isupper() and word.lower() in rules.starters and not (len(word) == 1 and following["after"])
    found = _BEFORE.search(text, max(start, match.start() - 40), match.start())
    token = found[0] if found else ""
    bare = token.lstrip(".-,…")
    low = bare.lower()
    upper = word[:1].isupper() or (word[:1].isalpha() and not word[:1].islower())
    digit = word[:1].isdigit()
    in_brackets = "(" in text[max(start, match.start() - 30) : match.start()].rpartition(")")[2]
    if (
        low in rules.never
        or (low in rules.number and digit)
        or (digit and in_brackets and len(bare) < 5)  # "(2 Cor. 5:17)"
        or _is_label(text, start, match.start())
    ):
        return False
    if low in {"a.m", "p.m", "am", "pm"} and rules.lang == "en":
        return upper and not word.isupper() and word not in _AFTER_CLOCK
    if low == "etc" and upper and rules.lang == "en":
        return True
    if low in rules.may or _DOTTED.match(bare) or _may_abbreviate(bare, low, rules.lang):
        return starter
    if word[:1].islower() and not word[1:2].isupper():
        return rules.lang == "en" and not match["close"] and bare.isalpha() and bare.islower() and len(bare) > 2
    return upper or digit or word[1:2].isupper() or not word


def _is_label(text: str, start: int, end: int) -> bool:
    """Whether the text up to the period only numbers what follows ("2.", "Figure 3.") or says when ("At 5 a.m.")."""
    if end - start > _MAX_LABEL_CHARS:
        return False
    return bool(_NUMBERING.match(text, start, end) or _CLOCK_ONLY.match(text[start:end].lstrip()))


def _may_abbreviate(bare: str, low: str, lang: str) -> bool:
    """Whether the word before the period may be an initial, a German ordinal, or a word without vowels."""
    if len(bare) == 1 and bare.isalpha():
        return not re.match(f"[{_UNSPACED}]", bare)
    if lang == "de" and ((bare.isdigit() and len(bare) < 3) or (_ROMAN.match(bare) and len(bare) < 6)):
        return True
    return lang in _VOWEL_LANGUAGES and not bare.isupper() and _VOWELLESS.match(low) is not None


_AFTER_CLOCK = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"} | {
    "Eastern",
    "Pacific",
    "Central",
    "Mountain",
    "GMT",
}
