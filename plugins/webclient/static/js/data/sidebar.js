// What one has chosen for the list of channels.

import { state } from "../lib/store.js";
import { preference } from "./preferences.js";
import { isPrivateTalk, unreadOf } from "./channels.js";

const CATEGORY = "sidebar_settings";

/** How many direct and group messages may be listed, the most last. */
export const VISIBLE_TALKS = [10, 15, 20, 40];

export function visibleTalks() {
  const chosen = Number(preference(CATEGORY, "limit_visible_dms_gms"));
  return chosen >= 1 && chosen <= VISIBLE_TALKS.at(-1) ? chosen : VISIBLE_TALKS.at(-1);
}

/** Whether what is unread stands in a section of its own, above all others. */
export const unreadApart = () => preference(CATEGORY, "show_unread_section", "false") === "true";

/** Leave the talks that are listed: those of late, the unread ones, and the one that is open. */
export function withoutOldTalks(list) {
  const talks = list.filter(isPrivateTalk).sort((a, b) => b.last_post_at - a.last_post_at);
  const shown = new Set(talks.slice(0, visibleTalks()).map((one) => one.id));
  return list.filter((one) => !isPrivateTalk(one) || shown.has(one.id) || one.id === state.channelId || unreadOf(one).unread);
}
