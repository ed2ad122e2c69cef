import pytest

from nutshell.ask.answer_form import asked_form, asking_words, counted_noun, has_form


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("How much is a return ticket for a child?", "money"),
        ("What is the average home price in Reno?", "money"),
        ("How long does the crossing take?", "duration"),
        ("How long ago did it open?", "date"),
        ("When was the ferry built?", "date"),
        ("How many vessels pass?", "count"),
        ("How much does it weigh?", "weight"),
        ("How fast is the ferry?", "measure"),
        ("Who is the captain?", "person"),
        ("In which city is the summit?", "place"),
        ("Why did they leave?", "reason"),
        ("How is cheese made?", "manner"),
        ("What is her email address?", "email"),
        ("What is the fax number?", "phone"),
        ("What percentage of voters agreed?", "percent"),
        ("What did the board decide?", None),
    ],
)
def test_form_follows_from_the_question(question, form):
    assert asked_form(question) == form


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("money", "Child under 12: Single £6", True),
        ("money", "It costs 20 euros.", True),
        ("money", "It costs a lot.", False),
        ("duration", "The crossing takes fifty minutes.", True),
        ("duration", "The crossing is rough.", False),
        ("date", "It opened in May.", True),
        ("date", "It may open.", False),
        ("weight", "It weighed some 800 pounds.", True),
        ("weight", "The LGP-30 was loud.", False),
        ("email", "Write to ada@example.org.", True),
        ("phone", "Call (408) 252-3000.", True),
        ("phone", "Call us in 2026.", False),
        ("person", "The survey was made by Ada Brill.", True),
        ("person", "The survey was made in May.", False),
        ("percent", "It fell by 8%.", True),
    ],
)
def test_form_is_found_in_a_text(form, text, expected):
    assert has_form(form, text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The unit has 45 beds.", True),
        ("a 16-bed unit", True),
        ("Beds: 12", True),
        ("It has beds for 45 people.", False),
    ],
)
def test_number_must_be_about_what_is_counted(text, expected):
    assert has_form("count", text, counted_noun("How many beds does the unit have?")) is expected


def test_counted_noun_is_the_last_word_before_the_verb():
    assert counted_noun("How many fishing vessels are there?") == "vessels"
    assert counted_noun("How much is it?") == ""


def test_words_that_only_ask_are_optional():
    assert "cost" in asking_words("money")
    assert asking_words(None) == frozenset()
