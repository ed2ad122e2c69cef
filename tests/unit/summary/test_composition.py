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
    long = "The harbour board, " + "which met in a long session that nobody enjoyed, " * 8 + "agreed."
    article = Article((paragraph(long), paragraph("The harbour board agreed on the ferry.")))
    assert composed(article, [0.6, 0.4], [0, 1]).gist.index == 1


def sections(words_each):
    filler = " ".join(["The captain looked over the harbour and wrote a careful line in the log."] * words_each)
    blocks = [heading("The title", 1)]
    for name in ("Past", "Present", "Future"):
        blocks += [heading(name), paragraph(f"The {name.lower()} of the ferry is long. {filler}")]
    return Article(tuple(blocks), title="The title")


def test_long_page_gets_a_point_for_each_section():
    article = sections(40)
    sentences = split(article)
    scores = [0.9 if "of the ferry" in sentence.text else 0.1 for sentence in sentences]
    outline = compose(article, sentences, scores, [0], method="encoder", lang="en").outline
    assert [section.heading for section in outline] == ["Past", "Present", "Future"]
    assert [section.point.text for section in outline] == [
        f"The {name} of the ferry is long." for name in ("past", "present", "future")
    ]


def outlined(blocks):
    article = Article(tuple(blocks))
    sentences = split(article)
    outline = compose(article, sentences, [0.5] * len(sentences), [0], method="encoder", lang="en").outline
    return [section.heading for section in outline]


def body(count=30):
    return paragraph(" ".join(["The captain looked over the harbour and wrote a careful line in the log."] * count))


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
        blocks += [heading(f"Section {'abcdefgh'[number % 8]}{number}"), body(5)]
    assert len(outlined(blocks)) == 12


def test_list_of_labels_is_no_section():
    blocks = []
    for name in ("Past", "Present", "Future"):
        blocks += [heading(name), body()]
    blocks += [heading("Ships"), *[Block(Role.ITEM, f"Vessel {n}") for n in range(9)]]
    assert outlined(blocks) == ["Past", "Present", "Future"]


def test_short_page_has_no_outline():
    article = sections(1)
    assert composed(article, [0.1] * len(split(article)), [0]).outline == ()


def test_reading_times_of_page_and_points():
    summary = composed(sections(40), [0.1] * len(split(sections(40))), [0, 1])
    assert summary.page_seconds > 240
    assert 0 < summary.summary_seconds < 15
