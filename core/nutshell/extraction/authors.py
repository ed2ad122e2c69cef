"""Who wrote a page: names in its data, its meta elements and its bylines. The first valid one wins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .date_formats import written_spans
from .page_metadata import Mark, PageMetadata
from .plain_text import clean, decode, plain
from .schema_org import Item
from .titles import letters

_META = (
    "author", "article:author_name", "parsely-author", "dc.creator", "dcterms.creator", "dc.contributor", "citation_author",
    "citation_authors", "sailthru.author", "byl", "byline", "article:author", "og:article:author", "og:author", "book:author",
    "cxenseparse:author", "authors", "creator", "dcsext.author", "vr:author", "twitter:data1",
)  # fmt: skip
_BY = r"by|von|vom|par|por|di|da|door|av|af|od|przez|от|автор|автори|текст|szerző|írta|kirjoittanut|yazan|oleh|tác giả|作者|撰文|文|記者|记者|著者|筆者|글"
_ROLE = (
    r"autor(?:in|en|es|a)?|authors?|auteure?s?|autore|autrice|verfasser(?:in)?|redakteur(?:in)?|redacteur|writer|words|text|texte|testo|texto|story"
    r"|article|report(?:er)?|journalist|publié|ver[öo]ffentlicht|geschrieben|written|posted|published|submitted|created|reported|eingestellt|erstellt|escrito"
    r"|publicado|scritto|pubblicato|ecrit|écrit|rédigé|propos recueillis|ein beitrag|ein gastbeitrag|gastbeitrag|contributed|reviewed|uploaded|added|started|asked|a post"
)
# "By", "Written by", "Author:", "Posted on Monday by"; what follows is the name.
_LABEL = re.compile(
    rf"^(?:[\W_]*(?:{_ROLE}|{_BY})\s*[:：/／]\s*|(?:(?:{_ROLE})\s+)?(?:(?:on|am|le|el)\s[^,]{{3,30}}?\s)?(?:{_BY})\s+)(?=\S)",
    re.IGNORECASE,
)
_HAS_LABEL = re.compile(
    rf"^\s*(?:(?:{_ROLE})\s+(?:{_BY})\b|(?:{_ROLE}|{_BY})\s*[:：/／]|by\s|von\s|par\s|por\s)", re.IGNORECASE
)
_INNER_LABEL = re.compile(
    rf"(?:^|[\s.,;|·•–—-])(?:(?:{_ROLE})\s+)?(?:by|von|par|por|door|av|af)\s*:?\s+(?=\S)", re.IGNORECASE
)
_PRONOUNS = re.compile(r"\s*[(（][^)）]*[)）]\s*$")
_CUT = re.compile(
    r"\s+[|•·–—/]\s+|\s*[|｜•·]\s*|\s+-\s+|\s{2,}"
    r"|(?:^|,?\s+)(?:(?:last |zuletzt )?(?:updated?|published|posted|modified|reviewed|aktualisiert|ver[öo]ffentlicht|publié|mis à jour|actualizado|publicado)\b"
    r"|(?:on|am|at|in|vom|le|el|den|um) (?=\S*\s?\d)|(?:in|under|unter|dans|en) (?=[A-Z][a-z]+$))"
    r"|(?:^|,?\s+)(?:for|für|pour|para) (?=[A-Z])|\s+(?:reading time|lesezeit|min read|minutes? read)\b",
    re.IGNORECASE,
)
_JUNK = re.compile(
    r"^(?:(?:super|web)?admin(?:istrator|istrateur)?s?|staff|(?:the )?editors?|editorial(?: (?:team|staff))?|redaktion|(?:la )?r[ée]daction|redazione|redacción|redactie|guest(?: (?:author|post|writer|blogger))?|gast(?:autor)?"
    r"|authors?|autor(?:in)?|auteur|web-?master|unknown|unbekannt|anonym(?:ous|e)?|by|null|none|undefined|n/?a|nan|false|true|user|default|test|root|system|name|contributors?|various|verschiedene"
    r"|(?:sign|log) ?(?:in|out|up)|login|register|subscribe|follow(?: us| me)?|share|print|email|e-mail|contact(?: us)?|kontakt|menu|search|home|profile?|see (?:more|all)|show more|read more|mehr(?: lesen)?|more|view (?:all|profile|bio).*"
    r"|(?:all |view all |more |weitere )?(?:posts?|articles?|stories|beitr[äa]ge|artikel)(?: (?:by|from|von).*)?|about(?: (?:the )?author| us| me)?|über (?:uns|mich|den autor|die autorin)|(?:leave a |\d+ )?(?:comments?|kommentare?|commentaires?|comentarios?|repl(?:y|ies))"
    r"|advertisement|anzeige|sponsored.*|copyright.*|all rights reserved|privacy.*|impressum|cookie.*|tags?|categor(?:y|ies)|kategorien?|uncategorized|allgemein|news|blog|magazin|updated?|published|verified|today|yesterday|photos?|foto|image|getty images|shutterstock"
    r"|wordpress(?:\.com)?|blogger|squarespace|wix(?:\.com)?|joomla|drupal|typo3|microsoft|adobe.*|facebook|twitter|x|linkedin|instagram|youtube|google|pinterest|whatsapp)\W*$",
    re.IGNORECASE,
)
_NOT_NAME = re.compile(
    r"https?:|www\.|@\w+\.\w|\b(?:19|20)\d\d\b|\d{1,2}:\d\d|©|[<>{}\[\]=]|[?!]$|\.(?:com|de|org|net|html?|php)(?:\s|/|$)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\w{4,}[.]\s+\S+\s|\b(?:is|are|was|were|ist|sind|war|has|have|hat|est|sont|es|son|è|sono|you|your|this|dieser?|our|we|wir)\b",
    re.IGNORECASE,
)

# How much the markup says that a text is the byline.
_HINTS = (
    (re.compile(r"(?:^|\s)rel-author(?:\s|$)"), 3.0),
    (re.compile(r"^(?:rel-author )?(?:author-page )?(?:\S+:)?author(?:\s|$)", re.IGNORECASE), 4.0),
    (re.compile(r"(?:^|\s)author-page(?:\s|$)"), 2.0),
    (
        re.compile(
            r"author[-_]*name|by-?line|(?:^|[\s_-])(?:author|autor|auteur|autore|verfasser|writer)s?(?:$|[\s_-]|link)|posted-?by|p-author|fn(?:$|\s)",
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
_OTHERS = re.compile(
    r"commit|comment|avatar|image|img|photo|share|social|follow|count|date|time|reviewer|editor-?name|bio(?:graphy)?(?:$|[\s_-])|description|translator|illustrator",
    re.IGNORECASE,
)
_PLACES = {"comment": -9.0, "nav": -6.0, "navigation": -6.0, "aside": -3.0, "complementary": -3.0, "footer": -1.0, "contentinfo": -6.0, "dialog": -6.0, "biography": -1.0, "li": -0.5, "table": -1.0, "blockquote": -3.0, "figure": -3.0, "figcaption": -4.0, "form": -3.0}  # fmt: skip


class AuthorReader:
    """`publishers` are the names of the site and its publisher: they are no author. `heading` is the page's title on the
    page."""

    def __init__(self, metadata: PageMetadata, title: str, publishers: Iterable[str], heading: Mark | None) -> None:
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
            elif not value.is_a("Organization", "NewsMediaOrganization", "Corporation") or not self._is_publisher(
                value.label()
            ):
                found += self._names(plain(value.label()))
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
            if score > best_score and (found := self._names(self._byline(mark.text))):
                best, best_score = _joined(found), score
        return best, best_score

    def _candidates(self) -> Iterator[tuple[Mark, float]]:
        ours = self._heading.place if self._heading else frozenset[str]()
        for mark in self._metadata.bylines:
            hint = max((weight for pattern, weight in _HINTS if pattern.search(mark.hint)), default=0.0)
            if _OTHERS.search(mark.hint):
                hint -= 2.0
            text = self._byline(mark.text)
            if _HAS_LABEL.search(mark.text.split("\n")[0]):
                hint += 1.5
            if text and len(text.split()) > 8:
                hint -= 1.0
            yield mark, hint + self._position(mark) + sum(_PLACES.get(place, 0.0) for place in mark.place - ours)
        for mark in self._metadata.lines:
            if (
                len(mark.text) <= 120
                and _HAS_LABEL.search(mark.text)
                and not mark.place & {"comment", "nav", "figure", "figcaption"}
            ):
                near = self._position(mark)
                if near > 0 or mark.line > 0.85 * self._metadata.line_count:
                    yield mark, 1.5 + near + sum(_PLACES.get(place, 0.0) for place in mark.place - ours)

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
            if re.fullmatch(rf"(?:(?:{_ROLE})\s+)?(?:{_BY}|{_ROLE})\s*:?", line, re.IGNORECASE) and number + 1 < len(
                lines
            ):
                return lines[number + 1]
        labelled = next((line for line in lines if _HAS_LABEL.search(line)), None)
        if labelled is not None:
            return labelled
        if len(lines) == 1 and (inner := list(_INNER_LABEL.finditer(lines[0]))) and len(lines[0]) < 120:
            return lines[0][inner[0].start() :].lstrip(" .,;|·•–—-")
        return lines[0] if lines else ""

    def _names(self, text: str) -> list[str]:
        text = clean(decode(text)) if "&" in text else clean(text)
        for _ in range(2):
            text = _LABEL.sub("", text, count=1)
        if dates := written_spans(text):
            start, end, _ = dates[0]
            text = text[:start] if start > 3 else text[end:]
            text = _LABEL.sub("", clean(text).lstrip(",;:|·•–—-/ "), count=1)
        text = _CUT.split(text, maxsplit=1)[0]
        text = _PRONOUNS.sub("", text).strip(' \t,;:|·•–—-/*_"“”„«»›‹>')
        if text.endswith(".") and len(text.split()[-1:][0]) > 4:
            text = text.rstrip(".")
        return [text] if self._is_name(text) else []

    def _is_name(self, text: str) -> bool:
        if not 1 < len(text) <= 120 or not any(c.isalpha() for c in text) or len(text.split()) > 16:
            return False
        if _JUNK.match(text) or _NOT_NAME.search(text) or self._is_publisher(text) or letters(text) == self._title:
            return False
        if len(text.split()) > 4 and _SENTENCE.search(text):
            return False
        return sum(c.isdigit() for c in text) <= 4

    def _is_publisher(self, name: str) -> bool:
        return letters(name) in self._publishers


def _joined(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))[:300]
