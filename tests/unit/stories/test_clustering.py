"""Items on one event become one story in whatever order they arrive; other items do not."""

import itertools

import pytest

from nutshell.ranking.candidates import Candidate
from nutshell.stories.clustering import MAX_COMPARED, WINDOW, StoryIndex
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
    """Returns a vector whose cosine with another is the share of common positions."""
    row = [0] * WIDTH
    for position in at:
        row[position] = 100
    return bytes(row)


VECTORS = {"fire": vector(0, 1), "school": vector(5, 6)}


def items(*texts, begin=1, hours=1.0):
    return [
        Candidate(str(begin + n), title, text, published=NOW + n * hours * 3600)
        for n, (title, text) in enumerate(texts)
    ]


def crowd(count, begin=100):
    """Returns items on no event, so that the words of the others are rare."""
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
def index(stories, run):
    """A story index that has the crowd."""
    run(stories.add(crowd(40), packed))
    return stories


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_one_event_is_one_story_in_any_order(index, run, order):
    fire = items(*FIRE)
    for number in order:
        run(index.add([fire[number]], packed))
    assert {index.get(item.id).id for item in fire} == {fire[order[0]].id}  # the story has the id of its first item
    assert set(index.get("2").items) == {"1", "2", "3"}


def test_items_of_one_batch_are_grouped_and_another_event_is_not(index, run):
    run(index.add([*items(*FIRE), *items(SCHOOL, begin=60)], packed))
    assert index.get("1").items == index.get("3").items
    assert index.get("60").items == ("60",)
    assert all(len(index.get(item.id).items) == 1 for item in crowd(40))


def test_unknown_item_is_a_story_of_its_own(stories):
    assert stories.get("404").items == ("404",)


def test_items_a_week_apart_are_not_one_story(index, run):
    late = items(FIRE[1], begin=2)[0]
    run(index.add(items(FIRE[0]), packed))
    run(index.add([Candidate("2", late.title, late.text, published=NOW + WINDOW + 1)], packed))
    assert index.get("2").items == ("2",)


def test_items_without_a_date_can_join_any_story(index, run):
    run(index.add([Candidate(str(n), title, text) for n, (title, text) in enumerate(FIRE, 1)], packed))
    assert len(index.get("1").items) == 3


def test_changes_are_recorded_and_a_restored_story_grows(index, models, run):
    fire = items(*FIRE)
    run(index.add(fire[:2], packed))
    assert index.changed == {"2"}
    assert index.joined == {"2": "1"}
    again = StoryIndex(models)
    again.restore(index.joined)
    run(again.add([fire[2]], packed, lambda since, most: [*crowd(40), *fire[:2]]))
    assert again.get("3").id == "1"
    assert set(again.get("1").items) == {"1", "2", "3"}


def test_recent_items_are_loaded_once_and_not_older_than_the_window(stories, run):
    asked = []

    def recent(since, most):
        asked.append((since, most))
        return []

    for one in items(*FIRE):
        run(stories.add([one], packed, recent))
    assert asked == [(NOW - WINDOW, MAX_COMPARED)]


def test_dropped_items_leave_their_story(index, run):
    run(index.add(items(*FIRE), packed))
    index.retain({"2", "3"})
    assert index.get("2").id == index.get("3").id == "1"  # a story keeps its id while any item is left
    index.retain({"1"})
    assert index.joined == {}
    assert index.get("3").items == ("3",)


class Table:
    """A classifier with a table of scores, by the initials of Ann, Bob, Cid and Dot."""

    def __init__(self, **pairs):
        self.pairs = {frozenset(pair): score for pair, score in pairs.items()}

    async def scores(self, pairs):
        return [self.pairs.get(frozenset(map(self._initial, pair[:2])), -1.0) for pair in pairs]

    def _initial(self, vector):
        return next(word[0] for word in vector.title if word != "Kerra")


def cluster(models, run, classifier, *batches):
    """Returns the stories of items that all share one word, by their initials."""
    made = StoryIndex(models, {}.get, classifier, threshold=0.0)
    names = {"A": "Ann", "B": "Bob", "C": "Cid", "D": "Dot"}
    for batch in batches:
        run(made.add([Candidate(n, f"Kerra {names[n]}", published=NOW) for n in batch], lambda _: vector(1)))
    return {"".join(sorted(made.get(name).items)) for name in names}


def test_mean_score_of_two_stories_decides(models, run):
    bridge = Table(AB=0.8, BC=0.4, AC=-0.9, CD=0.7)
    assert cluster(models, run, bridge, "AB", "CD") == {"AB", "CD"}
    assert cluster(models, run, bridge, "ABCD") == {"AB", "CD"}
    even = Table(AB=0.8, BC=0.4, AC=-0.3)
    assert cluster(models, run, even, "AB", "CD") == {"ABC", "D"}
    # The closest pair is merged first; the third item may then be too far.
    assert cluster(models, run, Table(AB=0.3, BC=0.6, AC=-0.9), "ABCD") == {"A", "BC", "D"}
    assert cluster(models, run, Table(AB=0.6, BC=0.3, AC=-0.9), "ABCD") == {"AB", "C", "D"}


def test_item_between_two_stories_merges_them(models, run):
    """The id of the older story stays."""
    like = Table(AB=-0.2, AC=0.6, BC=0.6)
    assert cluster(models, run, like, "AB", "D") == {"A", "B", "C", "D"}
    assert cluster(models, run, like, "AB", "CD") == {"ABC", "D"}


def test_item_is_compared_with_a_few_others_however_many_there_are(models, run):
    compared = []
    original = models.run

    async def counting(model, inputs):
        compared.append((model, next(inputs[name].shape[0] for name in ("others", "features") if name in inputs)))
        return await original(model, inputs)

    models.run = counting
    made = StoryIndex(models, {}.get)
    run(made.add([Candidate(str(n), f"Kerra market day{n}", published=NOW) for n in range(100, 180)], packed))
    before = len(compared)
    run(made.add([Candidate("1", "Kerra market", published=NOW)], packed))
    assert [model for model, _ in compared[before:]] == ["nearest", "same_event"]
    assert all(0 < count <= 48 for _, count in compared[before:])  # the nearest, and the newest of their story


def test_first_items_without_candidates_run_no_model(models, stories, run):
    run(stories.add(items(FIRE[0], SCHOOL), packed))
    assert models.runs == []


def test_pairs_of_a_batch_are_scored_in_one_run(models, index, run):
    models.runs.clear()
    run(index.add(items(*FIRE), packed))
    assert models.runs == ["nearest", "same_event"]


def test_item_dropped_while_the_model_runs_joins_no_story(models, run):
    index = StoryIndex(models, {}.get, threshold=-1.0)
    run(index.add(items(FIRE[0]), packed))
    original = models.run

    async def dropping(model, inputs):
        if model == "same_event":
            index.retain({"2"})
        return await original(model, inputs)

    models.run = dropping
    run(index.add(items(FIRE[1], begin=2), packed))
    assert models.runs == ["nearest", "same_event"]
    assert index.get("2").items == ("2",)
