"""What the language model says, beside its sources, for anyone to judge: `python -m models.evaluate.printed` writes
docs/WORDS.md's outputs anew. Sources: our own sample page, and Wikipedia's paragraphs in XQuAD, in the order of their
hash: nothing is picked."""

from __future__ import annotations

import hashlib
import re

from models.ask.data import xquad
from models.evaluate.sets import Text
from models.evaluate.words import say, writing
from models.shop import ROOT
from nutshell.article import Article
from nutshell.text.sentences import split

OUTPUTS = 30
PAGE = ROOT.parent / "docs" / "WORDS.md"
SAMPLE = ROOT.parent / "tests" / "pages" / "article.html"
_MARKS = re.compile(r"(<!-- outputs -->\n).*?(<!-- /outputs -->)", re.DOTALL)


def main() -> None:
    product = writing()
    lines: list[str] = []
    count = 0
    for text in texts():
        if count == OUTPUTS:
            break
        sentences = split(text.article)
        lines += [f"### {text.genre}", ""]
        for one in say(product, text).sentences[: OUTPUTS - count]:
            count += 1
            lines.append(f"{count}. {'**shown**' if one['shown'] else 'not shown'}: {one['text']}")
            lines += [f"   - source, sentence {number}: {sentences[number].text}" for number in one["support"][:2]]
            if one["reasons"]:
                lines.append(f"   - why not: {' '.join(one['reasons'])}")
        lines.append("")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_MARKS.sub(lambda mark: mark[1] + "\n".join(lines) + mark[2], page), encoding="utf-8")


def texts() -> list[Text]:
    """Our own page first."""
    paragraphs = re.findall(r"<p>(.*?)</p>", SAMPLE.read_text(encoding="utf-8"), re.DOTALL)
    plain = "\n".join(" ".join(re.sub(r"<[^>]+>", "", paragraph).split()) for paragraph in paragraphs)
    found = [Text("article.html", "tests/pages/article.html", Article.from_text(plain), ())]
    known, _ = xquad()
    for paragraph in sorted(known, key=lambda one: hashlib.sha256(" ".join(one.sentences).encode()).hexdigest()):
        name = f"XQuAD, article {paragraph.article}"
        found.append(Text(name, name, Article.from_text(" ".join(paragraph.sentences)), ()))
    return found


if __name__ == "__main__":
    main()
