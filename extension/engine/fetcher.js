// The only place that uses the network: it fetches feeds and pages for the core, from hosts the user granted.
//
// No cookies, no referrer, no cache: a server learns that someone read its feed, and nothing about who. The core records
// every request in a ledger the user can read.

import { claimFetch } from "./network-lockdown.js";

const fetch = claimFetch();

/** A failed fetch. `reason` is timeout, too-big, network, refused, or elsewhere (redirects to `target`, which isn't granted). */
class FetchFailure extends Error {
  constructor(reason, message, target = "") {
    super(message);
    this.reason = reason;
    this.target = target;
  }
}

export class Fetcher {
  #hasHostPermission;
  #controllers = new Map();

  /** @param {(url: string) => Promise<boolean>} hasHostPermission whether the host of a URL is granted */
  constructor(hasHostPermission) {
    this.#hasHostPermission = hasHostPermission;
  }

  /**
   * Makes one request and follows its redirects. Called from Python.
   * @param {number} id for `cancel`
   * @param {string} url
   * @param {[string, string][]} headers
   * @param {number} maxBytes of the decoded body
   * @param {number} timeout in ms, for the whole request
   * @returns {Promise<[string, string, string] | [number, string, boolean, [string, string][], Uint8Array]>} on failure
   *   the reason, a message for the user and the redirect target; on success the status, final URL, whether it was
   *   redirected, headers and body
   */
  async fetch(id, url, headers, maxBytes, timeout) {
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    const timer = setTimeout(() => controller.abort(new FetchFailure("timeout", "timed out")), timeout);
    try {
      return await this.#fetch(url, headers, maxBytes, controller);
    } catch (error) {
      const failure = controller.signal.aborted ? controller.signal.reason : error;
      return [failure.reason ?? "network", failure.message, failure.target ?? ""];
    } finally {
      clearTimeout(timer);
      this.#controllers.delete(id);
    }
  }

  cancel(id) {
    this.#controllers.get(id)?.abort(new FetchFailure("network", "stopped"));
  }

  async #fetch(url, headers, maxBytes, controller) {
    if (!/^https?:$/.test(new URL(url).protocol)) throw new FetchFailure("refused", "not an http or https address");
    if (!(await this.#hasHostPermission(url))) {
      throw new FetchFailure("refused", "not allowed");
    }
    const options = {
      headers,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: controller.signal,
    };
    let response;
    try {
      response = await fetch(url, { ...options, redirect: "follow" });
    } catch (error) {
      if (controller.signal.aborted) throw error;
      // `fetch` doesn't report the cause, and finding out would take another request.
      throw new FetchFailure("network", "no response");
    }
    // A redirect can lead to a host that allows any origin (CORS) but that the user didn't grant.
    if (response.redirected && !(await this.#hasHostPermission(response.url))) {
      const message = "redirects to a site that is not allowed";
      controller.abort(new FetchFailure("elsewhere", message, response.url));
      throw controller.signal.reason;
    }
    const body = await readBody(response, maxBytes, controller);
    return [response.status, response.url, response.redirected, [...response.headers], body];
  }
}

async function readBody(response, maxBytes, controller) {
  const chunks = [];
  let size = 0;
  for (const reader = response.body?.getReader(); reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      controller.abort(new FetchFailure("too-big", "too large"));
      throw controller.signal.reason;
    }
    chunks.push(value);
  }
  const body = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}
