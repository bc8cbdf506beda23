// People: loaded together when several are needed in the same moment.

import { api, BASE } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";

const CLOCKS_MS = 300_000; // by how much the clocks of browser and server may differ
const MOST_REFRESHED = 1000;
const wanted = new Set();
const wantedStatuses = new Set();
const unknown = new Set();
let timer = 0;

/** Keep what has been heard of somebody. Records of the server leave out when their picture was chosen if there is none. */
export function keep(user) {
  const heard = user.username ? { last_picture_update: 0, ...user } : user;
  state.users.set(user.id, { ...state.users.get(user.id), ...heard });
  if (user.id === state.me?.id) state.me = { ...state.me, ...heard };
}

/** Return a user, null while not known; then it is asked for and `users` changes. */
export function user(id) {
  const found = state.users.get(id);
  if (!found && id) need([id]);
  return found ?? null;
}

/** See to it that these people are known soon. */
export function need(ids, { statuses = false } = {}) {
  for (const id of ids) {
    if (id && !state.users.has(id) && !unknown.has(id)) wanted.add(id);
    if (id && statuses && !state.statuses.has(id)) wantedStatuses.add(id);
  }
  if ((wanted.size || wantedStatuses.size) && !timer) timer = setTimeout(load, 5);
}

async function load() {
  timer = 0;
  const ids = [...wanted].slice(0, 100);
  const statuses = [...wantedStatuses].slice(0, 100);
  for (const id of ids) wanted.delete(id);
  for (const id of statuses) wantedStatuses.delete(id);
  const [people, presence] = await Promise.allSettled([
    ids.length ? api.post("/users/ids", ids) : [],
    statuses.length ? api.post("/users/status/ids", statuses) : [],
  ]);
  for (const one of people.value ?? []) keep(one);
  for (const id of ids) if (!state.users.has(id)) unknown.add(id);
  for (const one of presence.value ?? []) state.statuses.set(one.user_id, one.status);
  if (ids.length) changed("users");
  if (statuses.length) changed("statuses");
  if (wanted.size || wantedStatuses.size) timer = setTimeout(load, 5);
}

const wantedNames = new Set();
const unknownNames = new Set();
let nameTimer = 0;

/** Return somebody by username, null while not known; then they are asked for and messages drawn again. */
export function byName(name) {
  const found = [...state.users.values()].find((one) => one.username === name);
  if (found || unknownNames.has(name)) return found ?? null;
  wantedNames.add(name);
  nameTimer ||= setTimeout(loadNames, 30);
  return null;
}

async function loadNames() {
  nameTimer = 0;
  const names = [...wantedNames].slice(0, 100);
  wantedNames.clear();
  const found = await api.post("/users/usernames", names).catch(() => []);
  for (const one of found) keep(one);
  const known = new Set(found.map((one) => one.username));
  for (const name of names) if (!known.has(name)) unknownNames.add(name);
  if (!found.length) return;
  state.namesLearned += 1;
  changed("users");
}

/** Forget what we failed to find: there may be new people. */
export const lookAgain = (id) => unknown.delete(id);

let readAt = Date.now(); // when what is known of people was as the server had it

/** Read again who has changed since: nothing told of it while there was no connection. */
export async function refresh() {
  const since = readAt - CLOCKS_MS;
  readAt = Date.now();
  const ids = [...state.users.keys()].slice(-MOST_REFRESHED);
  const found = ids.length ? await api.post(`/users/ids?since=${since}`, ids) : [];
  for (const one of found) keep(one);
  if (found.length) changed("users");
}

/** Read the statuses again of everybody whose status is shown. */
export function refreshStatuses() {
  const ids = [state.me.id, ...state.statuses.keys()];
  state.statuses.clear();
  need(ids, { statuses: true });
}

/** Return a person's name as the settings want it. */
export function displayName(one) {
  if (!one) return t("someone");
  const style = state.preferences.get("display_settings--name_format") || state.config.TeammateNameDisplay;
  const full = [one.first_name, one.last_name].filter(Boolean).join(" ");
  if (style === "full_name") return full || one.username;
  if (style === "nickname_full_name") return one.nickname || full || one.username;
  return one.username;
}

export const nameOf = (id) => displayName(user(id));

export const pictureOf = (id) =>
  `${BASE}/api/v4/users/${id}/image?_=${state.users.get(id)?.last_picture_update ?? 0}`;

/** Return the custom status, null when there is none or it is over. */
export function customStatus(one) {
  try {
    const found = JSON.parse(one?.props?.customStatus || "null");
    if (!found || (!found.emoji && !found.text)) return null;
    const ends = Date.parse(found.expires_at ?? "");
    return ends > 0 && ends < Date.now() && found.duration ? null : found;
  } catch {
    return null;
  }
}

/** Find people by what was typed; those of the channel first. */
export async function autocomplete(name, channelId) {
  const where = channelId ? `&in_channel=${channelId}` : "";
  const found = await api.get(
    `/users/autocomplete?in_team=${state.teamId}${where}&name=${encodeURIComponent(name)}&limit=25`,
  );
  const all = [...(found.users ?? []), ...(found.out_of_channel ?? [])];
  for (const one of all) keep(one);
  return { inside: found.users ?? [], outside: found.out_of_channel ?? [] };
}

/** Whether somebody is a guest and to be marked as one. */
export const isMarkedGuest = (one) => state.config.HideGuestTags !== "true" && (one?.roles ?? "").split(" ").includes("system_guest");
