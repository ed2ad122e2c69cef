// Stock Pyodide: the unmodified npm package, loaded as documented.

import { loadPyodide } from "./pyodide/pyodide.mjs";

try {
  const pyodide = await loadPyodide();
  self.onmessage = ({ data }) => self.postMessage({ type: "answer", answer: pyodide.runPython(data) });
  self.postMessage({ type: "ready" });
} catch (error) {
  self.postMessage({ type: "broken", message: String(error) });
}
