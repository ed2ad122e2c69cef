"""Who wrote a page: names in its data, its meta elements and its bylines. The first valid one wins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from nutshell.text.months import month_number

from .date_formats import written_spans
from .page_metadata import Mark, PageMetadata
from .plain_text import clean, decode, plain
from .schema_org import Item
from .titles import letters

_META = (
    "author", "article:author_name", "parsely-author", "dc.creator", "dcterms.creator", "dc.contributor",
    "citation_author",
    "citation_authors", "sailthru.author", "byl", "byline", "article:author", "og:article:author", "og:author",
    "book:author",
    "cxenseparse:author", "authors", "creator", "dcsext.author", "vr:author",
)  # fmt: skip
_BY = (
    r"by|von|vom|par|por|di|da|door|av|af|od|przez|от|автор|автори|текст|szerző|írta|kirjoittanut|yazan|oleh|tác giả"
    r"|作者|撰文|文|記者|记者|著者|筆者|글"
)
_ROLE = (
    r"autor(?:[:*_]?innen|[:*_]?in|en|es|a)?|interview|authors?|auteure?s?|autore|autrice|verfasser(?:in)?|redakteur(?:in)?|redacteur|writer"
    r"|words|text|texte|testo|texto|story"
    r"|article|report(?:er)?|journalist|publié|ver[öo]ffentlicht|geschrieben|written|posted|published|submitted"
    r"|created|reported|eingestellt|erstellt|escrito"
    r"|publicado|scritto|pubblicato|ecrit|écrit|rédigé|propos recueillis|ein beitrag|ein gastbeitrag|gastbeitrag"
    r"|post author|redaktion|contributed|reviewed|uploaded|added|started|asked|a post"
)
# "By", "Written by", "Author:", "Posted on Monday by"; what follows is the name.
_LABEL = re.compile(
    rf"^(?:[\W_]*(?:{_ROLE}|{_BY})\s*[:：/／]\s*|(?:(?:{_ROLE})\s+)?(?:(?:on|am|le"
    rf"|el)\s[^,]{{3,30}}?\s)?(?:{_BY})\s+|(?:author|autor(?:in)?|beitrag\s*von)\s+)(?=\S)",
    re.IGNORECASE,
)
_ONLY_LABEL = re.compile(rf"(?:(?:{_ROLE})\s+)?(?:{_BY}|{_ROLE})\s*:?", re.IGNORECASE)
_HAS_LABEL = re.compile(
    rf"^\s*(?:(?:{_ROLE})\s+(?:{_BY})\b|(?:{_ROLE}|{_BY})\s*[:：/／]|by\s|von\s|par\s|por\s)", re.IGNORECASE
)
_INNER_LABEL = re.compile(
    rf"(?:^|[\s.,;|·•–—-])(?:(?:{_ROLE})\s+)?(?:by|von|par|por|door|av|af)\s*:?\s+(?=\S)", re.IGNORECASE
)
_WEEKDAYS = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag"
    r"|sonnabend|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|mi[ée]rcoles|jueves|viernes"
    r"|s[áa]bado|domingo|luned[ìi]|marted[ìi]|mercoled[ìi]|gioved[ìi]|venerd[ìi]|sabato|domenica"
)
_WEEKDAY = re.compile(_WEEKDAYS, re.IGNORECASE)
_LEADING_DATE = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:,?\s+\d\d?:\d\d)?(?:\s+Uhr)?[\s,;:|·•–—-]+")
_DANGLING = re.compile(
    rf"(?:(?:^|[\s,;:|·•–—»-]+)(?:am|at|on|vom|le|el|den|um|the|datum|date|dated|published|posted|erstellt"
    rf"|{_WEEKDAYS})?\W*)+$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s+(?:im (?:gespräch|interview) mit|in conversation with|interviewed by)\s+", re.IGNORECASE)
_DAYS = (
    re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th|\.)?\s+(?P<month>[^\W\d_]{3,10})"),
    re.compile(r"(?P<month>[^\W\d_]{3,10})\.?\s+\d{1,2}(?!\d)"),
)
_PRONOUNS = re.compile(r"\s*[(（][^)）]*[)）]\s*$")
_CUT = re.compile(
    r"\s+[|•·–—/]\s+|\s*[|｜•·]\s*|\s+-\s+|\s{2,}"
    r"|(?:^|,?\s+)(?:(?:last |zuletzt )?(?:updated?|published|posted|modified|reviewed|aktualisiert"
    r"|ver[öo]ffentlicht|publié|mis à jour|actualizado|publicado)\b"
    r"|(?:on|am|at|in|vom|le|el|den|um) (?=\S*\s?\d)|(?:in|under|unter|dans|en) (?=[A-Z][a-z]+$))"
    r"|(?:^|,?\s+)(?:for|für|pour|para) (?=[A-Z])|\s+(?:reading time|lesezeit|min read|minutes? read)\b",
    re.IGNORECASE,
)
_JUNK = re.compile(
    r"^(?:\d+ ?(?:minutes?|mins?|min read|minuten|minutos|分钟|分)|written by|words by|no author|stand|(?:super|web"
    r"|wordpress ?"
    r"|wp-?)?admin(?:istrator|istrateur)?s?|staff|(?:the )?editors?|editorial(?: (?:team"
    r"|staff))?|redaktion|(?:la )?r[ée]daction|redazione|redacción|redactie|guest(?: (?:author|post|writer"
    r"|blogger))?|gast(?:autor)?"
    r"|authors?|autor(?:in)?|auteur|von|vom|par|por|publisher|web-?master|unknown|unbekannt|anonym(?:ous|e)?|by|null|none|undefined|n/?a|nan"
    r"|false|true|user|default|test|root|system|name|contributors?|various|verschiedene"
    r"|cc[ -]by.*|creative commons.*|public domain|(?:sign|log) ?(?:in|out|up)|login|register|subscribe"
    r"|follow(?: us| me)?|share|print|email|e-mail|contact(?: us)?|kontakt|menu|search|home|profile?|see (?:more"
    r"|all)|show more|read more|mehr(?: lesen)?|more"
    r"|view (?:all|profile|bio).*"
    r"|(?:all |view all |more |weitere )?(?:posts?|articles?|stories|beitr[äa]ge|artikel)(?: (?:by|from|von).*)?"
    r"|about(?: (?:the )?author| us| me)?|über (?:uns|mich|den autor|die autorin)|(?:leave a |\d+ )?(?:comments?"
    r"|kommentare?|commentaires?|comentarios?|repl(?:y|ies))"
    r"|advertisement|anzeige|sponsored.*|copyright.*|all rights reserved|privacy.*|impressum|cookie.*|tags?"
    r"|categor(?:y|ies)|kategorien?|uncategorized|allgemein|news|blog|magazin|updated?|published|verified|today"
    r"|yesterday|photos?|foto|image|getty images|shutterstock"
    r"|wordpress(?:\.com)?|blogger|squarespace|wix(?:\.com)?|joomla|drupal|typo3|microsoft|adobe.*|facebook|twitter"
    r"|x|linkedin|instagram|youtube|google|pinterest|whatsapp)\W*$",
    re.IGNORECASE,
)
_EDITORS = re.compile(
    r"(?:die |the |la )?(?:redaktion|r[ée]daction|redazione|redacci[óo]n|redactie|editorial(?: team| staff)|editors"
    r"|editorial board|редакция|編集部|편집부|编辑部)",
    re.IGNORECASE,
)
# What links and headings around an author's name say. "Will" and "Mark" are names.
_CALL = re.compile(
    r"(?:get|try|join|log|sign|follow|my|visit|shop|start|learn|view|see|buy|download|insights|authorized|read|all|back"
    r"|next|previous"
    r"|explore|discover|meet|about|ask|contact|become|free|add|create|find|show|go|skip|more|related|latest|recent"
    r"|also)\b.*",
    re.IGNORECASE,
)
_NOT_NAME = re.compile(
    r"https?:|www\.|@\w+\.\w|\w[«»„“”]|[«»„“”]\w|^(?:der|die|das|den|dem|des|einer?|einem|einen|eines)\s\S+\s|\b(?:19|20)\d\d\b|\d{1,2}:\d\d|©|[<>{}\[\]=]|[?!]$|\.(?:com|de|org|net|html?|php)(?:\s"
    r"|/|$)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\w{4,}[.]\s+\S+\s|\b(?:is|are|was|were|ist|sind|war|has|have|hat|est|sont|es|son|è|sono|you|your|this|dieser?"
    r"|our|we|wir)\b",
    re.IGNORECASE,
)

_PERSON = re.compile(r"[^\W\d_a-z][^\s,]*(?:\s+[^\s,]+){1,4}")
_FULL_NAME = re.compile(
    r"(?!(?:The|From|Best|New|Our|Member|About|Top)\b)[^\W\d_a-z][\w'’-]+\.?(?:\s(?:van|von|vom|zu|de|der|den|del|della|di|da|dos|la|le|el|al|bin|ibn))*"
    r"(?:\s[^\W\d_a-z][\w'’-]*\.?){1,2}"
)
_OWN = re.compile(r"^rel-author\b|^(?:rel-author )?(?:author-page )?(?:\S+:)?author(?:\s|$)", re.IGNORECASE)
"""Markup that says that this is the author, even if a person's name is the name of the site, as on a blog."""
SURE, _DOUBTFUL = 2.75, 2.4
"""From which score on a byline is believed, and from which if it is the name of a person."""
_AUTHOR_LINK = re.compile(r"(?:^|\s)(?:rel-author|author-page)(?:\s|$)|author[-_]*name", re.IGNORECASE)
_AUTHOR_PAGE = 2.0
# How much the markup says that a text is the byline.
_HINTS = (
    (re.compile(r"(?:^|\s)rel-author(?:\s|$)"), 3.0),
    (re.compile(r"^(?:rel-author )?(?:author-page )?(?:\S+:)?author(?:\s|$)", re.IGNORECASE), 4.0),
    (re.compile(r"(?:^|\s)author-page(?:\s|$)"), _AUTHOR_PAGE),
    (
        re.compile(
            r"author[-_]*name|by-?line|(?:^|[\s_-])(?:author|autor|auteur|autore|verfasser|writer)s?(?:$|[\s_-]"
            r"|link)|posted-?by|p-author|fn(?:$|\s)",
            re.IGNORECASE,
        ),
        3.0,
    ),
    (
        re.compile(
            r"author|autor|auteur|redakteur|journalist|reporter|contributor|verfasser|creator|submitted|vcard",
            re.IGNORECASE,
        ),
        1.5,
    ),
    (re.compile(r"meta|info|details|footer|header|signature", re.IGNORECASE), 0.5),
)
_OF_OTHERS = re.compile(r"commit|comment|reply|reviewer|contributor-?list|recent", re.IGNORECASE)
_OTHERS = re.compile(
    r"avatar|image|img|photo|share|social|follow|count|date|time|reviewer|editor-?name"
    r"|bio(?:graphy)?(?:$|[\s_-])|description|translator|illustrator",
    re.IGNORECASE,
)
_PLACES = {
    "comment": -9.0,
    "nav": -6.0,
    "navigation": -6.0,
    "aside": -4.5,
    "complementary": -4.5,
    "footer": -1.0,
    "contentinfo": -6.0,
    "dialog": -6.0,
    "biography": -1.0,
    "li": -0.5,
    "table": -1.0,
    "blockquote": -3.0,
    "figure": -3.0,
    "figcaption": -4.0,
    "form": -3.0,
}


class AuthorReader:
    """`publishers` are the names of the site and its publisher, which are no author. `heading` shows the title.

    `editors`: whether "Editorial team" and the like are an author. They are where the page names no person.
    """

    def __init__(
        self,
        metadata: PageMetadata,
        title: str,
        publishers: Iterable[str],
        heading: Mark | None,
        editors: bool = False,
    ) -> None:
        self._editors = editors
        self._metadata = metadata
        self._title = letters(title)
        self._publishers = {key for name in publishers if (key := letters(name))}
        host = metadata.host()
        self._publishers |= {letters(host), letters(host.split(".")[0])} - {""}
        self._heading = heading

    def from_item(self, item: Item) -> str:
        """Returns the authors of an item, separated by commas."""
        found = []
        for value in item.values("author", "authors") or item.values("creator"):
            if isinstance(value, str):
                found += self._names(plain(value))
            else:
                # A site may have its author's name. Then its data says that this is a person.
                person = value.types == ("Person",) and len(value.label().split()) > 1
                found += self._names(plain(value.label()), person)
        return _joined(found)

    def from_meta(self) -> str:
        for name in _META:
            found = [author for content in self._metadata.contents(name) for author in self._names(plain(content))]
            if found:
                return _joined(found)
        return ""

    def from_bylines(self) -> tuple[str, float]:
        """Returns the author in the page's best byline, and how sure it is (0 and up)."""
        best, best_score = "", 0.0
        for mark, score in self._candidates():
            own = score >= SURE and bool(_OWN.search(mark.hint))
            found = self._names(self._byline(mark.text), own) if score > best_score else []
            if found := [name for name in found if not self._is_publisher(name) or _FULL_NAME.fullmatch(name)]:
                best, best_score = _joined(found), score
        if _DOUBTFUL <= best_score < SURE and _FULL_NAME.fullmatch(best):
            best_score = SURE
        return best, best_score

    def from_biography(self) -> str:
        """Returns the name in the box about the author, if the page has one and its links or classes say so."""
        for mark in self._metadata.bylines:
            if "biography" not in mark.place or mark.place & {"comment", "nav"} or not _AUTHOR_LINK.search(mark.hint):
                continue
            names = [name for name in self._names(self._byline(mark.text)) if _PERSON.fullmatch(name)]
            if names:
                return _joined(names)
        return ""

    def _candidates(self) -> Iterator[tuple[Mark, float]]:
        ours = self._heading.place if self._heading else self._metadata.everywhere()
        for mark in self._metadata.bylines:
            hint = max((weight for pattern, weight in _HINTS if pattern.search(mark.hint)), default=0.0)
            if _OF_OTHERS.search(mark.hint):
                hint -= 7.0
            elif _OTHERS.search(mark.hint):
                hint -= 2.0
            text = self._byline(mark.text)
            if hint == _AUTHOR_PAGE and not _PERSON.fullmatch(text):
                continue  # links to other people's pages look the same
            if _HAS_LABEL.search(mark.text.split("\n")[0]):
                hint += 1.5
            if text and len(text.split()) > 8:
                hint -= 1.0
            yield mark, hint + self._position(mark) + sum(_PLACES.get(place, 0.0) for place in mark.place - ours)
        for mark in self._labelled_lines():
            if (
                len(mark.text) <= 120
                and _HAS_LABEL.search(_LEADING_DATE.sub("", mark.text))
                and not mark.place & {"comment", "nav", "figure", "figcaption"}
            ):
                near = self._position(mark)
                if near > 0 or mark.line > 0.85 * self._metadata.line_count:
                    yield mark, 1.5 + near + sum(_PLACES.get(place, 0.0) for place in mark.place - ours)

    def _labelled_lines(self) -> Iterator[Mark]:
        """Yields the page's lines. One that is only a label, such as "Author:", is joined with the next."""
        texts = {mark.line: mark.text for mark in self._metadata.lines}
        for mark in self._metadata.lines:
            name = texts.get(mark.line + 1) if _ONLY_LABEL.fullmatch(mark.text) else None
            yield replace(mark, text=f"{mark.text}\n{name}") if name else mark

    def _position(self, mark: Mark) -> float:
        if not self._heading:
            return 0.0
        distance = mark.line - self._heading.line
        if 0 <= distance <= 12:
            return 2.0 - distance / 12
        return 1.0 if -5 <= distance < 0 else -0.5

    def _byline(self, text: str) -> str:
        """Returns the part of a byline that holds the name: the line with a label, or else the first."""
        lines = [line for line in map(clean, text.split("\n")) if line]
        for number, line in enumerate(lines):
            if number + 1 < len(lines) and _ONLY_LABEL.fullmatch(line):
                return lines[number + 1]
        while len(lines) > 1 and (_JUNK.match(lines[0]) or _CALL.match(lines[0])):
            lines = lines[1:]
        labelled = next((line for line in lines if _HAS_LABEL.search(line)), None)
        if labelled is not None:
            return labelled
        if len(lines) == 1 and (inner := list(_INNER_LABEL.finditer(lines[0]))) and len(lines[0]) < 120:
            return lines[0][inner[0].start() :].lstrip(" .,;|·•–—-")
        return lines[0] if lines else ""

    def _names(self, text: str, person: bool = False) -> list[str]:
        """Returns the names in a byline. The name of the site is one only of a `person`."""
        text = clean(decode(text)) if "&" in text else clean(text)
        text = _LEADING_DATE.sub("", text)
        for _ in range(2):
            text = _LABEL.sub("", text, count=1)
        if dates := written_spans(text) or _days(text):
            start, end, _ = dates[0]
            text = text[:start] if start > 3 else text[end:]
            text = _LABEL.sub("", _DANGLING.sub("", clean(text)).lstrip(",;:|·•–—-/ "), count=1)
        text = _CUT.split(text, maxsplit=1)[0]
        text = _PRONOUNS.sub("", text).strip(' \t,;:|·•–—-/*_"“”„«»›‹>')
        if text.endswith(".") and len(text.split()[-1:][0]) > 4:
            text = text.rstrip(".")
        return [name for name in _BETWEEN.split(text) if self._is_name(name, person)]

    def _is_name(self, text: str, person: bool) -> bool:
        if not 1 < len(text) <= 120 or not any(c.isalpha() for c in text) or len(text.split()) > 16:
            return False
        if self._editors and _EDITORS.fullmatch(text):
            return True
        if _JUNK.match(text) or _CALL.fullmatch(text) or _WEEKDAY.fullmatch(text):
            return False
        if _NOT_NAME.search(text) or (not person and self._is_publisher(text)) or letters(text) == self._title:
            return False
        if len(text.split()) > 4 and _SENTENCE.search(text):
            return False
        return sum(c.isdigit() for c in text) <= 4

    def _is_publisher(self, name: str) -> bool:
        return letters(name) in self._publishers


def _days(text: str) -> list[tuple[int, int, str]]:
    """Returns where a text has days without a year, such as "4 March" and "Mar 4", as `written_spans` does."""
    found = (match for pattern in _DAYS for match in pattern.finditer(text))
    return [(*match.span(), "") for match in found if month_number(match["month"])]


def _joined(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))[:300]
