import pytest

from nutshell.ask.passages import Passage


@pytest.fixture
def page():
    return [
        "The lighthouse on the Kerra coast will be dark by spring, after 81 years.",
        "The harbour board voted on Tuesday to replace it with a steel mast.",
        "Fishing crews say the mast cannot be seen in the fog.",
        "A survey counted 212 vessels a week, nearly all with satellite navigation.",
        "Ines Halvorsen is a spokeswoman for the crews.",
    ]


@pytest.fixture
def passages_from():
    """Passages of plain sentences, each in a block of its own."""

    def passages_from(sentences):
        return [Passage(text, text, at, 0, len(text), at) for at, text in enumerate(sentences)]

    return passages_from
