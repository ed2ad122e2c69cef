"""The core in Pyodide with models in onnxruntime-web gives the same summaries as on the desktop."""

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from models.artifacts import NAMES, Model
from models.data import FOLDER
from models.evaluate.datasets import cnn, gum
from models.evaluate.product import Product
from models.host import BuiltModels
from nutshell.article import Article
from nutshell.summary.summarizer import build_summary
from tests.test_pyodide import PACKAGES

pytestmark = pytest.mark.models

ROOT = Path(__file__).parents[1]
PARAGRAPHS = (
    "The city council voted on Tuesday to close the old harbour bridge for at least seven years. Engineers had found "
    "cracks in four of its nine pillars. “We did not expect this,” said Anna Lind, who has run the bakery on the north "
    "bank since 1998.",
    "A ferry will carry passengers until 2031, at two euros a crossing. It is expected to carry 4,000 people a day. "
    "However, cars must take the ring road, which adds twenty minutes to a journey across town.",
    "The bridge was built in 1931 by the engineer Karl Ohm. He died before it was opened. Its replacement is to cost "
    "some 140 million euros, of which the state pays half.",
)
OWN = {
    "English": {"title": "Harbour bridge to close", "blocks": [{"text": text} for text in PARAGRAPHS]},
    "Hebrew": {"blocks": [{"text": "הגשר הישן נסגר ביום שני לתנועה. מעבורת תסיע את הנוסעים. " * 4}]},
    "emoji": {"blocks": [{"text": "😀 🎉 of the party. 👩‍👩‍👧 went home. 🇫🇷 won the cup. The cup is of gold. "}]},
}


def wires():
    """Returns our own articles, and real ones if ../shared has them."""
    found = dict(OWN)
    if FOLDER.is_dir():
        for text in [*cnn()[:12], *gum()[:8]]:
            blocks = [{"text": block.text} for block in text.article.blocks]
            found[text.id] = {"title": text.article.title, "blocks": blocks}
    return found


@pytest.fixture(scope="module")
def inside():
    """The summaries of `wires` inside Pyodide."""
    if shutil.which("node") is None or not (ROOT / "node_modules" / "onnxruntime-web").is_dir():
        pytest.skip("needs Node.js and the npm packages pyodide and onnxruntime-web")
    job = {
        "models": {name: str(Model(name).onnx) for name in NAMES},
        "vocabulary": str(Model("encoder").out / "vocab.txt"),
        "articles": list(wires().values()),
    }
    env = os.environ | {"SITE_PACKAGES": sysconfig.get_path("purelib"), "PACKAGES": PACKAGES}
    command = ["node", "tests/pyodide/product.mjs"]
    ran = subprocess.run(
        command, cwd=ROOT, env=env, input=json.dumps(job), capture_output=True, text=True, timeout=600, check=False
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    return dict(zip(wires(), json.loads(ran.stdout), strict=True))


def test_summaries_are_the_same_as_on_the_desktop(inside):
    product = Product(BuiltModels(threads=1))
    apart = {}
    for name, wire in wires().items():
        article = Article.from_wire(wire)
        here = build_summary(article, product.score(article), None)
        there = inside[name]
        points = [number for number, _ in there["points"]]
        if [point.index for point in here.points] == points and here.gist.index == there["gist"]:
            assert [score for _, score in there["points"]] == pytest.approx([p.score for p in here.points], abs=0.05)
        else:
            apart[name] = ([point.index for point in here.points], there)
    # Vectors differ by rounding, so one article in twenty may choose another sentence with nearly the same score.
    assert len(apart) <= len(inside) // 20, apart


def test_every_model_of_a_summary_runs(inside):
    """Hebrew uses centrality; English uses the encoder and salience."""
    assert set(OWN) <= set(inside)
    assert all(answer["points"] for answer in inside.values())
