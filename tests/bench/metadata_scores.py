"""The rules by which a title, an author and a date count as right, the same for Nutshell and its peers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

_NAMES = re.compile(r"\s*(?:[;,&/|]|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bund\b|\n)\s*", re.IGNORECASE)
_BY = re.compile(r"^\s*(?:by|von|par|por|di)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """Title, author and date of a page; an empty string says that there is none, None that nobody looked."""

    title: str | None = None
    author: str | None = None
    date: str | None = None


def letters(text: str) -> str:
    """Returns the letters and digits, without accents, in lower case."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain.lower() if c.isalnum())


def names(text: str) -> set[str]:
    """Returns the names in a byline, normalized; what is shorter than three letters is none (titles such as MD)."""
    return {key for part in _NAMES.split(_BY.sub("", text)) if len(key := letters(part)) > 2}


def same_author(expected: str, found: str) -> bool:
    """Returns whether any expected author is among those found."""
    return bool(names(expected) & names(found)) or (bool(found) and letters(expected) == letters(found))


def same_title(expected: str, found: str) -> bool:
    return letters(expected) == letters(found)


def same_date(expected: str, found: str) -> bool:
    return expected[:10] == found[:10]


RULES = {"title": same_title, "author": same_author, "date": same_date}


@dataclass(slots=True)
class Tally:
    """For each field: pages where it is expected, those that were right, and pages where one was found but none is."""

    expected: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RULES, 0))
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RULES, 0))
    absent: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RULES, 0))
    invented: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RULES, 0))

    def add(self, expected: Stated, found: Stated) -> None:
        for name, same in RULES.items():
            wanted, given = getattr(expected, name), getattr(found, name) or ""
            if wanted:
                self.expected[name] += 1
                self.right[name] += same(wanted, given)
            elif wanted == "":
                self.absent[name] += 1
                self.invented[name] += bool(given)

    def figures(self) -> dict[str, float]:
        shares = {name: self.right[name] / max(1, self.expected[name]) for name in RULES}
        return shares | {
            f"{name} invented": self.invented[name] / max(1, self.absent[name]) for name in RULES if self.absent[name]
        }


def joined(authors: str | Iterable[str] | None) -> str:
    return authors if isinstance(authors, str) else "; ".join(authors or ())
