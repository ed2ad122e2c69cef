"""Shortens a sentence to what a key point needs: without its opening connective, and cut at a clause if it is long.

A point stays a part of the page's text, from one place to another. Nothing is cut that denies or limits what is left.
"""

from __future__ import annotations

import re

from nutshell.text.context import depends_on_context

MAX_CHARS = 260
_MIN_CHARS = 70
# "However, the study found ..." says the same without its first word; "For example, ..." does not.
_CONNECTIVE = re.compile(
    r"(?:However|Moreover|Furthermore|In addition|Additionally|Also|Meanwhile|Finally|First|Firstly|Second|Secondly"
    r"|Third|Thirdly|Lastly|Nevertheless|Nonetheless|Overall|In short|In conclusion|In summary|To sum up"
    r"|As a result|Consequently|Accordingly|Similarly|Likewise|Still|Indeed|In fact|Of course|That said"
    r"|At the same time|Importantly|Notably|Interestingly|Specifically|Therefore|Thus|Hence|Unfortunately"
    r"|Fortunately|Surprisingly|Crucially|Besides|Plus|Ultimately|Generally|Basically), +|(?:But|And|So"
    r"|Yet) (?=(?:the|a|an|no|new|many|most|some|experts|researchers|scientists|officials|critics|[A-Z])\b)"
)
_NUMBERING = re.compile(r"(?:(?:[Ss]tep|Schritt|Étape|Paso) )?\(?\d{1,2}(?:[.):]+| [-–—])\s+(?=[^\W\d_])|[•●▪◦‣*] +")
# Where a clause may end. What follows must not deny, limit or attribute what comes before.
_BOUNDARY = re.compile(r"(?:;|,|\s[–—]|—)(?=\s?(?P<rest>\S.{0,60}))")
_KEEPS = re.compile(
    r"\s*(?:and )?(?:but|except|unless|although|though|if|only|not|never|nor|neither|however|yet|without|despite|rather"
    r"|instead|until|whereas|while|when|because|provided|even|no\b|none|at least|at most|or\b|according|said|says"
    r"|told|wrote|added|he said|she said|they said|claims?|claimed|reports?|reported|which (?:is|are|was|were|has"
    r"|have|had|can|may|do|does|did)? ?(?:not|never|no)\b"
    r"|\w+ (?:said|says|told|wrote|added|claims?|claimed|argued?|argues|warned|warns|reported))",
    re.IGNORECASE,
)
_CLAUSE_START = re.compile(
    r"\s*(?:and (?:the|a|an|it|he|she|they|is|are|was|were|has|have|will|would|can|that|to)\b|which|who|whose|where"
    r"|with|including|such as|as well as|as the|making|allowing|giving|leading|bringing|adding|so that|in order to|to "
    r"|for example|e\.g\.|like )",
    re.IGNORECASE,
)
# Who says it must stay with what is said.
_ATTRIBUTION = re.compile(
    r"\b(?:said|says|told|wrote|writes|according to|added|argue[sd]|claim(?:s|ed)|warn(?:s|ed)|estimate[sd]"
    r"|report(?:s|ed) that)\b|[\"”] ?[a-z]"
)
_SUBORDINATE = re.compile(
    r"(?:(?:and|but|or|so|that|yet) )?(?:if|when|while|although|though|because|since|as|after|before|unless|until"
    r"|once|despite|given|by|in|on|at|with|for|to|from"
    r"|according|under|during|unlike|even|whether|what|how|where|who|between|among|amid|through|throughout|within"
    r"|without|across|along|beyond|against|about|over|thanks|due|based|instead|rather|besides|apart)\b",
    re.IGNORECASE,
)
# What follows is a list, whose parts look like subjects: "Between the rules of the state, the licences of the city,".
_LIST = re.compile(r"(?:between|among)\b", re.IGNORECASE)
_SUBJECT = re.compile(
    r"(?:then |so )?(?:[A-Z]|(?:the|an?|it|he|she|they|we|you|I|there|this|that|these|those|its|their|our|your"
    r"|many|most|some|all|both|no|every|each|one|two|several|people|researchers|experts|officials)\b)"
)


def shorten(text: str, lang: str = "en") -> tuple[int, int]:
    """Returns the part of the sentence that a point shows, as start and end.

    A part that was cut ends with the comma, semicolon or dash of the cut.
    """
    numbering = _NUMBERING.match(text)
    start = numbering.end() if numbering else 0
    if lang == "en":
        found = _CONNECTIVE.match(text, start)
        if found and not depends_on_context(_capitalized(text[found.end() :]), lang):
            start = found.end()
    return start, _end(text, start, lang)


def _end(text: str, start: int, lang: str) -> int:
    """Returns the end of the longest clause that fits; the end of the text if it fits, or if no cut is safe.

    What may follow a comma is only known for English.
    """
    if len(text) - start <= MAX_CHARS:
        return len(text)
    best = likely = 0
    for boundary in _BOUNDARY.finditer(text, start + _MIN_CHARS, start + MAX_CHARS):
        head = text[start : boundary.start()]
        if lang != "en" and boundary[0].strip() == ",":
            continue
        if _KEEPS.match(boundary["rest"]) or not _is_balanced(head):
            continue
        if _ATTRIBUTION.search(text, boundary.end()) and not _ATTRIBUTION.search(head):
            continue
        if not _has_main_clause(head) or (boundary[0].strip() != "," and _closes_aside(head, boundary[0].strip())):
            continue
        best = boundary.end()
        if boundary[0].strip() != "," or _CLAUSE_START.match(boundary["rest"]):
            likely = boundary.end()
    return likely or best or len(text)


def _closes_aside(head: str, mark: str) -> bool:
    """Whether a dash ends what an earlier one opened: "The debate - and the outcome in 13 states -"."""
    return mark != ";" and (head.count(" – ") + head.count("—")) % 2 == 1


def _has_main_clause(head: str) -> bool:
    """Whether the main clause has begun: not "but by using the tips," nor "From the deck of his boat, moored here,"."""
    if _LIST.match(head):
        return False
    if _SUBORDINATE.match(head[head.rfind(",") + 1 :].lstrip()):
        return False
    return not _SUBORDINATE.match(head) or any(_SUBJECT.match(part.lstrip()) for part in head.split(",")[1:])


def _is_balanced(head: str) -> bool:
    """Whether no quotation or bracket is open at the end."""
    return (
        head.count("(") == head.count(")")
        and head.count("[") == head.count("]")
        and head.count("“") == head.count("”")
        and head.count('"') % 2 == 0
        and head.count("«") == head.count("»")
    )


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
