"""Finds datelines: the place, date and agency before the first words of a news story.

"LONDON, England (CNN) -- ", "SEOUL, South Korea — ", "New York, NY – June 4, 2024 – ", "(서울=연합뉴스) 기자 = ".
They are not part of the sentence that follows them.
"""

from __future__ import annotations

import re

_DASH = r"(?:-{1,2}|[–—])"
_AGENCY_NAME = (
    r"(?:CNN|AP|Reuters|REUTERS|AFP|UPI|Xinhua|Bloomberg|dpa|ANI|PTI|IANS|TASS|EFE|EUROPA PRESS|ANSA|Kyodo|Yonhap"
    r"|JTA|KNA|epd|SID|APA|sda|GLOBE NEWSWIRE|BUSINESS WIRE|PRNewswire|The Canadian Press|Kyodo News)"
)
_AGENCY = rf"(?:\({_AGENCY_NAME}(?: [A-Z][a-z]+)?\)|/{_AGENCY_NAME}[\w-]*/)"
_MONTH = r"(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)[a-z]*\.?"
_DATE = rf"(?:,? ?(?:{_MONTH} \d{{1,2}}|\d{{1,2}}\.? {_MONTH})(?:,? \d{{4}})?)"
_CAPITALS = r"[A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.’'-]{2,}(?: [A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.’'-]*){0,3}"
_REGION = r"(?:, [A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,2})"
_NEXT = r"(?=[\w\"'“‘«„])"

# With an agency, any place counts; without one, only a place in capitals or with a two-letter state.
_WITH_AGENCY = re.compile(rf"(?:{_AGENCY}|[A-ZÀ-Þ][\w.,’' /-]{{1,60}} {_AGENCY}\s*{_DASH})\s*(?:{_DASH})?\s*{_NEXT}")
_WITHOUT_AGENCY = re.compile(
    rf"{_CAPITALS}{_REGION}{{0,2}}{_DATE}?,? \([A-Z][\w ]{{1,20}}\)\s*{_DASH}\s*{_NEXT}"
    rf"|(?:{_CAPITALS}{_REGION}{{0,2}}|(?:[A-Z][a-z.’'-]+ ?){{1,3}}, [A-Z]{{2}}){_DATE}?,? ?[–—]\s*"
    rf"(?:{_DATE} ?[–—]\s*)?(?=[A-ZÀ-Þ\"“‘«„])"
)
_OTHER_SCRIPTS = re.compile(
    r"(?:[(\[][^()\[\]]{1,20}=[^()\[\]]{1,20}[)\]]\s*(?:[^=.]{1,30}기자[^=.]{0,10}=\s*)?"
    r"|[(\[]?(?:新华社|新華社|中新社|中新网|中央社)[^。，]{2,30}[电電](?:\s*[（(][^）)]{1,40}[）)])?[)\]）]?\s*"
    r"|【[^】]{1,20}[=＝][^】]{1,20}】\s*"
    r"|[А-Я][А-Яа-я-]+, \d{1,2} [а-я]{3,8}\.? [—–-] (?:РИА Новости|ТАСС|Интерфакс)[^.]{0,20}\.\s+)"
)


def dateline_end(text: str, start: int, end: int, *, opening: bool) -> int:
    """Returns where the dateline at `start` ends; `start` if there is none.

    `opening`: whether the sentence is among the first of its article, where a dateline needs no agency.
    """
    found = _WITH_AGENCY.match(text, start, end) or _OTHER_SCRIPTS.match(text, start, end)
    if not found and opening:
        found = _WITHOUT_AGENCY.match(text, start, end)
    return found.end() if found and found.end() < end else start
