"""The interface's texts by message id, so that tests hold whatever the wording is."""

from __future__ import annotations

import re

from nutshell import messages


def text(id: str, **values: object) -> str:
    """The English text of a message. Raises KeyError for an unknown id or a missing value."""
    found = messages.text(id, **values)
    if found == id:
        raise KeyError(id)
    return found


def plural(id: str, count: int, **values: object) -> str:
    found = messages.plural(id, count, **values)
    if found == id:
        raise KeyError(id)
    return found


def pattern(id: str, plural_for: int | None = None, /, **values: str) -> re.Pattern[str]:
    """Matches a message with any values for the placeholders that are not given. `plural_for` selects the form."""
    parts = re.split(r"\{(\w+)(?::\w+)?\}", messages.current().pattern(id, plural_for))
    if parts == [id]:
        raise KeyError(id)
    for place in range(0, len(parts), 2):
        parts[place] = re.escape(parts[place])
    for place in range(1, len(parts), 2):
        parts[place] = re.escape(values[parts[place]]) if parts[place] in values else ".*"
    return re.compile("".join(parts), re.DOTALL)
