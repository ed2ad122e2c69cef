// Inside a copy of the engine worker: tells the panel how long each run of a model took, as the engine waits for it.

const channel = new BroadcastChannel("nutshell-bench");
const post = MessagePort.prototype.postMessage;
const heard = new WeakSet();
const asked = new Map();

MessagePort.prototype.postMessage = function (message, ...rest) {
  if (message?.model) {
    asked.set(message.id, { model: message.model, rows: rowsOf(message.inputs), from: performance.now() });
    if (!heard.has(this)) {
      heard.add(this);
      this.addEventListener("message", report, { capture: true }); // before the engine itself hears it
    }
  }
  return post.call(this, message, ...rest);
};

function report({ data: { id } }) {
  const { model, rows, from } = asked.get(id);
  asked.delete(id);
  channel.postMessage({ model, rows, ms: performance.now() - from });
}

/** How many rows (sentences, where it is the encoder's) a run is of. */
function rowsOf(inputs) {
  return Object.values(inputs)[0].dims[0];
}
