"""Turns what the page script sends into an article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nutshell.article import Article

from .captions import with_captions


def read_article(wire: Mapping[str, Any]) -> Article:
    """Returns the article of a wire form. The text of a video is that of its captions. Raises MalformedArticle."""
    return Article.from_wire(with_captions(wire))
