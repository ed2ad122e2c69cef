// Finds what may be the posts of a thread in a copied page: a forum topic, a question with answers, comments. The core
// decides whether they are one and puts it together (core/nutshell/extraction/thread.py).
//
// Posts share a class, an id up to its number, or an itemprop. The words in these names are English on sites in any language.
// The text of a post is what an element with a name like "content" holds in nearly all posts, or else the innermost element
// that holds nearly all of their text.
(() => {
  "use strict";

  const { STAMP, blocksOf, clean } = globalThis.nutshell.parts;

  const LIMITS = { posts: 500, groups: 12, sample: 5, text: 300_000 };
  const words = (list) => new RegExp(`(^|[^a-z])(${list.replaceAll(" ", "|").replaceAll("-", "[_-]*")})($|[^a-z])`, "i");
  const POST = /^([a-z]*(post|comment|message|msg|reply|answer|question)|topic|thing|entry|note|article|opinion|discussion|comtr|postbit|postmsg)$/;
  const PART = /^(body|content|text|header|head|footer|foot|author|user|username|avatar|date|time|meta|info|list|form|title|count|link|links|button|buttons|menu|actions?|controls?|icon|image|img|vote|votes|score|edit|number|tools?|bar|toolbar|signature|sig|left|right|side|sidebar|main|wrap|wrapper|container|inner|outer|area|stats?|like|likes|share|add|new|more|related|recent|latest|popular|hot|tags?|nav|page|pages|subject|details|excerpt|preview|heading|time|timestamp|permalink|attribution|cell|row|column|col|summary)s?$/;
  const BODY = words("post-message post-msg post-body post-content post-text message-body message-content message-text comment-body comment-content comment-text comment-message usertext-body commtext cooked bbwrapper js-post-body s-prose postbody postcontent entry-content user-content md-content md markdown richtext userhtml body content text articlebody prose");
  // What is in a post's text but not of it.
  const FURNITURE = words("sig signature usersig user-sig postsignature post-edited last-edit edited-by post-notice reactions? reactions-?bar likes? quote-link attachments? share hidden-text moderator-note user-card post-footer post-controls? post-menu post-actions? message-foot message-lastedit ips-?item-controls readmore expand-link shrink-link");
  const NOTICE = words("alert notice warning banner cookies? hidden modal dialog announcement");
  const AUTHOR = words("author user-?name nick-?name poster posted-?by creator member hnuser user by-?line display-?name postprofile owner name");
  const PROFILE = /(?:^|\/)(u|users?|members?|profiles?|profil|people|account|mitglieder|benutzer|membres?|usuarios?)[/.]|[?&](u|uid|user|member|mode=viewprofile)=|member\.php|memberlist/i;
  const DATE = words("date time timestamp posted-?on published age relative-?time ago");
  const CLOCK = /\b(19|20)\d\d\b|\b\d{1,2}[:h]\d\d\b|\b\d+ ?(s|m|h|d|w|mo|y|min|sec|hour|day|week|month|year)s?( ago)?\b/i;
  const VOTES = words("votes? score points upvotes? upvotecount likes? vote-?count kudos");
  const ACCEPTED = words("accepted accepted-?answer best-?answer solution is-?solution solved chosen-?answer");
  const REPLIES = /(comment|reply|answer|response|comtr|thing)/i;
  const SURROUNDINGS = /^(nav|aside|footer|dialog)$/;
  const ROLES = /^(navigation|complementary|contentinfo|dialog)$/;
  const NOT_POSTS = new Set("a span img input button form time svg i b strong em".split(" "));
  const EMPHASIS = new Set("strong b cite dt h3 h4 h5 h6".split(" "));
  const INNERMOST = new Set("p ul ol table tbody tr blockquote pre a span".split(" "));

  /** Returns a function with the results for strings that occur again. */
  const remembering = (compute) => {
    const known = new Map();
    return (text) => {
      let found = known.get(text);
      if (found !== undefined) return found;
      found = compute(text);
      if (known.size > 20_000) known.clear();
      known.set(text, found);
      return found;
    };
  };

  const PERHAPS = /post|comment|message|msg|reply|answer|question|topic|thing|entry|note|article|opinion|discussion|comtr/i;
  const numberless = (name) => name.replace(/\d+/g, "#");
  const listed = (names) => names.split(/\s+/).filter((name) => name && name.length <= 60);

  /** Returns the names that posts could share: those with a word for a post and none for a part of one. */
  const postNames = remembering((names) => {
    const found = new Set();
    if (!PERHAPS.test(names)) return found;
    for (const name of listed(names)) {
      const parts = name.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase().split(/[^a-z]+/).filter(Boolean);
      if (!parts.some((word) => POST.test(word))) continue;
      if (!parts.some((word) => PART.test(word))) found.add(numberless(name));
      else if (BODY.test(name)) found.add(TEXT + numberless(name));
    }
    return found;
  });
  /** Returns the names of an element that could hold a post's text. */
  const bodyNames = remembering((names) => (BODY.test(names) ? listed(names).filter((name) => BODY.test(name)).map(numberless) : []));
  /** Returns what the names say that an element is. */
  const flagsOf = remembering((names) => ({ author: AUTHOR.test(names), date: DATE.test(names), votes: VOTES.test(names), accepted: ACCEPTED.test(names) }));
  const isFurniture = remembering((names) => FURNITURE.test(names));
  const DATED = "dated in ";
  const TEXT = "with ";

  class Finder {
    constructor(index) {
      this.index = index;
      this.outside = this.#outside();
    }

    /** Returns for each element whether it is in a part of the page that surrounds its content. */
    #outside() {
      const { elements, parent } = this.index;
      const outside = new Uint8Array(elements.length);
      for (const [number, element] of elements.entries()) {
        if (parent[number] >= 0 && outside[parent[number]]) outside[number] = 1;
        else outside[number] = Number(SURROUNDINGS.test(element.localName) || ROLES.test(element.getAttribute("role") ?? ""));
      }
      return outside;
    }

    /** Returns {name: numbers} of elements that share a post's name, or are dated children of one parent. */
    groups() {
      const { elements, names, parent, size } = this.index;
      const groups = new Map();
      const add = (name, number) => (groups.has(name) ? groups.get(name).push(number) : groups.set(name, [number]));
      const dated = new Map();
      for (let number = 0; number < elements.length; number++) {
        if (this.outside[number]) continue;
        const tag = elements[number].localName;
        if (tag === "time") {
          for (let at = number; parent[at] >= 0; at = parent[at]) {
            const children = dated.get(parent[at]);
            if (!children) dated.set(parent[at], [at]);
            else if (children.at(-1) !== at) children.push(at);
            if (children) break; // further up it is the same list
          }
        }
        if (NOT_POSTS.has(tag) || !size.call(this.index, number)) continue;
        for (const name of postNames(names[number])) add(name, number);
      }
      for (const [name, numbers] of groups) if (name.startsWith(TEXT)) groups.set(name, this.aroundEach(numbers));
      for (const [around, children] of dated) if (children.length > 2) groups.set(DATED + around, children);
      return groups;
    }

    /** Returns for each element the largest one around it that holds none of the others. */
    aroundEach(numbers) {
      const { parent, last } = this.index;
      return numbers.map((number, place) => {
        let at = number;
        for (let up = parent[at]; numbers.length > 1 && up >= 0; up = parent[up]) {
          if (numbers[place + 1] <= last[up] || up <= numbers[place - 1]) break;
          at = up;
        }
        return at;
      });
    }

    /** Returns the posts of a group: the numbers of their elements and of those with their text. */
    postsOf(numbers) {
      const listed = numbers.slice(0, LIMITS.posts);
      const set = new Set(listed);
      const name = this.#bodyName(listed, set);
      const posts = [];
      for (const number of listed) {
        const body = name ? this.#named(number, name, set) : this.#descend(number, set);
        if (body >= 0) posts.push({ number, body });
      }
      return { posts, set };
    }

    /** Yields the descendants of a post that are not part of a nested post. */
    *partsOf(number, set) {
      const { last } = this.index;
      for (let part = number + 1; part <= last[number]; part++) {
        if (set.has(part)) part = last[part];
        else yield part;
      }
    }

    ownText(number, set) {
      const { index } = this;
      let size = index.size(number);
      if (set.size > 1 && index.last[number] > number) {
        for (let part = number + 1; part <= index.last[number]; part++) {
          if (!set.has(part)) continue;
          size -= index.size(part);
          part = index.last[part];
        }
      }
      return size;
    }

    /** Returns the name, such as "post-content", of the elements that hold the posts' text. */
    #bodyName(posts, set) {
      const { index } = this;
      const found = new Map();
      const sample = sampleOf(posts, 10);
      let total = 0;
      for (const post of sample) {
        const seen = new Set();
        for (const part of this.partsOf(post, set)) {
          for (const key of bodyNames(index.names[part])) {
            if (seen.has(key)) continue;
            seen.add(key);
            const entry = found.get(key) ?? { key, posts: 0, text: 0, inner: 0 };
            entry.posts++;
            entry.text += this.ownText(part, set);
            entry.inner += part - post;
            found.set(key, entry);
          }
        }
        total += this.ownText(post, set);
      }
      // The innermost that nearly all posts have and that holds most of the text that any such element holds.
      const common = [...found.values()].filter((entry) => entry.posts >= 0.7 * sample.length && entry.text > 0.3 * total);
      const most = Math.max(...common.map((entry) => entry.text));
      return common.filter((entry) => entry.text >= 0.8 * most).sort((a, b) => b.inner / b.posts - a.inner / a.posts)[0]?.key ?? null;
    }

    // The last one: what a post replies to is shown before its text.
    #named(number, name, set) {
      const { index } = this;
      let [found, skipped] = [-1, -1];
      for (const part of this.partsOf(number, set)) {
        if (part <= skipped) continue;
        if (isFurniture(index.names[part])) skipped = index.last[part];
        else if (bodyNames(index.names[part]).includes(name) && index.size(part) > 0) [found, skipped] = [part, index.last[part]];
      }
      return found;
    }

    /** Returns the innermost element that holds nearly all text of a post. */
    #descend(number, set) {
      const { index } = this;
      let at = number;
      for (;;) {
        const whole = this.ownText(at, set);
        let inner = -1;
        for (let part = at + 1; part <= index.last[at] && inner < 0; part = index.last[part] + 1) {
          if (!set.has(part) && this.ownText(part, set) > 0.85 * whole) inner = part;
        }
        if (inner < 0 || INNERMOST.has(index.tag(inner))) return at;
        at = inner;
      }
    }

    /** Returns the author, date and votes of a post, and whether something marks it as accepted. `loose`: trust layout too. */
    detailsOf({ number, body }, set, { loose = false } = {}) {
      const { index } = this;
      const details = { author: "", date: "", votes: null, marked: false };
      const sure = { author: 0, date: 0 };
      const take = (name, certainty, value) => {
        if (!value || sure[name] >= certainty) return;
        details[name] = value;
        sure[name] = certainty;
      };
      for (const part of this.partsOf(number, set)) {
        if (body !== number && index.contains(body, part)) continue;
        const flags = flagsOf(index.names[part]);
        const element = index.elements[part];
        const property = element.getAttribute("itemprop") ?? "";
        const size = index.size(part);
        if (size > 0 && size <= 60) {
          if (/(^| )(author|creator)( |$)/.test(property)) take("author", 3, named(clean((element.querySelector("[itemprop=name]") ?? element).textContent)));
          else if (element.localName === "a" && (PROFILE.test(element.getAttribute("href") ?? "") || element.getAttribute("rel") === "author")) take("author", 2, named(clean(element.textContent)));
          else if (flags.author) take("author", 1, named(clean(element.textContent)));
          else if (loose && EMPHASIS.has(element.localName)) take("author", 0.5, named(clean(element.textContent)));
          if ((flags.date || (loose && size < 30)) && CLOCK.test(element.textContent)) take("date", flags.date ? 1 : 0.5, clean(element.textContent));
          if (flags.votes && details.votes === null && size < 12) {
            const count = /^[+-]?\d{1,6}$/.exec(clean(element.textContent));
            if (count) details.votes = Number(count[0]);
          }
          if (flags.accepted && element.localName !== "a") details.marked = true;
        }
        if (element.localName === "time") take("date", 3, element.getAttribute("datetime") || clean(element.textContent).slice(0, 60));
        else if (property.startsWith("date")) take("date", 2, element.getAttribute("datetime") || element.getAttribute("content") || clean(element.textContent).slice(0, 60));
      }
      details.author ||= (index.elements[number].getAttribute("author") ?? "").slice(0, 60);
      return details;
    }

    /** Returns how much a group looks like posts: their text, more if they have authors and dates. */
    measure(name, numbers) {
      const { index } = this;
      const { posts, set } = this.postsOf(numbers);
      const details = sampleOf(posts, LIMITS.sample).map((post) => this.detailsOf(post, set));
      const share = (field) => details.filter((detail) => detail[field]).length / Math.max(1, details.length);
      const [authors, dates] = [share("author"), share("date")];
      let [text, linked] = [0, 0];
      for (const { body } of posts) {
        text += this.ownText(body, set);
        linked += index.linked[body];
      }
      const links = Math.min(0.9, linked / Math.max(1, text));
      let score = text < 40 ? 0 : text * (0.2 + 0.4 * authors + 0.4 * dates) * (1 - links);
      if (posts.length === 1) score *= authors && dates ? 0.3 : 0;
      if (name.startsWith(DATED)) score *= 0.4;
      return { name, posts, set, authors, dates, links, score };
    }

    /** Returns the element before the first reply that holds what it replies to: the nearest one with prose. */
    openingOf(first) {
      const { index } = this;
      for (let at = first; at >= 0; at = index.parent[at]) {
        let [best, most] = [-1, 40];
        for (let before = index.parent[at] + 1; before < at; before++) {
          if (this.outside[before] || NOTICE.test(index.names[before]) || !/^(div|article|section|td|main)$/.test(index.tag(before))) continue;
          let prose = 0;
          for (let child = before + 1; child <= index.last[before]; child = index.last[child] + 1) if (/^(p|blockquote|pre|ul|ol)$/.test(index.tag(child))) prose += index.size(child) - index.linked[child];
          if (!prose && index.last[before] - before < 4 && bodyNames(index.names[before]).length) prose = index.size(before) - index.linked[before];
          if (prose > most) [best, most] = [before, prose];
        }
        if (best >= 0) return best;
      }
      return -1;
    }

    namesBetween(inner, outer) {
      const names = [];
      for (let at = inner; at >= outer && at >= 0; at = this.index.parent[at]) names.push(this.index.names[at]);
      return names.join(" ").replace(/\d+/g, "#").replace(/\s+/g, " ").trim().slice(0, 300);
    }

    /** Returns the blocks of a post's text, without nested posts, signatures, controls and the date above it. */
    blocksIn(body, set) {
      const { index } = this;
      const copy = index.elements[body].cloneNode(true);
      const leave = new Set();
      for (let part = body + 1; part <= index.last[body]; part++) {
        if (set.has(part) || isFurniture(index.names[part])) leave.add(index.elements[part].getAttribute(STAMP));
      }
      for (const part of copy.querySelectorAll(leave.size ? "*" : "form, button, nav, footer")) {
        if (leave.has(part.getAttribute(STAMP)) || /^(form|button|nav|footer)$/.test(part.localName)) part.remove();
      }
      for (const time of copy.querySelectorAll("time")) {
        let at = time;
        while (at.parentNode && at.parentNode !== copy && timeAlone(at.parentNode)) at = at.parentNode;
        if (at !== time || time.parentNode === copy) at.remove();
      }
      return blocksOf(copy).blocks;
    }
  }

  const sampleOf = (list, count) => (list.length > count ? list.filter((_, place) => place % Math.ceil(list.length / count) === 0) : list);
  const named = (text) => ((text.match(/\p{L}/gu)?.length ?? 0) > 1 ? text : "");
  const timeAlone = (element) => clean(element.textContent).length - Array.from(element.querySelectorAll("time")).reduce((sum, time) => sum + clean(time.textContent).length, 0) < 4;

  /**
   * Returns the posts, two or more, that a copied page may consist of, or null: {name, authors, dates, links, share, posts}. `authors`
   * and `dates` are the shares of posts that have one, `links` of their text that is in links, `share` of the page's text that
   * is in them. A post has names (class, id and itemprop of its elements), group, author, date, votes, marked, depth, blocks.
   */
  function threadOf(index) {
    const finder = new Finder(index);
    const sized = [...finder.groups()].map(([name, numbers]) => ({ name, numbers, size: numbers.reduce((sum, number) => sum + index.size(number), 0) }));
    const groups = [];
    const largest = (test) => sized.filter(({ size, numbers }) => size >= 40 && test(numbers.length)).sort((a, b) => b.size - a.size).slice(0, LIMITS.groups);
    for (const { name, numbers } of [...largest((count) => count > 1), ...largest((count) => count === 1)]) groups.push(finder.measure(name, numbers));
    const best = groups.reduce((most, group) => (group.score > 1.1 * (most?.score ?? 0) ? group : most), null);
    if (!best) return null;
    const members = [best];
    // Other groups beside it: the question before its answers, the answers after their question.
    const [start] = best.posts;
    for (const group of groups.sort((a, b) => b.score - a.score)) {
      const joins = group.posts.length === 1 ? group.posts[0].number < start.number : /answer|question/i.test(group.name);
      const apart = ({ number }) => members.every(({ posts }) => posts.every((post) => !index.contains(post.number, number) && !index.contains(number, post.number)));
      if (group !== best && joins && group.authors + group.dates > 0.5 && group.posts.every(apart)) members.push(group);
    }
    const set = new Set(members.flatMap((group) => [...group.set]));
    const posts = members.flatMap((group) => group.posts.map((post) => ({ ...post, group: group.name }))).sort((a, b) => a.number - b.number);
    if (members.length === 1 && REPLIES.test(best.name)) {
      const opening = finder.openingOf(posts[0].number);
      if (opening >= 0) posts.unshift({ number: opening, body: opening, group: "opening" });
    }
    const around = finder.aroundEach(posts.map(({ number }) => number));
    const listed = [];
    let text = 0;
    for (const [place, post] of posts.entries()) {
      const blocks = finder.blocksIn(post.body, set);
      text += blocks.reduce((sum, block) => sum + block.text.length, 0);
      if (text > LIMITS.text) break;
      if (!blocks.length) continue;
      let details = finder.detailsOf(post, set, { loose: true });
      // The name may stand beside the post's element.
      if (!details.author && around[place] !== post.number) details = finder.detailsOf({ number: around[place], body: post.body }, set, { loose: true });
      let depth = 0;
      for (let at = post.number; at >= 0; at = index.parent[at]) depth++;
      listed.push({ names: finder.namesBetween(post.number, around[place]), group: post.group, depth, ...details, blocks });
    }
    const { name, authors, dates, links } = best;
    return listed.length > 1 ? { name, authors, dates, links, share: Math.min(1, text / Math.max(1, index.text)), posts: listed } : null;
  }

  Object.assign(globalThis.nutshell.parts, { threadOf });
})();
