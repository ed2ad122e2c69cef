"""Addresses in feeds and from readers: http and https only, whole, and of a sane length."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

LONGEST = 2000

_SPACE_OR_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def http_address(text: str, base: str = "") -> str:
    """The address that a link stands for, seen from `base`; "" for anything that is not an http(s) address."""
    link = text.strip()
    if not link or len(link) > LONGEST:
        return ""
    try:
        parts = urlsplit(urljoin(base, link))
        if parts.scheme not in {"http", "https"} or not parts.hostname or _bad_host(parts.netloc):
            return ""
        if parts.port == 0:
            return ""
    except ValueError:  # a malformed IPv6 address or port
        return ""
    # A name and password in an address only ever mislead.
    whole = (
        urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])).encode("utf-8", "replace").decode("utf-8")
    )  # no half characters
    if _SPACE_OR_CONTROL.search(whole):
        whole = _SPACE_OR_CONTROL.sub(lambda found: quote(found.group()), whole)
    return whole if len(whole) <= LONGEST else ""


def typed_address(text: str) -> str:
    """What a reader typed or pasted, as an address without its fragment; "" when it is none.

    `feed:` in front (feed:https://..., feed://...) is a custom of old readers; a missing scheme means https.
    """
    link = text.strip()
    if link[:5].lower() == "feed:":
        link = link[5:]
        link = f"https:{link}" if link.startswith("//") else link
    bare = not link.lower().startswith(("http://", "https://"))
    if link and bare:
        if _SCHEME.match(link) and not re.match(r"[^/:]+:\d+(?:/|$)", link):
            return ""
        link = "https://" + link.lstrip("/")
    address = http_address(link)
    if not address:
        return ""
    parts = urlsplit(address)
    if bare and "." not in parts.netloc and ":" not in parts.netloc and parts.hostname != "localhost":
        return ""
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


def host(address: str) -> str:
    """`host:port` of an address, in lower case; "" when there is none."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def site_name(address: str) -> str:
    """An address's host as people say it."""
    return host(address).removeprefix("www.")


def unicode_host(host: str) -> str:
    """A host name in lower case with its labels in Unicode, so that both spellings of one name are equal."""
    return ".".join(_unicode_label(label) for label in host.lower().strip("[]").split("."))


def pattern_host(pattern: str) -> str:
    """The host of a match pattern of the browser, such as `*://paper.example/*`, as `unicode_host` has it."""
    return unicode_host(pattern.partition("://")[2].partition("/")[0])


def _unicode_label(label: str) -> str:
    if label.startswith("xn--"):
        with suppress(UnicodeError):
            return label[4:].encode("ascii").decode("punycode")
    return unicodedata.normalize("NFKC", label)


def _bad_host(netloc: str) -> bool:
    return bool(re.search(r"[\s<>\"\\^`{|}\x00-\x1f]", netloc))
