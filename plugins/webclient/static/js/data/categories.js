// Categories of the sidebar: moving channels and categories, and categories of one's own.

import { api } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { isPrivateTalk, loadCategories } from "./channels.js";

const at = () => `/users/me/teams/${state.teamId}/channels/categories`;

export const categoryOf = (id) => state.categories.find((one) => one.channel_ids.includes(id)) ?? null;

/** Whether a channel may be in a category: talks and channels each have a home that takes nothing else. */
export function mayHold(category, channel) {
  if (category.type === "direct_messages") return isPrivateTalk(channel);
  return category.type !== "channels" || !isPrivateTalk(channel);
}

/** Show a change at once and save it; what fails is read again as the server has it. */
async function apply(updates, save) {
  for (const one of updates) Object.assign(state.categories.find((other) => other.id === one.id), one);
  changed("categories");
  try {
    await save();
  } catch (error) {
    await loadCategories();
    throw error;
  }
}

/**
 * Move a channel into a category, before the channel `beforeId` of it ("" for the end). `shown` are the channels of the
 * category in the order in which they are seen, which is the one that is kept.
 */
export async function place(id, category, shown, beforeId = "") {
  const source = categoryOf(id);
  const seen = shown.filter((other) => other !== id);
  const index = seen.indexOf(beforeId);
  seen.splice(index < 0 ? seen.length : index, 0, id);
  const rest = category.channel_ids.filter((other) => !seen.includes(other));
  const sorting = category.type === "direct_messages" ? category.sorting : "manual";
  const updates = [{ ...category, sorting, channel_ids: [...seen, ...rest] }];
  if (source && source.id !== category.id) updates.unshift({ ...source, channel_ids: source.channel_ids.filter((other) => other !== id) });
  await apply(updates, () => api.put(at(), updates));
}

/** Move a category before another ("" for the end). */
export async function placeCategory(id, beforeId = "") {
  const moved = state.categories.find((one) => one.id === id);
  const others = state.categories.filter((one) => one.id !== id);
  const index = others.findIndex((one) => one.id === beforeId);
  others.splice(index < 0 ? others.length : index, 0, moved);
  state.categories = others;
  await apply([], () => api.put(`${at()}/order`, others.map((one) => one.id)));
}

/** Make a category of one's own, with a channel in it if one is given. */
export async function createCategory(name, channelIds = []) {
  await api.post(at(), { user_id: state.me.id, team_id: state.teamId, display_name: name, type: "custom", channel_ids: channelIds });
  await loadCategories();
}

/** Change how a category is called or sorted, or mute all that is in it. */
export async function changeCategory(category, change) {
  const update = { ...category, ...change };
  await apply([update], () => api.put(`${at()}/${category.id}`, update));
}

export const renameCategory = (category, name) => changeCategory(category, { display_name: name });

/** Remove a category of one's own; its channels go back to where their kind belongs. */
export async function removeCategory(category) {
  await api.delete(`${at()}/${category.id}`);
  await loadCategories();
}
