// Reads the captions or the transcript of a video or audio file that the page already has. Loads nothing.
(() => {
  "use strict";

  const { STAMP, attribute, call, clean, countWords, own, read, viewOf } = globalThis.nutshell.parts;

  const MEDIA = "video, audio";
  const PLAYER = 'iframe[src*="youtube.com/embed"], iframe[src*="youtube-nocookie.com"], iframe[src*="player.vimeo.com"], iframe[src*="dailymotion.com/embed"], iframe[src*="spotify.com/embed"], iframe[src*="soundcloud.com/player"]';
  const VIDEO_PAGE = 'meta[property="og:type"][content^=video], [itemtype$="schema.org/VideoObject"]';
  const MIN_SHARE = 0.1; // of the window, for a video that is more than decoration
  const MAX_CUES = 20_000;
  const MIN_CUES = 5; // times in a row that make a transcript
  const MIN_WORDS = 5; // words between two times, on average: chapters and timetables have fewer
  const TIME = /^[[(]?\s*((?:\d{1,2}:)?\d{1,2}:\d{2})(?:[.,]\d{1,3})?\s*[\])]?(?:\s*[-–—:]?\s+|$)/;

  const secondsOf = (time) => time.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);

  /**
   * Returns the page's captions, or null: `source` is "track", "transcript" or "schema"; a cue's `anchor` is its element, or the
   * player. A transcript without times has one cue, whose time is null.
   * @returns {{source: string, cues: Array<{time: number|null, text: string, anchor: Element|number|null}>} | null}
   */
  function captionsOf(page, copy) {
    const players = Array.from(call(page, "querySelectorAll", MEDIA));
    for (const player of players) {
      const cues = loadedCues(player, attribute(own(page, "documentElement"), "lang") ?? "");
      if (cues.length) return { source: "track", cues };
    }
    const described = transcriptInSchema(page);
    if (!players.length && !call(page, "querySelector", PLAYER) && !described) return null;
    const shown = transcriptIn(copy);
    if (shown.length) return { source: "transcript", cues: shown };
    return described ? { source: "schema", cues: [{ time: null, text: described, anchor: null }] } : null;
  }

  /** Returns the cues of a text track that the browser has loaded. Turning on another one would make a request. */
  function loadedCues(player, lang) {
    const tracks = Array.from(read(player, "textTracks") ?? []).filter((track) => /^(captions|subtitles)$/.test(track.kind) && track.cues?.length);
    const rank = (track) => 2 * (track.mode === "showing") + (lang && track.language?.slice(0, 2) === lang.slice(0, 2));
    const [track] = tracks.sort((a, b) => rank(b) - rank(a));
    return Array.from(track?.cues ?? [])
      .slice(0, MAX_CUES)
      .map((cue) => ({ time: cue.startTime, text: clean(cue.getCueAsHTML?.().textContent ?? cue.text ?? ""), anchor: player }))
      .filter(({ text }) => text);
  }

  /** Returns the longest list of ascending times with text after each, as transcripts have. */
  function transcriptIn(copy) {
    const body = copy.target.body;
    let best = [];
    let run = [];
    const finish = () => {
      const words = run.reduce((sum, cue) => sum + countWords(cue.text), 0);
      if (run.length >= MIN_CUES && words >= MIN_WORDS * run.length && run.length > best.length) best = run;
      run = [];
    };
    const take = (node, data, within, anchor) => {
      let text = clean(data);
      const found = TIME.exec(text);
      if (found && run.length < MAX_CUES) {
        const time = secondsOf(found[1]);
        if (run.length && time < run.at(-1).time) finish();
        run.push({ time, text: "", anchor, within });
        text = text.slice(found[0].length);
      }
      const cue = run.at(-1);
      if (!cue || !text) return;
      if (!cue.text) Object.assign(cue, { text, anchor });
      // The text of a time is near it: after the last cue of a transcript comes the rest of the page.
      else if (run.length < 2 || near(node, cue.within, run.at(-2).within)) cue.text += ` ${text}`;
    };
    const walk = (node, anchor) => {
      for (const child of node.childNodes) {
        if (child.nodeType === 3) take(child, child.data, node, anchor);
        if (child.nodeType !== 1) continue;
        const stamp = child.hasAttribute(STAMP) ? Number(child.getAttribute(STAMP)) : anchor;
        // Buttons are copied without their text.
        if (child.localName === "button") take(child, own(copy.elements[stamp], "textContent") ?? "", child, stamp);
        else walk(child, stamp);
      }
    };
    walk(body, 0);
    finish();
    return best.map(({ time, text, anchor }) => ({ time, text, anchor }));
  }

  /** Returns whether a node is in the part of the page that holds both of two times. */
  function near(node, one, other) {
    let common = one;
    while (common && !common.contains(other)) common = common.parentNode;
    return Boolean(common?.contains(node));
  }

  /** Returns the transcript in the page's schema.org data, or "". */
  function transcriptInSchema(page) {
    for (const script of call(page, "querySelectorAll", 'script[type="application/ld+json"]')) {
      const source = own(script, "textContent") ?? "";
      if (!source.includes('"transcript"')) continue;
      try {
        const found = transcriptOf(JSON.parse(source), 0);
        if (found) return clean(found).slice(0, 500_000);
      } catch {
        // malformed JSON
      }
    }
    return "";
  }

  function transcriptOf(value, depth) {
    if (depth > 6 || !value || typeof value !== "object") return "";
    if (typeof value.transcript === "string") return value.transcript;
    for (const entry of Object.values(value).slice(0, 200)) {
      const found = transcriptOf(entry, depth + 1);
      if (found) return found;
    }
    return "";
  }

  /** Returns "page" if the page is about a video, "player" if it has a large player or an audio player, else "". */
  function mediaOf(page) {
    if (call(page, "querySelector", VIDEO_PAGE)) return "page";
    const view = viewOf(page);
    const large = (element) => {
      if (!view || read(element, "localName") === "audio") return true;
      const { width, height } = call(element, "getBoundingClientRect");
      return width * height >= MIN_SHARE * view.innerWidth * view.innerHeight;
    };
    return Array.from(call(page, "querySelectorAll", `audio, video, ${PLAYER}`)).some(large) ? "player" : "";
  }

  Object.assign(globalThis.nutshell.parts, { captionsOf, mediaOf });
})();
