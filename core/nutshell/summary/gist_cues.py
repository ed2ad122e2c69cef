"""Words that say what a line is for: a finding, a definition, an announcement, a scene, a call to action and so on."""

from __future__ import annotations

import re

# For text in lower case, which is matched several times as fast as without regard to case.
_PATTERNS = {
    "first_person": r"\b(?:i|my|me|i'm|i've|i'd|mine|myself)\b",
    "we": r"\b(?:we|our|us|we're|we've|we'll)\b",
    "you": r"\b(?:you|your|you're|you'll|yours)\b",
    "contrast": (
        r"^(?:however|but|yet|still|although|though|while|despite|instead|nevertheless|even so|and|so|or|now|then)\b"
    ),
    "aside": (
        r"\b(?:also|additionally|moreover|furthermore|another|first step|next step|note that|for more|for example"
        r"|for instance|later|below|above|e\.g\.|such as)\b"
    ),
    "finding": (
        r"\b(?:we (?:find|found|show|showed|report|demonstrate|present|propose|introduce|conclude|observe)"
        r"|(?:study|studies|research|results?|findings?|analysis|survey|data|report|evidence|trial|review) (?:\w+ )?"
        r"(?:finds?|found|shows?|showed|suggests?|suggested|indicates?|indicated|reveals?|revealed|confirms?"
        r"|concludes?|concluded)|no evidence|researchers (?:found|have found|say|discovered))\b"
    ),
    "self_reference": (
        r"\b(?:this|the (?:following|present)|in this|our) (?:\w+ )?(?:article|guide|page|document|tutorial|post|paper"
        r"|chapter|section|topic|report|study|review|recipe|list|video|series|episode|course|book|lesson"
        r"|specification|module|library|package|project|proposal)\b"
    ),
    "definition": (
        r"^(?:the |an? )?[\w'’®™+#.-]+(?: [\w'’®™(),+#./-]+){0,6} (?:is|are|was|were|refers to|means|stands for)"
        r" (?:an?|the|one of|any)\b"
    ),
    "purpose": (
        r"\b(?:lets? you|allows?|enables?|provides?|helps?|offers?|used to|designed (?:to|for)|explains?|describes?"
        r"|covers?|introduces?|learn (?:how|about|to|what|why)|how to|aims? to|guide to|overview of|introduction to)\b"
    ),
    "decision": (
        r"\b(?:announced?|launch(?:es|ed)?|released?|unveil(?:s|ed)?|approved?|ruled|ruling|decided?|agreed?|signed"
        r"|rejected|banned|voted|won|will (?:be|begin|start|open|launch)|has been|have been|is to|are to|plans? to"
        r"|died|arrested|killed|charged)\b"
    ),
    "speech": r"\b(?:said|says|told|according to|added|argues?|argued|claims?|claimed|warned|warns)\b",
    "scene": (
        r"^(?:(?:on|in|at|for|after|before|during|since|by|last|one|when|as|it was|there (?:was|were)|once|every"
        r"|early|late|back|imagine|picture|if)\b|\d{4}\b)"
    ),
    "imperative": (
        r"^(?:discover|learn|find|explore|get|read|see|check|visit|shop|buy|browse|enjoy|make|use|try|start|take|join"
        r"|click|choose|compare|download|watch|listen|book|order|create|build|add|set|select|open|go|let|keep|don'?t"
        r"|do|be)\b"
    ),
    "promotion": (
        r"\b(?:best|leading|top|award-winning|trusted|world-class|#1|amazing|ultimate|unique|premium|perfect"
        r"|exclusive|free|discount|deals?|save|sale|shipping|quality|professional|experts?|solutions?|passionate"
        r"|innovative|cutting-edge|great|love|excited|proud)\b"
    ),
    "notice": (
        r"\b(?:cookies?|subscribe|newsletter|comments?|copyright|privacy|log ?in|sign (?:up|in)|account|browser"
        r"|javascript|affiliate|click|e-?mail|share|posted|updated|license|disclaimer|sponsor|advert\w*|deprecated"
        r"|translation)\b"
    ),
    "date": (
        r"\b(?:(?:19|20)\d\d|(?:jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.? \d"
        r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
    ),
    "negation": (
        r"\b(?:not?|never|nor|none|nothing|without|cannot|can't|isn't|aren't|doesn't|don't|won't|didn't|wasn't"
        r"|kein\w*|nicht|pas|sin|ne)\b"
    ),
}
NAMES = tuple(_PATTERNS)
_CUES = tuple(re.compile(pattern) for pattern in _PATTERNS.values())

# Calls to action, notices and templates.
_STARTS = (
    r"(?:click|tap|press|swipe) (?:here|on|the|below|to)\b",
    r"read (?:more|on|the full|our|about it)\b",
    r"(?:shop|buy|order|book|call|subscribe|download|register|apply|donate|join|enquire|contact us|get started|try it"
    r"|start your)\b[^.!?]{0,40}\b(?:now|today|here|free|online|us)\b",
    r"(?:sign (?:up|in)|log ?in|learn more|find out more|see (?:also|more)|share (?:this|on)|subscribe)\b",
    r"(?:follow|check) (?:us|me|@)",
    r"(?:photo|image|picture|credit|source|caption|advertisement|sponsored|video|watch|listen)\s*(?::|by\b|to\b)",
    r"(?:©|copyright|all rights reserved)",
    r"(?:posted|published|updated|written|reviewed|last (?:updated|modified|edited)) (?:by|on|in|:)",
    r"skip to\b|table of contents\b|just another wordpress site|a quote from\b|home\s*[>»/]",
    r"(?:please )?(?:enable|turn on) (?:javascript|cookies)|your browser\b|(?:we|this (?:web)?site) uses? cookies",
    r"(?:disclosure|disclaimer):|don'?t (?:miss|forget to (?:subscribe|share))",
    r"(?:free|fast|same.day) (?:[\w-]+ )?(?:shipping|delivery)|lowest prices? guaranteed|guaranteed lowest",
    r"(?:choose|enjoy|with) (?:from )?(?:contactless |free |fast )?(?:same.day|shipping|delivery)",
    r"important (?:update|notice)\b|cookies? (?:information|are|is|allows?|help|store|settings)\b",
    r"thanks? for (?:reading|visiting)|(?:join|become) (?:a |our |the )?(?:member|community|newsletter|mailing)",
    r"(?:hi|hey|hello)\b[^.!?]{0,60}\bthank",
    r"(?:author|by|contact|maintainer)\s*[:,]|in (?:this|the (?:next|following)) (?:section|chapter|part|step)\b",
    r"note:?\s|for (?:more|further|a (?:more )?detailed|full|additional) [^.!?]{0,80}\bsee\b",
    r"leave a (?:comment|reply)|no comments|you're not signed in",
    r"(?:welcome|hi|hey|hello|dear|thanks|thank you|regards|cheers)\b[^.!?]{0,25}[.!?,]*$",
)
_ANYWHERE = (
    r"\baffiliate (?:links?|commission)|\bearn a (?:small )?commission|\bopens in a new (?:tab|window)\b",
    r"\bsponsored (?:post|content)|\ball rights reserved|\bregistered trademarks?|\bterms of (?:use|service) apply",
    r"\bauthorized dealer\b|\bmanufacturer.s? (?:partners|warranty)|\btable of contents\b",
    r"(?:\b\d+\.\d[\d.]* .{0,60}?){3}|\{[^}]*\}",  # numbered headings, style sheets
    r"\b[\w.+-]+(?:@| at )[\w-]+(?:\.| dot )(?:com|org|net|edu)\b|\bout of stock\b|\boriginal price\b",
    r"\bfree (?:standard |uk |us |express |worldwide )?(?:shipping|delivery|returns)\b",
    r"\b(?:next|same)[- ]day delivery\b",
    r"\b(?:best|great|lowest|low) (?:online )?(?:prices?|deals?)\b|\b(?:great|extensive) selection\b",
    r"\bexpert advice you can trust\b",
    r"\b(?:shop|buy|order|browse) (?:online |now |yours )?(?:today|now|online)\b|\bcheck out our\b|\beasy payments?\b",
    r"\blargest (?:supply|selection|range)\b|\bwe (?:ship|stock|carry)\b",
    r"\bfind many great new\b|\bexclusively at\b|✅|►",
    r"\b(?:we|this (?:\w+ )?(?:article|guide|page|chapter|section|book|post)) (?:won[’']?t|will not|do(?:es)? not"
    r"|do(?:es)?n[’']t) (?:discuss|cover|describe|explain|go into|address|deal with)\b",
    r"\bby creating an account on\b|\bcurrent stable version of\b|\bdevelopment docs\b|\bshow (?:less|more)…",
    r"\b(?:sind|ist) (?:unter|hier)\b.{0,100} zu finden\b",
    r"\bcustomer (?:ratings?|reviews?)\b",
    r"\badvertorial\b|\bdisclosure policy\b|\blorem ipsum\b",
)
_JUNK = re.compile(rf"^(?:{'|'.join(_STARTS)})|{'|'.join(_ANYWHERE)}")


def cues(text: str) -> list[bool]:
    """Returns for each of NAMES whether the text has the cue."""
    lower = text.lower()
    return [cue.search(lower) is not None for cue in _CUES]


def is_finding(text: str) -> bool:
    """Whether a line says what was found, proposed or shown."""
    return _CUES[NAMES.index("finding")].search(text.lower()) is not None


def is_imperative(text: str) -> bool:
    """Whether a line tells its reader to do something."""
    return _CUES[NAMES.index("imperative")].search(text.lower()) is not None


def is_junk(text: str) -> bool:
    """Whether a line is a call to action, a notice or a template, which says nothing about its page."""
    return bool(_JUNK.search(text.lower()))
