// Messages on their way: shown at once, kept by the browser until the server has them, sent again when the network is back.

import { api } from "../lib/api.js";
import { changed, kept, state } from "../lib/store.js";
import { arrived } from "./posts.js";
import { collapsed } from "./threads.js";

const CERTAIN_MS = 20_000; // for so long the server knows a message again by its pending id
const SKEW_MS = 300_000; // by which the clocks of browser and server may differ

const pending = new Map(); // pending id → post that is on its way

const prefix = () => `outbox.${state.me.id}.`;

/** Keep one until the server has it, over a reload or a closed tab. */
const keep = (post) => kept.set(prefix() + post.id, JSON.stringify(post));

const touched = (post) => changed(`posts:${post.channel_id}`, `thread:${post.root_id}`);

/** Take up what was not sent when the page was left. */
export function restore() {
  for (const name of kept.names(prefix())) {
    try {
      const post = JSON.parse(kept.get(name));
      if (!pending.has(post.id)) pending.set(post.id, { ...post, state: "failed", unreached: true });
    } catch {
      kept.set(name, null); // what can't be read can't be sent
    }
  }
}

/** Return the posts that are on their way to a channel or thread. */
export const onTheirWay = (channelId, rootId = null) => [...pending.values()].filter((post) =>
  post.channel_id === channelId && (rootId === null ? !post.root_id || !collapsed() : post.root_id === rootId));

/** Forget one that the server has. */
export function landed(pendingId) {
  if (pending.delete(pendingId)) kept.set(prefix() + pendingId, null);
}

/** Show a message at once and send it; one that fails stays and can be sent again. */
export async function send(channelId, message, rootId = "", files = []) {
  const now = Date.now();
  const id = `${state.me.id}:${now}${Math.random().toString(36).slice(2, 6)}`;
  const post = {
    id, pending_post_id: id, channel_id: channelId, root_id: rootId, message, user_id: state.me.id,
    create_at: now, update_at: now, delete_at: 0, edit_at: 0, type: "", props: {}, state: "sending",
    file_ids: files.map((file) => file.id), metadata: files.length ? { files } : {},
  };
  pending.set(id, post);
  keep(post);
  await sendAgain(post);
}

export async function sendAgain(post) {
  const set = (state) => {
    if (pending.has(post.id)) pending.set(post.id, { ...post, state });
    touched(post);
  };
  set("sending");
  try {
    const { pending_post_id, channel_id, root_id, message, file_ids } = post;
    arrived((await delivered(post)) ?? (await api.post("/posts", { pending_post_id, channel_id, root_id, message, file_ids })));
    landed(post.id);
    touched(post);
  } catch (error) {
    post.reason = error.message;
    post.unreached = error.status === 0;
    set("failed");
  }
}

/**
 * Return the message if the server has it after all: its answer may have been lost on the way, and after a while the
 * pending id doesn't tell any more. Null for one that was written only just now.
 */
async function delivered(post) {
  if (Date.now() - post.create_at < CERTAIN_MS) return null;
  const { posts } = await api.get(`/channels/${post.channel_id}/posts?since=${post.create_at - SKEW_MS}`);
  const same = (one) => one.user_id === post.user_id && one.message === post.message && one.root_id === post.root_id && !one.delete_at &&
    String(one.file_ids ?? "") === String(post.file_ids) && one.create_at > post.create_at - SKEW_MS && !claimed.has(one.id);
  const found = Object.values(posts).find(same) ?? null;
  if (found) claimed.add(found.id);
  return found;
}

const claimed = new Set(); // messages that were taken for one of ours: written twice, each is one

/** Send what the network kept back. */
export function sendWaiting() {
  for (const post of pending.values()) if (post.state === "failed" && post.unreached) sendAgain(post);
}

export function giveUp(post) {
  landed(post.id);
  touched(post);
}
