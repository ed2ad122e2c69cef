"""The choice of a page's main content: what reaches the model, what becomes of its scores, and damaged input."""

from array import array

import pytest

from nutshell.article import Article
from nutshell.extraction.candidates import Candidates, MalformedCandidates
from nutshell.extraction.content import MainContent
from nutshell.extraction.content_features import COUNT, NAMES, PAGE_WORDS, WORD_COUNT, inputs
from nutshell.ports import ModelError, Tensor

SENTENCE = "The harbour board counted forty-one boats in the spring, and wrote every one of them down in its book."


def block(text, element=-1, role="paragraph", linked=0.0, **other):
    return {"role": role, "text": text, "level": 0, "anchor": 7, "element": element, "linked": linked, **other}


def page(blocks, elements=(), **other):
    signals = {"words": 0, "content_type": "text/html", "page_title": "Boats | The Tide"}
    return {
        "url": "https://tide.example/boats",
        "title": "Boats",
        "blocks": [{"role": "paragraph", "text": "What Readability found.", "level": 0, "anchor": 3}],
        "candidates": {"elements": list(elements), "blocks": blocks, "about": ["article"]},
        "signals": signals,
        **other,
    }


class Scores:
    """A content model with the same answers for every page."""

    def __init__(self, *scores):
        self.scores = scores
        self.runs = []

    async def run(self, model, inputs):
        self.runs.append((model, inputs))
        if not self.scores:
            raise ModelError("no such model")
        return {"scores": Tensor("float32", (len(self.scores),), memoryview(array("f", self.scores)))}


@pytest.fixture
def apply(run):
    return lambda models, wire: run(MainContent(models).apply(wire))


def test_blocks_that_score_high_become_the_article(apply):
    made = apply(Scores(0.1, 0.9, 0.2), page([block("Menu"), block(SENTENCE), block("Imprint")]))
    article = Article.from_wire({**made, "signals": None})
    assert [(found.text, found.anchor) for found in article.blocks] == [(SENTENCE, 7)]
    assert "candidates" not in made


def test_words_of_prose_are_counted_again(apply):
    made = apply(Scores(0.9, 0.9), page([block(SENTENCE), block("A label")]))
    assert made["signals"]["words"] == len(SENTENCE.split())


@pytest.mark.parametrize("models", [Scores(), Scores(0.1, 0.0)])
def test_readability_stays_without_a_model_or_a_choice(apply, models):
    made = apply(models, page([block(SENTENCE), block("Menu")]))
    assert [found["text"] for found in made["blocks"]] == ["What Readability found."]


def test_readability_stays_where_the_model_loses_most_of_its_article(apply):
    article = [block(f"{number}. {SENTENCE}", kept=True) for number in range(8)]
    made = apply(Scores(*[0.05] * 8, 0.9), page([*article, block("A short note of five words")]))
    assert [found["text"] for found in made["blocks"]] == ["What Readability found."]


def texts(made):
    return [found["text"] for found in made["blocks"]]


def test_a_text_that_a_page_repeats_elsewhere_is_read_once(apply):
    elements = [[-1, "div", "desktop"], [0, "p", ""], [0, "p", ""], [-1, "div", "mobile"], [3, "p", ""]]
    repeated = [block(SENTENCE, 1), block("Note", 1), block(SENTENCE, 2), block(SENTENCE, 4), block("Note", 4)]
    made = apply(Scores(*[0.9] * 5), page(repeated, elements))
    assert texts(made) == [SENTENCE, "Note", SENTENCE, "Note"]


def test_the_blocks_around_a_block_and_readability_decide_in_doubt(apply):
    elements = [[-1, "article", ""], [-1, "aside", ""]]
    doubtful = [block("In the article.", 0), block("In the aside.", 1), block("Kept.", kept=True), block("Not kept.")]
    blocks = [*(block(f"Paragraph {n}.", 0) for n in range(4)), *(block(f"Link {n}.", 1) for n in range(4)), *doubtful]
    made = apply(Scores(*[0.9] * 4, *[0.1] * 4, 0.38, 0.38, 0.38, 0.38), page(blocks, elements))
    assert texts(made)[4:] == ["In the article.", "Kept."]


LIST = {"structure": {"types": {"ItemList": 1, "CollectionPage": 1}}}


def test_entries_that_the_model_doubts_are_kept_on_a_list(apply):
    blocks = [block(f"Boat {number}, oak, 12 feet", role="item") for number in range(4)]
    scores = Scores(0.2, 0.2, 0.2, 0.01)
    assert texts(apply(scores, page(blocks, **LIST))) == [block["text"] for block in blocks[:3]]
    assert texts(apply(scores, page(blocks))) == ["What Readability found."]


def test_the_entries_of_a_list_are_no_prose(apply):
    blocks = [block(f"Boat {number}, oak, 12 feet", role="item") for number in range(9)]
    assert apply(Scores(*[0.9] * 9), page(blocks, **LIST))["signals"]["words"] == 0
    assert apply(Scores(*[0.9] * 9), page(blocks))["signals"]["words"] > 0


def test_more_is_kept_on_a_list_that_would_lose_most_of_its_words(apply):
    blocks = [block(f"Boat {number}, oak, 12 feet", role="item") for number in range(6)]
    assert len(texts(apply(Scores(0.9, 0.06, 0.06, 0.06, 0.06, 0.001), page(blocks, **LIST)))) == 5
    assert len(texts(apply(Scores(0.9, 0.9, 0.9, 0.06, 0.06, 0.001), page(blocks, **LIST)))) == 3


@pytest.mark.parametrize(
    ("before", "after", "table", "kept"),
    [
        ("heading", 0.01, 0.2, True),
        ("paragraph", 0.9, 0.2, True),
        ("paragraph", 0.01, 0.2, False),
        ("heading", 0.9, 0.02, False),
    ],
)
def test_a_table_within_main_content_is_kept_in_doubt(apply, before, after, table, kept):
    elements = [[-1, "p", ""], [-1, "table", ""], [1, "tr", ""], [1, "tr", ""], [1, "tr", ""], [-1, "p", ""]]
    rows = [block(f"Ferry {number}\t9 boats", element=number + 2, role="row") for number in range(3)]
    blocks = [block("Ferries", 0, before), *rows, block("Another story.", 5)]
    made = apply(Scores(0.9, *[table] * 3, after), page(blocks, elements))
    assert [f"Ferry {number}\t9 boats" in texts(made) for number in range(3)] == [kept] * 3


def test_a_selection_is_left_alone(apply):
    models = Scores(0.9)
    selection = {"blocks": [{"text": SENTENCE}], "kind": "selection"}
    assert apply(models, selection) is selection
    assert models.runs == []


def test_hidden_text_is_read_where_the_visible_text_is_no_article(apply):
    hidden = page([block(SENTENCE + " " + SENTENCE)])
    made = apply(Scores(0.9), page([block("Loading")], unhidden=hidden))
    article = Article.from_wire(made)
    assert article.text == SENTENCE + " " + SENTENCE


@pytest.mark.parametrize(
    "candidates",
    [
        None,
        {"elements": [], "blocks": {}},
        {"elements": [[0, "p", ""]], "blocks": []},
        {"elements": [[-1, "p"]], "blocks": []},
        {"elements": [], "blocks": [block("Text", element=0)]},
        {"elements": [], "blocks": [block("Text", role="banner")]},
        {"elements": [], "blocks": [{**block("Text"), "text": None}]},
        {"elements": [], "blocks": [{**block("Text"), "linked": "1"}]},
        {"elements": [], "blocks": [], "about": [None]},
        {"title": 1, "elements": [], "blocks": []},
    ],
)
def test_damaged_candidates_are_refused(apply, candidates):
    with pytest.raises(MalformedCandidates):
        apply(Scores(0.9), {**page([]), "candidates": candidates})


def features_of(blocks, elements=(), title="", url=""):
    wire = {"title": title, "elements": list(elements), "blocks": blocks, "about": []}
    made = inputs(Candidates.from_wire(wire), url)
    assert made.features.shape == (len(blocks), COUNT)
    assert made.words.shape == (len(blocks), WORD_COUNT)
    assert made.page.shape == (1, PAGE_WORDS)
    values = made.features.data.tolist()
    rows = [values[start : start + COUNT] for start in range(0, len(values), COUNT)]
    return [dict(zip(NAMES, row, strict=True)) for row in rows], made


def test_features_describe_the_elements_around_a_block():
    elements = [[-1, "nav", "menu"], [0, "a", ""], [-1, "main", ""], [2, "p", ""], [2, "p", ""]]
    blocks = [block("Home", 1, linked=1.0), block(SENTENCE, 3, kept=True), block(SENTENCE + " Twice.", 4)]
    (menu, first, second), _ = features_of(blocks, elements)
    assert (menu["nav"], menu["a"], menu["main"], menu["linked_0"]) == (1, 1, 0, 1)
    assert (first["nav"], first["main"], first["kept_0"], second["kept_0"]) == (0, 1, 1, 0)
    assert first["blocks_1"] > first["blocks_0"]
    assert 0 < first["kept_1"] < 1
    assert first["log_like"] == second["log_like"] > menu["log_like"] == 0


def test_features_see_the_title_and_repeated_text():
    rows, _ = features_of([block("Boats of the Tide"), block("Share"), block("Share")], title="Boats of the Tide")
    assert [row["title"] for row in rows] == [1, 0, 0]
    assert rows[0]["log_twins"] == 0 < rows[1]["log_twins"] == rows[2]["log_twins"]


def test_hashes_do_not_change():
    """The weights belong to these numbers: another hash needs another training."""
    _, made = features_of([block("Read more", 0)], [[-1, "div", "share-bar"]], url="https://tide.example/forum/12")
    assert [word for word in made.words.data if word] == [1000, 3763, 3354, 3449, 3802]
    assert [word for word in made.page.data if word] == [3598, 2936, 683]


def test_text_in_any_script_and_odd_addresses():
    rows, _ = features_of(
        [block("港の委員会は春に四十一隻の船を数えた。"), block("١٢٣"), block("🚢")], url="http://[broken"
    )
    assert len(rows) == 3


def test_a_table_is_kept_as_a_whole(apply):
    elements = [[-1, "table", ""], [0, "td", ""], [0, "td", ""], [0, "td", ""]]
    cells = [block(f"Cell {number}", number, role="row") for number in (1, 2, 3)]
    assert len(texts(apply(Scores(0.9, 0.9, 0.2), page(cells, elements)))) == 3
    assert texts(apply(Scores(0.1, 0.6, 0.1), page(cells, elements))) == ["What Readability found."]


@pytest.mark.parametrize(
    "line",
    [
        "Photo: Ada Brill / The Tide",
        "Bildquelle: Hafenamt",
        "© 2026 The Tide",
        "Read more: The ferry that learned to whisper",
        "Lesen Sie auch: Der Hafen im Winter",
        "Lire aussi : le port en hiver",
        "関連記事：港の冬",
        "Subscribe to our newsletter for more stories like this one.",
        "구독 신청",
        "Advertisement",
    ],
)
def test_interruptions_of_an_article_are_left_out(apply, line):
    made = apply(Scores(0.9, 0.7, 0.9), page([block(SENTENCE), block(line), block(SENTENCE + " Twice.")]))
    assert texts(made) == [SENTENCE, SENTENCE + " Twice."]


@pytest.mark.parametrize(
    "line",
    [
        "Photographs of the harbour hang in every kitchen of the town.",
        "Related work has shown that boats lose a tenth of their speed to weed.",
        "Anzeigen gegen die Reederei liegen seit dem Herbst bei der Staatsanwaltschaft.",
        "Sharedness is the measure of how many boats use one mooring.",
        "Quellen in der Nähe des Hafens speisen die Brunnen der Stadt.",
    ],
)
def test_sentences_that_begin_alike_stay(apply, line):
    made = apply(Scores(0.9, 0.7, 0.9), page([block(SENTENCE), block(line), block(SENTENCE + " Twice.")]))
    assert line in texts(made)
