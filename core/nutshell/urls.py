"""Addresses in feeds and typed by users: absolute http and https URLs of limited length."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

MAX_LENGTH = 2000

_SPACE_OR_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def http_address(text: str, base: str = "") -> str:
    """Resolves a link against `base`. Returns "" for anything that is not an http or https address."""
    link = text.strip()
    if not link or len(link) > MAX_LENGTH:
        return ""
    try:
        parts = urlsplit(urljoin(base, link))
        if parts.scheme not in {"http", "https"} or not parts.hostname or _invalid_host(parts.netloc):
            return ""
        if parts.port == 0:
            return ""
    except ValueError:  # a malformed IPv6 address or port
        return ""
    # A user name and password in an address are only used to mislead.
    address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    address = address.encode("utf-8", "replace").decode("utf-8")  # replaces lone surrogates
    if _SPACE_OR_CONTROL.search(address):
        address = _SPACE_OR_CONTROL.sub(lambda found: quote(found.group()), address)
    return address if len(address) <= MAX_LENGTH else ""


def feed_link(text: str, base: str = "") -> str:
    """Resolves a link to a feed like `http_address`, without the `feed:` that old feed readers used."""
    return http_address(_without_feed_scheme(text.strip()), base)


def same_page(address: str) -> str:
    """Returns what two addresses share that differ only in http or https, `www.`, or a slash at the end."""
    parts = urlsplit(address)
    return urlunsplit(("", parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), parts.query, ""))


def typed_address(text: str) -> str:
    """Returns the address that a user typed or pasted, without its fragment, or "" when it is not one.

    A missing scheme means https. `feed:` in front (feed:https://..., feed://...) is removed: old feed readers used it.
    """
    link = _without_feed_scheme(text.strip())
    no_scheme = not link.lower().startswith(("http://", "https://"))
    if link and no_scheme:
        if _SCHEME.match(link) and not re.match(r"[^/:]+:\d+(?:/|$)", link):
            return ""
        link = "https://" + link.lstrip("/")
    address = http_address(link)
    if not address:
        return ""
    parts = urlsplit(address)
    if no_scheme and "." not in parts.netloc and ":" not in parts.netloc and parts.hostname != "localhost":
        return ""
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


def host(address: str) -> str:
    """Returns the host and port of an address in lower case, or ""."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def site_name(address: str) -> str:
    """Returns the host of an address without `www.`."""
    return host(address).removeprefix("www.")


def hostname(address: str) -> str:
    """Returns the host of an address in lower case, without `www.` and the port; "" when there is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def unicode_host(host: str) -> str:
    """Returns a host name in lower case with its labels in Unicode, so that both spellings of a name are equal."""
    return ".".join(_unicode_label(label) for label in host.lower().strip("[]").split("."))


def pattern_host(pattern: str) -> str:
    """Returns the host of a match pattern such as `*://paper.example/*`, as `unicode_host` returns it."""
    return unicode_host(pattern.partition("://")[2].partition("/")[0])


def _without_feed_scheme(link: str) -> str:
    if link[:5].lower() != "feed:":
        return link
    return f"https:{link[5:]}" if link.startswith("//", 5) else link[5:]


def _unicode_label(label: str) -> str:
    if label.startswith("xn--"):
        with suppress(UnicodeError):
            return label[4:].encode("ascii").decode("punycode")
    return unicodedata.normalize("NFKC", label)


def _invalid_host(netloc: str) -> bool:
    return bool(re.search(r"[\s<>\"\\^`{|}\x00-\x1f]", netloc))
