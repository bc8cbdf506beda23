// The server's settings as they are declared, what was changed in this page, and saving it.

import { api, query } from "../../lib/api.js";
import { locale } from "../../lib/i18n.js";

let loaded = null; // the answer of the server
const changes = new Map(); // key → the new value, until it is saved
export const NONE = Symbol("none");

/** Read all settings (again with `fresh`). Returns { sections, settings }. */
export async function load({ fresh = false } = {}) {
  if (fresh || !loaded) loaded = await ask();
  return loaded;
}

const ask = () => api.get(`/hubbub/settings${query({ locale: locale() })}`);

export const ofSection = (id) => loaded.settings.filter((one) => one.section === id);

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Return the value that a setting would have after saving. */
export const wanted = (one) => (changes.has(one.key) ? changes.get(one.key) : one.value);

/** Note a new value; the value that is stored already is no change. */
export function change(one, value) {
  if (!one.secret && same(value, one.value)) changes.delete(one.key);
  else changes.set(one.key, value);
}

export const forget = (one) => changes.delete(one.key);

export const isChanged = (one) => changes.has(one.key);

/** Return the changed settings of a section. */
export const changedOf = (id) => ofSection(id).filter(isChanged);

export const anythingChanged = () => changes.size > 0;

function assign(document, path, value) {
  let here = document;
  for (const name of path.slice(0, -1)) here = here[name] ??= {};
  here[path.at(-1)] = value;
}

/** Return a document with these settings as they would be; null takes away what a map has no more. */
export function documentOf(settings) {
  const document = {};
  for (const one of settings) {
    let value = wanted(one);
    const plain = value && typeof value === "object" && !Array.isArray(value);
    if (plain && isChanged(one)) {
      const gone = Object.keys(one.value ?? {}).filter((key) => !(key in value));
      value = { ...value, ...Object.fromEntries(gone.map((key) => [key, null])) };
    }
    assign(document, one.path, value);
  }
  return document;
}

/**
 * Save what is changed in a section. Returns the settings that somebody else has changed meanwhile, each with `theirs`:
 * then nothing is saved. Raises ApiError; its body's `fields` has what is wrong by key.
 */
export async function save(id) {
  const mine = changedOf(id);
  const now = await ask();
  const current = new Map(now.settings.map((one) => [one.key, one]));
  const clashes = mine.filter((one) => current.has(one.key) && !same(current.get(one.key).value, one.value))
    .map((one) => ({ one, theirs: current.get(one.key).value }));
  if (clashes.length) return clashes;
  await api.put("/config/patch", documentOf(mine));
  for (const one of mine) changes.delete(one.key);
  await load({ fresh: true });
  return [];
}
