"""Sentence boundaries with exact offsets."""

import random
from pathlib import Path

import pytest

from nutshell.article import Article, Block, Role
from nutshell.text.sentences import split, split_text
from tests.growth import growth

DATA = Path(__file__).parents[4] / "shared" / "data"


def sentences(text, lang="en"):
    return [text[start:end] for start, end in split_text(text, lang)]


# "|" marks each boundary.
@pytest.mark.parametrize(
    "marked",
    [
        "Hello World.| My name is Jonas E. Smith.",
        "Mr. Smith met Dr. Brown on Nov. 3 in St. Louis.| They talked.",
        "I live in the U.S.| The weather is fine.",
        "I work for the U.S. Government in Virginia.",
        "We open at 6 a.m. on Mondays.| We close at 9 p.m.| Then we sleep.",
        "She has $100.00 in her bag.| It grew 3.5 percent.",
        "See https://www.example.com/a.b?c=D.E for more.| It is free.",
        "Write to Jane.Doe@example.com now.| She answers.",
        "Pitt, Briggs & Co. It closed yesterday.".replace("Co. ", "Co.| "),
        "“We will win.”| Smith smiled.",
        '"Is it over?" Carroll said.| He left.',
        '"This is great." she said.',
        "He left ... and came back.| Really?!| Yes.",
        "One.[12]| Two.[3][4]| Three.",
        "The plan failed (see p. 55).| It was late.",
        "It was the end of the word.|Another one began.",
        'He said "it is over."|The crowd left.',
        "1. Wash the rice.",
        "The book (Is it good?) sold well.",
        "The iPhone sold well.| iPads did not.",
        "She works at Yahoo! in the accounting department.",
        "1. Wash the rice. 2. Cut the onion.| 3. Fry both.".replace(" 2.", "| 2."),
        "a. The first b. The second".replace(" b.", "| b."),
        "At 5 a.m. Mr. Smith left.| He came back at 6 p.m.| Nobody saw him.",
        "Figure 1. After typing, the pane opens.| It closes again.",
        "They sell apples, pears, etc. Customers like it.".replace("etc. ", "etc.| "),
        "It was new (2 Cor. 5:17).| Nobody knew.",
        '"He used it [...]" (Smith 55).| Others did not.',
        "Print it with print(ln)! macros are easy.",
        'It calls him "a wolf? and then" some.| He laughs.',
        "As in Devlin et al. (2019), we train it.| Liu et al. [12] do not.",
    ],
)
def test_english_is_split(marked):
    assert sentences(marked.replace("|", "")) == [part.strip() for part in marked.split("|")]


@pytest.mark.parametrize(
    ("lang", "marked"),
    [
        ("de", "Am 3. Oktober kam Dr. Meier.| Das war z. B. neu, d. h. anders.| Er ging."),
        ("de", "Im 19. Jahrhundert lebte Friedrich II. Preußen wuchs."),
        ("de-AT", "„Das ist gut.“| Er lachte."),
        ("es", "¿Qué tal?| ¡Bien!| El Sr. López vive aquí."),
        ("fr", "« Bonjour. »| Il est parti.| M. Dupont reste."),
        ("fr", 'Il crie : " Tu es une bête ! "| Les autres rient.'),
        ("it", "Il dott. Rossi è qui.| Sta bene."),
        ("ru", "Он родился в 1990 г. в Москве.| Потом уехал."),
        ("ko", "그는 집에 갔다.| 그리고 잤다.|비가 왔다."),
        ("ja", "今日は雨です。|明日は晴れ！|「行く。帰る。」と言った。"),
        ("zh", "今天下雨。|明天晴！|“好。”|他走了。"),
        ("ar", "هل أنت بخير؟| نعم.| شكرا لك."),
        ("hi", "यह सच है।| हो सकता है।"),
        ("el", "Τι κάνεις;| Καλά."),
        ("hy", "Ի՞նչ ես մտածում: Ոչինչ:".replace(": ", ":| ")),
        ("", "An unknown language.| It splits."),
        ("xx", "An unknown language.| It splits."),
    ],
)
def test_other_languages_are_split(lang, marked):
    assert sentences(marked.replace("|", ""), lang) == [part.strip() for part in marked.split("|")]


def test_blank_line_or_list_marker_ends_a_sentence():
    text = "A title\n\nThe first\nsentence. The second\n• One\n• Two"
    assert sentences(text) == ["A title", "The first\nsentence.", "The second", "• One", "• Two"]


def test_only_running_text_is_split_with_offsets_into_the_block():
    article = Article(
        (
            Block(Role.HEADING, "A heading. Of two."),
            Block(Role.PARAGRAPH, "First one. Second one."),
            Block(Role.CODE, "a.b. C.d"),
            Block(Role.CAPTION, "A caption."),
            Block(Role.ROW, "Cell."),
            Block(Role.ITEM, "An item without a period"),
            Block(Role.QUOTE, "A quote."),
        ),
        lang="en",
    )
    found = split(article)
    assert [(sentence.text, sentence.block) for sentence in found] == [
        ("First one.", 1),
        ("Second one.", 1),
        ("An item without a period", 5),
        ("A quote.", 6),
    ]
    assert all(article.blocks[s.block].text[s.start : s.end] == s.text for s in found)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("LONDON, England (CNN) -- Harry turns 18. He is rich.", "Harry turns 18."),
        ("(CNN)The president spoke. He left.", "The president spoke."),
        ("FRANKFURT (Reuters) - Prices rose. They fell.", "Prices rose."),
        ("The network (CNN) reported it. It was late.", "The network (CNN) reported it."),
        ("SEOUL, South Korea — A plan failed on Saturday. It rained.", "A plan failed on Saturday."),
        ("New York, NY – Shares fell. They rose again.", "Shares fell."),
        ("PARIS, June 4 — The president resigned. He left.", "The president resigned."),
        ("RAJSHAHI, Dec 20, 2025 (BSS) - Gardens feed many. They grow.", "Gardens feed many."),
        ("MADRID, 4 jun. (EUROPA PRESS) - El ministro dimitió. Se fue.", "El ministro dimitió."),
        ("(서울=연합뉴스) 홍길동 기자 = 정부는 5일 발표했다. 비가 왔다.", "정부는 5일 발표했다."),
        ("The program — called Vital — will end. It was long.", "The program — called Vital — will end."),
    ],
)
def test_dateline_is_left_out(text, first):
    article = Article((Block(Role.PARAGRAPH, text),))
    found = split(article)
    assert found[0].text == first
    assert text[found[0].start : found[0].end] == first


@pytest.mark.parametrize(
    "marked",
    [
        "“I never said that. I would not,” Smith said.| He left.",
        '"We will go. We must," she said.| Then she left.',
        "« Je pars. Je reviendrai », a-t-il dit.| Elle rit.",
        "„Das ist gut. Wir gehen“, sagte er.| Sie lachte.",
        "他说：“我走了。你留下。”|然后走了。|下雨了。",
        'A 5" pipe broke.| It was repaired.| Nobody was hurt.',
    ],
)
def test_sentences_of_one_quotation_stay_together(marked):
    text = marked.replace("|", "")
    found = split(Article((Block(Role.PARAGRAPH, text),), lang="zh" if "他" in text else "en"))
    assert [sentence.text for sentence in found] == [part.strip() for part in marked.split("|")]


def test_long_quotation_is_not_one_sentence():
    text = "“" + "We have said many things about this long day. " * 12 + "” he said."
    found = split(Article((Block(Role.PARAGRAPH, text),), lang="en"))
    assert len(found) > 8


HOSTILE = [
    "", " ", ".", "...", "?!", "。", '"', "a", "\u200e.\u200f", "\u202eA. B\u202c", "😀", "😀. ", "((((",
    "a.b.c.", "A. ", "1. ", "Mr. ", '." ', ".\n", "\n", " \n", ". . ", "“a.” ", "!)", "。」", "؟ ", "[1]",
    ".[1]", "x" * 50, "U.S. ", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_linear_time_and_loses_no_character(unit):
    assert growth(split_text, unit, 40_000) < 24
    text = unit * (40_000 // max(1, len(unit)))
    covered(text, split_text(text))


def covered(text, spans):
    """Spans are in order, trimmed, and leave out only whitespace."""
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        last = end
    assert not text[last:].strip()


def test_random_text_loses_no_character():
    chance = random.Random(3)
    for lang in ("en", "de", "fr", "el", "ja", ""):
        for _ in range(300):
            text = "".join(chance.choices([*HOSTILE, "word", "The", "der", " "], k=40))
            covered(text, split_text(text, lang))
