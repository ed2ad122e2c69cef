"""Which sentences of a page may be key points, and what their form is worth.

Salience says how much of the page a sentence carries. What a page says about itself carries much by that measure and is
never a point: calls to action, licences, disclosures, bylines, captions, dates, prompts to log in or to subscribe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nutshell.article import RUNNING_TEXT, Article, Role, Sentence
from nutshell.text.context import depends_on_context
from nutshell.text.words import word_set

from .templates import templated

# A point must be a sentence, not a label. In characters, which works for every script.
_MIN_CHARS, _MIN_CHARS_UNSPACED = 25, 8
_UNSPACED_LANGS = frozenset({"zh", "ja", "th", "ko", "lo", "km", "my"})
_MIN_WORDS_UNTERMINATED = 6
_MAX_DATE_CHARS = 70
# With fewer candidates than this, looser rules apply.
_FEW = 3

_ENDS = re.compile(r"[.!?。！？｡।؟۔…‼⁇⁈⁉．။།][\"'”’“‘»«›‹)\]」』】》）]*(?:\[\d+\])*$")
_QUESTION = re.compile(r"[?？؟][\"'”’»)]*$")
_OPEN_END = re.compile(r"[:;,\-–—：；，、]$")

# The sentence begins with it.
_BEGINS = re.compile(
    r"(?:[•*\-–—|>»#(\[]\s*)?(?:(?:photo|image|picture|video|illustration|graphic|chart|map|screenshot)s?(?::"
    r"| (?:by|via|courtesy|credit|from)\b|/)|(?:caption|credits?|source|tags?|filed under|categor(?:y|ies)|topics?"
    r"|joined|posts|location|next|previous|quote|edit|re|disclosure|contents|foto|bild|quelle|photo|crédit) ?:"
    r"|table of contents|watch(?: now| video|:)|listen to|story highlights|read (?:more|on|also|next|our|the full"
    r"|about)|related(?: (?:articles?|stories|posts|topics|content|links|products)|:)|see also"
    r"|for other (?:uses|people)|not to be confused"
    r"|learn (?:more|how)"
    r"|find out (?:more|how|what)|click (?:here|to|below|through)|tap (?:here|on|the)|share (?:this|your)"
    r"|follow (?:us|me|him|her|@|the author)|like us|subscribe|sign (?:up|in)\b|log[ -]?in\b|register (?:now|today"
    r"|here|for free)|join (?:us|our|now|today|the (?:conversation|discussion))|contact (?:us|me|our)|call (?:us"
    r"|now|today)|get (?:started\b|in touch|a (?:free )?(?:quote|demo)"
    r"|your free|free)|request (?:a|your)|book (?:a|your|now)|schedule (?:a|your)|buy (?:now|it|today)|shop (?:now"
    r"|our|the|all|by|for)|order (?:now|yours|online)|add to (?:cart|bag|basket|wish)|start (?:your"
    r"|a) (?:free )?trial|try (?:it|.{1,20}) (?:for )?free|download (?:our|now|your|it|free|here)|view (?:all|more"
    r"|our|full)|see (?:all|more|full|below|our)|show (?:more|less|all)|load more|back to (?:top|all)|jump to"
    r"|skip to|scroll (?:down|up|to)|continue reading|keep reading|check (?:out|back)|don['’]t (?:miss|forget to)"
    r"|stay (?:tuned|up to date|connected)|be the first to (?:know|comment|review)|visit (?:our|us|the (?:website"
    r"|site|store))|please (?:note that you|see|read|visit|contact|click|enable|log|sign|share|subscribe|support"
    r"|consider|let (?:us|me)|feel free|leave|report|check)|let (?:us|me) know|feel free|drop (?:us|me)"
    r"|advertisement|(?:sponsored|promoted)(?: (?:by|content|posts?)|$)|copyright(?: ©| \(c\)|:? \d{4}| notice)"
    r"|disclaimer|all rights|terms (?:of (?:use|service|sale)|and conditions|& conditions)|privacy (?:policy|notice"
    r"|settings)|by [A-Z][\w.'’-]+ (?:[A-Z][\w.'’-]+ ?){1,2}(?:[,|•·(].{0,60})?$|(?:written|posted|published"
    r"|reported|edited|submitted|reviewed|compiled|created|story|text) (?:by|on|in|at)\b.{0,45}$"
    r"|(?:last )?(?:updated|modified|edited|revised|reviewed)\b[:,]?(?: (?:on|at|by)| [A-Z\d]|$).{0,45}$"
    r"|first published|(?:additional )?reporting by|editing by|in this (?:article|section|chapter|guide|tutorial"
    r"|page|video|issue|episode)\b[:,]? ?(?:we|you|i)?(?:['’]ll|['’]re)?(?: (?:will|are going to|shall|learn|cover"
    r"|explain|show|look|discuss|explore))|here (?:is|are|['’]s) (?:the|a|an|our|my|some|what|how|why)"
    r"|here['’]s (?:the|a|an|our|my|some|what|how|why)|below (?:is|are|you)|the following|thanks?\b|thank you"
    r"|welcome to|hi\b|hello\b|hey\b|congrat|good luck|cheers\b|sorry\b|happy (?:reading|cooking|baking)"
    r"|originally posted|edited(?: by|$)|repl(?:y|ies)(?: to| with|:|$)|report (?:post|abuse|this)|bump\b|imho"
    r"|lol\b|free (?:shipping|delivery|returns)|ships? (?:within|in)|in stock|out of stock|sold out|save (?:\d"
    r"|up to|\$)|was \$|prices? (?:may|are subject|shown)|limited[- ]time|offer (?:valid|ends)|no results"
    r"|loading(?:\.|…|$)|error(?::|$| \d)|page \d|mehr (?:zum thema|dazu|lesen)|lesen sie|hier (?:geht|finden)"
    r"|anzeige\b|melden sie sich|jetzt (?:anmelden|kaufen|testen|lesen|bestellen|abonnieren|registrieren)"
    r"|abonnieren|newsletter|lire aussi|à lire|voir aussi|abonnez|inscrivez|publicité|leer más|lee también|suscríb"
    r"|regístr|publicidad|síguenos"
    r")",
    re.IGNORECASE,
)
# The sentence contains it, in lower case. Each alternative has one of _TRIGGERS, because searching for all is slow.
_CONTAINS = re.compile(
    r"\b(?:all rights reserved|creative commons|licen[sc]ed under|terms (?:of (?:use|service)|apply)"
    r"|privacy (?:policy|notice)|cookie (?:policy|settings|notice|preferences)|(?:use|accept|uses"
    r"|accepting) cookies|cookies to (?:improve|give|provide|make|ensure|personali)|affiliate (?:links?|commission"
    r"|program)|earn (?:a |an )?(?:small )?(?:affiliate )?commission|amazon (?:associate|services)|sponsored (?:by"
    r"|post|content)|(?:views|opinions) expressed|does not (?:constitute|necessarily)|not intended (?:as|to)|(?:for"
    r"|as) (?:informational|educational) purposes|medical advice|consult (?:your|a|with a) (?:doctor|physician)"
    r"|conflicts? of interest|declare[sd]? no|competing interests|work for, consult|corresponding author"
    r"|newsletters?|sign (?:up|in) (?:for|to|here|now|today|with)|logged in|log in(?: to| or)?|create an account"
    r"|already (?:a|have an) (?:subscriber|account|member)|subscribe (?:to|now|today)|subscribers? (?:only|get)"
    r"|unlimited access|free trial|your (?:inbox|email)|enable javascript|ad[- ]?block|your browser|click here"
    r"|(?:button|link|form) below|follow (?:us|me|him|her) on|on (?:twitter|facebook|instagram) (?:at )?@"
    r"|getty images|file photo|photo(?:graph)?s? (?:by|credit|courtesy)|shutterstock|istock|unsplash|courtesy photo"
    r"|pictured (?:above|below|left|right|here)|read (?:more|on|the (?:full|rest)|our)|learn more(?: (?:about|at"
    r"|here)|[.!])|for more (?:information|details|info)|to learn more|more information (?:about|on|can|is)"
    r"|(?:visit|go to|see) (?:our (?:website|site|store|page)|the (?:website|site)|us at|https?|www)|https?:|www\."
    r"|(?:please|to) (?:contact|e-?mail) |contact us|call (?:us|now|today)|call \(?\d{3}|get in touch"
    r"|request a (?:quote|demo)|free (?:quote|estimate|consultation|shipping)|stay (?:tuned|up to date)"
    r"|don['’]t forget to|hope (?:this|that|you|it) (?:helps?|find|enjoy)|thanks (?:in advance|for)|thank you for"
    r"|let (?:us|me) know|leave a (?:comment|reply|review)|in the comments|comments? below|share (?:this|your"
    r"|it) (?:with|on|post|article|page|story)|(?:post|thread|topic) has been|last edited|view (?:all|our|more)"
    r"|added? to (?:cart|bag|basket)|customer (?:service|support) (?:team|at)|gift cards?|was (?:originally"
    r"|first) published|originally appeared|reprinted|republish\w*|reporting by|contributed (?:reporting|to this)"
    r"|is an? (?:\w+ ){0,4}(?:reporter|correspondent|columnist|freelance writer|staff writer|contributing (?:editor"
    r"|writer))\b|covers? .{3,40} for (?:the|cnn|npr|bbc|reuters|bloomberg)\b|was this (?:page|article|answer"
    r"|helpful)|rate this|\d+ (?:comments|replies|views)\b|(?:average|avg) rating|\d ratings"
    r"|\d (?:star )?reviews\b|out of (?:5|five) stars|unsubscribe\w*"
    r"|not eligible for|cannot be (?:returned|exchanged|combined)"
    r"|(?:registered )?trademarks? of|something went wrong|(?:free|easy) returns|subject to (?:change|availability)"
    r"|results may vary|while supplies last|enter (?:your|a valid)|datenschutz|alle rechte vorbehalten|einloggen"
    r"|anmelden|melde dich|abonnier\w*|s['’]abonner|se connecter|droits réservés|derechos reservados|iniciar sesión"
    r"|suscríb\w*)"
)
_TRIGGERS = word_set(
    "rights creative licensed licenced terms privacy cookie cookies affiliate commission amazon sponsored "
    "expressed constitute necessarily intended informational educational medical consult conflict conflicts "
    "declare declared declares competing corresponding newsletter newsletters sign log logged account already "
    "subscribe subscriber subscribers unlimited trial inbox email javascript ad adblock browser click below "
    "follow twitter facebook instagram getty file photo photos photograph photographs shutterstock istock "
    "unsplash courtesy pictured read learn more visit go see http https www contact mail call get quote demo "
    "estimate consultation shipping stay forget hope thanks thank let leave comments share post thread topic "
    "edited view add added customer gift originally first reprinted republish republished reporting contributed "
    "reporter correspondent columnist writer editor cover covers helpful page rate replies views cannot trademark "
    "trademarks wrong returns subject vary supplies enter datenschutz vorbehalten einloggen anmelden melde "
    "abonnieren abonniere abonner connecter serv reservados sesi suscr rating ratings reviews stars unsubscribe "
    "unsubscribed eligible"
)
# It needs something that is only seen on the page.
_SHOWN_ELSEWHERE = re.compile(
    r"\b(?:(?:as|is|are|was|were) (?:shown|seen|described|listed|illustrated|outlined|depicted|mentioned) (?:in"
    r"|above|below|here|earlier|on)|(?:see|in|from|on) (?:the )?(?:fig(?:ure|\.)|table|chart|graph|diagram|image"
    r"|picture|screenshot|video|map|example|photo)s? ?(?:\d|above|below|on|at)|(?:fig(?:ure|\.)|table"
    r"|chart) \d+[a-z]? (?:shows?|presents|lists|gives|illustrates|depicts|plots|summari[sz]es)|(?:the|this"
    r"|these) (?:figure|table|chart|graph|diagram|image|picture|screenshot|video|code|snippet|example"
    r"|command)s? (?:above|below|shows?|illustrates?)|(?:above|below|following|preceding|previous|next) (?:figure"
    r"|table|chart|graph|diagram|image|picture|screenshot|code|example|snippet|section|paragraph|list|steps?"
    r"|command)s?|(?:listed|shown|described|mentioned|discussed|outlined|given|see|seen|pictured) (?:above|below"
    r"|earlier)|siehe (?:oben|unten)|ci-dessous|a continuación"
    r"|(?:section|chapter|part|list|note|example|table)s? (?:above|below)|#\d+ (?:above|below)"
    r"|(?:previous|last|next|preceding) (?:article|post|chapter|lesson|tutorial|video|part|page)\b"
    r"|(?:for more on|check out (?:our|my|this|the|these)|(?:overview|introduction) (?:of|to) .{3,60}, see)\b)"
)
_SHOWING = word_set(
    "shown seen described listed illustrated outlined depicted mentioned figure figures fig table chart graph "
    "diagram image picture screenshot video map example photo above below following preceding previous next "
    "earlier oben unten dessous continuaci last more check see"
)
# The data of a script.
_DATA = re.compile(r'"\w[\w-]*"\s*:\s*["\[{\d]')
_DATE_WORDS = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*|\d+(?:st|nd|rd|th)?"
    r"|[ap]\.?m\b\.?|published|updated|posted|last|modified|edited|created|date|time|on|at|by|the|of|ago|hours?"
    r"|minutes?|mins?|days?|weeks?|months?|years?|read|gmt|utc|est|edt|pst|pdt|et|pt|bst|cet|today|yesterday|now"
    r"|januar|februar|märz|mai|juni|juli|oktober|dezember|montag|dienstag|mittwoch|donnerstag|freitag|samstag"
    r"|sonntag|uhr|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero"
    r"|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre"
    r"|diciembre|de|le|el",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
_LATIN_WORD = re.compile(r"[a-z]+")

_UNTERMINATED, _QUESTIONS, _QUOTATION, _EXCLAMATION, _FRAGMENT, _STEP, _ANNOUNCEMENT = 0.6, 0.3, 0.8, 0.7, 0.4, 0.7, 0.5
# "include these add-ons." needs what follows.
_LEADS_TO = re.compile(
    r"\b(?:these|the following|as follows|below|like this|like so)(?: [\w'’-]+){0,3}[.!]$", re.IGNORECASE
)
# A teaser that was cut off, or a sentence that trails off.
_CUT_OFF = re.compile(r"(?:\.\.\.|…)[\"'”’)\]]*$")
# A first person where the page speaks in the third is a customer's opinion or an anecdote.
_TESTIMONIAL, _FIRST_PERSON, _MANY = 0.4, 0.8, 0.2
_TEMPLATE = 0.4
# It says what the page will say: right for the gist, empty as a point.
_ANNOUNCES = re.compile(
    r"(?:this|our) (?:article|page|guide|post|tutorial|section|document|chapter|blog|handout|lesson|course|list)\b"
    r"|in this \w+|we(?:['’]ll| will) (?:develop|look|see|discuss|explore|cover|show|learn|explain|walk)|there is also"
    r"|(?:let['’]s|let us) ",
    re.IGNORECASE,
)
# Two texts without a space between them: "I like the colorAnnI bought it".
_GLUED = re.compile(r"[a-z]{3}[A-Z][a-z]+[A-Z]")
_BOUGHT = re.compile(r"\bwe (?:just |have |recently )?(?:bought|purchased|ordered|received|love)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:step )?\d{1,2}(?:[.):]|\s[-–—])\s", re.IGNORECASE)
_FIRST_PERSONS = word_set("I I'm I’m I've I’ve I'd I’d I'll I’ll my My me")


@dataclass(frozen=True, slots=True)
class PointCandidate:
    """`factor` is what the sentence's form is worth, 0 to 1. `depends`: whether it cannot stand alone."""

    factor: float
    depends: bool


def candidates(article: Article, sentences: Sequence[Sentence], lang: str) -> dict[int, PointCandidate]:
    """Returns the sentences that may be points, by their index. When too few pass, looser rules apply."""
    running = [n for n, s in enumerate(sentences) if article.blocks[s.block].role in RUNNING_TEXT]
    personal = sum(not _FIRST_PERSONS.isdisjoint(sentences[n].text.split()) for n in running) / max(1, len(running))
    own_words = _FIRST_PERSON if personal > _MANY else _TESTIMONIAL
    allowed = [n for n in running if not is_boilerplate(sentences[n].text)]
    made = {n: _form(article, sentences[n], lang, own_words) for n in allowed}
    for (n, candidate), repeats in zip(made.items(), templated([sentences[n].text for n in allowed]), strict=True):
        if candidate is not None and repeats:
            made[n] = replace(candidate, factor=candidate.factor * _TEMPLATE)
    fit = {n: candidate for n, candidate in made.items() if candidate is not None}
    if len(fit) >= _FEW:
        return fit
    lines = [n for n in allowed if len(sentences[n].text) >= _MIN_CHARS and not _OPEN_END.search(sentences[n].text)]
    loose = {n: made[n] or PointCandidate(_UNTERMINATED / 2, False) for n in lines or allowed or running if n in made}
    return loose or {n: PointCandidate(_UNTERMINATED / 2, False) for n in running}


def is_good(article: Article, sentence: Sentence, lang: str, *, alone: bool = True) -> bool:
    """Whether the sentence can be a point as it is: it is no question, fragment or boilerplate, and stands alone if
    `alone`."""
    if is_boilerplate(sentence.text):
        return False
    form = _form(article, sentence, lang, _FIRST_PERSON)
    return form is not None and not (alone and form.depends) and form.factor >= _UNTERMINATED


def is_boilerplate(text: str) -> bool:
    """Whether the sentence is about the page as a medium, not about its subject; or is only a label or a date."""
    low = text.lower()
    if (
        "©" in text
        or _DATA.search(text)
        or _BEGINS.match(text)
        or (_has_word(low, _TRIGGERS) and _CONTAINS.search(low))
    ):
        return True
    if len(text) > _MAX_DATE_CHARS or not any(char.isdigit() for char in text):
        return False
    words = _WORD.findall(_DATE_WORDS.sub(" ", text))
    return not any(len(word) > 2 or not word.isascii() for word in words)


def _form(article: Article, sentence: Sentence, lang: str, own_words: float) -> PointCandidate | None:
    """Returns None for what is not a sentence."""
    text = sentence.text
    if len(text) < (_MIN_CHARS_UNSPACED if lang in _UNSPACED_LANGS else _MIN_CHARS) or _OPEN_END.search(text):
        return None
    words = text.split()
    factor = 1.0
    if not _ENDS.search(text):
        if lang not in _UNSPACED_LANGS and (len(words) < _MIN_WORDS_UNTERMINATED or _title_case(words)):
            return None
        factor *= _UNTERMINATED
    if _QUESTION.search(text):
        factor *= _QUESTIONS
    elif text.rstrip("\"'”’»)").endswith("!"):
        factor *= _EXCLAMATION
    if text[:1] in '"“”„«' or article.blocks[sentence.block].role is Role.QUOTE:
        factor *= _QUOTATION
    if lang == "en" and not _FIRST_PERSONS.isdisjoint(words) and text.count('"') + text.count("“") == 0:
        factor *= own_words
    if words[0].isalpha() and words[0].islower() and text[0].isascii():
        factor *= _FRAGMENT
    if _GLUED.search(text) or _CUT_OFF.search(text):
        factor *= _FRAGMENT
    if "we " in text and _BOUGHT.search(text):
        factor *= own_words
    if _ANNOUNCES.match(text):
        factor *= _ANNOUNCEMENT
    if _NUMBERED.match(text):
        factor *= _STEP
    depends = depends_on_context(text, lang) or _is_shown_elsewhere(text.lower())
    return PointCandidate(factor, depends or (lang == "en" and _LEADS_TO.search(text) is not None))


def _is_shown_elsewhere(low: str) -> bool:
    return _has_word(low, _SHOWING) and _SHOWN_ELSEWHERE.search(low) is not None


def _has_word(low: str, words: frozenset[str]) -> bool:
    return not words.isdisjoint(_LATIN_WORD.findall(low))


def _title_case(words: Sequence[str]) -> bool:
    """Whether most longer words begin with a capital, as in a heading or the name of a product."""
    longer = [word for word in words if len(word) > 3 and word[0].isalpha()]
    return bool(longer) and sum(word[0].isupper() for word in longer) > 0.6 * len(longer)
