"""Pages of text runs, as extension/pdf/text.js sends them."""

from typing import Any

LETTER = 0.45  # width of a letter, in units of the size
TEXT = "the harbour master wrote every arrival into the long book before noon and after the tide had turned"


def run(text: str, x: float, y: float, size: float = 10.0, font: str = "Serif", direction: int = 0) -> list[Any]:
    return [text, x, y, round(LETTER * len(text) * size, 2), size, font, direction]


def page(number: int, *runs: list[Any]) -> dict[str, Any]:
    return {"number": number, "width": 600, "height": 800, "runs": list(runs)}


def document(*pages: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"document": {"pages": len(pages), **fields}, "pages": list(pages)}


def column(x: float, y: float, lines: int, name: str, width: int = 48) -> list[list[Any]]:
    """A paragraph that begins with `name` and ends with a full stop; its lines have about `width` letters."""
    found = []
    words = [name, *TEXT.split() * lines]
    for number in range(lines):
        text = words.pop(0)
        while len(text) + 1 + len(words[0]) <= width:
            text += f" {words.pop(0)}"
        found.append(run(text + ("." if number == lines - 1 else ""), x, y + 12 * number))
    return found
