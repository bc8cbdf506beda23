// Small settings, kept on the server.

import { api } from "../lib/api.js";
import { changed, state } from "../lib/store.js";

export function keepPreferences(list) {
  for (const { category, name, value } of list) state.preferences.set(`${category}--${name}`, value);
  changed("preferences");
}

export function dropPreferences(list) {
  for (const { category, name } of list) state.preferences.delete(`${category}--${name}`);
  changed("preferences");
}

export const preference = (category, name, other = "") => state.preferences.get(`${category}--${name}`) ?? other;

/** Save preferences, given as [category, name, value]; shown at once. */
export async function savePreferences(...entries) {
  const list = entries.map(([category, name, value]) => ({ user_id: state.me.id, category, name, value }));
  keepPreferences(list);
  await api.put("/users/me/preferences", list);
}

export async function deletePreferences(...entries) {
  const list = entries.map(([category, name]) => ({ user_id: state.me.id, category, name, value: "" }));
  dropPreferences(list);
  await api.post("/users/me/preferences/delete", list);
}

export const isSaved = (postId) => state.preferences.get(`flagged_post--${postId}`) === "true";

export function toggleSaved(postId) {
  if (isSaved(postId)) return deletePreferences(["flagged_post", postId]);
  return savePreferences(["flagged_post", postId, "true"]);
}
