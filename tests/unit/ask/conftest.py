import pytest


@pytest.fixture
def page():
    return [
        "The lighthouse on the Kerra coast will be dark by spring, after 81 years.",
        "The harbour board voted on Tuesday to replace it with a steel mast.",
        "Fishing crews say the mast cannot be seen in the fog.",
        "A survey counted 212 vessels a week, nearly all with satellite navigation.",
        "Ines Halvorsen is a spokeswoman for the crews.",
    ]
