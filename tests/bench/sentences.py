"""Sentence boundaries: accuracy and speed of our splitter, the libraries and the browser's own segmenter.

    .venv/bin/python -m tests.bench sentences

Accuracy natively: inner boundaries of English Web Treebank paragraphs (dev) and of GUM paragraphs, and PySBD's golden
rules (every sentence of a case exactly right). Speed natively and in Pyodide under Node.js. Peers that are not
installed are skipped and listed.
"""

import ast
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

from models.tables import Table
from tests.bench.report import BenchError, Result, main

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
TIMES = ("native_ms_per_1000", "pyodide_ms_per_1000", "pyodide_import_ms")
LANGUAGES = {
    "amharic": "am", "arabic": "ar", "armenian": "hy", "bulgarian": "bg", "burmese": "my", "chinese": "zh",
    "danish": "da", "deutsch": "de", "dutch": "nl", "english": "en", "french": "fr", "greek": "el", "hindi": "hi",
    "italian": "it", "japanese": "ja", "kazakh": "kk", "marathi": "mr", "persian": "fa", "polish": "pl",
    "russian": "ru", "slovak": "sk", "spanish": "es", "urdu": "ur",
}  # fmt: skip
SEGMENTER = """
const items = JSON.parse(require("fs").readFileSync(0, "utf8"));
const started = performance.now();
const parts = items.map(([text, lang]) =>
  [...new Intl.Segmenter(lang, { granularity: "sentence" }).segment(text)].map((part) => part.segment));
process.stdout.write(JSON.stringify({ ms: performance.now() - started, parts }));
"""


def ours():
    from nutshell.text.sentences import split_text  # noqa: PLC0415

    return lambda text, lang: [text[start:end] for start, end in split_text(text, lang)]


def pysbd_0_3_4():
    import pysbd  # noqa: PLC0415

    known = {}

    def split(text, lang):
        if lang not in known:
            known[lang] = pysbd.Segmenter(language=lang, clean=False)
        return known[lang].segment(text)

    return split


def syntok_1_4_4():
    from syntok import segmenter  # noqa: PLC0415

    def split(text, _lang):
        sentences = [list(tokens) for paragraph in segmenter.analyze(text) for tokens in paragraph]
        return [text[s[0].offset : s[-1].offset + len(s[-1].value)] for s in sentences if s]

    return split


def nupunkt_0_8_0():
    import nupunkt  # noqa: PLC0415

    return lambda text, _lang: nupunkt.sent_tokenize(text)


PEERS = {"ours": ours, "pysbd": pysbd_0_3_4, "syntok": syntok_1_4_4, "nupunkt": nupunkt_0_8_0}
IN_PYODIDE = {"ours": "nutshell", "pysbd": "pysbd", "nupunkt": "nupunkt"}  # syntok needs the native package regex


def treebank():
    """Returns the paragraphs of EWT dev as text with the ends of their sentences."""
    text, ends, skip_to = "", [], 0
    paragraphs = []
    for line in (DATA / "text/ewt-dev/en_ewt-ud-dev.conllu").read_text(encoding="utf-8").splitlines():
        if line.startswith(("# newdoc", "# newpar")) and text:
            paragraphs.append((text.rstrip(), ends))
            text, ends = "", []
        elif line.startswith("# text = "):
            text += line[9:]
            ends.append(len(text))
            text += " "
        elif line[:1].isdigit():
            columns = line.split("\t")
            number, _, last = columns[0].partition("-")
            if last or ("." not in number and int(number) > skip_to):
                skip_to = int(last) if last else skip_to
                text = text.rstrip() + ("" if "SpaceAfter=No" in columns[9] else " ")
        elif not line:
            skip_to = 0
    return [*paragraphs, (text.rstrip(), ends)]


def gum():
    paragraphs = []
    for line in (DATA / "summaries/train-gum.jsonl").read_text(encoding="utf-8").splitlines():
        for sentences in json.loads(line)["paragraphs"]:
            text, ends = "", []
            for sentence in sentences:
                text += sentence
                ends.append(len(text))
                text += " "
            paragraphs.append((text.rstrip(), ends))
    return paragraphs


def golden():
    cases = []
    for name, lang in LANGUAGES.items():
        tree = ast.parse((DATA / f"text/pysbd-golden/tests/lang/test_{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            parts = node.elts if isinstance(node, ast.Tuple) else node.args if isinstance(node, ast.Call) else []
            if len(parts) >= 2 and isinstance(parts[0], ast.Constant) and isinstance(parts[1], ast.List):
                text, wanted = ast.literal_eval(parts[0]), ast.literal_eval(parts[1])
                if isinstance(text, str) and wanted:
                    cases.append((lang, text, [sentence.strip() for sentence in wanted]))
    return cases


def ends_of(text, sentences):
    position, ends = 0, set()
    for sentence in (part.strip() for part in sentences):
        found = text.find(sentence, position) if sentence else -1
        if found >= 0:
            position = found + len(sentence)
            ends.add(position)
    return ends - {len(text)}


def boundaries(paragraphs, found):
    """Returns precision, recall and F1 over the boundaries inside paragraphs."""
    hits = made = gold = 0
    for (text, ends), sentences in zip(paragraphs, found, strict=True):
        wanted, got = set(ends[:-1]), ends_of(text, sentences)
        hits, made, gold = hits + len(wanted & got), made + len(got), gold + len(wanted)
    precision, recall = hits / made, hits / gold
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


def browser(items):
    command = ["node", "-e", SEGMENTER]
    ran = subprocess.run(command, input=json.dumps(items), capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def inside_pyodide(name, texts):
    """Returns the median milliseconds for the texts in Pyodide, and for the import."""
    sample = Path(__file__).parent / "results" / "sentences-sample.json"
    sample.write_text(json.dumps(texts), encoding="utf-8")
    env = dict(os.environ)
    if IN_PYODIDE[name] != "nutshell":
        package = find_spec(IN_PYODIDE[name])
        assert package is not None
        assert package.origin is not None
        env |= {"PACKAGES": IN_PYODIDE[name], "SITE_PACKAGES": str(Path(package.origin).parents[1])}
    command = [
        "node",
        "tests/pyodide/run.mjs",
        "tests/bench/sentences.py",
        "--inside",
        name,
        f"/repo/{sample.relative_to(ROOT)}",
    ]
    try:
        ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=600, check=True)
    finally:
        sample.unlink()
    return json.loads(ran.stdout.strip().splitlines()[-1])


def timed(name, texts):
    started = time.perf_counter()
    split = PEERS[name]()
    loaded = time.perf_counter() - started
    times = []
    for _ in range(3):
        started = time.perf_counter()
        for text in texts:
            split(text, "en")
        times.append(time.perf_counter() - started)
    return {"ms": sorted(times)[1] * 1000, "import_ms": loaded * 1000}


def measure(name, split_all, paragraphs, gum_paragraphs, cases):
    row = {"ewt": boundaries(paragraphs, split_all([(text, "en") for text, _ends in paragraphs]))}
    row["gum"] = boundaries(gum_paragraphs, split_all([(text, "en") for text, _ends in gum_paragraphs]))
    passed = defaultdict(list)
    for (lang, _text, wanted), got in zip(cases, split_all([(text, lang) for lang, text, _ in cases]), strict=True):
        passed[lang].append([part.strip() for part in got if part.strip()] == wanted)
    row["golden"] = {lang: f"{sum(results)}/{len(results)}" for lang, results in passed.items()}
    row["golden_passed"] = sum(map(sum, passed.values())) / len(cases)
    return row


def compare(quick: bool) -> Result:
    """`quick` uses a fifth of the English paragraphs."""
    if not DATA.is_dir():
        raise BenchError("the development data (../shared/data) is missing")
    step = 5 if quick else 1
    paragraphs, gum_paragraphs, cases = treebank()[::step], gum()[::step], golden()
    texts = [text for text, _ends in paragraphs]
    thousands = sum(len(ends) for _text, ends in paragraphs) / 1000
    figures, missing = {}, []
    for name, load in PEERS.items():
        if name != "ours" and find_spec(name) is None:
            missing.append(name)
            continue
        split = load()
        figures[name] = measure(
            name, lambda items, s=split: [s(text, lang) for text, lang in items], paragraphs, gum_paragraphs, cases
        )
        figures[name]["native_ms_per_1000"] = timed(name, texts)["ms"] / thousands
        if name in IN_PYODIDE:
            inside = inside_pyodide(name, texts)
            figures[name] |= {
                "pyodide_ms_per_1000": inside["ms"] / thousands,
                "pyodide_import_ms": inside["import_ms"],
            }
    figures["Intl.Segmenter"] = measure(
        "Intl.Segmenter", lambda items: browser(items)["parts"], paragraphs, gum_paragraphs, cases
    )
    figures["Intl.Segmenter"]["native_ms_per_1000"] = browser([(text, "en") for text in texts])["ms"] / thousands
    note = (
        "English Web Treebank (dev) and GUM: boundaries inside paragraphs. Golden rules: PySBD's, 23 languages, every "
        "sentence of a case exactly right. Our rules were developed with these texts. The libraries' rules were not, "
        "except PySBD's on its golden rules. Times are for 1,000 sentences."
    )
    if missing:
        note += f" Not installed and skipped: {', '.join(missing)}."
    columns = (
        "",
        "EWT precision",
        "recall",
        "F1",
        "GUM F1",
        "golden rules",
        "ms",
        "ms in Pyodide",
        "import in Pyodide, ms",
    )
    rows = [
        (
            name,
            *(f"{row['ewt'][part]:.3f}" for part in ("precision", "recall", "f1")),
            f"{row['gum']['f1']:.3f}",
            f"{row['golden_passed']:.3f}",
            *(f"{row[key]:.0f}" if key in row else "-" for key in TIMES),
        )
        for name, row in figures.items()
    ]
    return Result("sentences", "Sentence boundaries", [Table(columns, rows, note=note)], figures=figures)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        print(json.dumps(timed(sys.argv[2], json.loads(Path(sys.argv[3]).read_text(encoding="utf-8")))))
    else:
        main(compare)
