"""Scripts that say the same in another way: number formats, connectives, synonyms, word order, voice.

They take and return what those of corrupt.py do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from models.grounding.corrupt import Script
from nutshell.text.words import FUNCTION

# A short noun phrase that no verb or preposition can be part of.
_NOUNS = (
    r"(?:(?:[Tt]he|[Aa]n?|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir) (?:[\w’-]+ ){0,2}[\w’-]+|[A-Z][\w’-]+(?: [A-Z][\w’-]+){0,3})"
)
_REST = (
    r"(?P<rest>(?: (?:in|on|at|after|before|during|for|with|from|because|when|while|and|last|yesterday) .*|[.,;].*|))$"
)
_PASSIVE = re.compile(
    rf"^(?P<object>{_NOUNS}) (?:was|were|is|are|has been|have been) (?P<verb>[a-z]{{3,}}ed) by "
    rf"(?P<subject>{_NOUNS}){_REST}"
)
_ACTIVE = re.compile(rf"^(?P<subject>{_NOUNS}) (?P<verb>[a-z]{{3,}}ed) (?P<object>{_NOUNS}){_REST}")
_GAP = re.compile(r"(?<=\d),(?=\d{3}\b)")
_CLOCK = re.compile(r"\b(\d{1,2})[.:](\d{2}) ?([ap])\.?m\b\.?")
_SPELLED = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_OPENINGS = [
    "Additionally, ",
    "In addition, ",
    "However, ",
    "Moreover, ",
    "Furthermore, ",
    "Meanwhile, ",
    "Also, ",
    "Notably, ",
    "Overall, ",
    "In fact, ",
    "As a result, ",
]
_SYNONYM_WORDS = """
said:stated,noted;says:states,notes;use:utilize,employ;uses:utilizes,employs;used:utilized,employed;help:assist;
helps:assists;show:demonstrate,indicate;shows:demonstrates,indicates;showed:demonstrated;begin:start,commence;
began:started;begins:starts;start:begin;started:began;starts:begins;buy:purchase;bought:purchased;
get:obtain,receive;got:obtained,received;need:require;needs:requires;needed:required;big:large;large:sizeable;
many:numerous,a lot of;about:around,roughly;around:about;because:since,as;but:yet,although;children:kids;
kids:children;people:individuals;quickly:rapidly,fast;important:significant;make:create;makes:creates;
create:make;creates:makes;created:made;choose:select;select:choose;selected:chosen;chosen:selected;
allow:let,enable;allows:lets,enables;allowed:enabled;try:attempt;tried:attempted;end:finish;
ended:finished,concluded;give:provide;gives:provides;gave:provided;provide:give,offer;provides:gives,offers;
provided:gave,offered;keep:retain;fix:repair,correct;error:mistake;issue:problem;problem:issue;issues:problems;
problems:issues;also:additionally;several:a number of,multiple;multiple:several;ensure:make sure;
such as:like,including;including:such as;however:but;over:more than;more than:over;entire:whole;whole:entire;
further:additional;additional:extra,further;new:brand new;changes:modifications;change:modify;modify:change;
update:revise;updates:revisions;remove:delete,take out;delete:remove;removed:deleted;build:construct;
built:constructed;company:firm,business;firm:company;job:position;police:officers;car:vehicle;died:passed away;
killed:slain;doctor:physician;home:house;house:home;child:kid;student:pupil;students:pupils;film:movie;
movie:film;attack:assault;hurt:injured;injured:hurt;happy:glad;almost:nearly;nearly:almost;
currently:now,at present;now:currently;often:regularly;frequently:often;usually:typically,generally;
typically:usually;main:primary,chief;primary:main;different:distinct;within:inside;through:via;via:through;
contains:has,includes;contain:have,include;includes:contains;include:contain;refers:relates;describe:explain;
describes:explains;explain:describe;explains:describes;discuss:talk about;discussed:talked about;
announced:declared;required:necessary;located:situated
"""
_SYNONYMS = {
    word: others.split(",")
    for word, others in (entry.split(":") for entry in _SYNONYM_WORDS.replace("\n", "").split(";"))
}


def number_format(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """26,000 as 26 000 or 26000; 6.15pm as 6:15 p.m.; % as per cent."""
    options = []
    if _GAP.search(claim):
        options += [_GAP.sub(" ", claim), _GAP.sub("", claim), _GAP.sub("\u202f", claim)]
    if _CLOCK.search(claim):
        options += [_CLOCK.sub(form, claim) for form in (r"\1:\2 \3m", r"\1.\2\3m", r"\1:\2 \3.m.")]
    if "%" in claim:
        options += [re.sub(r" ?%", other, claim) for other in (" per cent", " percent")]
    else:
        options += [re.sub(r" per ?cent\b", "%", claim)] if re.search(r"\d per ?cent\b", claim) else []
    small = re.search(r"(?<![\d.,:$£€-])\b([2-9]|1[0-2])\b(?![\d.,:%/-])", claim)
    if small:
        options.append(claim[: small.start()] + _SPELLED[int(small[1])] + claim[small.end() :])
    spelled = re.search(rf"\b({'|'.join(_SPELLED[2:])})\b", claim)
    if spelled:
        options.append(claim[: spelled.start()] + str(_SPELLED.index(spelled[1])) + claim[spelled.end() :])
    options = [option for option in options if option != claim]
    return dice.choice(options) if options else None


def opening(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    first = claim.split(" ", 1)[0]
    lowered = claim[:1].lower() + claim[1:] if first.lower() in FUNCTION["en"] and first != "I" else claim
    return (
        dice.choice(
            _OPENINGS[:-1]
            if dice.random() < 0.8
            else ["According to the article, ", "The page says that ", "The article states that "]
        )
        + lowered
    )


def synonym(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Replaces up to three words with others of the same meaning."""
    found = [match for match in re.finditer(r"\b(?:such as|more than|[a-z]+)\b", claim) if match[0] in _SYNONYMS]
    if not found:
        return None
    for match in sorted(dice.sample(found, min(len(found), dice.choice([1, 2, 3]))), key=lambda match: -match.start()):
        claim = claim[: match.start()] + dice.choice(_SYNONYMS[match[0]]) + claim[match.end() :]
    return claim


def shortened(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Leaves out a parenthesis, a clause between commas, or the end after a comma."""
    options = [re.sub(r" ?\([^()]*\)", "", claim)]
    middle = re.search(r", (?:which|who|where|including|such as|a|an|the)\b[^,]{5,60},(?= )", claim)
    if middle:
        options.append(claim[: middle.start()] + claim[middle.end() :])
    end = re.search(
        r",? (?:which|while|where|after|before|because|as well as|including|such as|according to)\b[^,]{10,}$", claim
    )
    if (
        end
        and end.start() > 30
        and not re.search(r"\b(?:not|no|never|if|unless|only)\b|n['’]t\b", claim[end.start() :])
    ):
        options.append(claim[: end.start()] + ".")
    options += [
        re.sub(
            r"^(?:However|Additionally|In addition|But|And|Also|Meanwhile|Finally|For example|Therefore|Moreover),? "
            r"(\w)",
            lambda m: m[1].upper(),
            claim,
        )
    ]
    options = [option for option in options if option != claim and len(option.split()) > 4]
    return dice.choice(options) if options else None


def contraction(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    new = re.sub(r"\b(is|are|was|were|has|have|had|would|could|should|do|does|did) not\b", r"\1n't", claim)
    if new == claim:
        new = re.sub(r"\b(is|are|was|were|has|have|had|would|could|should|do|does|did)n['’]t\b", r"\1 not", claim)
        new = re.sub(r"\bcan['’]t\b", "cannot", re.sub(r"\bwon['’]t\b", "will not", new))
    return new if new != claim else None


def moved(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Moves an opening phrase to the end, or a closing one to the beginning."""
    match = re.match(
        r"^((?:In|On|At|By|After|Before|During|Since|For|When|If|With|Under|From) [^,.;]{3,50}), ([^;]+)\.$", claim
    )
    if match:
        rest = match[2]
        return f"{rest[:1].upper()}{rest[1:]} {match[1][:1].lower()}{match[1][1:]}."
    match = re.match(
        r"^([^,;]{20,}) ((?:in|on|during|since|after|before) (?:the |last |early |late )?[A-Z\d][^,.;]{2,30})\.$", claim
    )
    if match:
        first = match[1].split(" ", 1)[0]
        rest = match[1][:1].lower() + match[1][1:] if first.lower() in FUNCTION["en"] and first != "I" else match[1]
        return f"{match[2][:1].upper()}{match[2][1:]}, {rest}."
    return None


def voice(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Active as passive, and passive as active."""

    def lowered(text: str) -> str:
        return (
            text[:1].lower() + text[1:]
            if text.split(maxsplit=1)[0] in {"The", "A", "An", "Our", "His", "Her", "Their"}
            else text
        )

    match = _PASSIVE.match(claim)
    if match:
        subject = match["subject"]
        return f"{subject[:1].upper()}{subject[1:]} {match['verb']} {lowered(match['object'])}{match['rest']}"
    match = _ACTIVE.match(claim)
    if (
        match
        and match["object"].lower() not in FUNCTION["en"]
        and match["subject"].split()[0].lower() not in FUNCTION["en"] - {"the", "a", "an"}
    ):
        thing = match["object"]
        return f"{thing[:1].upper()}{thing[1:]} was {match['verb']} by {lowered(match['subject'])}{match['rest']}"
    return None


def letters(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """In lower case, or with other quotation marks and dashes."""
    if dice.random() < 0.5:
        return claim.lower()
    new = claim.replace("“", '"').replace("”", '"').replace("’", "'").replace(" – ", " - ").replace("—", ", ")
    return new if new != claim else claim.rstrip(".")


def several(claim: str, source: Sequence[str], dice: random.Random) -> str | None:
    """Two or three harmless changes, one after the other."""
    new: str | None = None
    for change in dice.sample(list(_SINGLE.values()), 5):
        changed = change(new or claim, source, dice)
        new = changed or new
    return new if new != claim else None


_SINGLE: Mapping[str, Script] = {
    **{"number_format": number_format, "opening": opening, "synonym": synonym, "shortened": shortened},
    **{"contraction": contraction, "moved": moved, "voice": voice, "letters": letters},
}
HARMLESS: Mapping[str, Script] = {**_SINGLE, "several": several}
