"""Builds prompts for the language model: our templates inside the model's own chat template, as token ids.

Both are Jinja2. The chat template comes with the model, so it is rendered in a sandbox. Text from a page is inserted as
a value and cannot end its turn or start another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NoReturn

from jinja2 import Environment, StrictUndefined, Template
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from nutshell.ports import ModelError
from nutshell.records.message import Message

from .bpe import BpeTokenizer
from .examples import EXAMPLES

_MAX_EXAMPLES_SHARE = 0.5  # of the available tokens
# Placeholder for the page's text: what comes before it is the fixed part of the prompt, which many requests share.
_TEXT = "\u2063text\u2063"


def build_prompt(
    tokenizer: BpeTokenizer, name: str, max_tokens: int, *, text: str, **values: str
) -> tuple[tuple[int, ...], int]:
    """Renders `prompts/NAME.jinja` after its examples, as a turn of a chat.

    Returns the token ids, and how many of them, from the start, do not depend on `text`. The text is truncated to keep
    the prompt within `max_tokens`. Raises ModelError when the model's chat template does not work.
    """
    values = {key: tokenizer.escape(" ".join(value.split())) for key, value in values.items()}
    examples: Sequence[tuple[str, str]] = EXAMPLES.get(name, ())
    while True:
        before, _, after = _render_chat(tokenizer, name, values, examples).partition(_TEXT)
        head, tail = tokenizer.encode_prompt(before), tokenizer.encode_prompt(after)
        if not examples or len(head) <= max_tokens * _MAX_EXAMPLES_SHARE:
            break
        examples = examples[:-1]
    body = tokenizer.encode(tokenizer.escape(" ".join(text.split())))
    return tuple(head + body[: max(0, max_tokens - len(head) - len(tail))] + tail), len(head)


def _render_chat(
    tokenizer: BpeTokenizer, name: str, values: Mapping[str, str], examples: Sequence[tuple[str, str]]
) -> str:
    messages = []
    for text, answer in [*examples, (_TEXT, "")]:
        question = _prompt_template(name).render({**values, "text": text}).strip()
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    try:
        return _chat_template(tokenizer.template).render(messages=messages[:-1], add_generation_prompt=True)
    except TemplateError as error:
        raise ModelError(Message("paraphrase.bad_template", {"problem": str(error)})) from error


@cache
def _prompt_template(name: str) -> Template:
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # text for a model, not HTML
    return environment.from_string((files(__package__) / "prompts" / f"{name}.jinja").read_text(encoding="utf-8"))


@cache
def _chat_template(template: str) -> Template:
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.globals["raise_exception"] = _raise
    try:
        return environment.from_string(template)
    except TemplateError as error:
        raise ModelError(Message("paraphrase.bad_template", {"problem": str(error)})) from error


def _raise(message: str) -> NoReturn:
    raise TemplateError(message)
