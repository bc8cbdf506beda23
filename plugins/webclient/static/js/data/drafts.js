// What was typed or attached and not sent: kept in this browser, and on the server where it can keep drafts.

import { api, attempt } from "../lib/api.js";
import { changed, kept, state } from "../lib/store.js";
import { debounce } from "../lib/dom.js";
import { uploadsOf } from "./uploads.js";

const prefix = () => `draft.${state.me.id}.`;
const key = (channelId, rootId) => `${prefix()}${channelId}.${rootId ?? ""}`;

const times = new Map(); // key → when it was changed last, in ms
const synced = new Map(); // key → what the server has, as `signature` says it
const waiting = new Map(); // key → { channelId, rootId } that the server has to be told of

export const draft = (channelId, rootId) => kept.get(key(channelId, rootId)) ?? "";

const filesOf = (channelId, rootId) => uploadsOf(channelId, rootId ?? "").done;

export const hasDraft = (channelId, rootId) => draft(channelId, rootId).trim() !== "" || filesOf(channelId, rootId).length > 0;

const describe = (message, fileIds) => (message || fileIds.length ? `${message}|${fileIds.join()}` : "");
const signature = (channelId, rootId) => describe(draft(channelId, rootId), filesOf(channelId, rootId).map((file) => file.id));

/** Return the drafts of the channels of this team, { channelId, rootId, message, files, time }, the last changed first. */
export function drafts() {
  const places = new Set([...kept.names(prefix()), ...kept.names(`files.${state.me.id}.`).map(placeOfFiles)]);
  const all = [...places].map((name) => {
    const [channelId, rootId] = name.slice(prefix().length).split(".");
    return { channelId, rootId, message: draft(channelId, rootId), files: filesOf(channelId, rootId), time: times.get(name) ?? 0 };
  });
  const shown = all.filter((one) => state.channels.has(one.channelId) && (one.message.trim() || one.files.length));
  return shown.sort((a, b) => b.time - a.time);
}

const placeOfFiles = (name) => key(...name.slice(`files.${state.me.id}.`.length).split(":"));

/** Keep a draft; an empty one is dropped. Its files are kept by the uploads themselves. */
export function keepDraft(channelId, rootId, message) {
  const name = key(channelId, rootId);
  const before = hasDraft(channelId, rootId);
  if (message !== draft(channelId, rootId)) times.set(name, Date.now());
  kept.set(name, message);
  if (signature(channelId, rootId) === (synced.get(name) ?? "") && !waiting.has(name)) return;
  if (before !== hasDraft(channelId, rootId)) changed("channels");
  changed("drafts");
  waiting.set(name, { channelId, rootId });
  upload();
}

/** Throw a draft away, here and on the server. */
export function discardDraft(channelId, rootId) {
  uploadsOf(channelId, rootId ?? "").taken();
  keepDraft(channelId, rootId, "");
  changed("channels");
}

const upload = debounce(() => {
  for (const [name, { channelId, rootId }] of waiting) sendUp(name, channelId, rootId);
  waiting.clear();
}, 1500);

async function sendUp(name, channelId, rootId) {
  const message = draft(channelId, rootId);
  const file_ids = filesOf(channelId, rootId).map((file) => file.id);
  synced.set(name, describe(message, file_ids));
  const at = `/users/me/channels/${channelId}/drafts${rootId ? `/${rootId}` : ""}`;
  await attempt("drafts", () =>
    message || file_ids.length
      ? api.post("/drafts", { channel_id: channelId, root_id: rootId ?? "", message, props: {}, file_ids })
      : api.delete(at),
  ).catch(() => synced.delete(name));
}

/** Take over the drafts that other devices left on the server; what was typed here stays. */
export async function loadDrafts() {
  const list = await attempt("drafts", () => api.get(`/users/me/teams/${state.teamId}/drafts`)).catch(() => null);
  for (const one of list ?? []) {
    times.set(key(one.channel_id, one.root_id), one.update_at);
    if (!hasDraft(one.channel_id, one.root_id)) await take(one);
    else if (describe(one.message, one.file_ids ?? []) === signature(one.channel_id, one.root_id)) synced.set(key(one.channel_id, one.root_id), signature(one.channel_id, one.root_id));
  }
  changed("channels", "drafts");
}

async function take({ channel_id, root_id, message, file_ids, update_at }) {
  const name = key(channel_id, root_id);
  const files = await Promise.all((file_ids ?? []).map((id) => api.get(`/files/${id}/info`).catch(() => null)));
  uploadsOf(channel_id, root_id ?? "").restore(files.filter(Boolean));
  kept.set(name, message);
  times.set(name, update_at);
  synced.set(name, describe(message, file_ids ?? []));
}

/** Another device has written on: what it says counts, unless something was typed here that the server hasn't got yet. */
export async function takeDraft(one) {
  const { channel_id, root_id } = one;
  if (signature(channel_id, root_id) !== (synced.get(key(channel_id, root_id)) ?? "")) return;
  await take(one);
  changed("channels", "drafts");
}

/** Another device has sent or dropped a draft: it isn't waiting here either, unless it was written on since. */
export function dropDraft({ channel_id, root_id, message }) {
  if (draft(channel_id, root_id) !== message) return;
  uploadsOf(channel_id, root_id ?? "").taken();
  kept.set(key(channel_id, root_id), null);
  synced.delete(key(channel_id, root_id));
  changed("channels", "drafts");
}
