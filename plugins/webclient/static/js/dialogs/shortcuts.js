// The list of shortcuts.

import { h } from "../lib/dom.js";
import { keyNames, t } from "../lib/i18n.js";
import { openDialog } from "./dialog.js";

const KEYS = [
  ["Ctrl K", "keys.switch"], ["Alt ↑ / Alt ↓", "keys.step"], ["Alt Shift ↑ / ↓", "keys.step_unread"], ["Ctrl Shift F", "keys.search"],
  ["F6", "keys.region"], ["Enter", "keys.send"], ["Shift Enter", "keys.line"], ["↑", "keys.edit_last"], ["Ctrl B / Ctrl I", "keys.format"],
  ["↑ / ↓", "keys.posts"], ["R", "thread.reply"], ["+", "reaction.add"], ["E", "post.edit"], ["S", "post.save"], ["P", "post.pin"],
  ["U", "post.unread"], ["C", "post.copy_link"], ["Delete", "post.delete"], ["Ctrl Shift ↑ / ↓", "keys.move"], ["Escape", "keys.close"], ["Ctrl /", "shortcuts.title"],
];

export function shortcutsDialog() {
  openDialog(t("shortcuts.title"), h("dl.shortcuts", KEYS.map(([keys, what]) => h("div", h("dt", h("kbd", keyNames(keys))), h("dd", t(what))))), { wide: true });
}
