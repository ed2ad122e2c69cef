"""Document type declarations are reduced to harmless entities."""

import pytest

from nutshell.feeds.doctype import remove_doctype
from nutshell.feeds.feed import NotAFeed


def test_document_without_a_declaration_is_unchanged():
    assert remove_doctype(b"<rss/>") == (b"<rss/>", b"", {})


def test_identifiers_are_dropped_and_returned_in_lower_case():
    data, doctype, entities = remove_doctype(
        b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD" "https://n.example/r.dtd"><rss/>'
    )
    assert data == b"<rss/>"
    assert b"netscape" in doctype
    assert entities == {}


def test_short_entities_of_plain_text_are_kept():
    data, _, entities = remove_doctype(
        b"<!DOCTYPE r [ <!ENTITY a 'A \"q\"'> <!ENTITY a 'again'> <!-- c --> ]><r>&a;</r>"
    )
    assert data == b'<!DOCTYPE feed [<!ENTITY a "A &#34;q&#34;">]><r>&a;</r>'
    assert entities == {"a": 'A "q"'}


@pytest.mark.parametrize(
    "declaration",
    [
        b"<!ENTITY x SYSTEM 'file:///etc/passwd'>",
        b"<!ENTITY % p SYSTEM 'https://a.example/p.dtd'> %p;",
        b"<!ELEMENT r ANY> <!ATTLIST r a CDATA #IMPLIED>",
        b"<!ENTITY m '<item>'>",
    ],
)
def test_everything_else_is_dropped(declaration):
    assert remove_doctype(b"<!DOCTYPE r [" + declaration + b"]><r/>")[0] == b"<r/>"


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE r [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><r>&b;</r>",
        b"<!DOCTYPE r [<!ENTITY a '" + b"x" * 2000 + b"'>]><r>" + b"&a;" * 1000 + b"</r>",
        b"<!DOCTYPE r [<!ENTITY a 'x'",
        b"<!DOCTYPE r [ nonsense ]><r/>",
        b"<!DOCTYPE r",
    ],
)
def test_expanding_or_unreadable_declarations_are_refused(data):
    with pytest.raises(NotAFeed):
        remove_doctype(data)


def test_declaration_inside_the_document_is_left_alone():
    data = b"<rss><![CDATA[<!DOCTYPE html>]]></rss>"
    assert remove_doctype(data) == (data, b"", {})
