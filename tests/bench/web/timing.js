// Inside a copy of the engine worker: tells the panel how long each run of a model took, as the engine waits for it.

const channel = new BroadcastChannel("nutshell-bench");
const post = MessagePort.prototype.postMessage;
const heard = new WeakSet();
const asked = new Map();

MessagePort.prototype.postMessage = function (message, ...rest) {
  if (message?.model) {
    asked.set(message.id, { model: message.model, from: performance.now() });
    if (!heard.has(this)) {
      heard.add(this);
      this.addEventListener("message", report, { capture: true }); // before the engine itself hears it
    }
  }
  return post.call(this, message, ...rest);
};

function report({ data: { id } }) {
  const { model, from } = asked.get(id);
  asked.delete(id);
  channel.postMessage({ model, ms: performance.now() - from });
}
