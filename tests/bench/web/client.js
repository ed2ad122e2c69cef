// Sends requests to the built extension's engine as the panel does, with the same client, offscreen document and workers.

import { EngineClient } from "../engine/client.js";

const client = new EngineClient();

/** @returns {Promise<{ms: number, answer: object}>} the response to a request and its duration */
globalThis.askEngine = async (name, payload) => {
  const from = performance.now();
  const answer = await client.request(name, payload);
  return { ms: performance.now() - from, answer: { ...answer, html: (answer.html ?? "").length } };
};
globalThis.warmEngine = () => client.warm();
