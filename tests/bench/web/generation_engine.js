// The engine worker's side of the language model (Pyodide, the core's decoding loop, engine/language-model.js), driven by
// generation.js: {type: "generate", id, request, guesses} -> {id, tokens}…, {id, done} or {id, error}; {type: "stop"}.

const ROOT = new URL("../", import.meta.url);
let pyodide;

self.onmessage = async ({ data }) => {
  if (data.type === "stop") pyodide.globals.get("stop")();
  else if (data.type === "generate") pyodide.globals.get("start")(data.id, JSON.stringify(data.request));
  else if (data.type === "start") {
    try {
      await start(data.port, data.vocabulary);
      self.postMessage({ type: "ready" });
    } catch (error) {
      self.postMessage({ type: "broken", message: String(error?.message ?? error) });
    }
  }
};

async function start(port, vocabulary) {
  const { loadPyodide } = await import(new URL("vendor/pyodide.mjs", ROOT).href);
  const [loaded, core] = await Promise.all([
    loadPyodide({
      indexURL: new URL("vendor/", ROOT).href,
      stdLibURL: new URL("vendor/python_stdlib.zip", ROOT).href,
      lockFileContents: { info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" }, packages: {} },
    }),
    fetch(new URL("engine/core.zip", ROOT)).then((response) => response.arrayBuffer()),
  ]);
  pyodide = loaded;
  pyodide.FS.writeFile("/lib/nutshell.zip", new Uint8Array(core));
  // After Pyodide: it takes the network away from this worker.
  const { LanguageModel } = await import(new URL("engine/language-model.js", ROOT).href);
  const languageModel = new LanguageModel(() => {});
  languageModel.attach(port);
  pyodide.globals.set("language_model", languageModel);
  pyodide.globals.set("vocabulary", vocabulary);
  pyodide.globals.set("post", (id, kind, json) => self.postMessage({ id, [kind]: json ? JSON.parse(json) : true }));
  pyodide.runPython(`
import asyncio, json, sys
from contextlib import aclosing
sys.path.insert(0, "/lib/nutshell.zip")
from nutshell.hosts.browser import WorkerDecoder
from nutshell.paraphrase import decoding
from nutshell.ports import Generation

loop = decoding.DecodingLoop(WorkerDecoder(language_model, vocabulary))
task = None

async def generate(number, request):
    decoding.GUESSES = request.pop("guesses", 4)
    lists = {name: tuple(value) if isinstance(value, list) else value for name, value in request.items()}
    try:
        async with aclosing(loop.generate(Generation(**lists))) as generated:
            async for tokens in generated:
                post(number, "tokens", json.dumps(tokens))
        post(number, "done", "")
    except asyncio.CancelledError:
        post(number, "done", "")
    except Exception as error:
        post(number, "error", json.dumps(repr(error)))

def start(number, request):
    global task
    task = asyncio.ensure_future(generate(number, json.loads(request)))

def stop():
    task.cancel()
`);
}
