"""Keeps translations in step with English.

Each message of a translation carries the English text that it was made from, as a comment. When the English text
changes, `updated` replaces the comment and marks the message as fuzzy, so that a translator looks at it.
"""

from __future__ import annotations

import io
import re
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

_LABEL = "English: "
# The comments before the header: the language's terms and style.
_HEADER_COMMENT = re.compile(rb"(?:#[^\n]*\n)*")


def stale(message: Any, english: Any) -> bool:
    """Whether a translation was made from another English text."""
    return _source(message) != _text(english)


def updated(file: bytes, translation: Catalog, english: Catalog) -> bytes:
    """Returns a translation's file with exactly the English messages, in their order.

    New messages are empty. Those whose English text changed are marked as fuzzy. A message without a comment is taken
    as made from the present text.
    """
    catalogue = Catalog(locale=translation.locale, header_comment="", fuzzy=False, charset="utf-8")
    catalogue.mime_headers = [("Plural-Forms", translation.plural_forms)]
    for source in english:
        if not source.id:
            continue
        own = translation.get(source.id)
        kept = own is not None and own.pluralizable == source.pluralizable
        fuzzy = own is not None and any(_strings(own)) and (own.fuzzy or bool(own.auto_comments and stale(own, source)))
        catalogue.add(
            source.id,
            own.string if own is not None and kept else None,
            flags=["fuzzy"] if fuzzy else [],
            auto_comments=[_LABEL + _text(source)],
            user_comments=own.user_comments if own is not None else [],
        )
    written = io.BytesIO()
    write_po(written, catalogue, omit_header=True, width=1_000_000)
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {translation.locale}\\n"\n"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    comment = _HEADER_COMMENT.match(file)
    return (comment[0] if comment else b"") + header.encode() + written.getvalue().strip() + b"\n"


def _source(message: Any) -> str:
    """The English text that a translation was made from."""
    return " ".join(" ".join(message.auto_comments).removeprefix(_LABEL).split())


def _text(english: Any) -> str:
    return " ".join(_strings(english)[-1].split())


def _strings(message: Any) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)
