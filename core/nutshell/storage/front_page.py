"""The front page: the list shown last, kept so that it can be shown at once, or without the models."""

from __future__ import annotations

from collections.abc import Sequence

from nutshell.ports import Database
from nutshell.records.ranking import FrontPagePlace, TermShare

from .settings import FRONT_PAGE, SettingsStore


class FrontPageStore:
    """Stored as a setting. Deleting events deletes it too: its explanations quote them."""

    def __init__(self, database: Database) -> None:
        self._settings = SettingsStore(database)

    def load(self) -> list[FrontPagePlace]:
        return [
            FrontPagePlace(story, lead, tuple(items), reason, tuple(TermShare(*term) for term in terms))
            for story, lead, items, reason, terms in self._settings.get(FRONT_PAGE)
        ]

    def save(self, places: Sequence[FrontPagePlace]) -> None:
        self._settings.set(
            FRONT_PAGE,
            [
                (
                    place.story,
                    place.lead,
                    place.items,
                    place.reason,
                    [(term.label, round(term.share, 3)) for term in place.terms],
                )
                for place in places
            ],
        )
