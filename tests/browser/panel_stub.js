// A stubbed browser for the panel: one window, two tabs, and a page whose behavior a test can change.
// Injected before panel.js. Tests control it through `globalThis.stub`.

(() => {
  const event = () => {
    const listeners = new Set();
    return {
      addListener: (f) => listeners.add(f),
      removeListener: (f) => listeners.delete(f),
      emit: (...args) => listeners.forEach((f) => f(...args)),
    };
  };
  const stub = {
    session: {},
    active: 7,
    documents: { 7: { id: "doc-1", url: "https://example.org/story", title: "Story", answer: null, closed: false } },
    highlights: [],
    violations: [],
    spoken: [],
    task: (mode = "page", tabId = 7) => ({ id: crypto.randomUUID(), tabId, windowId: 1, mode, at: Date.now() }),
    click: (mode, tabId) => {
      const message = { type: "task", task: stub.task(mode, tabId) };
      chrome.runtime.onMessage.emit(message, { id: "nutshell" });
    },
    navigate: (tabId, document) => {
      Object.assign(stub.documents[tabId], document);
      chrome.tabs.onUpdated.emit(tabId, { status: "loading" }, {});
    },
    close: (tabId) => {
      delete stub.documents[tabId];
      chrome.tabs.onRemoved.emit(tabId, {});
    },
    activate: (tabId) => {
      stub.active = tabId;
      chrome.tabs.onActivated.emit({ tabId, windowId: 1 });
    },
  };
  globalThis.stub = stub;
  addEventListener("securitypolicyviolation", (e) => stub.violations.push(`${e.violatedDirective} ${e.blockedURI}`));

  const nutshell = {
    extract: () => stub.documents[stub.running].answer,
    highlight: (trace, options) => {
      stub.highlights.push([trace?.text ?? null, Boolean(options?.scroll)]);
      return !stub.missing;
    },
  };
  Object.assign(stub, { granted: [], prompts: [], grants: true, opened: [], badge: "", alarms: {}, local: {} });
  globalThis.chrome = {
    i18n: { getUILanguage: () => "en" },
    runtime: {
      id: "nutshell",
      onMessage: event(),
      getURL: (path) => `/${path}`,
      getManifest: () => ({ permissions: ["activeTab", "alarms", "contextMenus", "offscreen", "scripting", "sidePanel", "storage"] }),
    },
    extension: { inIncognitoContext: false },
    windows: { getCurrent: async () => ({ id: 1 }), onFocusChanged: event() },
    permissions: {
      request: async ({ origins }) => {
        stub.prompts.push(origins);
        if (stub.grants) stub.granted = [...new Set([...stub.granted, ...origins])];
        return stub.grants;
      },
      remove: async ({ origins }) => {
        stub.granted = stub.granted.filter((each) => !origins.includes(each));
        return true;
      },
      contains: async ({ origins }) => origins.every((each) => stub.granted.includes(each)),
      getAll: async () => ({ origins: stub.granted }),
    },
    action: { setBadgeText: async ({ text }) => void (stub.badge = text), setBadgeBackgroundColor: async () => {} },
    alarms: {
      create: async (name, info) => void (stub.alarms[name] = info),
      clear: async (name) => delete stub.alarms[name],
    },
    storage: {
      local: {
        get: async () => ({ ...stub.local }),
        set: async (values) => void Object.assign(stub.local, values),
        remove: async (key) => delete stub.local[key],
      },
      session: {
        get: async (key) => ({ [key]: stub.session[key] }),
        remove: async (key) => delete stub.session[key],
      },
    },
    commands: { getAll: async () => [{ name: "_execute_action", shortcut: "Alt+Shift+S" }] },
    tabs: {
      onUpdated: event(),
      onRemoved: event(),
      onActivated: event(),
      query: async () => [{ id: stub.active, windowId: 1 }],
      get: async (id) => ({ id, url: stub.documents[id].url }),
      update: async (id) => stub.activate(id),
      create: async ({ url }) => {
        const id = 100 + stub.opened.push(url);
        stub.documents[id] = { id: `doc-${id}`, url, title: "Opened", answer: null, closed: true };
        stub.activate(id);
        return { id };
      },
      connect: () => ({ onDisconnect: event() }),
    },
    scripting: {
      executeScript: async ({ target, files, func, args = [] }) => {
        const document = stub.documents[target.tabId];
        if (!document || document.closed) throw new Error("Cannot access contents of the page.");
        if (target.documentIds && target.documentIds[0] !== document.id) throw new Error("No document with id");
        if (files) return [{ documentId: document.id }];
        stub.running = target.tabId;
        globalThis.nutshell = nutshell;
        if (func.name === "placeOf") return [{ result: { url: document.url, title: document.title } }];
        return [{ documentId: document.id, result: await func(...args) }];
      },
    },
  };

  class Utterance {
    constructor(text) {
      this.text = text;
    }
  }
  let speaking = null;
  stub.voices = [
    { name: "Online", lang: "en-US", localService: false, default: true },
    { name: "Here", lang: "en-GB", localService: true, default: false },
  ];
  stub.finish = () => speaking?.onend?.();
  globalThis.SpeechSynthesisUtterance = Utterance;
  Object.defineProperty(globalThis, "speechSynthesis", {
    value: {
      getVoices: () => stub.voices,
      addEventListener: () => {},
      speak: (utterance) => {
        speaking = utterance;
        stub.spoken.push([utterance.voice.name, utterance.text]);
      },
      cancel: () => speaking?.onerror?.(),
    },
  });
})();
