import js from "@eslint/js";
import globals from "globals";

const unused = { "no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "none" }] };

export default [
  { ignores: [".venv/", ".cache/", "dist/", "out/", "**/node_modules/"] },
  js.configs.recommended,
  { rules: { ...unused, eqeqeq: "error", "no-eval": "error", "no-implied-eval": "error", "no-new-func": "error", "prefer-const": "error", "no-control-regex": "off" } },
  {
    files: ["extension/**/*.js"],
    languageOptions: { globals: { ...globals.browser, ...globals.worker, ...globals.webextensions } },
  },
  {
    // Only fetcher.js may use the network. At run time, network-lockdown.js removes these APIs everywhere else.
    files: ["extension/**/*.js"],
    ignores: ["extension/engine/fetcher.js", "extension/engine/network-lockdown.js"],
    rules: {
      "no-restricted-globals": ["error", "fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport", "RTCPeerConnection", "caches", "importScripts"],
      "no-restricted-properties": ["error", ...["fetch", "XMLHttpRequest", "WebSocket", "EventSource"].flatMap((property) => [{ object: "self", property }, { object: "globalThis", property }, { object: "window", property }]), { property: "sendBeacon" }],
    },
  },
  { files: ["extension/page/*.js"], ignores: ["extension/page/scripts.js"], languageOptions: { sourceType: "script" } },
  { files: ["tests/**/*.js"], languageOptions: { globals: { ...globals.browser, ...globals.webextensions } } },
  { files: ["**/*.mjs", "*.js"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
];
