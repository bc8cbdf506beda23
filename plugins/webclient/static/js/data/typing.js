// Who is typing where: told by others for a few seconds, told to others at most every few seconds.

import { changed, state } from "../lib/store.js";
import { need } from "./users.js";

const SHOWN_MS = 5000;

const place = (channelId, rootId) => rootId || channelId;

export function heardTyping(channelId, rootId, userId) {
  if (userId === state.me.id) return;
  const where = place(channelId, rootId);
  if (!state.typing.has(where)) state.typing.set(where, new Map());
  const people = state.typing.get(where);
  clearTimeout(people.get(userId));
  people.set(userId, setTimeout(() => stoppedTyping(channelId, rootId, userId), SHOWN_MS));
  need([userId]);
  changed("typing");
}

export function stoppedTyping(channelId, rootId, userId) {
  const people = state.typing.get(place(channelId, rootId));
  if (!people?.has(userId)) return;
  clearTimeout(people.get(userId));
  people.delete(userId);
  changed("typing");
}

export const typingIn = (channelId, rootId = "") => [...(state.typing.get(place(channelId, rootId))?.keys() ?? [])];
