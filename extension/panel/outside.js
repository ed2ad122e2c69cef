// Deletes what Nutshell stores outside its database: host permissions, alarms, the badge, an imported language model.

import { applyNewsState, applyRetention } from "../alarms.js";
import { removeHostPermissions, grantedHostPatterns } from "../platform.js";

/** @param {import("../engine/client.js").EngineClient} engine */
export async function forgetOutside(engine) {
  await removeHostPermissions(await grantedHostPatterns());
  await applyNewsState({ badge: "", wake: null });
  await applyRetention("ever");
  const { dropDecoder } = await import("./decoder-file.js");
  if (await dropDecoder()) await engine.request("paraphrase.change_decoder").catch(() => {}); // the next start loads none
}
