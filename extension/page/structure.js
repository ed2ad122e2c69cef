// Counts the structures of a copied page: the evidence for what kind of page it is. The core weighs it
// (core/nutshell/extraction/page_kind.py).
(() => {
  "use strict";

  const { call, own } = globalThis.nutshell.parts;

  // Words of class names and ids, by what they stand for. Web developers use English names in every language.
  const NAMES = {
    cart: "cart basket checkout buy addtocart purchase warenkorb panier carrito",
    price: "price prices pricing msrp saleprice preis prix amount money",
    product: "product products pdp sku variant variants swatch swatches quantity qty",
    post: "post posts message messages postbody postbit posting",
    comment: "comment comments reply replies disqus",
    person: "avatar user username member userinfo poster profile nickname karma",
    signature: "signature sig",
    vote: "vote votes upvote downvote upvotes score kudos",
    answer: "answer answers accepted solution solved bestanswer",
    question: "question questions faq faqs qa",
    thread: "thread threads topic topics forum forums subforum board viewtopic discussion discussions",
    recipe: "recipe recipes wprm tasty mv rezept recette",
    ingredient: "ingredient ingredients zutaten servings yield nutrition cooktime preptime",
    step: "instruction instructions direction directions step steps method",
    rating: "rating ratings review reviews star stars",
    job: "job jobs vacancy salary career careers apply employer recruitment",
    event: "event events venue ticket tickets calendar agenda rsvp attendee attendees speaker speakers schedule",
    video: "video videos player playlist episode episodes podcast transcript jwplayer videojs vjs",
    repository: "repo repository repositories commit commits branch branches fork readme blob pull stargazers octicon",
    paper: "abstract doi citation citations cite bibtex arxiv pmid affiliation affiliations keywords journal",
    reference: "reference references reflist infobox mw wiki wikitable navbox footnote footnotes hatnote",
    contents: "toc tableofcontents outline onthispage",
    docs: "doc docs documentation api docusaurus sphinx sphinxsidebar headerlink theme admonition gitbook mdx method param params parameter parameters rst readthedocs manual devsite",
    code: "code highlight codehilite prism hljs sourcecode syntaxhighlighter language",
    pager: "pagination pager pagenav loadmore pagelinks",
    filter: "filter filters facet facets sort sorting refine refinement plp sortby",
    card: "card cards tile tiles grid teaser teasers listing listings result results collection feed river",
    byline: "byline author authors hentry dateline published pubdate posted contributor",
    related: "related recommended share sharing social newsletter subscribe tags tag category",
    sales: "hero cta feature features testimonial testimonials plan plans demo solutions services service benefits faq accordion client clients logos quote",
  };
  const STANDS_FOR = new Map(); // word -> what it stands for
  for (const [name, list] of Object.entries(NAMES)) for (const word of list.split(" ")) STANDS_FOR.set(word, [...(STANDS_FOR.get(word) ?? []), name]);
  const VIDEO_SITE = /(youtube(-nocookie)?\.com\/embed|player\.vimeo|dailymotion\.com\/embed|players\.brightcove|wistia|jwplatform)/i;
  const PRICE = /(?:[$€£¥₩₹]|\b(?:USD|EUR|GBP|CHF|AUD|CAD|Rs\.?|kr|zł)\b)\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€£₩₽]|\b(?:EUR|USD|CHF|kr|zł|円)|円|元|원)/g;
  const DATE = /\b(19|20)\d\d\b/g;
  const READ = 100_000; // characters of the page that are searched for prices, years and questions
  const LONG = 160; // characters of a paragraph of prose

  const known = new Map();
  /** Returns what the words in a class and an id stand for. */
  function namesIn(value) {
    let found = known.get(value);
    if (found) return found;
    found = [];
    for (const word of new Set(value.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().match(/[a-z]+/g))) found.push(...(STANDS_FOR.get(word) ?? []));
    if (known.size > 20_000) known.clear();
    known.set(value, found);
    return found;
  }

  /** Returns how often each schema.org type is named: in JSON-LD (which may be malformed), microdata and RDFa. */
  function typesOf(page, copy) {
    const types = {};
    const add = (name) => {
      const type = name.replace(/[/#]+$/, "").split(/[/#:]/).pop();
      if (/^[A-Z]\w{1,40}$/.test(type)) types[type] = (types[type] ?? 0) + 1;
    };
    for (const script of copy.target.querySelectorAll('script[type="application/ld+json"]')) {
      for (const [, one, many] of script.textContent.matchAll(/"@type"\s*:\s*(?:"([^"]{1,60})"|\[([^\]]{1,200})\])/g)) {
        if (one) add(one);
        else for (const [, name] of many.matchAll(/"([^"]{1,60})"/g)) add(name);
      }
    }
    for (const element of call(page, "querySelectorAll", "[itemtype], [typeof]")) {
      for (const name of (element.getAttribute("itemtype") ?? element.getAttribute("typeof")).split(/\s+/)) add(name);
    }
    return types;
  }

  const metaOf = (copy, selector) => (copy.target.querySelector(selector)?.getAttribute("content") ?? "").slice(0, 100).toLowerCase();

  /**
   * Returns {types, og, generator, citations, feeds, counts}. Must run before Readability changes the copy. `counts` are
   * numbers of elements, of characters and of names, and measures of the largest group of children that look alike.
   */
  function structureOf(page, copy, index) {
    const counts = {};
    const add = (name, value = 1) => (counts[name] = (counts[name] ?? 0) + value);
    for (const [number, element] of index.elements.entries()) {
      const tag = element.localName;
      const size = index.size(number);
      add(tag);
      if (index.names[number].length < 400) for (const name of namesIn(index.names[number])) add(`name-${name}`);
      if (tag === "iframe" && VIDEO_SITE.test(element.getAttribute("src") ?? "")) add("video-frame");
      if (tag === "p") {
        add("p-text", size);
        if (size > LONG) add("p-long");
      } else if (tag === "a") {
        add("a-text", size);
      } else if (tag === "li") {
        if (index.linked[number] > 0.7 * size) add("li-link");
      } else if (tag === "pre") {
        add("pre-text", size);
      }
    }
    const text = copy.target.body.textContent.slice(0, READ);
    counts.elements = index.elements.length;
    counts.text = index.text;
    counts.prices = text.match(PRICE)?.length ?? 0;
    counts.years = text.match(DATE)?.length ?? 0;
    counts.questions = text.match(/[?？]/g)?.length ?? 0;
    for (const [name, value] of Object.entries(largestGroup(index) ?? {})) counts[`group-${name}`] = value;
    counts.media = call(page, "querySelectorAll", "video, audio, [itemprop=contentUrl], [itemprop=embedUrl]").length;
    return {
      types: typesOf(page, copy),
      og: metaOf(copy, 'meta[property="og:type"]'),
      generator: metaOf(copy, "meta[name=generator]"),
      citations: copy.target.querySelectorAll('meta[name^="citation_"], meta[name^="bepress_citation_"], meta[name^="eprints."]').length,
      feeds: call(own(page, "head") ?? page, "querySelectorAll", 'link[type="application/rss+xml"], link[type="application/atom+xml"]').length,
      counts,
    };
  }

  /** Measures the children of one element that look alike and hold the most text: how many, and what is in them. */
  function largestGroup(index) {
    const groups = new Map(); // parent, tag and first class -> numbers
    for (const [number, element] of index.elements.entries()) {
      const tag = element.localName;
      if (tag === "p" || tag === "br" || index.size(number) < 2) continue;
      const key = `${index.parent[number]} ${tag} ${/^\s*([^\s\d]*)/.exec(index.names[number])[1]}`;
      if (groups.has(key)) groups.get(key).push(number);
      else groups.set(key, [number]);
    }
    let [best, most] = [null, 0];
    for (const numbers of groups.values()) {
      if (numbers.length < 4) continue;
      const text = numbers.reduce((sum, number) => sum + index.size(number), 0);
      if (text > most && text / numbers.length >= 15) [best, most] = [numbers, text];
    }
    if (!best) return null;
    const sampled = best.slice(0, 12).map((number) => index.elements[number]);
    const share = (test) => sampled.filter(test).length / sampled.length;
    return {
      size: best.length,
      text: most,
      mean: Math.round(most / best.length),
      linked: share((element) => element.localName === "a" || element.querySelector("a[href]")),
      pictured: share((element) => element.querySelector("img")),
      priced: share((element) => element.textContent.search(PRICE) >= 0),
      dated: share((element) => element.querySelector("time") || /\b(19|20)\d\d\b/.test(element.textContent)),
      prose: share((element) => element.querySelector("p, blockquote")),
    };
  }

  Object.assign(globalThis.nutshell.parts, { structureOf });
})();
