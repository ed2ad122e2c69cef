"""The Jinja2 environment of all views: created once, always escaping.

Text from pages is untrusted. Jinja2 escapes markup in it. Invisible characters that reorder the text around them
(Unicode Standard Annex 9, explicit directional formatting) and control characters are removed from every value
as it is written, so no template can forget to.

Templates name their texts by message id: `{{ _("ask.again") }}`, `{{ plural("subscriptions.stories", count) }}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from nutshell import messages

# Embeddings, overrides and isolates. Harmless marks (LRM, RLM, ALM) and joiners stay.
_INVISIBLE = {
    code: None
    for span in (
        range(0x09),
        range(0x0B, 0x20),
        range(0x7F, 0xA0),
        range(0x202A, 0x202F),
        range(0x2066, 0x206A),
    )
    for code in span
}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def visible(text: str) -> str:
    """The text without control characters and direction overrides."""
    return text.translate(_INVISIBLE)


def shorten(text: str, limit: int) -> str:
    """The text in at most `limit` characters, cut at a space if possible, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = head.rfind(" ", limit // 2)
    return head[: cut if cut > 0 else None].rstrip(" ,;:-") + "…"


def language_tag(lang: str) -> str:
    """The tag if it is roughly well-formed BCP 47, else an empty string."""
    return lang if _LANGUAGE.fullmatch(lang) else ""


def render(template: str, values: Mapping[str, Any]) -> str:
    """The HTML of a template in `templates/`."""
    return environment().get_template(template).render(values)


@cache
def environment() -> Environment:
    env = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["shorten"] = shorten
    env.globals.update(_=_text, plural=_plural)
    return env


def _text(id: str, /, **values: object) -> Markup:
    return messages.current().html(id, **values)


def _plural(id: str, count: int, /, **values: object) -> Markup:
    return messages.current().html_plural(id, count, **values)


def compile_templates() -> None:
    """Compile every template now. `render` compiles a template when it first needs it."""
    for entry in (files(__package__) / "templates").iterdir():
        environment().get_template(entry.name)


def _source(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


def _finalize(value: Any) -> Any:
    return visible(value) if isinstance(value, str) else value
