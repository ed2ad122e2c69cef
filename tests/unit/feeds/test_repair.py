"""Almost well-formed XML."""

import xml.etree.ElementTree as ET

import pytest

from nutshell.feeds.repair import repair


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a?x=1&copy=2&lang=en", "a?x=1&copy=2&lang=en"),
        ("D&D; dice & more", "D&D; dice & more"),
        ("Caf&eacute;&nbsp;&amp; &lt;b&gt; &#233;&#x26;", "Caf\u00e9\xa0& <b> \u00e9&"),
        ("back\x08space&#8;", "backspace"),
        ("1 < 2, I <3 it", "1 < 2, I <3 it"),
        ("<![CDATA[a & b &eacute; <c>]]>", "a & b &eacute; <c>"),
        ("<!-- a & b -->c", "c"),
    ],
)
def test_document_becomes_well_formed_and_says_the_same(written, text):
    assert ET.fromstring(f"<a>{repair(written)}</a>").text == text


def test_links_in_attributes_stay():
    assert ET.fromstring(repair('<a href="/x?a=1&sect=2"/>')).get("href") == "/x?a=1&sect=2"


def test_declared_entities_stay_and_well_formed_text_is_unchanged():
    document = '<!DOCTYPE a [<!ENTITY place "Kerra">]><a b="&lt;">&place; &amp; <b/></a>'
    assert repair(document, frozenset({"place"})) == document
