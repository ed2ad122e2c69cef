"""What the heads learn from: labelled texts of ../shared/data/text, each with its part (train, dev or test).

Parts are made where the publisher made none: by a hash of the text, eight, one and one of ten.
"""

from __future__ import annotations

import csv
import gzip
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from models.artifacts import RecipeError
from models.data import FOLDER
from models.static.corpus import split_of

TEXT = FOLDER / "text"
MOODS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
_CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+")


@dataclass(frozen=True, slots=True)
class Example:
    """`label` is 0 or 1 (clickbait), an easiness (CLEAR), or the numbers of MOODS (GoEmotions)."""

    text: str
    label: float | tuple[int, ...]
    part: str


def clickbait() -> list[Example]:
    """Chakraborty et al. 2016: 16,000 headlines of six clickbait sites, 16,000 of four news sites."""
    found = []
    for name, label in (("clickbait_data", 1.0), ("non_clickbait_data", 0.0)):
        with gzip.open(_there("clickbait/dataset") / f"{name}.gz", "rt", encoding="utf-8") as lines:
            found += [Example(text, label, split_of(text)) for line in lines if (text := line.strip())]
    return found


def emotions() -> list[Example]:
    """GoEmotions (Demszky et al. 2020) in Ekman's groups: Reddit comments, one or more moods each."""
    found = []
    for part in ("train", "dev", "test"):
        with (_there("goemotions/data/ekman") / f"{part}.tsv").open(encoding="utf-8", newline="") as lines:
            for text, labels, _ in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                found.append(Example(text, tuple(map(int, labels.split(","))), part))
    return found


def easiness() -> list[Example]:
    """CLEAR (Crossley et al. 2022): 4,724 excerpts with a Bradley-Terry easiness from teachers' comparisons."""
    with zipfile.ZipFile(_there("clear-readability/CLEAR_corpus_final.xlsx")) as book:
        strings = [
            "".join(part.text or "" for part in entry.iter(f"{_CELL}t"))
            for entry in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iter(f"{_CELL}row"):
        cells = {}
        for cell in row:
            value = cell.find(f"{_CELL}v")
            if value is not None and value.text is not None:
                column = re.sub(r"\d", "", cell.get("r", ""))
                cells[column] = strings[int(value.text)] if cell.get("t") == "s" else value.text
        rows.append(cells)
    named = {name: column for column, name in rows[0].items()}
    text, label = named["Excerpt"], named["BT_easiness"]
    return [
        Example(" ".join(row[text].split()), float(row[label]), split_of(row[text]))
        for row in rows[1:]
        if text in row and label in row
    ]


def levels() -> list[tuple[str, str, str]]:
    """OneStopEnglish (Vajjala & Lucic 2018): an advanced sentence, its elementary counterpart, and their part.

    The part goes by blocks of a hundred pairs, because neighbours are of one article.
    """
    path = _there("onestopenglish/Sentence-Aligned/ADV-ELE.txt")
    pairs = [block.strip().splitlines() for block in path.read_text(encoding="utf-8-sig").split("*******")]
    pairs = [pair for pair in pairs if len(pair) == 2 and pair[0] != pair[1]]
    parts = ("train", "train", "test", "train", "dev")
    return [(hard, easy, parts[number // 100 % len(parts)]) for number, (hard, easy) in enumerate(pairs)]


def windows(text: str, most: int = 60) -> list[str]:
    """An excerpt's sentences in runs of some length: what is read of a news item is short."""
    runs: list[str] = []
    for sentence in _SENTENCE.split(text):
        if runs and len(runs[-1].split()) + len(sentence.split()) <= most and len(runs[-1].split()) < 25:
            runs[-1] += f" {sentence}"
        else:
            runs.append(sentence)
    return [run for run in runs if len(run.split()) >= 8]


def _there(name: str) -> Path:
    path = TEXT / name
    if not path.exists():
        raise RecipeError(
            f"training data {name} is not there: put the data set at ../shared/data/text beside the repository "
            "(it is not needed to build: trained weights are committed)"
        )
    return path
