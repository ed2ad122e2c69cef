// Counts pending and fired timers in the context that imports it first. Every context responds to "count" on a channel,
// and `benchTimers` queries all of them.

const waiting = new Map(); // timer -> its delay in milliseconds
let fired = 0;
const later = globalThis.setTimeout.bind(globalThis);

for (const [set, clear] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"]]) {
  const really = globalThis[set].bind(globalThis);
  const stop = globalThis[clear].bind(globalThis);
  globalThis[set] = (action, time = 0, ...given) => {
    const timer = really(
      (...now) => {
        fired++;
        if (set === "setTimeout") waiting.delete(timer);
        return action(...now);
      },
      time,
      ...given,
    );
    waiting.set(timer, time);
    return timer;
  };
  globalThis[clear] = (timer) => {
    waiting.delete(timer);
    stop(timer);
  };
}

const where = globalThis.name || globalThis.location.pathname.split("/").pop();
const channel = new BroadcastChannel("bench-timers");
channel.onmessage = ({ data }) => data === "count" && channel.postMessage({ where, waiting: [...waiting.values()], fired });

/** Returns for every context, including this one: its name, its pending timers and the number of fired timers. */
globalThis.benchTimers = () =>
  new Promise((resolve) => {
    const found = [];
    const asking = new BroadcastChannel("bench-timers");
    asking.onmessage = ({ data }) => data.where && found.push(data);
    asking.postMessage("count");
    later(() => (asking.close(), resolve(found)), 1000);
  });
