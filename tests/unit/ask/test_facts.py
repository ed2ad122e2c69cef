from nutshell import messages
from nutshell.article import Article
from nutshell.ask.facts import page_facts
from nutshell.structured_data import Event, Job, Product, Rating, Recipe, StructuredData, Video


def values(**fields):
    return {fact.label: fact.value for fact in page_facts(Article((), **fields))}


def label(name):
    return messages.text(f"ask.fact_{name}")


def test_recipe_has_times_in_words_and_each_ingredient():
    data = StructuredData(recipe=Recipe(ingredients=("2 eggs",), total_time=95, servings="4 servings"))
    found = values(data=data)
    assert found[label("ingredient")] == "2 eggs"
    assert found[label("servings")] == "4 servings"
    hour, minutes = messages.plural("duration.hours", 1), messages.plural("duration.minutes", 35)
    assert found[label("total_time")] == f"{hour} {minutes}"
    assert label("cook_time") not in found


def test_product_has_its_range_of_prices():
    data = StructuredData(product=Product(price="10", high_price="12", currency="EUR", availability="InStock"))
    found = values(data=data)
    assert found[label("price")] == "10–12 EUR"
    assert found[label("availability")] == "In stock"


def test_rating_says_by_how_many_people():
    data = StructuredData(product=Product(rating=Rating(4.5, 5.0, 12)))
    assert values(data=data)[label("rating")] == messages.plural("ask.rating_of", 12, value="4.5", best="5")


def test_events_jobs_and_videos_have_facts():
    data = StructuredData(event=Event(start="2026-05-01T10:00", place="Kerra Hall"), job=Job(pay="EUR 50000 a year"))
    found = values(data=data)
    assert (found[label("start")], found[label("place")]) == ("2026-05-01 10:00", "Kerra Hall")
    assert found[label("pay")] == "EUR 50000 a year"
    assert values(data=StructuredData(video=Video(seconds=600)))[label("length")] == messages.plural(
        "duration.minutes", 10
    )


def test_author_and_date_of_the_page_are_facts():
    found = values(author="Ada Brill", published="2026-05-01T10:00:00Z")
    assert found == {label("author"): "Ada Brill", label("published"): "2026-05-01"}
