// In a copy of the engine worker: reports to the panel how long the engine waits for each model run.

const channel = new BroadcastChannel("nutshell-bench");
const post = MessagePort.prototype.postMessage;
const heard = new WeakSet();
const asked = new Map();

MessagePort.prototype.postMessage = function (message, ...rest) {
  if (message?.model) {
    asked.set(message.id, { model: message.model, rows: rowsOf(message.inputs), from: performance.now() });
    if (!heard.has(this)) {
      heard.add(this);
      this.addEventListener("message", report, { capture: true }); // before the engine's own listener
    }
  }
  return post.call(this, message, ...rest);
};

function report({ data: { id } }) {
  const { model, rows, from } = asked.get(id);
  asked.delete(id);
  channel.postMessage({ model, rows, ms: performance.now() - from });
}

/** Returns the number of rows in a run (sentences, for the encoder). */
function rowsOf(inputs) {
  return Object.values(inputs)[0].dims[0];
}
