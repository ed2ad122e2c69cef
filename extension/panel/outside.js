// What Nutshell has outside its memory: permissions for sites, alarms, the number on the button, a chosen language model.

import { applyNewsState, applyRetention } from "../alarms.js";
import { removeHostPermissions, grantedHostPatterns } from "../platform.js";

/** All of it goes. @param {import("../engine/client.js").EngineClient} engine */
export async function forgetOutside(engine) {
  await removeHostPermissions(await grantedHostPatterns());
  await applyNewsState({ badge: "", wake: null });
  await applyRetention("ever");
  const { dropDecoder } = await import("./decoder-file.js");
  if (await dropDecoder()) await engine.request("words.changed").catch(() => {}); // its next start finds none
}
