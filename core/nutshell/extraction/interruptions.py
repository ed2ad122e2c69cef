"""Short lines inside an article that are not part of it: credits, links to other articles, appeals, share bars."""

from __future__ import annotations

import re

_MAX_CHARS = 200

_CREDITS = (
    *("photo", "photos", "photograph", "photo by", "photo credit", "image", "image credit", "picture", "credit"),
    *("foto", "fotos", "fotocredit", "bild", "bilder", "bildquelle", "bildnachweis", "symbolbild", "grafik", "quelle"),
    *("crédit", "crédits", "crédit photo", "photographie", "crédito", "imagen", "fotografía", "imagem", "immagine"),
    *("写真", "画像", "사진", "图片", "图源", "來源", "来源", "照片"),
)
_OTHERS = (
    *("read more", "read also", "read next", "also read", "see also", "see more", "related", "related story"),
    *(
        "related stories",
        "related articles",
        "related posts",
        "related reading",
        "more on this",
        "more from",
        "up next",
    ),
    *("recommended", "recommended reading", "don't miss", "don’t miss", "you may also like", "you might also like"),
    *("lesen sie auch", "lesen sie mehr", "lies auch", "auch interessant", "mehr zum thema", "mehr dazu", "mehr lesen"),
    *("weiterlesen", "siehe auch", "das könnte sie auch interessieren", "das könnte dich auch interessieren"),
    *("lire aussi", "à lire aussi", "lire la suite", "voir aussi", "sur le même sujet", "leer más", "lea también"),
    *(
        "te puede interesar",
        "ver también",
        "noticias relacionadas",
        "leggi anche",
        "leggi di più",
        "potrebbe interessarti",
    ),
    *("leia também", "leia mais", "veja também", "lees ook", "lees meer", "関連記事", "あわせて読みたい", "続きを読む"),
    *("관련기사", "관련 기사", "더 보기", "相关阅读", "相关文章", "延伸閱讀", "相關新聞", "阅读更多"),
)
_APPEALS = (
    *("subscribe", "subscribe to", "subscribe now", "sign up", "sign up for", "sign up to", "join our newsletter"),
    *(
        "get our newsletter",
        "enter your email",
        "follow us",
        "follow me",
        "like us on",
        "share",
        "share this",
        "share on",
    ),
    *("advertisement", "advertising", "sponsored", "sponsored content", "click here", "download our", "book a demo"),
    *("editorial note", "affiliate disclosure", "disclosure", "as an amazon associate", "affiliate links"),
    *("newsletter", "newsletter abonnieren", "jetzt abonnieren", "abonnieren sie", "melden sie sich", "folgen sie uns"),
    *("folge uns", "teilen", "artikel teilen", "anzeige", "werbung", "unterstütze uns", "unterstützen sie uns"),
    *("abonnez-vous", "inscrivez-vous", "suivez-nous", "partager", "partagez", "publicité", "suscríbete", "suscríbase"),
    *("síguenos", "compartir", "publicidad", "iscriviti", "seguici", "condividi", "pubblicità", "assine", "siga-nos"),
    *("compartilhar", "publicidade", "abonneer", "schrijf je in", "volg ons", "deel dit", "advertentie"),
    *("シェア", "フォロー", "メルマガ", "広告", "구독", "공유하기", "광고", "订阅", "訂閱", "分享", "广告", "廣告"),
)


def _any(phrases: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(phrases, key=len, reverse=True)))})"


_INTERRUPTION = re.compile(
    r"\W*(?:"
    + _any(_CREDITS)
    + r"\s*[:：/|©]|"
    + _any(_OTHERS)
    + r"(?:\s*(?:[:：>»→…|]|\.\.\.)|\s*$)|"
    + _any(_APPEALS)
    + r"(?!\w)|copyright\b|©|\(c\) ?\d)",
    re.IGNORECASE,
)


def is_interruption(text: str) -> bool:
    """Returns whether a short text begins as a credit, a link to another article, an appeal or a share bar does."""
    return len(text) <= _MAX_CHARS and _INTERRUPTION.match(text) is not None
