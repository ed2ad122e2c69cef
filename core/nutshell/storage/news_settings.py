"""The news settings alone, for callers that do not use SettingsStore yet."""

from __future__ import annotations

from .settings import NewsSettings, SettingsStore


class NewsSettingsStore(SettingsStore):
    def load(self) -> NewsSettings:  # type: ignore[override]
        return self.load_news()

    def set(self, **changes: bool | float) -> NewsSettings:  # type: ignore[override]
        return self.save_news(**changes)
