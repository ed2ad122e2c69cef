"""The form an answer must have: an amount of money for "how much does it cost", a length of time for "how long".

A question whose form is known prefers passages that contain such a thing, and is not answered by one without it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from nutshell.text.words import word_set

Form = Literal[
    "money",
    "duration",
    "count",
    "measure",
    "weight",
    "percent",
    "email",
    "phone",
    "person",
    "place",
    "date",
    "reason",
    "manner",
]
STRICT: frozenset[Form] = frozenset({"money", "duration", "weight", "percent", "email", "phone", "date"})
"""Forms that an answer cannot do without."""
USUAL: frozenset[Form] = frozenset({"person", "count", "measure"})
"""Forms that most answers have, in a way that is recognized."""

_IS = r"(?:is|are|was|were)"
_OF = r"(?:the |its |their |his |her )?(?:[\w-]+ ){0,4}?"
_OPENING = r"^(?:and |but |so )?"
_PAYING = (
    r"(?:costs?|prices?|sav(?:e[sd]?|ing)|pa(?:y|ys|id)|charge[sd]?|fees?|fares?|tickets?|tuition|rent|earn(?:s|ed)?"
    r"|salary|worth|spen[dt]|upcharged)"
)
_MEASURES = "height|length|width|depth|speed|temperature|size|distance|area|force|capacity"
# The first that fits decides.
_ASKS: dict[Form, re.Pattern[str]] = {
    "email": re.compile(r"\be-?mail(?: address)?\b"),
    "phone": re.compile(r"\b(?:phone|telephone|fax)(?: number)?\b|\bnumber .{0,30}\bcall\b"),
    "reason": re.compile(
        rf"{_OPENING}why\b|\bhow come\b|\bfor what reason\b|\bwhat {_IS} the reasons?\b|\bwhat (?:caused?|made)\b"
    ),
    "percent": re.compile(r"\b(?:what|which) (?:percentage|percent|proportion|share)\b"),
    "money": re.compile(
        rf"\b(?:what|how high) {_IS} {_OF}(?:price|cost|fee|fare|salary|rent|tuition)s?\b"
        rf"|\bhow much {_IS}\b|\bhow (?:much|expensive)\b.*\b{_PAYING}\b|\bwhat (?:do|does|did) .{{1,60}}\bcosts?\b"
    ),
    "duration": re.compile(r"\bhow long\b(?! ago\b)|\bhow old\b|\b(?:what|which) age\b"),
    "date": re.compile(
        r"\bwhen\b|\bhow long ago\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b|\b(?:at )?what time\b"
    ),
    "weight": re.compile(rf"\bhow (?:heavy|much .*\bweigh(?:s|ed)?)\b|\bwhat {_IS} {_OF}weight\b"),
    "count": re.compile(r"\bhow many\b"),
    "measure": re.compile(
        r"\bhow (?:far|tall|high|big|large|wide|deep|fast|hot|cold|thick|small|loud)\b|\bwhat size\b"
        rf"|\b(?:what|which) {_IS} {_OF}(?:{_MEASURES})\b"
    ),
    "person": re.compile(r"\b(?:who|whom|whose)\b"),
    "place": re.compile(r"\bwhere\b|\b(?:what|which) (?:city|town|country|state|place|region|continent)\b"),
    "manner": re.compile(rf"{_OPENING}how (?:can|could|do|does|did|should|would|to|{_IS[3:-1]})\b"),
}

_NUMBER = (
    r"(?:\d[\d.,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|ninety|hundreds?|thousands?|half|several|few|dozens?|no)"
)
_TIME = (
    r"(?:sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies)"
    r"|semesters?)"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_CURRENCY = r"(?:USD|EUR|GBP|CHF|CAD|AUD|dollars?|euros?|pounds|cents?|yen|rupees|taka|kr)"
_WEIGHTS = r"(?:kg|kilo(?:gram)?s?|g|grams?|lbs?|pounds?|oz|ounces?|tons?|tonnes?|mg|stone)"
_HAS: dict[Form, re.Pattern[str]] = {
    "email": re.compile(r"[\w.+-]+@[\w-]+\.\w"),
    "phone": re.compile(r"\+?\(?\d{2,4}\)?[\s\u2010-\u2013.-]\d{3}|\b\d{6,}\b"),
    "percent": re.compile(r"\d ?%|\bper ?cent\b|\b(?:half|third|quarter|majority|two-thirds)\b", re.I),
    "money": re.compile(
        rf"[$€£¥₹₩]\s?\d|\d\s?[€£₩]|\b\d[\d.,]* ?{_CURRENCY}\b|\b{_CURRENCY} ?\d|\bRs\.? ?\d|\bfree\b|\bno charge\b"
        r"|\b\d{1,3}(?:,\d{3})+\b",
        re.I,
    ),
    "duration": re.compile(
        rf"\b{_NUMBER}(?:[-\u2013 ]+(?:to |or |and |a |more )?(?:\d+ ?)?)?(?:\w+ )?{_TIME}\b|\b\d+ ?h\b"
        r"|\bsince \d{4}\b|\bage[sd]?\b.{0,12}\d|\b(?:in|for|until) \d{4}\b",
        re.I,
    ),
    "date": re.compile(
        rf"\b(?:1\d|20)\d\d\b|\b{_MONTH}\b\.? ?\d|\d(?:st|nd|rd|th)? (?:of )?{_MONTH}\b|\bin {_MONTH}\b"
        r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b|\bcentury\b"
        r"|\b(?:yesterday|today|tomorrow|ago|during|before|after|until|(?:last|next) (?:week|month|year|night))\b",
        re.I,
    ),
    "reason": re.compile(
        r"\b(?:because|since|due to|owing to|so that|as a result|thanks to|reason|in order to|caused?|therefore|so|as"
        r"|led to|for|to (?:avoid|prevent|make|keep|get|help|ensure|reduce|protect))\b",
        re.I,
    ),
    "manner": re.compile(r"\b(?:by|using|with|through|via|first|then|when|if|from|to|into)\b", re.I),
    "measure": re.compile(r"\d"),
    "weight": re.compile(rf"\b(?:\d[\d.,]*|{_NUMBER})[\s-]*{_WEIGHTS}\b", re.I),
    "person": re.compile(r"\b(?:he|she|they|team|company|researchers|scientists)\b"),
    "place": re.compile(
        r"\b(?:in|at|near|from|on|outside|inside|across|around|under|behind|next to) (?:the |an? |its |his |her )?"
        r"[\w’'-]+|, [A-Z]"
    ),
}
_PERSON = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?[A-Z][\w'’-]*[a-z.](?: (?:[A-Z][\w'’.-]*|de|van|von|bin|al))+"
    r"|\b(?:Mr|Mrs|Ms|Dr)\.? [A-Z]\w+"
)
# Words of the question that an answer of the form need not have: "$14" says what something costs.
_ASKING: dict[Form, frozenset[str]] = {
    "money": word_set("cost costs price prices pay paid charge charged fee fees much expensive worth spend"),
    "duration": word_set("take takes took last lasts lasted long time duration be been stay"),
    "date": word_set("date time day year month happen happens happened take place begin start"),
    "percent": word_set("percentage percent proportion share"),
    "phone": word_set("phone telephone number call"),
    "email": word_set("email e-mail address mail"),
    "count": word_set("many number there"),
    "measure": word_set("far tall high big large wide deep fast size"),
    "weight": word_set("heavy weigh weighs weighed weight much"),
    "person": word_set("name person"),
    "place": word_set("place city town country located held take takes"),
}
_COUNTED = re.compile(
    r"\bhow many ((?:[\w-]+ ){0,2}?[\w-]+?)"
    r"(?= (?:is|are|was|were|do|does|did|has|have|had|can|will|would|should|of|in|on|per|need|there)\b|\?|$)"
)


def asked_form(question: str) -> Form | None:
    """Returns the form that the answer to a question must have, if the question says."""
    low = question.lower()
    return next((form for form, pattern in _ASKS.items() if pattern.search(low)), None)


def counted_noun(question: str) -> str:
    """Returns what a "how many" question counts, its last word; empty for another question."""
    found = _COUNTED.search(question.lower())
    return found[1].split()[-1] if found else ""


def has_form(form: Form, text: str, counted: str = "", given: Collection[str] = ()) -> bool:
    """Whether a text has something of a form.

    `counted`: what a number must be about. `given`: words in lower case that the answer to "who" cannot be.
    """
    if form == "count":
        return _counts(text, counted)
    if form == "person":
        return any(_is_new(name[0], given) for pattern in (_PERSON, _HAS[form]) for name in pattern.finditer(text))
    return _HAS[form].search(text) is not None


def asking_words(form: Form | None) -> frozenset[str]:
    """Returns the words of a question that an answer of the form need not have."""
    return _ASKING.get(form, frozenset()) if form else frozenset()


def _is_new(name: str, given: Collection[str]) -> bool:
    return all(word.lower().removesuffix("'s").removesuffix("’s") not in given for word in name.split())


def _counts(text: str, counted: str) -> bool:
    low = text.lower()
    if not counted:
        return re.search(rf"\b{_NUMBER}\b", low) is not None
    stem = re.escape(counted[: max(3, len(counted) - 2)])
    return (
        re.search(rf"\b{_NUMBER}[\s-]+(?:[\w'’-]+ ){{0,4}}?{stem}", low) is not None
        or re.search(rf"\b{stem}\w*(?: ?[:=\u2013-]| (?:is|are|was|were|of)) ?(?:about |around )?\d", low) is not None
    )
