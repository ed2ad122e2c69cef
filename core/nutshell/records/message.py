"""Texts by id, for code that does not know the language: `nutshell.messages` words them where they are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """A text named by its id. `count` selects the plural form. Values may be messages themselves.

    An exception that people see has a message as its first argument: `ValueError(Message("story.gone"))`.
    """

    id: str
    values: Mapping[str, object] = field(default_factory=dict)
    count: int | None = None

    def __hash__(self) -> int:
        return hash((self.id, self.count))


def message_of(error: BaseException) -> Message | str:
    """The message of an exception; the text of one that has none."""
    if error.args and isinstance(error.args[0], Message):
        return error.args[0]
    return str(error) or type(error).__name__


def to_json(message: Message) -> str:
    """The message for a database column or a setting."""
    return json.dumps(_plain(message), ensure_ascii=False, separators=(",", ":"))


def from_json(stored: str) -> Message | str:
    """What `to_json` wrote. Earlier versions stored the text itself, which is returned as it is."""
    try:
        return _message(json.loads(stored)) if stored.startswith('{"id"') else stored
    except (ValueError, TypeError, KeyError):
        return stored


def _plain(message: Message) -> dict[str, object]:
    plain: dict[str, object] = {"id": message.id}
    if message.values:
        plain["values"] = {
            name: _plain(value) if isinstance(value, Message) else value for name, value in message.values.items()
        }
    if message.count is not None:
        plain["count"] = message.count
    return plain


def _message(plain: Mapping[str, object]) -> Message:
    id, values, count = plain["id"], plain.get("values") or {}, plain.get("count")
    if not isinstance(id, str) or not isinstance(values, dict) or not isinstance(count, int | None):
        raise TypeError("not a message")
    return Message(id, {name: _message(v) if isinstance(v, dict) else v for name, v in values.items()}, count)
