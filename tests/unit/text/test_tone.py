"""Tone: what the model's columns mean, in the order of the texts; what is counted of a text."""

from array import array

import pytest

from nutshell.ports import ModelError, Tensor
from nutshell.text.static_encoder import WIDTH
from nutshell.text.tone import FEATURES, MOODS, Tone, features, tones


class Heads:
    """Columns that tell the row and its features: clickbait is the row's number, the grade its fifth feature."""

    async def run(self, model, inputs):
        assert model == "interest"
        count, width = inputs["features"].shape
        assert width == FEATURES
        assert inputs["vectors"].shape == (count, WIDTH)
        made = array("f")
        for row in range(count):
            made.extend([row / 8, inputs["features"].data[row * width + 5], *(m / 8 for m in range(len(MOODS)))])
        return {"tones": Tensor("float32", (count, 2 + len(MOODS)), memoryview(made))}


def vectors(count):
    return Tensor("float32", (count, WIDTH), memoryview(array("f", bytes(4 * WIDTH * count))))


def test_columns_become_tones_in_the_order_of_the_texts(run):
    found = run(tones(Heads(), ["One.", "Two?", ""], vectors(3)))
    assert [tone.clickbait for tone in found] == [0, 1 / 8, 2 / 8]
    assert [tone.grade for tone in found] == [0, 1, 0]
    assert found[0].moods == tuple(m / 8 for m in range(len(MOODS)))
    assert found[0].mood == "surprise"


def test_the_mood_is_the_likeliest():
    assert Tone(0.1, 5.0, (0.1, 0.2, 0.9, 0.3, 0.8, 0.0, 0.1)).mood == "fear"


def test_no_texts_need_no_model(run):
    assert run(tones(None, [], vectors(0))) == []


def test_vectors_of_other_texts_are_refused(run):
    with pytest.raises(ValueError, match="2 texts and vectors of shape"):
        run(tones(Heads(), ["a", "b"], vectors(3)))


def test_a_dead_model_is_told(run):
    class Dead:
        async def run(self, model, inputs):
            raise ModelError("ended")

    with pytest.raises(ModelError, match="ended"):
        run(tones(Dead(), ["a"], vectors(1)))


def test_features_count_words_and_signs():
    few = features("17 cats!")
    assert few[5:] == (0, 1, 1, 0)
    long = features("Extraordinary circumstances, evidently; the committee deliberated. It was late?")
    assert long[3] == pytest.approx(5 / 9)
    assert long[4] == pytest.approx(3 / 9)
    assert long[1] == pytest.approx(4.5 / 20)
    assert long[5:] == pytest.approx((1, 0, 0, 5 / 9))


def test_letter_case_is_not_looked_at():
    assert features("Why Nobody Reads It") == features("why nobody reads it")


@pytest.mark.parametrize("text", ["", " ", "😀" * 3000, "a" * 100_000, "?!" * 5000, "הגשר נסגר ביום שני", "\x00\ud800"])
def test_any_text_has_features_of_modest_size(text):
    found = features(text)
    assert len(found) == FEATURES
    assert all(abs(value) < 1100 for value in found)
