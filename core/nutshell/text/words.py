"""Splits a text into words, and lists the function words of each language.

`FUNCTION` maps a language code to its function words: language detection counts them, sentence splitting recognizes the
start of a sentence by them ("at 6 p.m. The"), and centrality ignores them.
"""

from __future__ import annotations

import re
import unicodedata

FUNCTION: dict[str, frozenset[str]] = {
    lang: frozenset(words.split())
    for lang, words in {
        "en": "the a an and or but if so yet because as of at by for with about against between into"
        " through during before after above below to from up down in out on off over under again then once"
        " here there when where why how all any both each few more most other some such no nor not only"
        " own same than too very can will just should now i me my we our us you your he him his she her it"
        " its they them their what which who whom this that these those am is are was were be been being"
        " have has had do does did would could may might must while since until although though however"
        " also another many despite according meanwhile instead one two it's that's there's i'm don't",
        "de": "der die das den dem des ein eine einer eines einem einen und oder aber doch sondern denn"
        " weil dass wenn als ob wie so auch nur noch schon nicht kein keine keinen in im am an auf aus bei"
        " beim mit nach seit von vom zu zum zur durch für gegen ohne um über unter vor zwischen während"
        " wegen trotz ich du er sie es wir ihr mich mir dich dir ihn ihm uns euch ihnen mein sein seine"
        " seiner seinen ihre ihren unser dieser diese dieses diesem diesen jeder jede man sich selbst was"
        " wer wo wann warum ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können"
        " soll muss mehr sehr dann da dort hier nun jetzt bis dabei damit dazu daher deshalb jedoch zudem"
        " außerdem bereits viele alle einige",
        "es": "el la los las un una unos unas lo al del y e o u pero sino porque que como si cuando donde"
        " mientras aunque pues de a en por para con sin sobre entre hasta desde durante contra hacia según"
        " tras ante yo tú él ella ello nosotros ellos ellas usted me te se nos le les mi tu su sus mis"
        " este esta estos estas ese esa eso esos aquel aquella esto no sí ni también tampoco muy más menos"
        " ya aún todavía así es son era eran fue fueron ser estar está están ha han había hay tiene puede"
        " cada todo toda todos todas otro otra otros qué quién cuál cómo además sin embargo después antes",
        "fr": "le la les l un une des du de d au aux et ou mais donc or ni car que qui quoi dont où quand"
        " comme si lorsque parce à en dans par pour avec sans sous sur entre vers chez contre depuis"
        " pendant selon après avant je j tu il elle on nous vous ils elles me te se s m t lui leur leurs"
        " mon ma mes ton ta tes son sa ses notre nos votre vos ce c cet cette ces cela ça ne n pas plus"
        " moins très trop aussi encore déjà est sont était étaient être été a ont avait avaient avoir fait"
        " peut tout toute tous toutes autre autres même y quel quelle ainsi alors cependant toutefois",
        "it": "il lo la i gli le un uno una l e ed o ma però perché che chi cui come se quando dove mentre"
        " anche di del dello della dei degli delle a al allo alla ai agli alle da dal dalla dai in nel"
        " nella nei nelle con su sul sulla sui per tra fra io tu lui lei noi voi loro mi ti si ci vi suo"
        " sua suoi sue mio questo questa questi queste quello quella quelli non più meno molto già ancora"
        " così è sono era erano essere stato ha hanno aveva avere può ogni tutto tutti tutta altro altri"
        " altra dopo prima quindi infatti",
        "pt": "o a os as um uma uns umas e ou mas porque que quem como se quando onde enquanto também de"
        " do da dos das em no na nos nas por pelo pela pelos para com sem sobre entre até desde durante"
        " contra ao à aos às eu tu ele ela nós eles elas você me te lhe seu sua seus suas meu minha este"
        " esta estes esse essa isso isto aquele não mais menos muito já ainda assim é são era eram foi"
        " foram ser estar está estão tem têm tinha há pode cada todo toda todos todas outro outra outros"
        " depois antes além",
        "nl": "de het een en of maar want omdat dat die als dan toen hoe wat wie waar wanneer ook nog al"
        " niet geen in op aan uit bij met naar van voor door over onder tegen tussen tijdens na om te tot"
        " zonder ik je jij hij zij ze wij we jullie mij hem haar hun ons onze zijn mijn deze dit is was"
        " waren wordt worden werd werden heeft hebben had kan kunnen zal moet meer veel zeer zo er hier"
        " daar nu toch echter bovendien",
        "sv": "en ett den det de och eller men för att som om när där hur vad vem inte också i på av till"
        " från med utan över under mellan efter före vid hos jag du han hon vi ni dem honom henne sin sitt"
        " sina min detta denna dessa är var vara blir blev har hade kan ska skulle måste mer mycket så nu"
        " här då",
        "da": "en et den det de og eller men for at som om når hvor hvad hvem ikke også i på af til fra"
        " med uden over under mellem efter før ved hos jeg du han hun vi dem ham hende sin sit sine min"
        " dette denne disse er var være bliver blev har havde kan skal skulle må mere meget så nu her der"
        " da",
        "no": "en et ei den det de og eller men for at som om når hvor hva hvem ikke også i på av til fra"
        " med uten over under mellom etter før ved hos jeg du han hun vi dem ham henne sin sitt sine min"
        " dette denne disse er var være blir ble har hadde kan skal skulle må mer mye så nå her der da",
        "fi": "ja tai mutta että jos kun kuin koska joka jotka mikä mitä missä myös ei ole on oli olivat"
        " ovat olla ollut hän he se ne minä sinä me te tämä tämän nämä sen hänen heidän niin vain vielä jo"
        " nyt sitten kanssa mukaan jälkeen ennen yli alle kuitenkin",
        "pl": "i oraz lub albo ale że bo jak gdy kiedy gdzie który która które którzy w we na z ze do od"
        " po za przez dla o u pod nad przed przy między bez jest są był była było byli być ma mają nie tak"
        " też tylko już jeszcze się ja ty on ona ono my oni go jego jej ich mu im ten ta to te tego tej"
        " tym co kto może można",
        "cs": "a i nebo ale že protože jak když kde který která které kteří v ve na z ze do od po za pro o"
        " u pod nad před při mezi bez je jsou byl byla bylo byli být má mají ne tak také jen už ještě se"
        " si já ty on ona my oni ho jeho její jejich mu ten ta to tento tato toto co kdo může však",
        "ro": "și sau dar că pentru cu de la în din pe prin până fără despre după înainte între către este"
        " sunt era erau fi fost a au am avea avut nu mai foarte tot și-a se își el ea ei ele noi voi lui"
        " său sa acest această aceste un o unui unei cel cea cei cele care ce cum când unde",
        "tr": "ve veya ama fakat ancak çünkü ki de da ile için gibi kadar göre sonra önce daha en çok bir"
        " bu şu o ben sen biz siz onlar onun bunun olan olarak oldu olduğu var yok değil mi mı ne her hiç"
        " ise",
        "hu": "a az egy és vagy de hogy mert ha amikor ahol aki ami amely nem is csak már még meg ez azt"
        " ezt en van vannak volt voltak lesz lehet én te ő mi ti ők után előtt szerint között alatt pedig",
        "vi": "và của là có không được cho trong một những các với này đã để người khi từ đến như cũng về"
        " nhiều sẽ đó ra vào tại nhưng nếu vì do bị hơn rất",
        "id": "dan atau tetapi yang di ke dari untuk dengan pada dalam oleh sebagai adalah ini itu tidak"
        " akan telah sudah juga bisa dapat karena saat lebih ada mereka dia kami kita saya anda para bahwa"
        " seperti namun",
        "ru": "и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее"
        " мне было вот от меня еще нет о из ему теперь когда даже ну если уже или быть был была были до"
        " этот эта это эти для при без под мы они их них который которые которая также после однако",
        "uk": "і й та в у не що він на я з із зі як а то все вона так його але ти до же ви за би по тільки"
        " її мені було від ще немає про коли якщо вже або бути був була були цей ця це ці для при без під"
        " ми вони їх який які яка також після однак",
        "bg": "и в във не че той на аз с със като а то всички тя така го но да ти към у вие за би по само"
        " е са беше бяха се си от още няма когато ако вече или този тази това тези за при без под ние те"
        " им който които която също след обаче",
        "el": "ο η το οι τα του της των τον την τους τις ένας μια ένα και ή αλλά ότι που πως αν όταν όπου"
        " δεν μην θα να σε στο στη στην στον στους στα από για με χωρίς μετά πριν κατά προς είναι ήταν"
        " έχει έχουν είχε αυτό αυτή αυτός αυτά πιο πολύ επίσης όμως",
    }.items()
}

LETTERS = r"[^\W\d_]+(?:['’][^\W\d_]+)*"
"""A regular expression for a word of letters, with inner apostrophes."""

# Scripts without spaces between words: each character counts as a word.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Letters, marks and digits, with inner apostrophes and hyphens.
_WORD = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])\w)+(?:['’\-](?:(?![{UNSPACED}])\w)+)*")


def words(text: str) -> list[str]:
    """Returns the words of a text, in lower case, in order."""
    return _WORD.findall(text.lower())


def word_set(text: str) -> frozenset[str]:
    """Returns the words of a list that is written as one string."""
    return frozenset(text.split())


def plain(text: str) -> str:
    """Returns the text for comparison: case folded, accents composed (NFC)."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()
