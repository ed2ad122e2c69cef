"""Generated pages: long, huge and deeply nested ones, and a PDF."""

from __future__ import annotations

import random
from pathlib import Path

_WHO = (
    "The harbour board", "A retired pilot", "The island's only baker", "The survey team", "A visiting engineer",
    "The school council", "The ferry company", "A night watchman", "The bird wardens", "The glass workshop",
)  # fmt: skip
_DID = (
    "counted", "repaired", "photographed", "rejected", "measured", "borrowed", "painted", "sold", "described",
    "moved",
)  # fmt: skip
_WHAT = (
    "forty-one wooden boats", "the oldest map of the strait", "three broken lamps", "a plan for a longer pier",
    "the depth of the channel", "two hundred metres of rope", "the door of the keeper's house",
    "a collection of sea charts", "the bell that rang in fog", "the stones of the outer wall",
)  # fmt: skip
_WHEN = (
    "in the spring of 1962", "after the great storm", "before the first ferry left", "during a week without wind",
    "on the last day of the fair", "while the tide was out", "in front of a small crowd", "without any help",
    "for the second year running", "at the request of the mayor",
)  # fmt: skip


def sentences(count: int, seed: int = 7) -> list[str]:
    """Returns `count` different sentences, determined by the seed."""
    rng = random.Random(seed)
    return [
        f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHAT)} {rng.choice(_WHEN)}, and entry {number} "
        "of the log says so."
        for number in range(1, count + 1)
    ]


def article(title: str, count: int, *, seed: int = 7, tail: str = "") -> str:
    """Returns an HTML page with `count` sentences in paragraphs of four. `tail` follows the article."""
    said = sentences(count, seed)
    paragraphs = "\n".join(f"<p>{' '.join(said[at : at + 4])}</p>" for at in range(0, count, 4))
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<body><article><h1>{title}</h1>\n{paragraphs}</article>{tail}</body></html>"
    )


def megabyte(title: str) -> str:
    """Returns a page with more than a million characters of text."""
    page = article(title, 10_500)
    assert len(page) > 1_000_000
    return page


def nested(title: str, depth: int) -> str:
    """Returns a short article followed by `depth` nested divs with text in the innermost."""
    hole = "<div>" * depth + "The bottom of the well." + "</div>" * depth
    return article(title, 24, tail=hole)


def pdf(path: Path) -> None:
    """Write a PDF of one page with one sentence."""
    text = b"BT /F1 18 Tf 40 100 Td (The tower is closed on Mondays and in fog.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 200] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    path.write_bytes(out)
