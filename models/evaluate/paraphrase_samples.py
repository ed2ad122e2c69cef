"""Unselected outputs of the language model with their sources: `python -m models.evaluate.paraphrase_samples` rewrites
the outputs in docs/PARAPHRASE.md. The sources are our sample page and XQuAD's Wikipedia paragraphs, ordered by their
hash.
"""

from __future__ import annotations

import hashlib
import re

from models.artifacts import ROOT
from models.ask.data import xquad
from models.evaluate.datasets import Text
from models.evaluate.paraphrase import paraphrase, paraphrasing_product
from nutshell.article import Article
from nutshell.text.sentences import split

OUTPUTS = 30
PAGE = ROOT.parent / "docs" / "PARAPHRASE.md"
SAMPLE = ROOT.parent / "tests" / "pages" / "article.html"
_MARKERS = re.compile(r"(<!-- outputs -->\n).*?(<!-- /outputs -->)", re.DOTALL)


def main() -> None:
    product = paraphrasing_product()
    lines: list[str] = []
    count = 0
    for text in texts():
        if count == OUTPUTS:
            break
        sentences = split(text.article)
        lines += [f"### {text.genre}", ""]
        for item in paraphrase(product, text).sentences[: OUTPUTS - count]:
            count += 1
            lines.append(f"{count}. {'**shown**' if item['shown'] else 'hidden'}: {item['text']}")
            lines += [f"   - source, sentence {number}: {sentences[number].text}" for number in item["support"][:2]]
            if item["reasons"]:
                lines.append(f"   - reason: {' '.join(item['reasons'])}")
        lines.append("")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_MARKERS.sub(lambda match: match[1] + "\n".join(lines) + match[2], page), encoding="utf-8")


def texts() -> list[Text]:
    """Returns the source texts, our own page first."""
    paragraphs = re.findall(r"<p>(.*?)</p>", SAMPLE.read_text(encoding="utf-8"), re.DOTALL)
    plain = "\n".join(" ".join(re.sub(r"<[^>]+>", "", paragraph).split()) for paragraph in paragraphs)
    found = [Text("article.html", "tests/pages/article.html", Article.from_text(plain), ())]
    known, _ = xquad()
    for paragraph in sorted(known, key=lambda row: hashlib.sha256(" ".join(row.sentences).encode()).hexdigest()):
        name = f"XQuAD, article {paragraph.article}"
        found.append(Text(name, name, Article.from_text(" ".join(paragraph.sentences)), ()))
    return found


if __name__ == "__main__":
    main()
