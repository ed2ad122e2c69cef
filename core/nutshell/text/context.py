"""Whether a sentence can stand alone, or depends on the one before it.

An extractive summary misleads when a pronoun or a connective has lost its reference, as in 30 % of the summaries that
Zhang, Wan & Bansal 2023 ("Extractive is not Faithful") studied. The rules look at the start of the sentence:
connectives, pronouns without a candidate before them, demonstratives, speech without a named speaker. In detail:

- "I", "we" and "you" do not depend on context: outside quotations they are author and reader, inside the named speaker.
- A definite noun ("The man said") does not; "The latter", "The two", "The same" do, and so do "The 22-year-old",
  "The couple" and "The statement" unless it is said whose or which.
- A leading phrase needs a name or a noun: "In 2010, he moved" depends, "When the ship sank, it lay" does not.
- A quotation depends unless the sentence names its speaker; half a quotation always does.
- "It is raining" and "It is clear that" refer to nothing and do not depend; nor do "this week" and "this article".
"""

from __future__ import annotations

import re

from .words import word_set

_OPENING_MARKS = " \"'“‘«»„‚([{-–—•*…‹›"


_FILLER = re.compile(r"^(?:(?:um|uh|hm+|oh),? )+", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*|[,;:?]")

_TIME_NOUNS = (
    "week weekend month year decade century summer spring autumn fall winter season morning afternoon"
    " evening night monday tuesday wednesday thursday friday saturday sunday january february march april"
    " may june july august september october november december christmas easter thanksgiving"
)
_SELF_REFERENCES = (
    "article guide post tutorial page paper documentation document handbook chapter essay newsletter website"
    " work study survey thesis lecture talk video podcast episode"
)
_EXEMPT_NOUNS = word_set(f"{_TIME_NOUNS} {_SELF_REFERENCES} days")

_CONNECTIVES = word_set(
    "however therefore thus hence moreover furthermore nevertheless nonetheless meanwhile otherwise"
    " consequently accordingly conversely similarly likewise additionally also then but and or nor yet"
    " plus indeed afterwards afterward thereafter here another others such yeah yep nope okay"
    " didn't doesn't wasn't weren't hasn't hadn't couldn't wouldn't"
)
_PAIRS = {"both": "and", "neither": "nor"}
# These depend on context when a comma follows: "Still, ..." but not "Still life".
_BEFORE_COMMA = word_set(
    "so still instead besides finally first second third firstly secondly thirdly lastly next again rather"
    " though elsewhere there yes no well overall specifically namely now"
)
_PHRASES = re.compile(
    r"(?:for (?:example|instance|that reason|this reason)|as a (?:result|consequence)(?! of)|as such|even"
    r" so|in turn|in addition(?! to)|in contrast(?! (?:to|with))|by contrast|on the (?:other hand"
    r"|contrary|(?:night|day)(?=,))|in other words|(?:to|by|in) (?:do|doing) (?:so|this|that|it)|in so doing"
    r"|to (?:this|that) end"
    r"|because(?:(?=,)| [^,]{1,80}, so)|(?:so )?(?:like|as) (?:i|we) (?:said|mentioned)"
    r"|no (?:i|we|you|he|she|it|they|that)|(?:i|we|you) (?:\w+ ){1,3}(?:these|those) (?!who|\w*days\b)\w+"
    r"|\w+ing (?:on |upon |from )?(?:this|these|such)"
    r"|as (?:mentioned|noted|discussed) (?:above|before|earlier)|of course|in fact|at the same time"
    r"|at the time(?! of)|since then|until"
    r" then|by then|back then|even then|only then|just then|after all|above all|that said|that is|either"
    r" way|if so|if not|what'?s more|worse still|more than that|not so|the (?:latter|same|pair|duo|trio"
    r"|other|others|two|three|four|five)|so (?:he|she|it|they|we|i|you|that|the|a|an|what|how|why|did|do|does"
    r"|is|was|were|if|when)|still (?:he|she|they|it)|which (?:is|was|means|meant|makes|made|has|had)|the"
    r" (?:former|first|second|third|last) (?:is|was|were|are|has|had|have|will|would|can|could|said|says"
    r"|also))\b"
)

# "Some said", "All 10 were", "Many chastised the": a quantity without a noun.
_QUANTITY = re.compile(
    r"(?:all|both|some|many|most|several|few|none|each|half|\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?: (?:\d+|two|three|four|five|six|seven|eight|nine|ten))?(?: (?:also|even|then|later|now|already|still))?"
    r" (?:were|was|are|is|have|had|has|will|would|can|could|did|do|said|say|says|came|went|took|got"
    r"|\w+ed (?:the|a|an|his|her|their|its|that|to))\b"
)
# A noun that refers to somebody or something mentioned before, unless the next words say whose or which.
_KNOWN_NOUN = re.compile(
    r"the (?:(?:\w+ )?(?:couple|family|victims?|suspects?|trio|duo|deceased|accused)(?: (?:also|then|later|now))?"
    r" (?:is|was|are|were|has|have|had|will|would|said|says|told)"
    r"|(?:statement|announcement|move|decision|ruling|news|comments?|remarks?|revelations?|incident|claims?|findings?"
    r"|result|answer|reason|problem|changes?)"
    r" (?!(?:of|by|from|that|which|to|in|on|about|for|with|between|at|against|over|behind|why|when|who|whether)\b)"
    r"[a-z]+)\b"
)
_AGED = re.compile(r"[Tt]he \d{1,3}-year-olds?\b(?!(?: (?!in\b|on\b|at\b|to\b|from\b|for\b)[a-z]\w*){0,3},? [A-Z0-9])")
_REPLY = re.compile(r"(?:[A-Z][\w.'’-]*,? ){1,4}(?:replied|responded|agreed|disagreed|concurred|retorted)(?=[:,.]| \")")

_PERSONS = word_set(
    "he she they him her them his hers their theirs himself herself themselves he's she's they're he'd"
    " she'd they'd he'll she'll they'll they've"
)
_THINGS = word_set("its itself")
_PRONOUNS = _PERSONS | {"it", "i"}
_POINTERS = word_set("this that these those that's")
_AFTER_THOSE = word_set("who with in whose of living without looking wishing")
_SINGULAR_PERSONS = word_set("he she him her he's she's he'd she'd he'll she'll himself herself")
_SPEAKERS = word_set("i we you")
_POSSESSIVES = word_set("my our your his her their this that")
# These introduce clauses, whose subject may be what a later pronoun refers to; the others introduce phrases.
_CLAUSES = word_set("when while as although though if once since because until unless after before given")
_TITLES = word_set("majesty holiness highness royal excellency honour honor")
_LEADING = word_set(
    "when while as after before in during despite although though if once since with at on by for because"
    " unlike like until from to under over through about amid among between without alongside besides"
    " inside of even according following given against upon throughout"
)
_ARTICLES = word_set("the a an every each no many most several few some two three")

_IT = re.compile(r"it\b|it'(?:s|ll|d)\b")
_IT_IS = (
    r"it(?:'s| is| was| isn't| wasn't| has been| had been| will be| would be| may be| might be| could be|"
    r" must be| can be|'ll be|'d be|'s been| became| becomes| remains| feels| felt)(?: (?:not|also|now"
    r"|still|just|only|very|so|too|quite|often|always|never|perhaps|probably|increasingly|been|being"
    r"|almost|nearly|widely|then|far|all|even|particularly|especially|therefore|not yet))*"
)
_IMPERSONAL_IT = re.compile(
    rf"(?:it (?:seems?|seemed|appears?|appeared|emerged|turns? out|turned out|remains to be seen|takes?"
    rf"|took|follows that|rained|snowed|goes without|looks? (?:as|like)|is said|doesn't (?:matter|take)"
    rf"|makes sense|may seem|might seem|can take|may take|will take|helps to|pays to|comes as no|came as"
    rf" no|looked (?:as|like))\b|{_IT_IS} (?:raining|snowing|dark|cold|hot|sunny|cloudy|late|early|noon"
    rf"|midnight|dawn|dusk|time|no (?:secret|surprise|wonder|coincidence|accident|use|good|longer)|unclear"
    rf"|worth|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june"
    rf"|july|august|september|october|november|december|(?:\d\S*|one|two|three|four|five|six|seven|eight"
    rf"|nine|ten|several|many|a|an|more than|over|about|around) (?:\w+ )?(?:o'clock|seconds?|minutes?"
    rf"|hours?|days?|weeks?|months?|years?|decades?|while|matter|mistake to|shame|pity|good idea|bad idea)"
    rf"|(?:up to|thanks to|because of|in \d{{4}}|on \w+day))\b|{_IT_IS} (?:\w+ ){{1,3}}(?:that|to|whether|how"
    rf"|why|who|when|what|if|for|until)\b(?! be\b))"
)
_PERSONAL_IT = re.compile(
    rf"{_IT_IS} (?:a|an|one of|the|his|her|their|our|its|located|based|set|used|known|named|called)\b"
)

_QUOTED = re.compile(r"[\"“”]")
_VERBS = "said|says|asked|added|wrote|told|replied|explained|continued|recalled|tweeted|noted|argued|insisted|joked"
_SAID_BY_PRONOUN = re.compile(rf"[\"”,] ?(?:(?:he|she|they|it) (?:\w+ )?(?:{_VERBS})|(?:{_VERBS}) (?:he|she|they))\b")

_OTHER_LANGUAGES = {
    "de": re.compile(
        r"(?:er|sie|ihm|ihn|ihnen|ihr|ihre[nmrs]?|sein|seine[nmrs]?|beide|letztere[rs]?|dies|und|oder|aber"
        r"|doch|denn|jedoch|deshalb|deswegen|daher|darum|dennoch|trotzdem|außerdem|zudem|allerdings|dabei"
        r"|dazu|danach|davor|dafür|dagegen|daraufhin|dadurch|daran|darauf|darin|darüber|davon|dort|dann"
        r"|auch|ferner|folglich|somit|anschließend|gleichzeitig|hingegen|stattdessen|seitdem|inzwischen"
        r"|währenddessen|ebenso|zum beispiel|so (?:ist|war|sind|hat|habe|kann|wird|wurde|sagte|soll|sei"
        r"|könnte|heißt|gibt|auch|seien|hätten|würden|müssen|sollen)"
        r"|ansonsten|nein(?=,)|ja(?=,)|(?:das|der|die|dem|den) (?:ist|war|sei|sind|hat|hatte|habe|wird|wäre"
        r"|kann|könnte|muss|soll|sagte|sagt|teilte|zeigt|gilt|bedeutet|heißt|macht|geht|will|würde|liegt"
        r"|waren|haben|werden|sollte|dürfte)|diese[rsmn]? (?!woche|jahr|monat|tage|sommer|winter|herbst"
        r"|frühling|artikel|text|seite|beitrag)|es (?!gibt|gab|ist|war|sei|wird|werde|wurde|geht|ging"
        r"|scheint|handelt|heißt|bleibt|kommt|kam|braucht|dauert|liegt|lohnt|sind|waren|regnet|schneit"
        r"|fehlt|gilt))\b|solche"
    ),
    "es": re.compile(
        r"(?:él|ella|ellos|ellas|esto|eso|aquello|su|sus|pero|y|o|además|también|tampoco|así|entonces"
        r"|luego|allí|ahí|asimismo|ambos|ambas|sin embargo|por eso|por ello|por (?:lo )?tanto|no obstante"
        r"|mientras tanto|aun así|de hecho|en cambio|por otr[oa] (?:lado|parte)|por ejemplo|es decir"
        r"|después,|dicho|(?:es[eoa]s?|est[eao]s?|aquel\w*) (?!semana|noche|mañana|tarde|año|mes|lunes"
        r"|martes|miércoles|jueves|viernes|sábado|domingo|verano|invierno|otoño|primavera|artículo|fin"
        r" de))\b"
    ),
    "fr": re.compile(
        r"(?:elle|ils|elles|lui|cela|ça|ceci|c['’]\w+|son|sa|ses|leur|leurs|mais|et|ou|donc|or|car"
        r"|cependant|toutefois|pourtant|néanmoins|ainsi|aussi|alors|puis|ensuite|celui|celle|ceux|celles"
        r"|en effet|de plus|par ailleurs|en revanche|par exemple|au contraire|d['’]ailleurs|pendant ce"
        r" temps|du coup|tous deux|là|ce (?:dernier|n)|il (?!y a|y avait|faut|fallait|faudra|s['’]agit"
        r"|semble|pleut|neige|existe|reste|suffit|convient|est (?:important|possible|probable|clair"
        r"|difficile|nécessaire|vrai|temps|interdit|impossible))|ce(?:t|tte|s)? (?!semaine|année|nuit|mois"
        r"|été|automne|hiver|printemps|matin|soir|week-end|fois|lundi|mardi|mercredi|jeudi|vendredi|samedi"
        r"|dimanche|article|n))\b"
    ),
    "pt": re.compile(
        r"(?:ele|ela|eles|elas|seu|sua|seus|suas|isso|isto|aquilo|mas|e|ou|porém|contudo|todavia|entretanto|também"
        r"|então|assim|depois|lá|ambos|ambas|no entanto|além disso|por isso|portanto|ainda assim|por outro lado"
        r"|por exemplo|ou seja|de fato|n(?:esse|este|aquele|isso)|(?:ess[ea]s?|est[ea]s?|aquel[ea]s?) (?!semana|noite"
        r"|manhã|tarde|ano|mês|verão|inverno|outono|primavera|artigo|fim de|segunda|terça|quarta|quinta|sexta|sábado"
        r"|domingo))\b"
    ),
    "ko": re.compile(
        r"(?:그[는가의]|그녀[는가의]|그들[은이의]|이[는를에]|이것은|이로써|그러나|하지만|그런데|그리고|그래서|따라서|그러므로"
        r"|또한?|한편|반면|이처럼|이런|이러한|그런|그러한|이어|당시)(?=[ ,])"
    ),
    "ja": re.compile(r"(?:彼|これ|それ|この|その|しかし|だが|また|そして|一方|さらに|ただし|なお、|つまり)"),
    "zh": re.compile(r"(?:他|她|它|这|那|但|然而|因此|所以|而且|此外|同时|不过|另外，|其中|对此)"),
}


def depends_on_context(text: str, lang: str = "en") -> bool:
    """Whether the sentence cannot stand alone. `lang` is a BCP 47 tag; empty means English.

    The languages in `_OTHER_LANGUAGES` are judged by their first words only; for all others the result is False.
    """
    lang = (lang or "en").lower().replace("_", "-").split("-")[0]
    start = _FILLER.sub("", text.lstrip(_OPENING_MARKS))
    if lang in _OTHER_LANGUAGES:
        return _OTHER_LANGUAGES[lang].match(start.lower()) is not None
    if lang != "en":
        return False
    return _half_quoted(text) or _unnamed_speaker(text) or _opening_depends(start)


def _half_quoted(text: str) -> bool:
    """Whether the sentence has only one end of a quotation: the rest, and often the speaker, are in another."""
    return text.count('"') % 2 == 1 or text.count("“") != text.count("”")


def _unnamed_speaker(text: str) -> bool:
    if not text.startswith(('"', "“")):
        return bool(_QUOTED.search(text)) and _SAID_BY_PRONOUN.search(text) is not None and _first_pronoun(text) == 0
    outside = re.sub(r"[\"“][^\"“”]*[\"”]", " ", text)
    if _SAID_BY_PRONOUN.search(text):
        return True
    return not any(char.isalpha() for char in outside)


def _opening_depends(start: str) -> bool:
    low = start.lower().replace("’", "'")
    tokens = _TOKEN.findall(start[:400].replace("’", "'"))
    first, second = [*(token.lower() for token in tokens[:2]), "", ""][:2]
    connects = first in _CONNECTIVES or (first == "which" and "?" not in start)
    if connects or _PHRASES.match(low) or (first in _BEFORE_COMMA and second == ","):
        return True
    if first in _PAIRS:
        return _PAIRS[first] not in [token.lower() for token in tokens[1:8]]
    if _IT.match(low):
        return not _IMPERSONAL_IT.match(low) or (_PERSONAL_IT.match(low) is not None and " that " not in low[:60])
    if first in _POINTERS:
        return not _refers_forward(first, second)
    if first in _PERSONS or first in _THINGS:
        return second not in _TITLES and second != "who"
    return (
        bool(_QUANTITY.match(low) or _KNOWN_NOUN.match(low) or _AGED.match(start) or _REPLY.match(start))
        or (first in _SPEAKERS and _names_nobody(start))
        or ((first in _LEADING or first.endswith("ly")) and _pronoun_after_phrase(start))
        or (first in _LEADING and _leading_phrase_depends(tokens))
    )


def _pronoun_after_phrase(start: str) -> bool:
    """Whether a pronoun follows a leading phrase without a noun: "Crucially, it ...", "In 2010, he ..."."""
    lead, comma, rest = start[:200].partition(", ")
    words = lead.split()
    if not comma or any(word[:1].isupper() for word in words[1:]) or '"' in lead or "“" in lead:
        return False
    low = rest.lower().replace("’", "'")
    first, second = [*(token.lower() for token in _TOKEN.findall(low[:80])[:2]), "", ""][:2]
    if first in {"this", "these", "those"} and second not in {"is", "was", "means", "meant"}:
        return not _refers_forward(first, second)
    clause = words[0].lower() in _CLAUSES and len(words) > 2
    if clause or "," in lead:
        return False
    if _IT.match(low):
        return not _IMPERSONAL_IT.match(low)
    return first in _PERSONS and second not in _TITLES


def _names_nobody(start: str) -> bool:
    """Whether "he" or "she" occurs before any name or noun phrase: "We don't know where he is"."""
    for token in _TOKEN.findall(start[:200].replace("’", "'")):
        low = token.lower()
        if low in _SINGULAR_PERSONS:
            return True
        if (
            low in _ARTICLES
            or low in _POSSESSIVES
            or (token[:1].isupper() and low not in _SPEAKERS and low[:2] != "i'")
        ):
            return False
    return False


def _refers_forward(first: str, second: str) -> bool:
    """Whether a demonstrative refers to nothing before it: "this week", "this article", "those who"."""
    if second.removesuffix("'s") in _EXEMPT_NOUNS:
        return first in {"this", "these"}
    return first == "those" and second in _AFTER_THOSE


def _leading_phrase_depends(tokens: list[str]) -> bool:
    """Whether "After this, ..." or "When he arrived, he ..." depends; "In his speech, Obama ..." does not."""
    comma = tokens.index(",") if "," in tokens[:40] else min(len(tokens), 8)
    for number, token in enumerate(tokens[1:comma], 1):
        low = token.lower()
        following = tokens[number + 1].lower() if number + 1 < len(tokens) else ""
        if low in {"this", "that", "these", "those", "such"} and (number == 1 or tokens[number - 1].lower() == "of"):
            return not _refers_forward(low, following)
        if low in _PERSONS or low in _THINGS or low == "it":
            return not _names_after_comma(tokens, comma)
        if low in _ARTICLES or token[:1].isupper() or low.isdigit():
            return False
    return False


def _names_after_comma(tokens: list[str], comma: int) -> bool:
    """Whether the clause after the leading phrase starts with a name or a noun phrase."""
    commas = [number for number, token in enumerate(tokens[:40]) if token == ","][:3]
    after = [token for token in (tokens[number + 1 : number + 2] for number in commas) if token]
    named = any(token[0][:1].isupper() and token[0].lower() not in _PRONOUNS for token in after)
    return named or (comma + 1 < len(tokens) and tokens[comma + 1].lower() in _ARTICLES)


def _first_pronoun(text: str) -> int:
    """Returns the number of names and noun phrases before the first third-person pronoun."""
    before = 0
    for token in _TOKEN.findall(text[:400]):
        low = token.lower()
        if low in _PERSONS:
            return before
        before += token[:1].isupper() or low in _ARTICLES
    return before
