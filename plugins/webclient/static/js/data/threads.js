// Threads: whether replies are collapsed into them, which of them have something unread, following and reading.

import { api, attempt } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { preference } from "./preferences.js";

const DEFAULTS = { default_on: "on", default_off: "off" };
const SOON_MS = 300;

/** Whether people may choose if replies are collapsed. */
export const collapsingOffered = () => Object.hasOwn(DEFAULTS, state.config.CollapsedThreads ?? "");

/** Whether replies stand in their threads alone, not among the messages of the channel. */
export function collapsed() {
  const how = state.config.CollapsedThreads ?? "disabled";
  if (!collapsingOffered()) return how === "always_on";
  return preference("display_settings", "collapsed_reply_threads", DEFAULTS[how]) === "on";
}

const at = (path) => `/users/me/teams/${state.teamId}/threads${path}`;

let timer = 0;

/** Read how many followed threads have something unread, once for many changes. */
export function countSoon() {
  clearTimeout(timer);
  if (collapsed() && state.teamId) timer = setTimeout(count, SOON_MS);
}

async function count() {
  const team = state.teamId;
  const found = await attempt("threads", () => api.get(at("?totalsOnly=true"))).catch(() => null);
  if (!found || team !== state.teamId) return;
  state.unreadThreads = { threads: found.total_unread_threads, mentions: found.total_unread_mentions };
  changed("unread_threads");
}

/** Read a page of the threads that I follow, the newest first; null where the server has none. */
export const page = ({ before = "", unread = false, size }) =>
  attempt("threads", () => api.get(at(`?extended=false&per_page=${size}&unread=${unread}${before && `&before=${before}`}`)));

/** Mark what a thread has until now as read. */
export async function read(rootId) {
  if (!collapsed()) return;
  await api.put(at(`/${rootId}/read/${Date.now()}`)).catch(() => {}); // the next look at it tries again
}

export const readAll = () => api.put(at("/read"));

/** Return what a thread is to me (`last_viewed_at`, `unread_replies`, …), null when I don't follow it. */
export const mine = (rootId) => api.get(at(`/${rootId}`)).catch(() => null);

export async function follow(rootId, wanted) {
  await (wanted ? api.put(at(`/${rootId}/following`)) : api.delete(at(`/${rootId}/following`)));
  changed("threads");
}
