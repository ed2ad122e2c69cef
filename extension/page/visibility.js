// Decides which elements of a page are not read: hidden, decoration, dialogs, pronunciations and reference marks.
(() => {
  "use strict";

  const { BREAKING, attribute, call, own, read } = globalThis.nutshell.parts;

  const OFFSCREEN = /(^|\s)(sr-only|visually-?hidden|u-visually-hidden|screen-reader-(text|only)|element-invisible|mw-editsection|skip-link)(\s|$)/i;
  const REFERENCE = /^\[?\s*(\d{1,3}|[a-z]|(n|nb|fn|note) ?\d+)\s*\]?$/i;
  const REFERENCES = /(^|\s)(reference|noprint)(\s|$)/;
  // The pronunciation of ruby text, and the brackets around it for browsers that can't show it above the text.
  const READINGS = new Set(["rt", "rtc", "rp"]);

  const SHORT = 200; // characters
  const MAIN = "main, article, h1, [role=main], [itemprop=articleBody]";
  const DIALOG = "dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]";
  const HIDDEN = "[hidden], [aria-hidden=true], [style*='display:none'], [style*='display: none']";
  // Where there are no styles, a name says that an element with aria-hidden is not shown.
  const CLOSED = /(^|[\s_-])(hide|hidden|d-none|closed|collapsed?|invisible|modal|popup|offcanvas|drawer)($|[\s_-])/i;
  const CONSENT =
    /(cookie|consent|gdpr|privacy)[-_]?(banner|bar|notice|pop-?up|dialog|modal|message|law|wall|overlay|layer|manager|sdk|root)|onetrust|cybotcookiebot|usercentrics|didomi-|qc-cmp|sp_message_|truste[-_]|cmpbox|cc-window/i;
  const CONSENT_TEXT = /cookie|consent|gdpr|rgpd|dsgvo|einwilligung|personal data|datenschutz|données personnelles|クッキー|쿠키|隐私/i;

  /** Returns whether an element is not read: hidden, off the screen, a pronunciation, or a reference mark. */
  function isLeftOut(element, view, { unhide = false } = {}) {
    const names = attribute(element, "class") ?? "";
    if (OFFSCREEN.test(names)) return true;
    const tag = read(element, "localName");
    if (READINGS.has(tag)) return true;
    if (tag === "sup" && isReference(element, names)) return true;
    if (unhide) return false;
    if (call(element, "hasAttribute", "hidden")) return true;
    if (attribute(element, "aria-hidden") === "true" && isDecoration(element, tag, view)) return true;
    const style = attribute(element, "style");
    if (style && /(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style)) return true;
    return Boolean(view) && view.getComputedStyle(element).display === "none";
  }

  const isReference = (sup, names) =>
    REFERENCES.test(names) || (REFERENCE.test(sup.textContent.trim()) && Boolean(sup.querySelector("a")));

  /**
   * Returns whether an element with aria-hidden is not part of the text, for example an icon. Pages mark everything behind an
   * open dialog in the same way, and the base of ruby text whose pronunciation is read out instead.
   */
  function isDecoration(element, tag, view) {
    if (tag === "body" || call(element, "closest", "ruby")) return false;
    if (!view && CLOSED.test(attribute(element, "class") ?? "")) return true;
    if (holds(element, MAIN)) return false;
    const length = own(element, "textContent").length;
    if (length < SHORT) return true;
    const page = read(element, "ownerDocument");
    if (call(element, "querySelector", "p") && isBehindDialog(element, page, view)) return false;
    return 3 * length < (own(own(page, "body") ?? element, "textContent") ?? "").length;
  }

  /** Returns whether a page marked an element to open a dialog: it does so with all elements beside those around the dialog. */
  function isBehindDialog(element, page, view) {
    const around = element.parentElement;
    for (const dialog of call(page, "querySelectorAll", DIALOG)) {
      if (call(element, "contains", dialog) || !around?.contains(dialog) || call(dialog, "closest", HIDDEN)) continue;
      if (!view || view.getComputedStyle(dialog).display !== "none") return true;
    }
    return false;
  }

  const holds = (element, selector) => call(element, "matches", selector) || Boolean(call(element, "querySelector", selector));

  /** Returns whether an element is a dialog over the page, or a notice about cookies. Without `any`, only the latter. */
  function isDialog(element, { any = true } = {}) {
    const role = attribute(element, "role");
    if (read(element, "localName") === "dialog" || role === "dialog" || role === "alertdialog" || attribute(element, "aria-modal") === "true") {
      return any || CONSENT_TEXT.test(own(element, "textContent").slice(0, 1_000));
    }
    const names = `${attribute(element, "id") ?? ""} ${attribute(element, "class") ?? ""}`;
    return CONSENT.test(names) && !holds(element, MAIN);
  }

  // Elements that are shown side by side or below each other, although they may have no white space between them.
  const APART = /^(block|flow-root|flex|grid|list-item|table|table-cell|table-row|table-caption|-webkit-box)$/;
  const STYLED_APART = /(^|;)\s*display\s*:\s*(block|flow-root|flex|grid|list-item|table|table-cell)\b/i;
  const ROW = /(^|;)\s*display\s*:\s*(inline-)?(flex|grid)\b/i;
  const MIN_MARGIN = 3; // px; less is letter spacing

  /** Returns whether the page shows an inline element apart from the text that it touches. Single characters are not. */
  function isApart(element, view) {
    const touching = touches(element.previousSibling, element, ENDING) || touches(element.nextSibling, element, STARTING);
    return touching && isShownApart(element, view) && own(element, "textContent").trim().length > 1;
  }

  // Styles take long to look up, and few inline elements touch other text.
  const ENDING = /\S$/;
  const STARTING = /^[\p{L}\p{N}]/u;
  function touches(sibling, element, edge) {
    if (!sibling) return !BREAKING.has(element.parentElement?.localName ?? "body");
    const kind = sibling.nodeType;
    if (kind === 3) return edge.test(sibling.data);
    return kind !== 1 || !BREAKING.has(read(sibling, "localName"));
  }

  function isShownApart(element, view) {
    if (!view) {
      const parent = element.parentElement;
      return STYLED_APART.test(attribute(element, "style") ?? "") || Boolean(parent && ROW.test(attribute(parent, "style") ?? ""));
    }
    const computed = view.getComputedStyle(element);
    if (APART.test(computed.display)) return true;
    return computed.cssFloat === "none" && (parseFloat(computed.marginLeft) >= MIN_MARGIN || parseFloat(computed.marginRight) >= MIN_MARGIN);
  }

  Object.assign(globalThis.nutshell.parts, { isApart, isDialog, isLeftOut });
})();
