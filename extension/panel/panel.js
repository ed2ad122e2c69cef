// The side panel: two sheets, one bar of tools, and the keys that work everywhere in it.

import { EngineClient } from "../engine/client.js";
import { panelWindowId } from "../platform.js";
import { step } from "./points.js";
import { Progress } from "./progress.js";
import { Reading } from "./reading.js";
import { Recent } from "./recent.js";
import { receiveTasks } from "./task.js";
import { Tools } from "./tools.js";

const tabs = [...document.querySelectorAll('[role="tab"]')];
const status = document.getElementById("status");
const say = (message) => (status.textContent = message);

const engine = new EngineClient();
const windowId = await panelWindowId();
const progress = new Progress(document.getElementById("progress"));
const changed = () => tools.show(sheet().answer, { live: sheet() === reading });
const reading = new Reading({ engine, windowId, progress, changed, say });
const recent = new Recent({ engine, changed, say });
const tools = new Tools({ engine, relength: (length) => reading.relength(length), follow });

function sheet() {
  return tabs[0].ariaSelected === "true" ? reading : recent;
}

function select(tab) {
  for (const each of tabs) {
    const selected = each === tab;
    each.ariaSelected = String(selected);
    each.tabIndex = selected ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = !selected;
  }
  if (sheet() === recent && !recent.answer) recent.refresh();
  changed();
}

/** Mark the sentence that is being read aloud. */
function follow(trace) {
  for (const point of document.querySelectorAll(".speaking[data-trace]")) point.classList.remove("speaking");
  if (trace === null) return;
  const point = document.querySelector(`main .point[data-trace="${CSS.escape(trace)}"]`);
  point?.classList.add("speaking");
  point?.scrollIntoView({ block: "nearest" });
}

for (const tab of tabs) {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = tabs[1 - tabs.indexOf(tab)];
    select(other);
    other.focus();
  });
}

document.getElementById("cancel").addEventListener("click", () => reading.cancel());

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.('input[type="search"], dialog, [popover]')) return;
  if (event.key === "Escape") {
    if (reading.busy) reading.cancel();
    else if (!tools.stop() && sheet() === recent) recent.back();
  } else if (event.key === "j" || event.key === "k") {
    step(document.querySelector('[role="tabpanel"]:not([hidden])'), event.key === "j" ? 1 : -1);
  }
});

const waiting = await receiveTasks(windowId, (task) => {
  select(tabs[0]);
  reading.take(task);
});
tools.load();
if (!waiting) reading.welcome();
