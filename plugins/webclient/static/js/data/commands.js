// Slash commands: what can be typed after a slash, and having the server do it.

import { BASE, api, attempt, query } from "../lib/api.js";
import { absolute, go } from "../lib/router.js";
import { changed, state } from "../lib/store.js";
import { signOut } from "./session.js";
import { settingsDialog } from "../dialogs/later.js";
import { shortcutsDialog } from "../dialogs/shortcuts.js";

/** Whether a text is a command: a slash and a word. */
export const isCommand = (text) => /^\/[^\s/]/.test(text);

/** Return what may be meant: [{ complete, suggestion, hint, description }]. */
export async function suggestions(typed) {
  const found = await attempt("commands", () => api.get(`/teams/${state.teamId}/commands/autocomplete_suggestions${query({ user_input: typed })}`));
  return (found ?? []).map((one) => ({ complete: one.Complete, suggestion: one.Suggestion, hint: one.Hint, description: one.Description }));
}

const ours = {
  settings: () => settingsDialog(),
  shortcuts: () => shortcutsDialog(),
  logout: async () => {
    await signOut();
    location.assign(`${BASE}/login`);
  },
  search: (rest) => {
    state.panel = { kind: "search", terms: rest };
    changed("panel");
  },
};

/** Run a command; some are the client's own. Throws what the server says against it. */
export async function run(channelId, rootId, text) {
  const [, trigger, rest] = /^\/(\S+)\s*([^]*)$/.exec(text);
  const own = ours[trigger.toLowerCase()];
  if (own) {
    await own(rest);
    return;
  }
  const answer = await api.post("/commands/execute", { channel_id: channelId, team_id: state.teamId, root_id: rootId ?? "", command: text });
  if (answer?.goto_location) follow(answer.goto_location);
}

/** Go where an answer leads: to a page of ours, or to another site in a tab of its own. Only to the web. */
export function follow(location) {
  const site = (state.config.SiteURL ?? "").replace(/\/$/, "");
  const inside = [site && `${site}/`, absolute("/")].find((start) => start && location.startsWith(start));
  if (inside) go(location.slice(inside.length - 1));
  else if (/^\/(?![/\\])/.test(location)) go(BASE && location.startsWith(`${BASE}/`) ? location.slice(BASE.length) : location);
  else if (/^https?:\/\//i.test(location)) open(location, "_blank", "noopener");
}
