from dataclasses import replace

import pytest

from nutshell.article import Article, Block, Post, Role
from nutshell.records.message import Message, from_json
from nutshell.records.summary import Point, Summary
from nutshell.structured_data import Event, Job, Product, Rating, Recipe, StructuredData, Video
from nutshell.summary.forms.composing import with_form
from nutshell.summary.forms.facts import money
from nutshell.summary.forms.recipe import ingredient_name
from nutshell.text.sentences import split

GIST = Point("What the page is about.", -1, 1.0, -1, -1, -1, -1)


def paragraph(text: str, **fields: object) -> Block:
    return Block(Role.PARAGRAPH, text, **fields)  # type: ignore[arg-type]


def heading(text: str, level: int = 2) -> Block:
    return Block(Role.HEADING, text, level=level)


def item(text: str) -> Block:
    return Block(Role.ITEM, text, level=1)


def formed(page_kind: str, *blocks: Block, length: int | None = None, scores: dict[str, float] | None = None, **fields):
    """Returns the summary with its form, of a page whose sentences all have salience 0.5."""
    article = Article(blocks, title="The page", lang="en", page_kind=page_kind, **fields)
    sentences = split(article)
    given = scores or {}
    values = [next((given[word] for word in given if word in sentence.text), 0.5) for sentence in sentences]
    selected = tuple(
        Point(sentence.text, number, values[number], sentence.block, sentence.start, sentence.end, -1)
        for number, sentence in enumerate(sentences[:3])
    )
    summary = Summary(GIST, selected, (), "whole", "en", len(sentences), 60, 30)
    return with_form(article, sentences, values, summary, length=length, method="encoder")


def labels(summary: Summary) -> list[str]:
    found = [from_json(point.label) for point in summary.points]
    return [message.id if isinstance(message, Message) else "" for message in found]


def line(summary: Summary, label: str) -> Point:
    return summary.points[labels(summary).index(label)]


RECIPE = Recipe(
    name="Bean soup",
    ingredients=("500 g white beans, soaked", "2 large onions (red)", "1 tbsp. olive oil", "salt"),
    steps=(
        "Cook the beans for an hour. Drain them.",
        "Fry the onions in the oil until golden.",
        "Mix everything well.",
    ),
    prep_time=15,
    cook_time=75,
    servings="4",
)
RECIPE_BLOCKS = (
    paragraph("My grandmother made this soup every winter in the old house."),
    paragraph("Serves 4"),
    *(item(text) for text in RECIPE.ingredients),
    *(paragraph(text) for text in RECIPE.steps),
)


def test_recipe_gives_time_ingredients_and_steps_instead_of_selected_points():
    summary = formed("recipe", *RECIPE_BLOCKS, data=StructuredData(recipe=RECIPE))
    assert labels(summary) == ["form.time_and_yield", "form.ingredients", "form.step", "form.step", "form.step"]
    assert line(summary, "form.ingredients").text == "white beans, onions, olive oil, salt"
    assert [point.text for point in summary.points[2:]] == [
        "Cook the beans for an hour.",
        "Fry the onions in the oil until golden.",
        "Mix everything well.",
    ]
    time = from_json(summary.points[0].label)
    assert isinstance(time, Message)
    assert time.values == {
        "time": Message("duration.hours_and_minutes", {"hours": 1, "minutes": 30}),
        "yield": Message("form.servings", {"number": "4"}),
    }


def test_composed_line_is_traced_to_all_that_it_is_made_of():
    summary = formed("recipe", *RECIPE_BLOCKS, data=StructuredData(recipe=RECIPE))
    ingredients = line(summary, "form.ingredients")
    assert ingredients.composed
    assert ingredients.block == 2
    assert ingredients.source == " ".join(RECIPE.ingredients)
    assert summary.points[0].block == 1
    assert not line(summary, "form.step").composed


def test_recipe_that_is_only_in_the_data_has_no_place():
    summary = formed("recipe", paragraph("A soup for cold days in winter."), data=StructuredData(recipe=RECIPE))
    assert all(point.composed and point.index == -1 for point in summary.points)
    assert summary.method == "encoder"


def test_steps_keep_their_numbers_when_only_some_are_shown():
    steps = tuple(f"Do the thing number {n} with care" + " and patience" * (n % 3) + "." for n in range(1, 11))
    recipe = replace(RECIPE, steps=steps)
    summary = formed("recipe", *(paragraph(step) for step in steps), data=StructuredData(recipe=recipe))
    found = [from_json(point.label) for point in summary.points if "form.step" in point.label]
    numbers = [message.values["number"] for message in found if isinstance(message, Message)]
    assert len(numbers) == 7
    assert numbers == sorted(numbers)
    assert {2, 5, 8} <= {*numbers}  # the longest


def test_name_of_a_step_that_is_its_beginning_is_dropped():
    steps = tuple(f"{step[:20]}...: {step}" for step in RECIPE.steps)
    summary = formed("recipe", *RECIPE_BLOCKS, data=StructuredData(recipe=replace(RECIPE, steps=steps)))
    assert summary.points[3].text == RECIPE.steps[1]


def test_recipe_without_ingredients_keeps_the_selected_points():
    recipe = replace(RECIPE, ingredients=())
    summary = formed("recipe", *RECIPE_BLOCKS, data=StructuredData(recipe=recipe))
    assert labels(summary) == ["", "", ""]


def test_length_limits_the_lines_of_a_form():
    summary = formed("recipe", *RECIPE_BLOCKS, data=StructuredData(recipe=RECIPE), length=3)
    assert labels(summary) == ["form.time_and_yield", "form.ingredients"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("1 ½ cups (180 g) all-purpose flour, sifted", "all-purpose flour"),
        ("2-3 cloves garlic, minced", "garlic"),
        ("400 g Mehl", "Mehl"),
        ("Mehl 400 g", "Mehl"),
        ("2 cuillères à soupe d'huile d'olive", "huile d'olive"),
        ("a pinch of salt", "salt"),
        ("2 lb boneless, skinless chicken thighs, cubed", "boneless skinless chicken thighs"),
        ("Salt and pepper to taste", "Salt and pepper"),
        ("For the sauce:", ""),
        ("2 1/2", ""),
        ("Makes 6 servings", ""),
        ("12 eggs", "eggs"),
        ("liver", "liver"),
    ],
)
def test_ingredient_name_has_no_amount(written: str, name: str):
    assert ingredient_name(written) == name


def posts_page(*posts: tuple[Post, str], kind: str = "forum", scores: dict[str, float] | None = None) -> Summary:
    blocks = tuple(paragraph(text, post=number) for number, (_, text) in enumerate(posts))
    return formed(kind, *blocks, posts=tuple(post for post, _ in posts), scores=scores)


ASKED = (Post("ann", role="opening"), "The engine of my boat stops after ten minutes at full speed.")


def test_forum_says_who_says_what():
    summary = posts_page(
        ASKED,
        (Post("bo"), "The fuel filter is probably clogged and starves the engine."),
        (Post(""), "Water in the tank causes exactly the same symptoms."),
        (Post("ann"), "A new filter fixed the problem on the first try."),
    )
    assert labels(summary) == ["form.opening", "form.reply_by", "form.reply", "form.outcome"]
    assert summary.points[3].text == "A new filter fixed the problem on the first try."
    assert not any(point.composed for point in summary.points)


def test_thread_without_replies_keeps_the_selected_points():
    assert "form.opening" not in labels(posts_page(ASKED))


def test_answers_are_ranked_by_acceptance_and_votes():
    summary = posts_page(
        (Post("ann", role="question"), "Why does the engine of my boat stop after ten minutes?"),
        (Post("bo", role="answer", votes=3), "The propeller could be fouled by a piece of rope."),
        (Post("cy", role="answer", votes=9), "The fuel filter is probably clogged and starves the engine."),
        (Post("di", role="answer", votes=1, accepted=True), "Water in the tank causes exactly these symptoms."),
        kind="question-and-answer",
    )
    assert labels(summary) == ["form.accepted_answer_votes", "form.answer_votes", "form.answer_votes"]
    assert [from_json(point.label).count for point in summary.points] == [1, 9, 3]  # type: ignore[union-attr]
    assert summary.points[1].text.startswith("The fuel filter")


def test_best_answer_is_named_without_an_accepted_one():
    summary = posts_page(
        (Post("ann", role="question"), "Why does the engine of my boat stop after ten minutes?"),
        (Post("bo", role="answer"), "The propeller could be fouled by a piece of rope."),
        (Post("cy", role="answer", votes=9), "The fuel filter is probably clogged and starves the engine."),
        kind="question-and-answer",
    )
    assert labels(summary) == ["form.top_answer_votes", "form.answer"]


def test_list_names_its_first_entries():
    names = [f"Walk along river {n} - $1{n}.00" for n in range(1, 9)]
    blocks = [block for name in names for block in (heading(name), paragraph("A walk of two hours with a fine view."))]
    summary = formed("list", heading("The page", 1), *blocks, heading("Related walks"))
    entries = summary.points[0]
    assert labels(summary)[0] == "form.list"
    assert entries.text == "; ".join(f"Walk along river {n}" for n in range(1, 7))
    assert from_json(entries.label).count == 8  # type: ignore[union-attr]
    assert entries.source.startswith("Walk along river 1")
    assert len(summary.points) == 4  # the selected points follow


def test_menu_of_headings_is_no_list():
    summary = formed("list", *(heading(f"Shelf of books {n}") for n in range(8)), paragraph("We have many books here."))
    assert "form.list" not in labels(summary)


def test_items_that_describe_one_thing_are_no_list():
    names = [item(f"Walk {n} along the river") for n in range(9)]
    assert labels(formed("list", paragraph("These are the walks that we like best."), *names))[0] == "form.list"
    facts = [item(f"Length of part {n}: {n} km") for n in range(9)]
    assert "form.list" not in labels(formed("list", paragraph("This is the walk that we like best."), *facts))


def test_product_has_price_and_rating():
    product = Product("Kettle", price="1299.90", currency="EUR", availability="InStock", rating=Rating(4.5, 5.0, 20))
    blocks = (paragraph("Our price: 1.299,90 € with tax"), paragraph("This kettle boils water in a minute."))
    summary = formed("product", *blocks, data=StructuredData(product=product))
    assert labels(summary)[:2] == ["form.price_and_stock", "form.rating"]
    assert summary.points[0].block == 0
    assert from_json(summary.points[0].label).values["price"] == "€1,299.90"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("amount", "currency", "shown"), [("20", "USD", "$20"), ("1234.5", "SEK", "1,234.50 SEK"), ("", "USD", "")]
)
def test_money(amount: str, currency: str, shown: str):
    assert money(amount, currency) == shown


def test_event_job_and_video_state_their_facts():
    block = paragraph("The choir sings in the old harbour hall this spring.")
    event = Event("Choir", start="2027-04-12T19:30", end="2027-04-12T22:00", place="Harbour hall", price="0")
    assert labels(formed("event", block, data=StructuredData(event=event)))[:3] == [
        "form.when",
        "form.where",
        "form.price",
    ]
    job = Job("Baker", organization="Mill & Co", place="Ghent", pay="EUR 20 / hour", until="2027-01-31")
    assert labels(formed("job", block, data=StructuredData(job=job)))[:4] == [
        "form.job",
        "form.where",
        "form.pay",
        "form.apply_until",
    ]
    video = StructuredData(video=Video("Choir", seconds=754))
    assert labels(formed("video", block, data=video))[0] == "form.length"


def test_repository_says_how_to_install():
    code = Block(Role.CODE, "$ pip install harbour-choir")
    summary = formed("code-repository", paragraph("A library that sings in four voices."), code)
    assert (labels(summary)[0], summary.points[0].text) == ("form.install", "pip install harbour-choir")


def test_paper_has_a_sentence_of_each_part():
    summary = formed(
        "paper",
        heading("Abstract"),
        paragraph("Choirs have been studied for a very long time."),
        heading("2. Methods"),
        paragraph("We recorded sixty choirs in twelve harbour halls."),
        heading("3. Results"),
        paragraph("Choirs in harbour halls sing a semitone lower than others."),
        heading("References"),
        paragraph("Smith wrote about choirs in the year of the flood."),
    )
    assert labels(summary) == ["form.paper_method", "form.paper_finding"]


def test_part_that_names_itself_has_no_label():
    summary = formed(
        "paper",
        paragraph("Methods: We recorded sixty choirs in twelve harbour halls."),
        paragraph("Results: Choirs in harbour halls sing a semitone lower than others."),
    )
    assert labels(summary) == ["", ""]


def test_each_person_has_one_reply_and_the_one_who_asked_has_none():
    summary = posts_page(
        ASKED,
        (Post("bo"), "The fuel filter is probably clogged and starves the engine."),
        (Post("bo"), "A clogged filter lets the engine run for ten minutes only."),
        (Post("ann"), "The filter of my boat was new at the end of last year."),
        (Post("cy"), "Water in the tank causes exactly the same symptoms."),
        (Post("system"), "This topic was closed ten days after the last reply."),
    )
    authors = [from_json(point.label).values.get("author") for point in summary.points]  # type: ignore[union-attr]
    assert authors == [None, "bo", "cy"]


def test_controls_of_the_page_are_no_steps():
    steps = (*RECIPE.steps, "Need to start again?", "Recipe complete!", "Your device does not support cooking mode.")
    summary = formed("recipe", *RECIPE_BLOCKS, data=StructuredData(recipe=replace(RECIPE, steps=steps)))
    assert labels(summary).count("form.step") == 3


def test_quotation_of_an_earlier_post_is_not_the_reply():
    quoted = "The fuel filter is probably clogged and starves the engine."
    blocks = (
        paragraph(ASKED[1], post=0),
        paragraph(quoted, post=1),
        paragraph(quoted, post=2),
        paragraph("I have changed the filter and nothing is better.", post=2),
    )
    summary = formed("forum", *blocks, posts=(Post("ann"), Post("bo"), Post("cy")), scores={"filter is": 0.9})
    assert [point.text for point in summary.points][2] == "I have changed the filter and nothing is better."


def test_selection_of_a_page_has_no_form():
    summary = formed("recipe", *RECIPE_BLOCKS, data=StructuredData(recipe=RECIPE), kind="selection")
    assert labels(summary) == ["", "", ""]
