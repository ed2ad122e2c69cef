// Reads a page's metadata: title, site, author, date, language. The sources are meta elements, schema.org data and
// Readability, most reliable first.
(() => {
  "use strict";

  const { LETTER, clean, countWords, own, attribute, titleOf } = globalThis.nutshell.parts;

  const META = {
    title: ["og:title", "twitter:title", "dc.title", "citation_title", "parsely-title"],
    site: ["og:site_name", "application-name", "al:ios:app_name"],
    author: ["author", "article:author_name", "parsely-author", "dc.creator", "dcterms.creator", "citation_author", "sailthru.author", "byl", "article:author"],
    published: ["article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "citation_publication_date", "pubdate", "publish-date", "publish_date", "date"],
    locale: ["og:locale"],
    language: ["content-language", "dc.language", "language"],
    description: ["description", "dc.description", "dcterms.description", "dcterms.abstract"],
    socialDescription: ["og:description", "twitter:description"],
  };

  /** Returns the first non-empty meta value for each field of META. */
  function metaOf(page) {
    const values = new Map();
    for (const meta of page.querySelectorAll("meta")) {
      const content = clean(meta.getAttribute("content") ?? "");
      for (const attr of ["property", "name", "itemprop", "http-equiv"]) {
        for (const name of (meta.getAttribute(attr) ?? "").toLowerCase().split(/\s+/)) {
          if (name && content && !values.has(name)) values.set(name, content);
        }
      }
    }
    const first = (names) => names.map((name) => values.get(name)).find(Boolean) ?? "";
    return Object.fromEntries(Object.entries(META).map(([field, names]) => [field, first(names)]));
  }

  const ARTICLES = /(Article|BlogPosting|Report|Posting|Recipe|WebPage|Review)$/;

  /** Returns the article's schema.org data: headline, author, datePublished, publisher, inLanguage. */
  function schemaOf(page) {
    const found = [];
    const collect = (value, depth) => {
      if (depth > 6 || !value || typeof value !== "object") return;
      if (Array.isArray(value)) return value.slice(0, 200).forEach((entry) => collect(entry, depth + 1));
      const types = [value["@type"]].flat().filter((type) => typeof type === "string");
      if (types.some((type) => ARTICLES.test(type))) found.push({ value, page: types.includes("WebPage") });
      collect(value["@graph"], depth + 1);
      collect(value.mainEntity, depth + 1);
      collect(value.mainEntityOfPage, depth + 1);
    };
    for (const script of page.querySelectorAll('script[type="application/ld+json"]')) {
      try {
        collect(JSON.parse(script.textContent.replace(/^\s*<!\[CDATA\[|\]\]>\s*$/g, "")), 0);
      } catch {
        // malformed JSON
      }
    }
    return found.sort((a, b) => a.page - b.page)[0]?.value ?? {};
  }

  const text = (value) => (typeof value === "string" ? clean(decode(value)) : "");
  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };
  const decode = (value) =>
    value
      .replace(/&#(x[0-9a-f]{1,6}|\d{1,7});/gi, (_, code) => {
        const point = code[0].toLowerCase() === "x" ? parseInt(code.slice(1), 16) : parseInt(code, 10);
        return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : "";
      })
      .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name) => ENTITIES[name]);
  const names = (value) =>
    [value]
      .flat()
      .map((person) => text(typeof person === "string" ? person : person?.name))
      .filter(Boolean)
      .join(", ");

  /** Returns the person's name from a byline, or "". */
  function cleanAuthor(byline) {
    let name = byline.replace(/^\s*(by|von|par|por|di|door)\s*:?\s*\n/i, "").split(/\n/).map(clean).find(Boolean) ?? "";
    name = name.replace(/^(written |posted |published |reported |story |words |article )?(by|von|par|por|di|door|av|af|autor(in)?|author|auteur)(\s*:\s*|\s+)/i, "");
    name = name.split(/\s+[|•·–—]\s+|\s*\||(?:^|,?\s+)(?:(?:last )?(?:updated|published|posted|modified)|on (?=\w+ \d))\b/i)[0];
    name = name.replace(/[\s,;:|·•–—-]+$/, "").replace(/^[\s,;:|·•–—-]+/, "");
    const junk = /^https?:|^www\.|@\w+\.\w|\b(19|20)\d\d\b|\d{1,2}:\d\d|^(admin|staff|editor|redaktion|guest|author|webmaster|unknown|anonymous|by)$/i;
    return name.length > 1 && name.length <= 120 && countWords(name) <= 16 && LETTER.test(name) && !junk.test(name) ? name : "";
  }

  /** Returns a date in ISO 8601, to the day, or to the second if the page gives time and zone; "" if it is not a date. */
  function cleanDate(value) {
    const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?/.exec(value);
    if (iso) {
      const [, year, month, day, minute, second = ":00", zone] = iso;
      if (month < 1 || month > 12 || day < 1 || day > 31) return "";
      if (!minute || !zone) return `${year}-${month}-${day}`;
      return `${year}-${month}-${day}T${minute}${second}${zone === "Z" ? "Z" : zone.replace(/(\d\d):?(\d\d)$/, "$1:$2")}`;
    }
    const compact = /^(\d{4})[/.]?(\d\d)[/.]?(\d\d)(?!\d)/.exec(value) ?? null;
    if (compact && compact[2] >= 1 && compact[2] <= 12 && compact[3] >= 1 && compact[3] <= 31) return compact.slice(1, 4).join("-");
    const dotted = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})/.exec(value); // with dots, the day comes first
    if (dotted && dotted[2] >= 1 && dotted[2] <= 12 && dotted[1] <= 31) {
      return `${dotted[3]}-${dotted[2].padStart(2, "0")}-${dotted[1].padStart(2, "0")}`;
    }
    if (!/\b\d{4}\b/.test(value) || !/[a-z]{3}/i.test(value)) return "";
    const date = new Date(value.replace(/(\d)(st|nd|rd|th)\b/g, "$1"));
    const year = date.getFullYear();
    if (!(year > 1900 && year < 2200)) return "";
    return [year, String(date.getMonth() + 1).padStart(2, "0"), String(date.getDate()).padStart(2, "0")].join("-");
  }

  const SEPARATED = /\s+[|»«·•\\/>–—:-]+\s+|\s*\|\s*|\s+::\s+/;
  const letters = (value) => value.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

  /** Returns the title without the name of the site at either end. */
  function cleanTitle(title, site, url) {
    const host = hostOf(url).replace(/^www\./, "");
    const isSite = (part) => {
      const key = letters(part);
      return key && (key === letters(site) || key === letters(host) || key === letters(host.split(".")[0]));
    };
    let parts = title.split(new RegExp(`(${SEPARATED.source})`));
    while (parts.length > 2 && isSite(parts[parts.length - 1])) parts = parts.slice(0, -2);
    while (parts.length > 2 && isSite(parts[0])) parts = parts.slice(2);
    return clean(parts.join("")) || title;
  }

  /** Returns what the page says about itself, without duplicates: {source, text}, most reliable source first. */
  function descriptionsOf(meta, schema) {
    const found = new Map();
    for (const [source, value] of [["meta", meta.description], ["og", meta.socialDescription], ["schema", schema.description]]) {
      const description = text(value).slice(0, 1_000);
      if (description && !found.has(description)) found.set(description, { source, text: description });
    }
    return [...found.values()];
  }

  const hostOf = (url) => {
    try {
      return new URL(url).hostname;
    } catch {
      return "";
    }
  };

  /** Returns the article's metadata. `parsed` is the result of Readability, if any. */
  function metadataOf(page, copy, parsed, url) {
    const meta = metaOf(copy.target);
    const schema = schemaOf(copy.target);
    const site = text(meta.site) || names(schema.publisher) || text(parsed?.siteName) || hostOf(url).replace(/^www\./, "");
    const title = text(parsed?.title) || text(schema.headline) || text(meta.title) || titleOf(page);
    const author = [names(schema.author), meta.author, parsed?.byline ?? ""].map((value) => cleanAuthor(decode(value))).find(Boolean);
    const time = copy.target.querySelector("[itemprop=datePublished], time[datetime], time[pubdate]");
    const stated = time && (time.getAttribute("content") || time.getAttribute("datetime") || time.textContent);
    const published = [text(schema.datePublished), meta.published, text(parsed?.publishedTime), clean(stated ?? "")].map(cleanDate).find(Boolean);
    const root = own(page, "documentElement");
    const lang = [root && attribute(root, "lang"), root && attribute(root, "xml:lang"), meta.language, text(schema.inLanguage), meta.locale];
    return {
      url,
      title: cleanTitle(title, site, url).slice(0, 500),
      site: site.slice(0, 200),
      author: author ?? "",
      published: published ?? "",
      descriptions: descriptionsOf(meta, schema),
      lang: lang.map((value) => /^[a-z]{2,3}([-_][a-z0-9]{2,8})*/i.exec(value?.trim() ?? "")?.[0].replaceAll("_", "-")).find(Boolean) ?? "",
    };
  }

  Object.assign(globalThis.nutshell.parts, { metadataOf });
})();
