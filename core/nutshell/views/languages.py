"""Names of languages, and which are written from right to left."""

from __future__ import annotations

from nutshell import messages

_RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ps", "sd", "ug", "ur", "yi"))


def right_to_left(tag: str) -> bool:
    """Whether the language is written from right to left. A script in the tag takes precedence."""
    primary, _, rest = tag.lower().partition("-")
    script = rest.partition("-")[0]
    if len(script) == 4:
        return script in ("arab", "hebr", "thaa", "syrc")
    return primary in _RIGHT_TO_LEFT


def language_name(tag: str) -> str:
    """`Korean` for `ko` or `ko-KR`, in the language of the interface. Empty when unknown."""
    return messages.formats().language(tag.partition("-")[0].lower())
