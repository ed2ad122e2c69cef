// Waits for text that a page shows only after it has loaded.
(() => {
  "use strict";

  const TIMEOUT = 4_000; // ms
  const QUIET = 400; // ms without a change after which the text counts as complete
  const MIN_GROWTH = 100; // characters
  const CHANGES = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class", "hidden", "style"] };

  const { document, performance, setInterval, clearInterval, MutationObserver } = globalThis;

  /**
   * Waits until the page shows more text, at most 4 seconds.
   *
   * @param {{young: number, idle: number}} options A page that is older than `young` ms is not waited for, nor one that has
   *   loaded and not changed for `idle` ms.
   * @returns {Promise<{grown: boolean, late: boolean}>} `grown`: the page shows more text than before;
   *   `late`: it is still changing
   */
  globalThis.nutshell.waitForText = ({ young, idle }) => {
    const loading = () => document.readyState !== "complete";
    if (!loading() && performance.now() > young) return Promise.resolve({ grown: false, late: false });
    const length = () => document.body?.innerText.length ?? 0;
    const before = length();
    const start = performance.now();
    return new Promise((resolve) => {
      let last = start;
      const observer = new MutationObserver(() => (last = performance.now()));
      observer.observe(document, CHANGES);
      const timer = setInterval(() => {
        const now = performance.now();
        const quiet = loading() ? 0 : now - last;
        const grown = now - start >= TIMEOUT || quiet >= QUIET ? length() >= before + MIN_GROWTH : false;
        if (!(grown && quiet >= QUIET) && quiet < idle && now - start < TIMEOUT) return;
        clearInterval(timer);
        observer.disconnect();
        resolve({ grown, late: quiet < idle });
      }, 100);
    });
  };
})();
