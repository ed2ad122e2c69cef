"""Items of a few subjects, for the tests of taste."""

from nutshell.ranking.candidates import Candidate
from support.fakes import VOCABULARY

NOW = 1_800_000_000.0
HOUR = 3600.0

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
    """Whole words for the subjects, letters for all else."""
    return "\n".join([VOCABULARY, *WORDS])


def story(number, subject, source="", hours_ago=24.0, text=""):
    """An item on a subject: three of its words, another three for each number."""
    words = SUBJECTS[subject]
    title = " ".join(words[(number + place * (1 + number % 2)) % len(words)] for place in range(3))
    return Candidate(
        f"{subject}{number}", title, text, source or "paper", NOW - hours_ago * HOUR, (source or "paper").title()
    )
