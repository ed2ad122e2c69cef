// What became of a database that was damaged on the disk, told above everything else until the reader has read it.

import { showFragment } from "./fragment.js";

const banner = document.getElementById("damaged");

/** Ask the core once whether there is anything to tell. */
export async function watchHistory(engine) {
  const show = async (name) => {
    try {
      const { html } = await engine.request(name);
      showFragment(banner, html);
      banner.hidden = !html;
    } catch {
      // whatever the reader asks for next says what is wrong with the engine
    }
  };
  banner.addEventListener("click", (event) => {
    if (event.target.closest('[data-action="told"]')) show("history.told");
  });
  await show("history.state");
}
