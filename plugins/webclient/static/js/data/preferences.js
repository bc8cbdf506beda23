// Small settings, kept on the server.

import { api } from "../lib/api.js";
import { changed, kept, state } from "../lib/store.js";

const THEME = "theme";

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

/** light, dark or system; of this browser, since a phone may want another than a desk. */
export const theme = () => kept.get(THEME) ?? "system";

export function useTheme(name) {
  kept.set(THEME, name === "system" ? null : name);
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}
