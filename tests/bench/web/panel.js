// Evaluated in the panel: records when a summary passes each stage, in milliseconds since the Unix epoch.
async () => {
  const { EngineClient } = await import(chrome.runtime.getURL("engine/client.js"));
  const { Page } = await import(chrome.runtime.getURL("panel/page.js"));
  const content = document.getElementById("page-content");
  const now = () => performance.timeOrigin + performance.now();
  let times = null;
  let done = null;

  const timed = (before, action, after) =>
    async function (...given) {
      if (times) times[before] = now();
      const answer = await action.apply(this, given);
      if (times) times[after] = now();
      return answer;
    };
  Page.read = timed("found", Page.read, "read");
  const ask = EngineClient.prototype.request;
  const summarize = timed("asked", ask, "answered");
  EngineClient.prototype.request = function (name, ...rest) {
    return (name === "summarize" ? summarize : ask).call(this, name, ...rest);
  };
  new BroadcastChannel("nutshell-bench").onmessage = ({ data: { model, rows, ms } }) => {
    if (!times) return;
    times.models[model] = (times.models[model] ?? 0) + ms;
    if (model === "encoder") times.sentences = (times.sentences ?? 0) + rows;
  };
  new MutationObserver(() => {
    if (!times?.answered || times.placed || !content.querySelector(":scope > article.summary:not(.waiting)")) return;
    times.placed = now();
    // A frame's callbacks run before it is painted, the next task after.
    requestAnimationFrame(() =>
      setTimeout(() => {
        times.shown = now();
        done(times);
        times = null;
      }),
    );
  }).observe(content, { childList: true, subtree: true });

  /** Starts recording; benchDone resolves to the times once a summary is shown. */
  globalThis.benchWatch = () => {
    times = { models: {} };
    globalThis.benchDone = new Promise((resolve) => (done = resolve));
  };
};
