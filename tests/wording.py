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


def pattern(id: str, **values: str) -> re.Pattern[str]:
    """Matches the text of a message with any values for the placeholders that are not given."""
    parts = re.split(r"\{(\w+)(?::\w+)?\}", messages.current().pattern(id))
    if parts == [id]:
        raise KeyError(id)
    for place in range(0, len(parts), 2):
        parts[place] = re.escape(parts[place])
    for place in range(1, len(parts), 2):
        parts[place] = re.escape(values[parts[place]]) if parts[place] in values else ".*"
    return re.compile("".join(parts), re.DOTALL)
