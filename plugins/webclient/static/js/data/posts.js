// Messages: per channel a window on its history, so that memory stays flat however long the history is.

import { api } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { landed } from "./outbox.js";
import { collapsed } from "./threads.js";
import { need } from "./users.js";

export const PAGE = 40;
const LONGEST = 160;
const WINDOWS = 12;
const COUNTED = 200;

const windows = new Map(); // channel id → PostWindow, the least recently used first

/** A run of posts without holes, oldest first. */
class PostWindow {
  constructor(channelId) {
    this.channelId = channelId;
    this.order = [];
    this.posts = new Map();
    this.roots = new Map(); // first posts of threads, for "replied to"
    this.atStart = false;
    this.atEnd = false;
    this.loaded = false;
    this.failed = null;
    this.busy = null;
    this.early = []; // what events said while a page was on its way: its answer may be older
    this.seenUntil = 0; // where the line "new messages" goes; 0: nowhere
    this.following = true; // the reader is at the end
    this.rows = null; // what the list of messages keeps of its drawing
    this.place = null; // the message that was at the top, to come back to
    this.caughtUp = 0; // until when changes were asked for, while no events tell of them
    this.missed = 0; // posts that came while reading further up
  }

  take(list) {
    for (const [id, post] of Object.entries(list.posts ?? {})) {
      if (list.order.includes(id)) this.posts.set(id, post);
      else this.roots.set(id, post);
    }
    need(Object.values(list.posts ?? {}).map((post) => post.user_id));
    return [...list.order].reverse();
  }

  replace(list, { atStart, atEnd }) {
    this.order = [];
    this.posts.clear();
    this.order = this.take(list);
    Object.assign(this, { atStart, atEnd, loaded: true, failed: null });
  }

  /** Add a new post; of those sent in the same moment the first may come second. */
  insert(post) {
    let at = this.order.length;
    while (at > 0 && this.posts.get(this.order[at - 1]).create_at > post.create_at) at -= 1;
    this.posts.set(post.id, post);
    this.order.splice(at, 0, post.id);
  }

  trimStart() {
    const cut = this.order.splice(0, Math.max(0, this.order.length - LONGEST));
    for (const id of cut) this.posts.delete(id);
    if (cut.length) this.atStart = false;
  }

  trimEnd() {
    const cut = this.order.splice(LONGEST);
    for (const id of cut) this.posts.delete(id);
    if (cut.length) this.atEnd = false;
  }
}

/** Return the window of a channel; empty at first. */
export function windowOf(channelId) {
  const found = windows.get(channelId) ?? new PostWindow(channelId);
  windows.delete(channelId);
  windows.set(channelId, found);
  if (windows.size > WINDOWS) windows.delete(windows.keys().next().value);
  return found;
}

const base = (channelId) => `/channels/${channelId}/posts`;
const threadsOnly = () => (collapsed() ? "&collapsedThreads=true" : "");
const touched = (channelId) => changed(`posts:${channelId}`);

async function once(win, load) {
  if (win.busy) return win.busy;
  win.failed = null;
  win.busy = load().catch((error) => {
    win.failed = error;
  }).finally(() => {
    win.busy = null;
    for (const again of win.early.splice(0)) again();
    touched(win.channelId);
  });
  return win.busy;
}

/** Read what a reader sees first: around the oldest unread message, else the newest. */
export function open(channelId) {
  const win = windowOf(channelId);
  if (win.loaded) return Promise.resolve();
  return once(win, async () => {
    const list = await api.get(`/users/me/channels/${channelId}/posts/unread?limit_before=${PAGE}&limit_after=${PAGE}${threadsOnly()}`);
    win.replace(list, { atStart: !list.prev_post_id, atEnd: !list.next_post_id });
  });
}

export async function latest(channelId) {
  const win = windowOf(channelId);
  win.missed = 0;
  await win.busy;
  if (win.loaded && win.atEnd) return;
  await once(win, async () => {
    const list = await api.get(`${base(channelId)}?page=0&per_page=${PAGE}${threadsOnly()}`);
    win.replace(list, { atStart: list.order.length < PAGE, atEnd: true });
  });
}

export function older(channelId) {
  const win = windowOf(channelId);
  if (win.atStart || !win.order.length) return Promise.resolve();
  return once(win, async () => {
    const list = await api.get(`${base(channelId)}?before=${win.order[0]}&page=0&per_page=${PAGE}${threadsOnly()}`);
    const found = win.take(list).filter((id) => !win.order.includes(id));
    win.order.unshift(...found);
    if (list.order.length < PAGE) win.atStart = true;
    win.trimEnd();
  });
}

export function newer(channelId) {
  const win = windowOf(channelId);
  if (win.atEnd || !win.order.length) return Promise.resolve();
  return once(win, async () => {
    const list = await api.get(`${base(channelId)}?after=${win.order.at(-1)}&page=0&per_page=${PAGE}${threadsOnly()}`);
    const found = win.take(list).filter((id) => !win.order.includes(id));
    win.order.push(...found);
    if (list.order.length < PAGE) win.atEnd = true;
    win.trimStart();
  });
}

/** Read what is around a post. */
export async function around(post) {
  const win = windowOf(post.channel_id);
  if (win.posts.has(post.id)) return;
  await win.busy;
  await once(win, async () => {
    const half = Math.floor(PAGE / 2);
    const [before, after] = await Promise.all([
      api.get(`${base(post.channel_id)}?before=${post.id}&page=0&per_page=${half}${threadsOnly()}`),
      api.get(`${base(post.channel_id)}?after=${post.id}&page=0&per_page=${half}${threadsOnly()}`),
    ]);
    const order = [...after.order, post.id, ...before.order];
    const posts = { ...before.posts, ...after.posts, [post.id]: post };
    win.replace({ order, posts }, { atStart: before.order.length < half, atEnd: after.order.length < half });
  });
}

/** Throw away what may have holes after a lost connection; what is being read stays where it is. */
export function forgetAll(openChannelId) {
  for (const win of windows.values()) {
    win.atEnd = false;
    if (win.channelId !== openChannelId) win.loaded = false;
  }
  const win = windows.get(openChannelId);
  return win && (win.following || !win.loaded) ? latest(openChannelId) : Promise.resolve();
}

/** Read what came since the newest post that we have. */
export async function catchUp(channelId) {
  const win = windowOf(channelId);
  await win.busy;
  if (!win.loaded || !win.atEnd) return;
  const last = win.posts.get(win.order.at(-1));
  const newest = Math.max(win.caughtUp, ...[...win.posts.values()].map((post) => post.update_at ?? 0));
  const list = await api.get(`${base(channelId)}?since=${last ? newest : 1}`);
  for (const id of [...list.order].reverse()) {
    const post = list.posts[id];
    win.caughtUp = Math.max(win.caughtUp, post.update_at);
    if (post.delete_at) removed(post);
    else if (win.posts.has(id) || (last && post.create_at < last.create_at)) edited(post);
    else arrived(post);
  }
}

// -- what events change

/** Add a new post where its channel's window reaches to the end. */
export function arrived(post) {
  landed(post.pending_post_id);
  need([post.user_id]);
  const isNew = !find(post.id); // the answer to our own request and its event tell the same
  if (post.root_id && isNew) countReply(post, 1);
  if (threads.has(post.root_id)) threads.get(post.root_id).set(post.id, post);
  else if (opening?.rootId === post.root_id) opening.early.push(post);
  place(post, isNew);
  touched(post.channel_id);
  if (post.root_id) changed(`thread:${post.root_id}`);
}

function place(post, isNew) {
  const win = windows.get(post.channel_id);
  whenRead(post, () => place(post, false));
  if (!win?.loaded || win.posts.has(post.id) || (post.root_id && collapsed())) return;
  if (isNew && !win.following && post.user_id !== state.me.id) win.missed += 1;
  if (!win.atEnd) return;
  if (!win.following && win.order.length >= LONGEST) win.atEnd = false;
  else {
    win.insert(post);
    if (win.following) win.trimStart();
  }
}

/** Do something again when the page that is being read of the post's channel is there. */
function whenRead(post, again) {
  const win = windows.get(post.channel_id);
  if (win?.busy) win.early.push(again);
}

const counted = new Set(); // replies that came of late: each is told of more than once

/** Count a reply that came (1) or was deleted (-1). */
function countReply(post, by) {
  const key = `${post.id}${by}`;
  if (counted.has(key)) return;
  counted.add(key);
  if (counted.size > COUNTED) counted.delete(counted.values().next().value);
  for (const one of find(post.root_id) ?? []) {
    one.reply_count = Math.max(by > 0 ? (post.reply_count ?? 0) : 0, (one.reply_count ?? 0) + by);
    if (by > 0) {
      one.last_reply_at = post.create_at;
      one.participants = [{ id: post.user_id }, ...(one.participants ?? []).filter((other) => other?.id !== post.user_id)];
    }
    one.version = (one.version ?? 0) + 1;
  }
}

/** Keep what an event says of a thread. */
export function threadChanged({ id, reply_count, last_reply_at, is_following = true }) {
  for (const [, one] of copies(id)) {
    Object.assign(one, { reply_count, last_reply_at, is_following, version: (one.version ?? 0) + 1 });
    touched(one.channel_id);
  }
}

function* copies(id) {
  for (const win of windows.values()) {
    if (win.posts.has(id)) yield [win.posts, win.posts.get(id)];
    if (win.roots.has(id)) yield [win.roots, win.roots.get(id)];
  }
  for (const posts of threads.values()) if (posts.has(id)) yield [posts, posts.get(id)];
}

const find = (id) => {
  const all = [...copies(id)].map(([, post]) => post);
  return all.length ? all : null;
};

/** Return a post that is loaded somewhere, or null. */
export const known = (id) => find(id)?.[0] ?? null;

export function edited(post) {
  whenRead(post, () => edited(post));
  for (const [where, old] of copies(post.id)) {
    const metadata = { ...old.metadata, ...post.metadata };
    where.set(post.id, { ...old, ...post, metadata, reply_count: post.reply_count || old.reply_count || 0 });
  }
  touched(post.channel_id);
  changed(`thread:${post.root_id || post.id}`);
}

export function removed(post) {
  whenRead(post, () => removed(post));
  if (post.root_id) countReply(post, -1);
  for (const win of windows.values()) {
    const gone = win.order.filter((id) => id === post.id || win.posts.get(id)?.root_id === post.id);
    if (!gone.length) continue;
    win.order = win.order.filter((id) => !gone.includes(id));
    for (const id of gone) win.posts.delete(id);
  }
  threads.get(post.root_id)?.delete(post.id);
  if (threads.delete(post.id) && state.panel?.rootId === post.id) state.panel = null;
  changed(`posts:${post.channel_id}`, `thread:${post.root_id || post.id}`, "panel");
}

/** Change the reactions of a post. */
export function reacted(reaction, added) {
  const same = (one) => one.user_id === reaction.user_id && one.emoji_name === reaction.emoji_name;
  for (const [where, post] of copies(reaction.post_id)) {
    const others = (post.metadata?.reactions ?? []).filter((one) => !same(one));
    const metadata = { ...post.metadata, reactions: added ? [...others, reaction] : others };
    where.set(post.id, { ...post, metadata, version: (post.version ?? 0) + 1 });
    touched(post.channel_id);
    changed(`thread:${post.root_id || post.id}`);
  }
}

// -- threads

const threads = new Map(); // root id → Map of posts
let opening = null; // the thread that is being read, and the replies that came meanwhile

/** Return the posts of an open thread, oldest first; null while they are loaded. */
export function thread(rootId) {
  const posts = threads.get(rootId);
  return posts ? [...posts.values()].sort((a, b) => a.create_at - b.create_at) : null;
}

export async function openThread(rootId) {
  const reading = { rootId, early: [] };
  opening = reading;
  const list = await api.get(`/posts/${rootId}/thread`).finally(() => {
    if (opening === reading) opening = null;
  });
  threads.clear(); // one is open at a time
  const posts = Object.values(list.posts).filter((post) => !post.delete_at);
  threads.set(rootId, new Map([...posts, ...reading.early].map((post) => [post.id, post])));
  need(Object.values(list.posts).map((post) => post.user_id));
  changed(`thread:${rootId}`);
}

// -- sending and changing

export { giveUp, onTheirWay, send, sendAgain, sendWaiting } from "./outbox.js";

export const edit = async (id, message) => edited(await api.put(`/posts/${id}/patch`, { message }));
export const remove = (post) => api.delete(`/posts/${post.id}`).then(() => removed(post));
export const pin = (post, pinned) => api.post(`/posts/${post.id}/${pinned ? "pin" : "unpin"}`);
export const markUnread = (id) => api.post(`/users/me/posts/${id}/set_unread`, { collapsed_threads_supported: collapsed() });
