// Drives engine/language-model.js, with this page in place of the offscreen document.

import { WatchedWorker } from "../engine/watched-worker.js";
import { LanguageModel } from "../engine/language-model.js";

let worker = null;
let lastId = 0;
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

/** @returns {Promise<{result: object|null} | {error: string}>} */
async function run(request) {
  try {
    return { result: JSON.parse(await languageModel.run(++lastId, JSON.stringify(request))) };
  } catch (error) {
    return { error: error.message };
  }
}

globalThis.probe = {
  run,
  decoder: async () => JSON.parse((await languageModel.decoder()) || "null"),

  /** Abandons a run as soon as it was started; how long until `next`, asked for at once, is done, and by which worker. */
  async abandon(request, next) {
    const before = worker;
    languageModel.run(++lastId, JSON.stringify(request));
    languageModel.abandon(lastId);
    const from = performance.now();
    const done = await run(next);
    return { ms: performance.now() - from, ended: worker !== before, ...done };
  },

  crash(request) {
    const running = run(request);
    worker.crash();
    return running;
  },

  release() {
    languageModel.release();
    return worker.over;
  },
};
