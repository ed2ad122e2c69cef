"""Decides whether an extracted page is an article, from what the extraction measured.

The extraction (extension/page/extract.js) sends an article in its wire form with `signals`. Where the page has much
hidden text and little visible text, it also sends `unhidden`: the same page read with its hidden text. Articles without
signals (selections, plain text, stories of feeds) are always accepted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

# Measured on 617 real pages: with fewer than 30 words of prose, a page is a stub, a gallery or the frame of an
# application, unless this prose is most of what it says. Sign-in and error pages have a few sentences of their own, so
# a page that looks like either needs more.
_MIN_WORDS = 30
_MIN_SHORT_WORDS = 5
_MIN_SHORT_SHARE = 0.6
_MIN_LABEL_WORDS = _MIN_WORDS  # of a page whose content is labels: a shop's shelf, a table of results
_CERTAIN_WORDS = 150
_MAX_SIGN_IN_WORDS = 60  # of a page that asks for the name first and the password on the next page
_TEXT_TYPE = re.compile(r"html|^text/plain|^text/markdown")

_ERROR_CODE = re.compile(r"\berror\b|(?<!\d)[45]\d\d(?!\d)")
# What is left of an error message without these words and without status codes is one of _ERRORS, or nothing.
_ERROR_WORDS = re.compile(r"\b(?:oops|whoops|sorry|error|http|status|code|\d|[45]\d\d)\b|[^\w\s'’]|_")
_ERRORS = frozenset(
    (
        "not found", "page not found", "file not found", "page unavailable", "page does not exist",
        "page cannot be found", "page can't be found", "the page cannot be found", "this page could not be found",
        "this page isn't available", "this page does not exist", "the page you requested could not be found",
        "access denied", "access to this page has been denied", "forbidden", "unauthorized", "just a moment",
        "attention required", "captcha", "security check", "are you a robot", "verify you are human",
        "checking your browser", "internal server", "internal server error", "bad gateway", "service unavailable",
        "gateway time out", "gateway timeout", "too many requests", "something went wrong",
        "seite nicht gefunden", "nicht gefunden", "fehler", "zugriff verweigert", "page introuvable",
        "page non trouvée", "erreur", "accès refusé", "página no encontrada", "error de página", "acceso denegado",
        "pagina non trovata", "errore", "página não encontrada", "acesso negado", "pagina niet gevonden",
        "страница не найдена", "ページが見つかりません", "お探しのページは見つかりませんでした",
        "페이지를 찾을 수 없습니다", "页面不存在", "找不到页面", "找不到網頁", "頁面不存在",
    )
)  # fmt: skip
_SIGN_IN = re.compile(
    r"(?:please )?(?:(?:sign|log)[ -]?(?:in|on)|login|anmelden|anmeldung|einloggen|connexion|se connecter"
    r"|identification|iniciar sesión|inicio de sesión|accedi|entrar|iniciar sessão|inloggen|войти|вход|ログイン"
    r"|サインイン|로그인|登录|登入)"
    r"(?: (?:or|and|to|into|with|required|page|form|bei|zu|à|en|a|in)\b.*)?"
)
_MAX_SIGN_IN_TITLE = 6  # words
_SEPARATOR = re.compile(r"\s+[-–—:·•»«/]+\s+|\s*[|]\s*|:\s+")


@dataclass(frozen=True, slots=True)
class Signals:
    """What the extraction measured.

    `words` counts the words of prose in the blocks; `page_words` all words of a page with few, without navigation and
    the like, else 0. `label_words` counts all words of the blocks if the content of the page is labels rather than
    sentences, such as a product or a list, else 0. `password_field`: a visible one in the main part of the page.
    `frame`: the host of a large frame that could not be read. `media`: "page" if the page is about a video, "player" if
    it has one, else "".
    """

    words: int
    content_type: str = "text/html"
    page_title: str = ""
    heading: str = ""
    article_markup: bool = False
    password_field: bool = False
    page_words: int = 0
    frame: str = ""
    media: str = ""
    label_words: int = 0

    @classmethod
    def from_wire(cls, wire: Any) -> Signals:
        """Raises ValueError for anything of the wrong type."""
        if not isinstance(wire, Mapping):
            raise ValueError("signals must be an object")
        values = {"words": 0} | {field.name: wire[field.name] for field in fields(cls) if field.name in wire}
        for name in values.keys() & {"words", "page_words", "label_words"}:
            if not isinstance(values[name], int) or isinstance(values[name], bool):
                raise ValueError(f"{name} must be a whole number")
        if not all(isinstance(values.get(name, ""), str) for name in _TEXTS):
            raise ValueError(f"{', '.join(_TEXTS)} must be strings")
        if not all(isinstance(values.get(name, False), bool) for name in _FLAGS):
            raise ValueError(f"{', '.join(_FLAGS)} must be true or false")
        return cls(**values)


_TEXTS = ("content_type", "page_title", "heading", "frame", "media")
_FLAGS = ("article_markup", "password_field")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no article: `reason` names a notice (views/notice.py), `detail` says more."""

    reason: str
    detail: str = ""


def refusal(signals: Signals) -> Refusal | None:
    """Returns why a page is not an article, or None if it is one."""
    if signals.content_type == "application/pdf":
        return Refusal("pdf")
    if not _TEXT_TYPE.search(signals.content_type):
        return Refusal("no-article", signals.content_type)
    return None if signals.words >= _CERTAIN_WORDS else _refusal_of_short_page(signals)


def _refusal_of_short_page(signals: Signals) -> Refusal | None:
    # Around a video there are titles of others: these are not what the page is about.
    labelled = signals.label_words >= _MIN_LABEL_WORDS and signals.media != "page"
    too_short = signals.words < _MIN_WORDS and not labelled and not _is_whole_page(signals)
    if too_short and signals.media:
        return Refusal("no-captions")
    if too_short and signals.frame:
        return Refusal("frame", signals.frame)
    if not signals.article_markup or signals.words < _MIN_WORDS:
        if _asks_to_sign_in(signals):
            return Refusal("no-article", "sign-in page")
        if _reports_an_error(signals):
            return Refusal("no-article", "error page")
    return Refusal("no-article", f"{signals.words} words of running text") if too_short else None


def _is_whole_page(signals: Signals) -> bool:
    return signals.page_words > 0 and signals.words >= max(_MIN_SHORT_WORDS, _MIN_SHORT_SHARE * signals.page_words)


def _has_headline(signals: Signals) -> bool:
    """Returns whether the heading is the title that the page was given, as an article's is."""
    heading = signals.heading.casefold()
    return len(heading.split()) > 1 and heading in signals.page_title.casefold()


def _asks_to_sign_in(signals: Signals) -> bool:
    headed = _is_sign_in(signals.heading)
    titled = headed or any(map(_is_sign_in, _SEPARATOR.split(signals.page_title)))
    if signals.password_field:  # the page of a shop may have one behind its menu
        return titled or not (_has_headline(signals) or signals.page_words >= _CERTAIN_WORDS)
    return headed or (titled and signals.words < _MAX_SIGN_IN_WORDS)


def _is_sign_in(title: str) -> bool:
    return bool(_SIGN_IN.fullmatch(title.casefold().strip(" .!…"))) and len(title.split()) <= _MAX_SIGN_IN_TITLE


def _reports_an_error(signals: Signals) -> bool:
    if _is_error(signals.heading):
        return True
    return not _has_headline(signals) and any(map(_is_error, _SEPARATOR.split(signals.page_title)))


def _is_error(title: str) -> bool:
    """Returns whether a title says that the page could not be shown, and nothing else."""
    words = " ".join(_ERROR_WORDS.sub(" ", title.casefold()).replace("’", "'").split())
    return words in _ERRORS if words else bool(_ERROR_CODE.search(title.casefold()))


def select_reading(wire: Mapping[str, Any]) -> tuple[Mapping[str, Any], Refusal | None]:
    """Returns the wire form to use, of the visible text or of all text, and why it is not an article.

    Raises ValueError for anything of the wrong type.
    """
    if wire.get("signals") is None:
        return wire, None
    signals = Signals.from_wire(wire["signals"])
    refused, unhidden = refusal(signals), wire.get("unhidden")
    if unhidden is None:
        return wire, refused
    if not isinstance(unhidden, Mapping):
        raise ValueError("unhidden must be an object")
    all_signals = Signals.from_wire(unhidden.get("signals"))
    # Hidden prose is better than the labels of a page that has not been filled yet.
    if refusal(_prose(signals)) and (refusal(_prose(all_signals)) is None or (refused and not refusal(all_signals))):
        return unhidden, None
    return wire, refused


def _prose(signals: Signals) -> Signals:
    return replace(signals, label_words=0)
