// What was typed and not sent: kept in this browser, and on the server where it can keep drafts.

import { api, attempt } from "../lib/api.js";
import { changed, kept, state } from "../lib/store.js";
import { debounce } from "../lib/dom.js";

const key = (channelId, rootId) => `draft.${state.me.id}.${channelId}.${rootId}`;

export const draft = (channelId, rootId) => kept.get(key(channelId, rootId ?? "")) ?? "";

export const hasDraft = (channelId) => draft(channelId).trim() !== "";

/** Keep a draft; an empty one is dropped. */
export function keepDraft(channelId, rootId, message) {
  const before = hasDraft(channelId);
  kept.set(key(channelId, rootId), message);
  if (before !== hasDraft(channelId)) changed("channels");
  if (!waiting.has(key(channelId, rootId))) waiting.set(key(channelId, rootId), { channelId, rootId });
  upload();
}

const waiting = new Map();
const upload = debounce(() => {
  for (const { channelId, rootId } of waiting.values()) sendUp(channelId, rootId);
  waiting.clear();
}, 1500);

async function sendUp(channelId, rootId) {
  const message = draft(channelId, rootId);
  const at = `/users/me/channels/${channelId}/drafts${rootId ? `/${rootId}` : ""}`;
  await attempt("drafts", () =>
    message
      ? api.post("/drafts", { channel_id: channelId, root_id: rootId, message, props: {}, file_ids: [] })
      : api.delete(at),
  ).catch(() => {});
}

/** Take over the drafts that other devices left on the server; what was typed here stays. */
export async function loadDrafts() {
  const list = await attempt("drafts", () => api.get(`/users/me/teams/${state.teamId}/drafts`)).catch(() => null);
  for (const one of list ?? []) {
    if (!draft(one.channel_id, one.root_id)) kept.set(key(one.channel_id, one.root_id ?? ""), one.message);
  }
  if (list?.length) changed("channels", "drafts");
}

/** Another device has sent or dropped a draft: it isn't waiting here either, unless it was written on since. */
export function dropDraft({ channel_id, root_id, message }) {
  if (draft(channel_id, root_id) !== message) return;
  kept.set(key(channel_id, root_id ?? ""), null);
  changed("channels", "drafts");
}
