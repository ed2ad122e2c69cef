"""Scripts that make a true sentence false: another number, another name, a negation, a hedge less, parties exchanged.

The replacement comes from the same source where possible, so that only its position is wrong. Each script takes the
sentence, the sentences of its source and a source of randomness, and returns the new sentence, or None where it does
not apply.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from nutshell.text.words import FUNCTION

Script = Callable[[str, Sequence[str], random.Random], str | None]

NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
NAME = re.compile(r"(?<=[a-z,;’'] )[A-Z][a-z]+(?: [A-Z][a-z]+)*(?=[ ,.;]|$)")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|could|should|can|may|might|must|does|do|did)\b"
    r"(?! (?:not|n't|never|no)\b)"
)
NOT_NAMES = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|I|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July"
    r"|August|September|October|November|December)$"
)
_BASE = {"said": "say", "told": "tell", "made": "make", "won": "win", "took": "take", "went": "go", "found": "find"}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_SCALES = ("thousand", "million", "billion", "trillion")
_MEASURES = (
    ["seconds", "minutes", "hours", "days", "weeks", "months", "years"],
    ["kilometres", "miles", "metres", "feet", "inches", "centimetres", "kilometers", "meters"],
    ["dollars", "euros", "pounds", "yen"],
    ["grams", "kilograms", "tonnes", "ounces"],
    ("GB", "MB", "KB", "TB"),
)
# Ways, amounts and orders, in groups that exclude one another.
_OPPOSITE_WORDS = """
more|less|fewer;increase|decrease;increased|decreased;increases|decreases;rose|fell;rise|fall;up|down;
before|after;higher|lower;above|below;first|last;always|never|sometimes;all|some|none;most|few;at least|at most;
more than|less than;with|without;enable|disable;enabled|disabled;enables|disables;allow|prevent;allows|prevents;
allowed|banned;accept|reject;accepted|rejected;approved|rejected;support|oppose;supports|opposes;
supported|opposed;add|remove;added|removed;adds|removes;open|close;opened|closed;start|stop;started|stopped;
starts|stops;begin|end;began|ended;won|lost;win|lose;wins|loses;buy|sell;bought|sold;old|new;older|newer;
best|worst;better|worse;good|bad;easy|difficult;easier|harder;possible|impossible;public|private;
internal|external;include|exclude;includes|excludes;included|excluded;left|right;north|south;east|west;
men|women;man|woman;male|female;son|daughter;father|mother;husband|wife;major|minor;minimum|maximum;
required|optional;recommended|discouraged;safe|dangerous;large|small;larger|smaller;long|short;longer|shorter;
early|late;earlier|later;success|failure;successfully|unsuccessfully;known|unknown;killed|saved;joined|left;
arrested|released;guilty|innocent;confirmed|denied;agreed|refused;inside|outside;fast|slow;faster|slower;
cheap|expensive;strong|weak;stronger|weaker;full|empty;gain|loss;profit|loss;import|export;upload|download;
yesterday|tomorrow;morning|evening;only|also;must|need not;same|different;true|false;valid|invalid;local|remote
"""
_OPPOSITES = [group.split("|") for group in _OPPOSITE_WORDS.replace("\n", "").split(";")]
_OPPOSITE = {word: [other for other in group if other != word] for group in _OPPOSITES for word in group}
_HEDGED = re.compile(
    r"\b(may|might|could|can|should|would|plans? to|hopes? to|wants? to|aims? to|(?:is|are|was|were) (?:likely|expected"
    r"|planning|set|due|thought|believed|said) to)\b(?! (?:have|not)\b)"
)
_SURE = re.compile(r"\b(will|must|is|are|was|were|has|have)\b(?! (?:not|n't|never|no)\b)")
_HEDGE_WORD = re.compile(
    r" ?\b(allegedly|reportedly|possibly|probably|perhaps|apparently|nearly|almost|partly|sometimes|usually|often)\b,?"
)
_NOT = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|could|should|can|may|might|must|do|does|did)(?: not|n['’]t)\b"
)
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|might)\b")
_WORD = re.compile(r"[^\W\d_]{4,}")
_PAST = re.compile(r"\b([a-z]{3,}ed|said|told|made|won|took|went|found)\b")


def number(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Replaces a number of the claim with another one of the source or with a close one. None if it has no number."""
    found = list(NUMBER.finditer(claim))
    if not found:
        return None
    chosen = dice.choice(found)
    others = sorted({other for sentence in source for other in NUMBER.findall(sentence)} - {m[0] for m in found})
    if others and dice.random() < 0.5:
        new = dice.choice(others)
    else:
        digits = re.sub(r"\D", "", chosen[0])
        new = str(int(digits) + dice.choice([-3, -2, -1, 1, 2, 3, 5, 10]) if len(digits) < 12 else 7)
        new = new.lstrip("-")
    return claim[: chosen.start()] + new + claim[chosen.end() :] if _value(new) != _value(chosen[0]) else None


def name(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Replaces a name of the claim with another name of the source. None if either has none."""
    found = [match for match in NAME.finditer(claim) if not NOT_NAMES.search(match[0])]
    others = sorted({other for sentence in source for other in NAME.findall(sentence) if not NOT_NAMES.search(other)})
    if not found:
        return None
    chosen = dice.choice(found)
    words = set(claim.split()) | {word for match in found for word in match[0].split()}
    fit = [other for other in others if not set(other.split()) & words]
    return claim[: chosen.start()] + dice.choice(fit) + claim[chosen.end() :] if fit else None


def negation(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Negates the verb: "was not", "did not agree". None if the claim has a negation or no such verb."""
    if re.search(r"\b(?:not|no|never|none|nobody|nothing|without|cannot)\b|n['’]t\b", claim):
        return None
    found = list(_AUXILIARY.finditer(claim))
    if found:
        chosen = dice.choice(found)
        return f"{claim[: chosen.end()]} not{claim[chosen.end() :]}"
    past = _PAST.search(claim)
    if past is None:
        return None
    verb = _BASE.get(past[0]) or re.sub(r"(?:(?<=e)d|ed)$", "", past[0])
    return f"{claim[: past.start()]}did not {verb}{claim[past.end() :]}"


def role(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Exchanges two names, or the subject and the object of a simple sentence."""
    found = [match for match in NAME.finditer(claim) if not NOT_NAMES.search(match[0])]
    opening = re.match(r"(?:The )?[A-Z][\w’-]+(?: [A-Z][\w’-]+)*(?= (?:[a-z]))", claim)
    if opening and opening[0].lower() not in FUNCTION["en"] and len(opening[0]) > 3:
        found.insert(0, opening)
    pairs = [
        (a, b)
        for place, a in enumerate(found)
        for b in found[place + 1 :]
        if a[0] not in b[0]
        and b[0] not in a[0]
        and re.search(r"[a-z]{3,}", claim[a.end() : b.start()])
        and not re.fullmatch(r"[ ,]*(?:and|or|,)[ ,]*", claim[a.end() : b.start()])
    ]
    if not pairs:
        return None
    a, b = dice.choice(pairs)
    first = b[0][:1].upper() + b[0][1:] if a.start() == 0 else b[0]
    second = a[0][:1].lower() + a[0][1:] if a[0].startswith("The ") and b.start() else a[0]
    return claim[: a.start()] + first + claim[a.end() : b.start()] + second + claim[b.end() :]


def modality(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Makes the possible certain, or the certain possible."""
    options = []
    for match in _HEDGED.finditer(claim):
        options.append((match, "will" if match[1] != "can" else dice.choice(["cannot", "must"])))
    options += [(match, "") for match in _HEDGE_WORD.finditer(claim)]
    if not options:
        for match in _SURE.finditer(claim):
            word = match[1]
            options.append(
                (
                    match,
                    {"will": "might", "must": "may"}.get(
                        word,
                        "might be"
                        if word in {"is", "are"}
                        else "may have been"
                        if word in {"was", "were"}
                        else "may have",
                    ),
                )
            )
    if not options:
        return None
    match, new = dice.choice(options)
    return claim[: match.start()] + new + claim[match.end() :]


def opposite(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    found = [
        (match, _OPPOSITE[match[0].lower()])
        for match in re.finditer(r"\b[a-z]+(?: (?:than|least|most))?\b", claim)
        if match[0].lower() in _OPPOSITE
    ]
    found += [
        (match, _OPPOSITE[match[0].lower()])
        for match in re.finditer(r"\b[a-z]+\b", claim)
        if match[0].lower() in _OPPOSITE
    ]
    if not found:
        return None
    match, others = dice.choice(found)
    return claim[: match.start()] + dice.choice(others) + claim[match.end() :]


def affirmed(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Takes a negation out."""
    found = list(_NOT.finditer(claim))
    if not found:
        return None
    match = dice.choice(found)
    return claim[: match.end(1)] + claim[match.end() :]


def date(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Another month, day of the week, scale or unit of measure."""
    found = []
    for group in (_MONTHS, _DAYS, _SCALES, *_MEASURES):
        for match in re.finditer(rf"\b(?:{'|'.join(group)})\b", claim):
            found.append((match, [word for word in group if word != match[0]]))
    if not found:
        return None
    match, others = dice.choice(found)
    return claim[: match.start()] + dice.choice(others) + claim[match.end() :]


def word(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Replaces a word with another one of the source that ends alike."""
    found = [match for match in _WORD.finditer(claim) if match[0].islower() and match[0] not in FUNCTION["en"]]
    if not found:
        return None
    match = dice.choice(found)
    others = sorted(
        {
            other
            for sentence in source
            for other in _WORD.findall(sentence)
            if other[-2:] == match[0][-2:]
            and other[:3] != match[0][:3]
            and other.islower()
            and other not in claim
            and other not in FUNCTION["en"]
        }
    )
    return claim[: match.start()] + dice.choice(others) + claim[match.end() :] if others else None


def joined(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """The subject of the claim with what another sentence says of its own subject."""
    verb = _AUXILIARY.search(claim, 3)
    if verb is None or not 3 < verb.start() < 60:
        return None
    subject = claim[: verb.start()]
    others = []
    for sentence in source:
        match = _AUXILIARY.search(sentence, 3)
        if (
            sentence != claim
            and match
            and match[0] == verb[0]
            and 3 < match.start() < 60
            and len(sentence) - match.end() > 20
            and not set(subject.lower().split()) & set(sentence[: match.start()].lower().split()) - FUNCTION["en"]
        ):
            others.append(sentence[match.start() :])
    return subject + dice.choice(sorted(others)) if others else None


HARMFUL: Mapping[str, Script] = {
    **{"number": number, "name": name, "negation": negation, "role": role, "modality": modality},
    **{"opposite": opposite, "affirmed": affirmed, "date": date, "word": word, "joined": joined},
}


def _value(text: str) -> float:
    return (
        float(re.sub(r"[^\d.]", "", text.replace(",", "")).strip(".").replace("..", ".") or 0)
        if text.count(".") < 2
        else -1.0
    )
