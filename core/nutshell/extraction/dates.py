"""When a page was published: the first valid date of its data, its meta elements, its markup, its text, its address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from .date_formats import find_written, parse_stated, written_spans
from .page_metadata import Mark, PageMetadata
from .schema_org import Item

_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time",
    "datepublished", "article.published", "parsely-pub-date",
    "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dc.date.created", "dc.date.published",
    "citation_publication_date", "citation_date", "citation_online_date", "prism.publicationdate",
    "publish-date", "publish_date", "publishdate", "published_date",
    "published-date", "date_published", "pubdate", "publication_date", "publication-date",
    "originalpublicationdate", "displaydate", "article_date_original",
    "dateposted", "date.created", "created", "article:created", "video:release_date", "book:release_date",
    "release_date", "ptime", "rnews:datepublished",
)  # fmt: skip
_GENERAL = (
    "date",
    "dc.date",
    "dcterms.date",
    "dcterms.available",
    "last-modified-date",
    "timestamp",
    "pdate",
    "article:date",
)
_IN_ADDRESS = re.compile(r"[/_-]((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?([0-2]\d|3[01])(?=[/_.-]|$)")

_HINT_PUBLISHED = re.compile(
    r"datepublished|publish|pubdate|posted|entry-?date|post-?date|article-?date|created|issued|dt-published"
    r"|ver[oö]ffentlich",
    re.IGNORECASE,
)
_HINT_MODIFIED = re.compile(r"modif|updat|aktualis|revis", re.IGNORECASE)
_HINT_OTHER = re.compile(
    r"event|deadline|birth|validity|expire|start|end-?date|comment|copyright|archive|calendar|count|duration|reading",
    re.IGNORECASE,
)
_SAYS_PUBLISHED = re.compile(
    r"\b(?:published|posted|publish|written|created|first|veröffentlicht|erstellt|geschrieben|eingestellt|gepostet"
    r"|publié|posté|publicado|pubblicato|gepubliceerd|geplaatst"
    r"|opublikowano|dodano|publicerad|julkaistu|yayınlan|дата|опубликовано|stand|vom|am|on|le|el|il)\b|发布|發布|公開|投稿"
    r"|入力|등록|게시|기사입력|发表|時間|时间|日期",
    re.IGNORECASE,
)
_SAYS_MODIFIED = re.compile(
    r"\b(?:updated?|modified|revised|edited|changed|reviewed|aktualisiert|geändert|bearbeitet|letzte|zuletzt"
    r"|mis à jour|modifié|actualizado|aggiornato|bijgewerkt|zaktualizowano|последнее)\b|更新|수정",
    re.IGNORECASE,
)
_SAYS_OTHER = re.compile(
    r"©|\bcopyright\b|\b(?:born|geboren|until|bis|deadline|since|seit|join(?:ed)?|member|registered|registriert"
    r"|mitglied|retrieved|accessed|abgerufen|version|isbn|date of birth|termin|wann|event|from|ab|ends?|starts?"
    r"|expires?|all rights|between|zwischen)\b",
    re.IGNORECASE,
)
_BAD_PLACES = {
    "comment": -8.0,
    "aside": -3.0,
    "complementary": -3.0,
    "nav": -5.0,
    "navigation": -5.0,
    "footer": -1.0,
    "contentinfo": -4.0,
    "dialog": -5.0,
    "a": -0.7,
    "li": -0.5,
    "table": -1.5,
    "blockquote": -3.0,
    "figcaption": -3.0,
    "form": -2.0,
    "biography": -2.0,
}


class DateReader:
    """`heading` is the page's title on the page, `today` the day that no publication is later than."""

    def __init__(self, metadata: PageMetadata, heading: Mark | None, lang: str, today: date) -> None:
        self._metadata = metadata
        self._heading = heading
        self._lang = lang
        self._latest = (today + timedelta(days=1)).isoformat()

    def from_item(self, item: Item) -> str:
        return self._first(
            item.raw_texts("datePublished") + item.raw_texts("uploadDate") + item.raw_texts("datePosted")
        )

    def created(self, item: Item) -> str:
        return self._first(item.raw_texts("dateCreated") + item.raw_texts("dateModified"))

    def from_meta(self) -> str:
        return self._first(list(self._metadata.contents(*_PUBLISHED)))

    def from_general_meta(self) -> str:
        return self._first(list(self._metadata.contents(*_GENERAL)))

    def from_address(self) -> str:
        for address in self._metadata.addresses():
            if found := _IN_ADDRESS.search(address):
                made = self._valid(parse_stated("-".join(found.groups())))
                if made:
                    return made
        return ""

    def from_page(self) -> tuple[str, float]:
        """Returns the date that the page shows for itself, and how sure it is (0 and up)."""
        best, best_score = "", 0.0
        for made, score in self._candidates():
            if score > best_score and (valid := self._valid(made)):
                best, best_score = valid, score
        return best, best_score

    def _candidates(self) -> Iterator[tuple[str, float]]:
        ours = self._heading.place if self._heading else self._metadata.everywhere()
        for mark in self._metadata.dates:
            written = find_written(mark.text, self._lang)
            made = parse_stated(mark.value, self._lang) if mark.value else ""
            if not made and not written:
                continue
            if len(mark.text) > 100 and not made:
                continue
            score = 1.0 + self._position(mark) + self._place(mark, ours)
            score += 2.0 if _HINT_PUBLISHED.search(mark.hint) else 0.0
            score += 1.0 if mark.hint.startswith("time") else 0.0
            score -= 1.5 if _HINT_MODIFIED.search(mark.hint) else 0.0
            score -= 2.5 if _HINT_OTHER.search(mark.hint) else 0.0
            score += self._said(mark.text)
            yield made or written[0], score
        for mark in self._metadata.lines:
            for number, (start, _, made) in enumerate(written_spans(mark.text, self._lang)[:2]):
                rest = len(mark.text) - 12
                score = 0.6 + self._position(mark) + self._place(mark, ours) + self._said(mark.text) - 0.3 * number
                score -= min(2.0, max(0, rest - 40) / 50)
                score += 0.5 if rest < 12 or start < 2 else 0.0
                yield made, score

    def _position(self, mark: Mark) -> float:
        if not self._heading:
            return 0.0
        distance = mark.line - self._heading.line
        if 0 <= distance <= 14:
            return 2.0 - distance / 14
        if -6 <= distance < 0:
            return 1.2 + distance / 12
        return -0.5 if distance > 0 else -1.0

    @staticmethod
    def _place(mark: Mark, ours: frozenset[str]) -> float:
        return sum(_BAD_PLACES.get(place, 0.0) for place in mark.place - ours)

    @staticmethod
    def _said(text: str) -> float:
        score = 0.0
        if _SAYS_MODIFIED.search(text):
            score -= 0.8
        elif _SAYS_PUBLISHED.search(text):
            score += 0.8
        return score - 2.5 if _SAYS_OTHER.search(text) else score

    def _first(self, values: list[str]) -> str:
        return next((made for value in values if (made := self._valid(parse_stated(value, self._lang)))), "")

    def _valid(self, made: str) -> str:
        return made if made and "1990" <= made[:10] <= self._latest else ""
