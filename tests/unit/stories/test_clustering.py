"""Items of one event become one story, whenever they come; and nothing else does."""

import itertools

import pytest

from nutshell.ranking.candidates import Candidate
from nutshell.stories.clustering import COMPARED, WINDOW, StoryIndex
from nutshell.text.static_encoder import WIDTH

NOW = 1_800_000_000.0

FIRE = (
    ("Church of Sarah Palin burns in Wasilla", "A fire on Friday did a million in damage to Wasilla Bible Church."),
    (
        "Fire damages Wasilla church that Sarah Palin attends",
        "Firefighters came to the Bible Church at 9:40 on Friday.",
    ),
    ("Wasilla Bible Church fire may be arson", "Investigators say the fire at Sarah Palin's church was set."),
)
SCHOOL = ("Denver school closes after a flood", "Water ran through the halls of Garfield High in Denver.")
WORDS = ("market", "tunnel", "orchestra", "harvest", "glacier", "museum", "bridge", "election", "festival", "reactor")


def vector(*at):
    """A row that is like another as far as both have the same places."""
    row = [0] * WIDTH
    for place in at:
        row[place] = 100
    return bytes(row)


VECTORS = {"fire": vector(0, 1), "school": vector(5, 6)}


def items(*texts, begin=1, hours=1.0):
    return [
        Candidate(str(begin + n), title, text, published=NOW + n * hours * 3600)
        for n, (title, text) in enumerate(texts)
    ]


def crowd(count, begin=100):
    """Items of no event, for the words to be rare among."""
    pairs = itertools.islice(itertools.cycle(itertools.permutations(WORDS, 3)), count)
    return [
        Candidate(str(begin + n), f"{a}{n} opens", f"{b}{n} and {c}{n}", published=NOW)
        for n, (a, b, c) in enumerate(pairs)
    ]


def packed(item):
    return VECTORS["fire"] if int(item) < 50 else vector(20 + int(item) % 200)


@pytest.fixture
def stories(models):
    return StoryIndex(models)


@pytest.fixture
def told(stories, run):
    """The crowd is there already."""
    run(stories.add(crowd(40), packed))
    return stories


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_one_event_is_one_story_in_whatever_order_it_comes(told, run, order):
    fire = items(*FIRE)
    for number in order:
        run(told.add([fire[number]], packed))
    assert {told.of(item.id).id for item in fire} == {fire[order[0]].id}  # the one that came first leads
    assert set(told.of("2").items) == {"1", "2", "3"}


def test_all_at_once_is_one_story_too_and_another_event_is_not_of_it(told, run):
    run(told.add([*items(*FIRE), *items(SCHOOL, begin=60)], packed))
    assert told.of("1").items == told.of("3").items
    assert told.of("60").items == ("60",)
    assert all(len(told.of(item.id).items) == 1 for item in crowd(40))


def test_an_item_that_is_not_known_is_a_story_by_itself(stories):
    assert stories.of("404").items == ("404",)


def test_an_event_a_week_later_is_another(told, run):
    late = items(FIRE[1], begin=2)[0]
    run(told.add(items(FIRE[0]), packed))
    run(told.add([Candidate("2", late.title, late.text, published=NOW + WINDOW + 1)], packed))
    assert told.of("2").items == ("2",)


def test_items_without_a_date_can_be_of_any_story(told, run):
    run(told.add([Candidate(str(n), title, text) for n, (title, text) in enumerate(FIRE, 1)], packed))
    assert len(told.of("1").items) == 3


def test_what_changed_is_told_and_a_story_restored_goes_on(told, models, run):
    fire = items(*FIRE)
    run(told.add(fire[:2], packed))
    assert told.changed == {"2"}
    assert told.joined == {"2": "1"}
    again = StoryIndex(models)
    again.restore(told.joined)
    run(again.add([fire[2]], packed, lambda since, most: [*crowd(40), *fire[:2]]))
    assert again.of("3").id == "1"
    assert set(again.of("1").items) == {"1", "2", "3"}


def test_the_items_that_were_there_are_asked_for_once_and_only_as_old_as_matters(stories, run):
    asked = []

    def recent(since, most):
        asked.append((since, most))
        return []

    for one in items(*FIRE):
        run(stories.add([one], packed, recent))
    assert asked == [(NOW - WINDOW, COMPARED)]


def test_items_that_go_leave_their_story_and_the_last_is_a_story_by_itself(told, run):
    run(told.add(items(*FIRE), packed))
    told.keep({"2", "3"})
    assert told.of("2").id == told.of("3").id == "1"  # a story keeps its name while any of it is left
    told.keep({"1"})
    assert told.joined == {}
    assert told.of("3").items == ("3",)


class Table:
    """A judge that has the likeness of each pair written down; items are called Ann, Bob, Cid and Dot."""

    join = 0.0

    def __init__(self, **pairs):
        self.pairs = {frozenset(pair): like for pair, like in pairs.items()}

    def alike(self, one, other, cosine):
        initials = [next(word[0] for word in each.title if word != "Kerra") for each in (one, other)]
        return self.pairs.get(frozenset(initials), -1.0)


def put_together(models, run, judge, *batches):
    """The stories of items that all share one word, by their initials."""
    made = StoryIndex(models, {}.get, judge)
    names = {"A": "Ann", "B": "Bob", "C": "Cid", "D": "Dot"}
    for batch in batches:
        run(made.add([Candidate(n, f"Kerra {names[n]}", published=NOW) for n in batch], lambda _: vector(1)))
    return {"".join(sorted(made.of(name).items)) for name in names}


def test_the_average_of_two_stories_counts_not_their_likest_items(models, run):
    bridge = Table(AB=0.8, BC=0.4, AC=-0.9, CD=0.7)
    assert put_together(models, run, bridge, "AB", "CD") == {"AB", "CD"}
    assert put_together(models, run, bridge, "ABCD") == {"AB", "CD"}
    even = Table(AB=0.8, BC=0.4, AC=-0.3)
    assert put_together(models, run, even, "AB", "CD") == {"ABC", "D"}
    # Of two that would do the likest comes first, and the other may then be too far.
    assert put_together(models, run, Table(AB=0.3, BC=0.6, AC=-0.9), "ABCD") == {"A", "BC", "D"}
    assert put_together(models, run, Table(AB=0.6, BC=0.3, AC=-0.9), "ABCD") == {"AB", "C", "D"}


def test_two_stories_turn_out_to_be_one(models, run):
    """What comes between brings them together; the older one's name stays."""
    like = Table(AB=-0.2, AC=0.6, BC=0.6)
    assert put_together(models, run, like, "AB", "D") == {"A", "B", "C", "D"}
    assert put_together(models, run, like, "AB", "CD") == {"ABC", "D"}


def test_time_for_an_item_does_not_grow_with_their_number(models, run):
    """It is compared with a few, however many there are."""
    compared = []
    original = models.run

    async def counting(model, inputs):
        compared.append(inputs["others"].shape[0])
        return await original(model, inputs)

    models.run = counting
    made = StoryIndex(models, {}.get)
    run(made.add([Candidate(str(n), f"Kerra market day{n}", published=NOW) for n in range(100, 180)], packed))
    before = len(compared)
    run(made.add([Candidate("1", "Kerra market", published=NOW)], packed))
    assert len(compared) == before + 1
    assert 0 < compared[-1] <= 48  # the nearest, and the newest of their story
