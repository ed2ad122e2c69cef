import pytest

from nutshell.ranking.candidates import Candidate
from nutshell.ranking.tone import calm_and_depth
from nutshell.text.static_encoder import embed_static


@pytest.fixture
def measure(models, wordpiece, run):
    def measure(*items):
        vectors = run(embed_static(models, wordpiece, [item.indexed_text for item in items]))
        calm, depth = run(calm_and_depth(models, wordpiece, items, vectors))
        return list(calm), list(depth)

    return measure


def test_clickbait_is_the_opposite_of_calm_and_only_the_title_counts(measure):
    calm, _ = measure(Candidate("a", "New ferries!"), Candidate("b", "New ferries", "They are here!"))
    assert calm == [-0.5, 0.5]


def test_harder_words_in_title_or_text_are_deeper(measure):
    easy, hard = (
        Candidate("a", "The old cat", "It sat on a mat."),
        Candidate("b", "The old cat", "Incomprehensibility."),
    )
    _, depth = measure(easy, hard)
    assert -1.0 <= depth[0] < depth[1] <= 1.0


def test_more_items_than_a_batch_keep_their_order(measure, monkeypatch):
    monkeypatch.setattr("nutshell.ranking.tone._BATCH", 2)
    calm, _ = measure(*[Candidate(str(n), "Ferries!" if n % 3 == 0 else "Ferries") for n in range(7)])
    assert calm == [-0.5, 0.5, 0.5, -0.5, 0.5, 0.5, -0.5]


def test_no_items_need_no_model(measure, models):
    assert measure() == ([], [])
    assert models.runs == []
