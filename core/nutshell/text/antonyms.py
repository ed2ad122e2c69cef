"""Pairs of English words with opposite meanings: swapping one for the other makes a true sentence false."""

from __future__ import annotations

from .stemming import stem

_PAIRS = """
up down | upward downward | increase decrease | increase reduce | increase decline | increase drop
increase fall | rise fall | rise decline | rise drop | rose fell | rose dropped | rose declined | grow shrink
grew shrank | gain lose | gained lost | gain loss | higher lower | high low | raise lower | raise cut
expand shrink | expand cut | more less | more fewer | most least | most few | above below | over under
before after | earlier later | early late | first last | best worst | better worse | good bad | strong weak
stronger weaker | strengthen weaken | win lose | won lost | win defeat | victory defeat | winner loser
beat lost | success failure | succeed fail | successful unsuccessful | positive negative | support oppose
support reject | backed opposed | approve reject | approved rejected | accept reject | accept refuse
accepted refused | accept decline | agree disagree | agree refuse | agreed refused | agreed disagreed
admit deny | admitted denied | confirm deny | confirmed denied | allow ban | allowed banned | allow prevent
permit forbid | legal illegal | lawful unlawful | guilty innocent | guilty acquitted | convicted acquitted
convicted cleared | arrest release | arrested released | imprison free | alive dead | survive die
survived died | born died | live die | kill save | killed saved | open close | opened closed | begin end
began ended | start stop | started stopped | start finish | start end | enter leave | arrive leave
arrived left | join leave | joined left | come go | buy sell | bought sold | push pull | include exclude
included excluded | remember forget | love hate | like dislike | happy sad | safe dangerous | safe unsafe
easy difficult | easy hard | hot cold | warm cool | old new | old young | older younger | big small
bigger smaller | large small | larger smaller | long short | longer shorter | fast slow | faster slower
rich poor | richer poorer | cheap expensive | public private | male female | man woman | men women | boy girl
husband wife | father mother | son daughter | brother sister | king queen | boyfriend girlfriend | uncle aunt
north south | northern southern | east west | eastern western | left right | inside outside | indoor outdoor
day night | morning evening | always never | often rarely | likely unlikely | possible impossible | able unable
true false | right wrong | correct incorrect | major minor | maximum minimum | majority minority | many few
all none | full empty | present absent | remain leave | keep lose | build destroy | create destroy
protect attack | defend attack | attack retreat | ally enemy | friend enemy | friend foe | peace war
improve worsen | improved worsened | encourage discourage | optimistic pessimistic | confident doubtful
visible hidden | reveal hide | reveal conceal | known unknown | temporary permanent | internal external
domestic foreign | home away | advance retreat | ahead behind | buyer seller | employer employee
teacher student | doctor patient | victim suspect | plaintiff defendant | prosecutor defender | profit loss
surplus deficit | debt credit | import export | borrow lend | hire fire | hired fired | promote demote
promoted relegated | maintain abandon | continue stop | continued stopped | continue cease | praise criticise
praise criticize | praised criticised | praised criticized | welcome condemn | welcomed condemned | exceed miss
upgrade downgrade | healthy sick | healthy ill | well ill | clean dirty | light dark | heavy light | wet dry
wins loses | same different | local remote | add remove | enable disable | valid invalid | required optional
near far | top bottom | front back | wide narrow | deep shallow
""".replace("\n", "|")


def _stemmed_pairs() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _PAIRS.split("|"):
        if pair.strip():
            left, right = map(stem, pair.split())
            found.setdefault(left, set()).add(right)
            found.setdefault(right, set()).add(left)
    return {word: frozenset(antonyms) for word, antonyms in found.items()}


ANTONYMS = _stemmed_pairs()
"""The stem of a word -> the stems of its antonyms."""
