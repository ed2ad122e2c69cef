// Drives engine/language-model.js, with this page in place of the offscreen document.

import { WatchedWorker } from "../engine/watched-worker.js";
import { LanguageModel } from "../engine/language-model.js";

let worker = null;
const languageModel = new LanguageModel(({ type }) => (type === "language-model-wanted" ? start() : end()));

function start() {
  if (worker && !worker.over) return;
  const { port1, port2 } = new MessageChannel();
  worker = new WatchedWorker(new URL("../engine/models.js", import.meta.url), {
    onMessage() {},
    onDeath: () => languageModel.detach("The language model stopped."),
  });
  worker.start({ port: port1, threads: 1 }, [port1], 60_000).catch(() => {});
  languageModel.attach(port2);
}

function end() {
  worker.end();
  languageModel.detach("ended");
}

/** All that is told of a request; `after(tokens, id)` is called at each part. */
function say(request, after = () => {}) {
  return new Promise((resolve) => {
    const tokens = [];
    const id = languageModel.generate(JSON.stringify(request), (kind, value) => {
      if (kind === "tokens") tokens.push(...JSON.parse(value));
      else resolve({ kind, value, tokens });
      after(tokens, id);
    });
  });
}

/** Stop `long` once it has begun to speak; how long until `next`, asked for at once, is answered, and by which worker. */
async function stopIn(long, next) {
  await say(next); // loaded, and compiled
  const before = worker;
  await new Promise((begun) => say(long, (_, id) => (languageModel.stop(id), begun())));
  const from = performance.now();
  const told = await say(next);
  return { ms: performance.now() - from, ended: worker !== before, ...told };
}

globalThis.probe = {
  say,
  stopIn,
  decoder: async () => JSON.parse((await languageModel.decoder()) || "null"),
  kill: (request) => say(request, (tokens) => tokens.length && worker.crash()),
  async release(request) {
    await say(request);
    languageModel.release();
    return worker.over;
  },
};
