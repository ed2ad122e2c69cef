// Runs the whole product without a browser: the core in Pyodide and its models in onnxruntime-web, in one process.
// Input (stdin): {models: {name: file}, vocabulary: file, articles: [wire form]}. Output (stdout): for each article,
// {gist, points: [[number, score]]}. SITE_PACKAGES and PACKAGES as in run.mjs.
import { readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";
import { sessions } from "../../models/evaluate/sessions.mjs";

const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const { models, vocabulary, articles } = JSON.parse(readFileSync(0, "utf8"));
const forward = sessions(new Map(Object.entries(models)));

/** Stands in for runModel in engine.js, which Python's WorkerModels calls. */
async function run(model, inputs) {
  const feeds = Object.fromEntries([...inputs].map(([name, [dtype, dims, data]]) => [name, { dtype, dims, data }]));
  const outputs = await forward(model, feeds);
  return Object.entries(outputs).map(([name, { dtype, dims, data }]) => [name, dtype, dims, data]);
}

const pyodide = await loadPyodide({
  indexURL: join(repository, "node_modules/pyodide"),
  env: { HOME: "/home", PYTHONDONTWRITEBYTECODE: "1" },
});
pyodide.mountNodeFS("/repo", repository);
for (const name of process.env.PACKAGES.split(" ")) {
  const source = realpathSync(join(process.env.SITE_PACKAGES, name));
  if (name.endsWith(".py")) pyodide.FS.writeFile(`/site/${name}`, readFileSync(source));
  else pyodide.mountNodeFS(`/site/${name}`, source);
}
pyodide.globals.set("run", run);
pyodide.globals.set("vocabulary", readFileSync(vocabulary, "utf8"));
pyodide.globals.set("asked", JSON.stringify(articles));
const answer = await pyodide.runPythonAsync(`
import json, sys
sys.path[:0] = ["/repo/core", "/site"]
from nutshell.article import Article
from nutshell.hosts.browser import WorkerModels
from nutshell.summary.summarizer import score_article, build_summary
from nutshell.text.wordpiece import WordPiece

models, wordpiece = WorkerModels(run), WordPiece.from_vocab(vocabulary)
answers = []
for wire in json.loads(asked):
    article = Article.from_wire(wire)
    scored = await score_article(article, models=models, wordpiece=wordpiece, progress=lambda *_: None)
    summary = build_summary(article, scored, None)
    answers.append({"gist": summary.gist.index, "points": [[point.index, point.score] for point in summary.points]})
json.dumps(answers)
`);
process.stdout.write(answer, () => process.exit(0));
