// Every known way to send data from a browser context, each tried once with its own address: BASE/PLACE/way. egress.py
// injects this into the contexts of a copy of the built extension, and into an ordinary page to show that the listener
// receives it.

globalThis.tryEverything = async (place, base, udp) => {
  const at = (way) => `${base}/${place}/${way}`;
  const element = (name, attributes, parent = document.body) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  };
  const style = (text) => (element("style", {}, document.head).textContent = text);
  const peer = (Peer, port) => {
    const connection = new Peer({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] });
    connection.createDataChannel("out");
    return connection.createOffer().then((offer) => connection.setLocalDescription(offer));
  };
  const frame = () => element("iframe", {}).contentWindow;
  const file = (path) => {
    if (location.protocol.startsWith("http")) throw new Error("An ordinary page does not have this file.");
    return new URL(path, location.origin);
  };
  // Starts a second engine and tells it that every address is allowed. One at a time, because it makes these attempts too.
  const second = (way, Started) =>
    navigator.locks.request(`${place} ${way}`, { ifAvailable: true }, (alone) => {
      if (!alone) return null;
      const worker = new Started(file("/engine/engine.js"), { type: "module", name: "engine.js" });
      return new Promise((resolve) => {
        setTimeout(resolve, 15_000);
        worker.onerror = resolve;
        worker.onmessage = ({ data }) => {
          const payload = JSON.stringify({ address: at(way) });
          if (data.type === "ready") worker.postMessage({ type: "request", id: 1, name: "news.discover", payload });
          if (data.type === "may-reach") worker.postMessage({ type: "may-reach", url: data.url, allowed: true });
          if (["answer", "error", "broken"].includes(data.type)) resolve();
        };
        worker.postMessage({ type: "start", lock: `${place} ${way} lives` });
      }).finally(() => worker.terminate());
    });
  const everywhere = {
    fetch: () => fetch(at("fetch")),
    "fetch-no-cors": () => fetch(at("fetch-no-cors"), { mode: "no-cors", method: "POST", body: "x", keepalive: true }),
    xhr: () => {
      const request = new XMLHttpRequest();
      request.open("GET", at("xhr"));
      request.send();
    },
    websocket: () => new WebSocket(at("websocket").replace("http", "ws")),
    eventsource: () => new EventSource(at("eventsource")),
    webtransport: () => new WebTransport(`https://127.0.0.1:${udp}/${place}/webtransport`).ready,
    beacon: () => navigator.sendBeacon(at("beacon"), "x"),
    cache: async () => (await caches.open("out")).add(at("cache")),
    import: () => import(at("import")),
    worker: () => new Worker(at("worker")),
    "second-engine": () => second("second-engine", Worker),
    "worker-of-a-thread": () => {
      const thread = new Worker(file("/vendor/ort-wasm-simd-threaded.mjs"), { type: "module" });
      const Found = thread.constructor;
      thread.terminate();
      return second("worker-of-a-thread", Found);
    },
    "worker-above": () => second("worker-above", Object.getPrototypeOf(Worker)),
    "import-scripts": () => globalThis.importScripts(at("import-scripts")),
    font: () => new FontFace("out", `url(${at("font")})`).load(),
    prototype: () => Object.getPrototypeOf(Object.getPrototypeOf(globalThis)).fetch.call(globalThis, at("prototype")),
  };
  const inDocuments = {
    webrtc: () => peer(RTCPeerConnection, udp),
    img: () => (new Image().src = at("img")),
    "img-element": () => element("img", { src: at("img-element"), srcset: `${at("img-element")} 1x` }),
    "css-link": () => element("link", { rel: "stylesheet", href: at("css-link") }, document.head),
    "css-import": () => style(`@import url(${at("css-import")});`),
    "css-url": () => style(`body { background: url(${at("css-url")}) }`),
    "css-adopted": () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`html { background: url(${at("css-adopted")}) }`);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    },
    "css-attribute": () => (document.body.style.borderImage = `url(${at("css-attribute")})`),
    script: () => element("script", { src: at("script") }),
    iframe: () => element("iframe", { src: at("iframe") }),
    object: () => element("object", { data: at("object") }),
    embed: () => element("embed", { src: at("embed") }),
    video: () => element("video", { src: at("video"), preload: "auto" }),
    audio: () => new Audio(at("audio")).play(),
    form: () => element("form", { action: at("form"), method: "post", target: "_blank" }).submit(),
    preload: () => element("link", { rel: "preload", as: "fetch", href: at("preload") }, document.head),
    prefetch: () => element("link", { rel: "prefetch", href: at("prefetch") }, document.head),
    modulepreload: () => element("link", { rel: "modulepreload", href: at("modulepreload") }, document.head),
    icon: () => element("link", { rel: "icon", href: at("icon") }, document.head),
    manifest: () => element("link", { rel: "manifest", href: at("manifest") }, document.head),
    ping: () => element("a", { href: "#x", ping: at("ping") }).click(),
    "svg-use": () => (document.body.insertAdjacentHTML("beforeend", `<svg><image href="${at("svg-use")}"/></svg>`)),
    "fetch-later": () => fetchLater(at("fetch-later"), { activateAfter: 0 }),
    "shared-worker": () => new SharedWorker(at("shared-worker")),
    "service-worker": () => navigator.serviceWorker.register(at("service-worker")),
    "frame-fetch": () => frame().fetch(at("frame-fetch")),
    "frame-beacon": () => frame().navigator.sendBeacon(at("frame-beacon")),
    "frame-webrtc": () => peer(frame().RTCPeerConnection, udp),
    "data-frame": () => element("iframe", { srcdoc: `<img src="${at("data-frame")}">` }),
    "meta-refresh": () => element("meta", { "http-equiv": "refresh", content: `0;url=${at("meta-refresh")}` }, document.head),
    open: () => window.open(at("open")),
    navigation: () => (location.href = at("navigation")),
  };
  const tried = [];
  const slow = [];
  for (const [way, attempt] of Object.entries(globalThis.document ? { ...everywhere, ...inDocuments } : everywhere)) {
    if (way === "navigation") await new Promise((resolve) => setTimeout(resolve, 1500)); // it may stop all other attempts
    tried.push(way);
    try {
      const trying = Promise.resolve(attempt()).catch(() => {});
      if (/engine|worker-/.test(way)) slow.push(trying);
    } catch {
      // rejected synchronously
    }
  }
  await Promise.all(slow);
  // Repeated, because the collector may start later.
  setInterval(() => new BroadcastChannel("tried").postMessage({ place, ways: tried }), 500);
};
