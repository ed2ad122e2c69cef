"""What the language model is asked: our prompts, in the form of the model's own chat template, as token ids.

Both are Jinja2. The chat template comes with the model, so it is rendered in a sandbox; what comes from a page goes in
as a value and can neither end its turn nor start another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NoReturn

from jinja2 import Environment, StrictUndefined, Template
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from nutshell import views
from nutshell.ports import ModelError
from nutshell.records.message import Message

from .bpe import BytePairs
from .examples import EXAMPLES

# Stands for the page's text, so that the part of the prompt before it is known, which many requests share.
_EXAMPLES_MOST = 0.5  # of the room there is
_TEXT = "\u2063text\u2063"


def prompt(pairs: BytePairs, name: str, room: int, *, text: str, **values: str) -> tuple[tuple[int, ...], int]:
    """The ids of `views/prompts/NAME.jinja` as a conversation's turn, after the examples that belong to it, and how
    many of them, from the start, do not depend on `text`. The text is cut where all would be longer than `room`.

    Raises ModelError.
    """
    given = {key: pairs.harmless(" ".join(value.split())) for key, value in values.items()}
    examples: Sequence[tuple[str, str]] = EXAMPLES.get(name, ())
    while True:
        before, _, after = _framed(pairs, name, given, examples).partition(_TEXT)
        head, tail = pairs.encode_prompt(before), pairs.encode_prompt(after)
        if not examples or len(head) <= room * _EXAMPLES_MOST:
            break
        examples = examples[:-1]
    body = pairs.encode(pairs.harmless(" ".join(text.split())))
    return tuple(head + body[: max(0, room - len(head) - len(tail))] + tail), len(head)


def _framed(pairs: BytePairs, name: str, values: Mapping[str, str], examples: Sequence[tuple[str, str]]) -> str:
    messages = []
    for text, answer in [*examples, (_TEXT, "")]:
        asked = _ours(name).render({**values, "text": text}).strip()
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
    try:
        return _chat(pairs.template).render(messages=messages[:-1], add_generation_prompt=True)
    except TemplateError as error:
        raise ModelError(Message("paraphrase.bad_template", {"problem": str(error)})) from error


@cache
def _ours(name: str) -> Template:
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # text for a model, not HTML
    return environment.from_string((files(views) / "prompts" / f"{name}.jinja").read_text(encoding="utf-8"))


@cache
def _chat(template: str) -> Template:
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.globals["raise_exception"] = _refuse
    try:
        return environment.from_string(template)
    except TemplateError as error:
        raise ModelError(Message("paraphrase.bad_template", {"problem": str(error)})) from error


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)
