// Marking channels as read or unread without looking into them.

import { api } from "../lib/api.js";
import { state } from "../lib/store.js";
import { seen, unreadOf } from "./channels.js";
import { markUnread } from "./posts.js";

export const unreadChannels = () => [...state.channels.values()].filter((one) => unreadOf(one).unread);

/** Mark channels as read, here and on the server. */
export async function markRead(list) {
  if (!list.length) return;
  await api.post("/channels/members/me/mark_read", list.map((one) => one.id));
  for (const one of list) {
    const member = state.members.get(one.id);
    if (!member) continue;
    seen(one, member, Math.max(Date.now(), one.last_post_at));
    if (state.keptUnread === one.id) state.keptUnread = "";
  }
}

/** Mark the newest message of a channel as unread; returns whether there is one. */
export async function markChannelUnread(id) {
  const { order } = await api.get(`/channels/${id}/posts?page=0&per_page=1`);
  if (order[0]) await markUnread(order[0]);
  return order.length > 0;
}
