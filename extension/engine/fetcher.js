// The one place that fetches from the network: feeds and pages the core asks for, from hosts the reader allowed.
//
// No cookies, no referrer, no cache: a server learns that somebody read its feed, and with what it is asked for. What
// was asked of whom is written down by the core, in the reader's own ledger.

import { claimFetch } from "./network-lockdown.js";

const fetch = claimFetch();

/** Something was not fetched: `reason` is timeout, too-big, network, refused, or elsewhere (it sends on to `target`). */
class NotFetched extends Error {
  constructor(reason, message, target = "") {
    super(message);
    this.reason = reason;
    this.target = target;
  }
}

export class Fetcher {
  #hasHostPermission;
  #running = new Map();

  /** @param {(url: string) => Promise<boolean>} hasHostPermission whether the reader allowed the host of an address */
  constructor(hasHostPermission) {
    this.#hasHostPermission = hasHostPermission;
  }

  /**
   * For Python: one request, followed through redirects.
   * @param {number} id for `cancel`
   * @param {string} url
   * @param {[string, string][]} headers
   * @param {number} maxBytes of the body, unpacked
   * @param {number} timeout in milliseconds, for all of it
   * @returns {Promise<[string, string, string] | [number, string, boolean, [string, string][], Uint8Array]>} why it failed,
   *   a sentence about it, and where it sends on to; or status, final address, whether redirected, headers, body
   */
  async fetch(id, url, headers, maxBytes, timeout) {
    const controller = new AbortController();
    this.#running.set(id, controller);
    const timer = setTimeout(() => controller.abort(new NotFetched("timeout", "It did not answer in time.")), timeout);
    try {
      return await this.#fetch(url, headers, maxBytes, controller);
    } catch (error) {
      const reason = controller.signal.aborted ? controller.signal.reason : error;
      return [reason.reason ?? "network", reason.message, reason.target ?? ""];
    } finally {
      clearTimeout(timer);
      this.#running.delete(id);
    }
  }

  cancel(id) {
    this.#running.get(id)?.abort(new NotFetched("network", "Stopped."));
  }

  async #fetch(url, headers, maxBytes, controller) {
    if (!/^https?:$/.test(new URL(url).protocol)) throw new NotFetched("refused", "It is not a web address.");
    if (!(await this.#hasHostPermission(url))) {
      throw new NotFetched("refused", `Nutshell may not reach ${new URL(url).hostname}: allow it to, and it will.`);
    }
    const options = {
      headers,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: controller.signal,
    };
    let answer;
    try {
      answer = await fetch(url, { ...options, redirect: "follow" });
    } catch (error) {
      if (controller.signal.aborted) throw error;
      // `fetch` does not say which; asking again to find out would be one more request.
      throw new NotFetched("network", "No answer: no network, no such server, or it sends on to a site not allowed.");
    }
    // A redirect can lead to a host that answers everybody, but that nobody allowed.
    if (answer.redirected && !(await this.#hasHostPermission(answer.url))) {
      const { hostname } = new URL(answer.url);
      controller.abort(new NotFetched("elsewhere", `It sends on to ${hostname}, which is not allowed yet.`, answer.url));
      throw controller.signal.reason;
    }
    const body = await read(answer, maxBytes, controller);
    return [answer.status, answer.url, answer.redirected, [...answer.headers], body];
  }
}

async function read(answer, maxBytes, controller) {
  const chunks = [];
  let size = 0;
  for (const reader = answer.body?.getReader(); reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      const limit = `It is larger than ${(maxBytes / 1e6).toFixed(0)} MB.`;
      controller.abort(new NotFetched("too-big", limit));
      throw controller.signal.reason;
    }
    chunks.push(value);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
