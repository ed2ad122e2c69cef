// Talking to a worker: every wait has an end.

const PATIENCE = 120_000; // ms

/** Starts a module worker, named after its file as the product does it; its errors end whatever waits for it. */
export function open(url) {
  return new Worker(new URL(url, import.meta.url), { type: "module", name: url.split("/").pop() });
}

/** The first message for which `wanted` is true; one of type "broken" rejects. */
export function heard(worker, wanted) {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const timer = setTimeout(() => finish(reject, new Error("The worker gave no answer in time.")), PATIENCE);
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
