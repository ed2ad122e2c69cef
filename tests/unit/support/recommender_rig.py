"""Items on a few subjects, for tests of ranking."""

from nutshell.ranking.candidates import Candidate
from nutshell.ranking.feedback import Feedback
from nutshell.ranking.ranker import RankingOptions
from nutshell.records.events import Event
from support.fakes import VOCABULARY

NOW = 1_800_000_000.0
HOUR = 3600.0
DAY = 24 * HOUR

SUBJECTS = {
    "boats": ("harbour", "ferries", "sailors", "lighthouse", "anchor"),
    "bread": ("bakery", "flour", "sourdough", "ovens", "yeast"),
    "stars": ("telescope", "galaxy", "comets", "orbit", "planets"),
    "vote": ("parliament", "ballots", "senators", "coalition", "mayors"),
}
WORDS = sorted(
    {word for words in SUBJECTS.values() for word in words} | {"the", "and", "of", "new", "old", "report", "news"}
)


def vocabulary():
    """Whole words for the subjects, which are as rare as such words are; letters for everything else."""
    others = [f"w{number}" for number in range(3_000)]
    return "\n".join([VOCABULARY, "the", *others, *(word for word in WORDS if word != "the")])


def small_vocabulary():
    """The same words, as if they were the most frequent ones: what the fake encoder had for the old profile."""
    return "\n".join([VOCABULARY, *WORDS])


def story(number, subject, source="", hours_ago=24.0, text=""):
    """An item on a subject: three of its words, different ones for each number."""
    words = SUBJECTS[subject]
    title = " ".join(words[(number + place * (1 + number % 2)) % len(words)] for place in range(3))
    return Candidate(
        f"{subject}{number}", title, text, source or "paper", NOW - hours_ago * HOUR, (source or "paper").title()
    )


def numbered(count, first=0):
    """Items on all subjects from seven sources, each with its own number in its title."""
    subjects = list(SUBJECTS)
    return [
        Candidate(
            f"i{number}", f"{story(number, subjects[number % 4]).title} {number}", "", f"s{number % 7}", NOW - number
        )
        for number in range(first, first + count)
    ]


def event(number, kind, item="a", at=0.0, **more):
    """A stored event; `more` sets further fields of it."""
    fields = {
        "source": "paper",
        "title": "harbour ferries",
        "text": "",
        "seconds": 0.0,
        "explored": "",
        "extras": (0.0,) * 4,
        "vector": b"",
        "interest": 0,
    }
    return Event(id=number, at=at, kind=kind, item=item, **(fields | more))


def record(recommender, kind, item="", at=NOW, **more):
    return recommender.record([Feedback(kind, item, at, **more)])


def rank(run, recommender, **options):
    """The ranked stories, without exploration unless asked for."""
    return run(recommender.rank(NOW, RankingOptions(**({"explore": False} | options))))


def order(run, recommender, **options):
    return [ranked.item for ranked in rank(run, recommender, **options)]


def subjects(items):
    return [item.rstrip("0123456789") for item in items]
