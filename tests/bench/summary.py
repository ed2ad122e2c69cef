"""Summary quality on news with human highlights, by ROUGE: a part of `python -m models eval` (see models/README.md)."""

from __future__ import annotations

from dataclasses import asdict

from models.data import FOLDER
from models.evaluate import standing, summaries
from models.evaluate.product import Product, made_by
from models.evaluate.sets import cnn
from nutshell.text.standing import leans

from . import report


def measure(quick: bool) -> report.Result:
    if not (FOLDER / "summaries" / "dev-cnn-test500.jsonl").is_file():
        raise report.BenchError("dev-cnn-test500.jsonl is not in ../shared/data/summaries beside the repository")
    texts = cnn(quick)
    made = made_by(Product(), [text.article for text in texts])
    table, figures = summaries.compared("cnn", texts, made)
    points = standing.openings("cnn", texts, [summary.numbers for summary in made])
    dangling = sum(leans(point.text) and not point.covered for point in points)
    alone = report.Table(
        ["points", "of", "lean on something unsaid"],
        [["Nutshell", str(len(points)), f"{100 * dangling / max(1, len(points)):.1f} %"]],
        note="Points that begin with a pronoun or connective, without the sentence before them.",
    )
    return report.Result(
        "summary",
        "Summaries of news",
        [report.Table(**asdict(part)) for part in (table, summaries.gains({"cnn": figures}))] + [alone],
        about="Default settings, plain text without title or paragraphs, the desktop host's own path; F1 x 100 "
        "with the bootstrap's 95 % interval, rouge-score, stemmed. Lead-k, sumy and the oracle have as many "
        "sentences as Nutshell chose, Lead-w as many words. [models/README.md](../models/README.md) has other sets, "
        "genres and ablations.",
        figures=figures | {"dangling": [dangling, len(points)]},
    )


if __name__ == "__main__":
    report.main(measure)
