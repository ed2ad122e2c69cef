from itertools import count

from nutshell.article import Article, Block, Role
from nutshell.summary.composition import compose
from nutshell.text.sentences import split


def paragraph(text, anchor=0):
    return Block(Role.PARAGRAPH, text, anchor=anchor)


def heading(text, level=2):
    return Block(Role.HEADING, text, level=level)


def short_article():
    return Article(
        (
            paragraph("The ferry sailed at noon. It carried forty cars.", anchor=3),
            paragraph("The battery was charged overnight at the new pier.", anchor=4),
        )
    )


def composed(article, scores, chosen, method="encoder"):
    sentences = split(article)
    return compose(article, sentences, scores, chosen, method=method, lang="en")


def test_points_are_in_the_page_order_with_their_places():
    article = short_article()
    summary = composed(article, [0.2, 0.1, 0.9], [2, 0])
    assert [point.index for point in summary.points] == [0, 2]
    for point in summary.points:
        assert article.blocks[point.block].text[point.start : point.end] == point.text
    assert [point.anchor for point in summary.points] == [3, 4]
    assert summary.sentences == 3


def test_gist_is_the_most_salient_point():
    assert composed(short_article(), [0.2, 0.1, 0.9], [0, 2]).gist.index == 2


def test_gist_does_not_depend_on_context():
    # "It carried forty cars." scores more, but says nothing by itself.
    assert composed(short_article(), [0.3, 1.0, 0.1], [0, 1]).gist.index == 0


def test_gist_prefers_a_short_sentence():
    long = "The harbour board " + "that met in a long session which nobody enjoyed " * 8 + "agreed."
    article = Article((paragraph(long), paragraph("The harbour board agreed on the ferry.")))
    assert composed(article, [0.6, 0.4], [0, 1]).gist.index == 1


NUMBERS = count()


def filler(times):
    """Sentences that share no words with those of any other call."""
    own = "".join("bcdfghjklm"[int(digit)] for digit in f"{next(NUMBERS):03}")
    words = " ".join(f"{own}{word}" for word in ("captain", "look", "harbour", "line", "log"))
    return " ".join([f"{words.capitalize()}."] * times)


def sections(words_each):
    blocks = [heading("The title", 1)]
    for name in ("Past", "Present", "Future"):
        text = filler(2 * words_each)
        blocks += [heading(name), paragraph(f"The {name.lower()} of the ferry is long. {text}")]
    return Article(tuple(blocks), title="The title")


def test_long_page_gets_a_point_for_each_section():
    article = sections(60)
    sentences = split(article)
    scores = [0.9 if "of the ferry" in sentence.text else 0.1 for sentence in sentences]
    outline = compose(article, sentences, scores, [1], method="encoder", lang="en").outline
    assert [section.heading for section in outline] == ["Past", "Present", "Future"]
    assert [section.point.text for section in outline] == [
        f"The {name} of the ferry is long." for name in ("past", "present", "future")
    ]


def test_outline_does_not_repeat_the_points():
    article = sections(60)
    sentences = split(article)
    scores = [0.9 if "of the ferry" in sentence.text else 0.1 for sentence in sentences]
    outline = compose(article, sentences, scores, [0], method="encoder", lang="en").outline
    assert "captain" in outline[0].point.text
    assert "of the ferry" in outline[1].point.text


def test_point_leaves_out_its_connective_and_shows_where_it_was_cut():
    long = (
        "However, the committee approved the plan for the new harbour and the ferry on Monday evening after a debate of"
        " nine hours in the crowded town hall, which will be paid for by the sale of bonds, a new tax on parking and"
        " a contribution from the state, and it asked for a schedule."
    )
    article = Article((paragraph(long), paragraph("The harbour board agreed on the ferry."), paragraph("It rained.")))
    point = composed(article, [0.9, 0.4, 0.1], [0, 1]).points[0]
    assert long[point.start : point.end] == point.text
    assert len(point.text) < len(long) - 20
    assert point.line.startswith("The committee")
    assert point.line.endswith("…")


def outlined(blocks):
    article = Article(tuple(blocks))
    sentences = split(article)
    outline = compose(article, sentences, [0.5] * len(sentences), [0], method="encoder", lang="en").outline
    return [section.heading for section in outline]


def body(times=90):
    return paragraph(f"{filler(times // 2)} {filler(times // 2)}")


def test_boilerplate_is_no_section():
    blocks = []
    for name in ("Contents", "Past", "Present", "Future", "See also[edit]", "4. References"):
        blocks += [heading(name), body()]
    assert outlined(blocks) == ["Past", "Present", "Future"]


def test_subsections_belong_to_the_section_above():
    blocks = []
    for name in ("Past", "Present", "Future"):
        blocks += [
            heading(name),
            heading(f"The {name} of boats", 3),
            body(),
            heading(f"The {name} of cars", 3),
            body(),
        ]
    assert outlined(blocks) == ["Past", "Present", "Future"]


def test_outline_has_at_most_twelve_sections():
    blocks = []
    for number in range(40):
        blocks += [heading(f"Section {'abcdefgh'[number % 8]}{number}"), body(15)]
    assert len(outlined(blocks)) == 12


def test_list_of_labels_is_no_section():
    blocks = []
    for name in ("Past", "Present", "Future"):
        blocks += [heading(name), body(120)]
    blocks += [heading("Ships"), *[Block(Role.ITEM, f"Vessel {n}") for n in range(9)]]
    assert outlined(blocks) == ["Past", "Present", "Future"]


def test_short_page_has_no_outline():
    article = sections(1)
    assert composed(article, [0.1] * len(split(article)), [0]).outline == ()


def test_reading_times_of_page_and_points():
    summary = composed(sections(40), [0.1] * len(split(sections(40))), [0, 1])
    assert summary.page_seconds > 240
    assert 0 < summary.summary_seconds < 15
