"""Turns what the page script sends into an article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nutshell.article import Article

from .captions import caption_blocks


def read_article(wire: Mapping[str, Any]) -> Article:
    """Returns the article of a wire form. The text of a video is that of its captions. Raises MalformedArticle."""
    article = Article.from_wire(wire)
    spoken = caption_blocks(wire)
    return replace(article, blocks=spoken) if spoken else article
