// What Nutshell has outside its memory: permissions for sites, alarms, the number on the button, a chosen language model.

import { follow, followKeep } from "../alarm.js";
import { dropHosts, grantedHosts } from "../platform.js";

/** All of it goes. @param {import("../engine/client.js").EngineClient} engine */
export async function forgetOutside(engine) {
  await dropHosts(await grantedHosts());
  await follow({ badge: "", wake: null });
  await followKeep("ever");
  const { dropDecoder } = await import("./decoder-file.js");
  if (await dropDecoder()) await engine.request("words.changed").catch(() => {}); // its next start finds none
}
