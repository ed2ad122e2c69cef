// A banner about a database that was damaged on disk. It stays until the user dismisses it.

import { showFragment } from "./fragment.js";

const banner = document.getElementById("damaged");

/** Shows the banner if the core reports damage. */
export async function watchHistory(engine) {
  const show = async (name) => {
    try {
      const { html } = await engine.request(name);
      showFragment(banner, html);
      banner.hidden = !html;
    } catch {
      // the next request reports what is wrong with the engine
    }
  };
  banner.addEventListener("click", (event) => {
    if (event.target.closest('[data-action="told"]')) show("history.told");
  });
  await show("history.state");
}
