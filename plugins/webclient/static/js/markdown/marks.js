// Words that stand out in messages: those that mention me, those that I want highlighted, and what was searched for.

import { h } from "../lib/dom.js";
import { state } from "../lib/store.js";

let known = { key: "", pattern: null, mine: new Set() };
let hits = [];
let plain = false; // no word stands out

const words = (text) => (text ?? "").split(",").map((word) => word.trim()).filter((word) => word && !word.startsWith("@"));
const escaped = (word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** A word as it is looked for: whole, but in languages without spaces anywhere. */
const looked = (word) => (/^[\x20-\x7e]+$/.test(word) ? `(?<![\\p{L}\\p{N}_])${escaped(word)}(?![\\p{L}\\p{N}_])` : escaped(word));

/** What messages depend on: when it is another text, they are to be drawn anew. */
export function marksKey() {
  const { mention_keys, highlight_keys, first_name } = state.me?.notify_props ?? {};
  return [mention_keys, highlight_keys, first_name === "true" ? state.me.first_name : ""].join("|");
}

function mine() {
  const key = marksKey();
  if (known.key === key) return known;
  const { mention_keys, highlight_keys, first_name } = state.me?.notify_props ?? {};
  const mentions = [...words(mention_keys), ...(first_name === "true" ? words(state.me.first_name) : [])];
  const all = [...mentions, ...words(highlight_keys)].sort((one, other) => other.length - one.length);
  known = { key, pattern: all.length ? new RegExp(all.map(looked).join("|"), "giu") : null, mine: new Set(mentions.map((word) => word.toLowerCase())) };
  return known;
}

/** Run `draw` with no words marked: headers and excerpts aren't messages. */
export function unmarked(draw) {
  plain = true;
  try {
    return draw();
  } finally {
    plain = false;
  }
}

/** Run `draw` with words marked that a search was for: each marks the words that begin with it. */
export function withHits(searched, draw) {
  hits = searched;
  try {
    return draw();
  } finally {
    hits = [];
  }
}

/** Return a text as nodes, with its words marked. */
export function marked(text) {
  if (plain) return text;
  if (hits.length) {
    const found = hits.map((word) => (/^[\x20-\x7e]+$/.test(word) ? `(?<![\\p{L}\\p{N}_])${escaped(word)}[\\p{L}\\p{N}_]*` : escaped(word)));
    return cut(text, new RegExp(found.join("|"), "giu"), () => "mark.hit");
  }
  const { pattern, mine: mentions } = mine();
  return pattern ? cut(text, pattern, (word) => (mentions.has(word.toLowerCase()) ? "span.mention.mine" : "mark.keyword")) : text;
}

function cut(text, pattern, tag) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    if (!found[0]) continue;
    nodes.push(text.slice(from, found.index), h(tag(found[0]), found[0]));
    from = found.index + found[0].length;
  }
  return nodes.length ? [...nodes, text.slice(from)] : text;
}
