// Buttons and menus of a message: what they do is known to the server alone.

import { h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { displayName } from "../data/users.js";
import { toast, words } from "../dialogs/dialog.js";

const STYLES = new Set(["good", "warning", "danger", "success", "primary", "default"]);

/** Return the nodes of an attachment's actions, or null where there are none; `post` is the message they belong to. */
export function actionNodes(actions, post) {
  const known = (Array.isArray(actions) ? actions : []).filter((one) => one && typeof one.id === "string" && one.name);
  if (!known.length) return null;
  return h("div.post-buttons", known.map((one) => (one.type === "select" ? menu(one, post) : button(one, post))));
}

async function act(action, post, control, selected = "") {
  control.disabled = true;
  try {
    await api.post(`/posts/${post.id}/actions/${action.id}`, { selected_option: selected, cookie: action.cookie ?? "" });
  } catch (error) {
    toast(words(error), { error: true });
  } finally {
    control.disabled = Boolean(action.disabled);
  }
}

function button(action, post) {
  const style = STYLES.has(action.style) ? action.style : "default";
  const control = h("button.quiet.small", { type: "button", class: style, disabled: Boolean(action.disabled), title: action.tooltip || null, onclick: () => act(action, post, control) }, String(action.name));
  return control;
}

function menu(action, post) {
  const control = h("select", { "aria-label": String(action.name), disabled: Boolean(action.disabled), onchange: () => control.value && act(action, post, control, control.value) },
    h("option", { value: "" }, String(action.name)),
    optionsOf(action).map((one) => h("option", { value: one.value, selected: one.value === action.default_option }, one.text)));
  return control;
}

/** Return the options of a menu: its own, or the people or channels that are known here. */
export function optionsOf({ data_source: source, options }) {
  if (source === "users") return [...state.users.values()].map((one) => ({ value: one.id, text: displayName(one) })).sort(byText);
  if (source === "channels") return [...state.channels.values()].filter((one) => one.team_id && !one.delete_at).map((one) => ({ value: one.id, text: one.display_name })).sort(byText);
  return (Array.isArray(options) ? options : []).map((one) => ({ value: String(one?.value ?? ""), text: String(one?.text ?? "") }));
}

const byText = (one, other) => one.text.localeCompare(other.text);
