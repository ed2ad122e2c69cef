"""The text of a product's page: what its maker or seller says about it, without what customers and the shop add."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .content import prose_words
from .content_features import count_words
from .titles import letters

Wire = Mapping[str, Any]

_FEW_WORDS = 40  # of prose: the page shows its description only after a click, or not at all
_MIN_DESCRIPTION = 15  # words

_REVIEWS = re.compile(
    r"(?:(?:customer|product|user|verified|top|most helpful|latest|all|our|recent|global)\s+)*"
    r"(?:ratings?\s*(?:&|and|\+)\s*)?reviews?(?:\s*(?:&|and)\s*ratings?)?(?:\s+(?:from|for|of|by|with)\b.*|\s*\(?[\d,.]+\)?)?"
    r"|[\d,.]+ (?:\w+ )?reviews?|most helpful .*|ratings?(?: snapshot)?|average ratings?|write a review.*"
    r"|what (?:our )?(?:customers|people|others) .*|be the first to .*review.*|customer (?:images|photos).*"
    r"|(?:kunden|produkt)?(?:bewertungen|rezensionen|meinungen)(?: .*)?|(?:les )?avis(?: (?:clients?|vérifiés|sur).*)?"
    r"|(?:opiniones|reseñas|valoraciones)(?: .*)?|recensioni(?: .*)?|(?:avaliações|opiniões)(?: .*)?"
    r"|(?:klant)?(?:beoordelingen|reviews)(?: .*)?"
    r"|(?:カスタマー)?レビュー.*|(?:상품 ?|구매 ?)?(?:리뷰|후기).*|(?:商品|用户|顾客)?评[价论].*",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"you (?:may|might) (?:also )?(?:like|love|need|be interested).*"
    r"|(?:customers|people|shoppers|others) (?:who|also) .*"
    r"|(?:related|similar|recommended|other) (?:products?|items?|searches)\b.*|(?:products|items) related .*"
    r"|recently viewed.*|(?:frequently|often|usually) bought .*|complete the (?:look|set).*|more (?:from|like) .*"
    r"|recommended for you.*|shop the look.*|(?:pairs|goes) (?:well |great )?with.*"
    r"|sponsored.*|compare (?:with|similar).*"
    r"|explore more.*|best ?sellers.*|trending.*|also (?:viewed|bought).*"
    r"|(?:das )?(?:könnte|dürfte) (?:dir|dich|ihnen|sie) auch .*"
    r"|(?:ähnliche|verwandte|zuletzt angesehene) (?:produkte|artikel).*"
    r"|kunden (?:kauften|sahen|haben) auch.*|wird oft zusammen gekauft.*|vous (?:aimerez|pourriez) (?:aussi|aimer).*"
    r"|(?:produits|articles) (?:similaires|associés|récemment).*|(?:también )?te puede (?:interesar|gustar).*"
    r"|productos (?:relacionados|similares).*|potrebbe(?:ro)? (?:anche )?(?:piacer|interessar)ti.*"
    r"|prodotti (?:simili|correlati).*"
    r"|produtos (?:relacionados|semelhantes).*|(?:vergelijkbare|gerelateerde) producten.*|関連商品.*|おすすめ商品.*"
    r"|관련 ?상품.*|추천 ?상품.*|相关(?:产品|商品).*|猜你喜欢.*",
    re.IGNORECASE,
)


def product_blocks(blocks: Sequence[Wire], description: Iterable[str]) -> list[Wire]:
    """Returns the blocks without the sections of reviews and of other products.

    If little prose is left, `description`, the paragraphs that the page's data has, is inserted after the first
    heading, without those that are in the text. `blocks` are in their wire form; an inserted one has no place on the
    page (anchor -1).
    """
    if not all(map(_is_block, blocks)):
        return list(blocks)  # it is refused later
    made = _without_sections(blocks)
    if prose_words(made) >= _FEW_WORDS:
        return made
    shown = letters(" ".join(block["text"] for block in made))
    added = [text for text in description if letters(text) not in shown]
    if sum(map(count_words, added)) < _MIN_DESCRIPTION:
        return made
    at = 1 if made and made[0]["role"] == "heading" else 0
    inserted = [{"role": "paragraph", "text": text, "level": 0, "anchor": -1} for text in added]
    return [*made[:at], *inserted, *made[at:]]


def _is_block(block: Any) -> bool:
    return (
        isinstance(block, Mapping)
        and isinstance(block.get("text"), str)
        and isinstance(block.get("role"), str)
        and isinstance(block.get("level", 0), int)
    )


def _without_sections(blocks: Sequence[Wire]) -> list[Wire]:
    kept: list[Wire] = []
    level = 0  # of the heading of the section that is left out
    for block in blocks:
        if block["role"] == "heading":
            if kept and _is_beside(block["text"]):
                level = level or block.get("level", 0)
            elif block.get("level", 0) <= level:
                level = 0
        if not level:
            kept.append(block)
    return kept


def _is_beside(heading: str) -> bool:
    name = heading.strip(" :.!?")
    return bool(_REVIEWS.fullmatch(name) or _OTHERS.fullmatch(name))
