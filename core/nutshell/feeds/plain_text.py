"""HTML in feeds as plain text. The text is never rendered as HTML, so speed matters more than exactness."""

from __future__ import annotations

import html
import re

MAX_HTML = 40_000
"""Characters of one piece of HTML that are read: enough for the longest text kept, however much markup is in it."""

# Each alternative runs to the end of the text when its own end is missing, so none is tried twice from one place:
# the time is linear in the length of any text.
_INVISIBLE = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"</?(?:address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|form|"
                    r"h[1-6]|header|hr|img|li|ol|option|p|pre|section|table|td|th|tr|ul)\b(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>",
                    re.IGNORECASE)  # fmt: skip
_TAG = re.compile(r"</?[a-zA-Z][^\s<>/]*+(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>|<[/!?a-zA-Z][^<>]*+(?:>|\Z)")
_NAME = re.compile(r"<(/?)([a-zA-Z][\w:.-]*)")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NEVER_CLOSED = frozenset({"area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
                           "p", "param", "source", "td", "th", "tr", "track", "wbr"})  # fmt: skip
_HTML_ELEMENTS = _NEVER_CLOSED.union(
    re.findall(
        r"\w+",
        """
    a abbr acronym address applet article aside audio b bdi bdo big blink blockquote body button canvas caption
    center cite code colgroup data datalist del details dfn dialog dir div dl em fieldset figcaption figure font
    footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup html i iframe ins kbd label legend main map
    mark marquee math menu meter nav nobr noembed noframes noscript object ol optgroup option output picture pre
    progress q rp rt ruby s samp script search section select slot small span strike strong style sub summary
    sup svg table tbody template textarea tfoot thead time title tt u ul var video xmp g path circle rect line
    polygon polyline ellipse
""",
    )
)
_MARKUP = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>|<!--")
# Control characters except white space, and the marks that set the direction of text: these would affect the text
# around them too.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def from_html(source: str, limit: int, *, title: bool = False) -> str:
    """Returns the text of a piece of HTML in one line of at most `limit` characters.

    What only looks like a tag (`vector<int>`) is text; in a title, also an HTML tag that is not closed (`<div>`).
    """
    text = source[:MAX_HTML]
    if "<" in text:
        text = _INVISIBLE.sub(" ", text)
        names = {(end, name.lower()) for end, name in _NAME.findall(text)}
        paired = {name for end, name in names if end and ("", name) in names}

        text = _BREAK.sub(lambda found: found[0] if _is_text(found[0], paired, title) else " ", text)
        text = _TAG.sub(lambda found: found[0] if _is_text(found[0], paired, title) else "", text)
    return from_text(_unescape(text), limit)


def from_either(source: str, limit: int, *, title: bool = False) -> str:
    """Converts text that may or may not be HTML: it is taken as HTML if it contains a tag."""
    if _MARKUP.search(source[:MAX_HTML]):
        return from_html(source, limit, title=title)
    return from_text(_unescape(source[:MAX_HTML]), limit)


def _is_text(tag: str, paired: set[str], title: bool) -> bool:
    """Whether what looks like a tag was meant as text. `paired` are the names that have a start and an end tag."""
    name = _NAME.match(tag)
    if not name or (element := name[2].lower()) in paired or "=" in tag or not tag.endswith(">"):
        return False
    if name[1] and not title:
        return False
    return element not in _HTML_ELEMENTS or (title and element not in _NEVER_CLOSED)


def _unescape(text: str) -> str:
    """Replaces references that end with a semicolon: `&copy=2` in an address is not a copyright sign."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def from_text(source: str, limit: int) -> str:
    """Returns plain text in one line, cut between words to at most `limit` characters."""
    text = " ".join(_CONTROL.sub("", source[:MAX_HTML]).split())
    if len(text) <= limit:
        return text
    head, space, _ = text[: limit - 1].rpartition(" ")
    return (head if space and len(head) > limit // 2 else text[: limit - 1]).rstrip(" ,;:") + "\u2026"
