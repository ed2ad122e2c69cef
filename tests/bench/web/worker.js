// Communication with a worker; every wait has a timeout.

const PATIENCE = 120_000; // ms

/** Starts a module worker named after its file, as the product does. Its errors reject pending waits. */
export function open(url) {
  return new Worker(new URL(url, import.meta.url), { type: "module", name: url.split("/").pop() });
}

/** Resolves to the first message for which `wanted` is true. A message of type "broken" rejects. */
export function nextMessage(worker, wanted) {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const timer = setTimeout(() => finish(reject, new Error("The worker did not respond in time.")), PATIENCE);
    const finish = (how, value) => {
      clearTimeout(timer);
      over.abort();
      how(value);
    };
    const listen = (event, listener) => worker.addEventListener(event, listener, { signal: over.signal });
    listen("message", ({ data }) => {
      if (data.type === "broken") finish(reject, new Error(data.message));
      else if (wanted(data)) finish(resolve, data);
    });
    listen("error", (event) => finish(reject, new Error(event.message || "The worker could not be loaded.")));
  });
}
