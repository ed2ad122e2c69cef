// PDF files that the user chooses, drops on the panel, or opens in the viewer.

const input = document.getElementById("pdf-file");
const target = document.getElementById("pdf-drop");

/**
 * Calls `take(task)` for each file.
 * @param {number} windowId
 * @param {(task: {file: Blob, name: string, windowId: number, mode: "page", tabId: null}) => void} take
 */
export function receivePdfFiles(windowId, take) {
  const receive = (file, viewer = {}) => file && take({ file, name: file.name, windowId, mode: "page", tabId: null, ...viewer });
  input.addEventListener("change", () => {
    receive(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  const hasFile = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    target.hidden = false;
  });
  addEventListener("dragleave", (event) => (target.hidden ||= event.relatedTarget === null));
  addEventListener("drop", (event) => {
    target.hidden = true;
    if (!hasFile(event)) return;
    event.preventDefault();
    receive(event.dataTransfer.files[0]);
  });
  new BroadcastChannel("nutshell-pdf").onmessage = ({ data }) => {
    if (data.type !== "chosen" || data.windowId !== windowId) return;
    receive(data.file, { viewerId: data.viewerId, viewerTab: data.viewerTab });
  };
}
