// The list of shortcuts.

import { h } from "../lib/dom.js";
import { keysShown } from "../lib/keys.js";
import { t } from "../lib/i18n.js";
import { openDialog } from "./dialog.js";

const GROUPS = {
  go: [
    ["Ctrl K", "keys.switch"], ["Alt ↑ / ↓", "keys.step"], ["Alt Shift ↑ / ↓", "keys.step_unread"], ["Ctrl Alt ↑ / ↓", "keys.team"],
    ["Ctrl Shift K", "talk.new"], ["Ctrl Shift M", "mentions.title"], ["Ctrl Shift F", "keys.search"], ["Ctrl Shift A", "settings.title"],
    ["Ctrl Alt I", "info.title"], ["F6", "keys.region"], ["Escape", "keys.close"], ["Shift Escape", "team.mark_read"], ["Ctrl /", "shortcuts.title"],
  ],
  write: [
    ["Ctrl Shift L", "keys.write"], ["Enter", "keys.send"], ["Shift Enter", "keys.line"], ["↑", "keys.edit_last"], ["Shift ↑", "keys.reply_last"],
    ["Ctrl B / I", "keys.format"], ["Ctrl Alt K", "format.link"], ["Ctrl Shift X", "format.strike"], ["Ctrl U", "upload.attach"], ["Ctrl Shift E", "emoji.title"],
  ],
  messages: [
    ["↑ / ↓", "keys.posts"], ["R", "thread.reply"], ["+", "reaction.add"], ["E", "post.edit"], ["S", "post.save"], ["P", "post.pin"],
    ["U", "post.unread"], ["C", "post.copy_link"], ["Delete", "post.delete"],
  ],
  sidebar: [["↑ / ↓", "keys.rows"], ["Ctrl Shift ↑ / ↓", "keys.move"], ["Shift F10", "channel.menu"]],
};

export function shortcutsDialog() {
  const line = ([keys, what]) => h("div", h("dt", h("kbd", keysShown(keys))), h("dd", t(what)));
  const groups = Object.entries(GROUPS).map(([name, list]) => h("section", h("h3", t(`keys.of_${name}`)), h("dl", list.map(line))));
  openDialog(t("shortcuts.title"), h("div.shortcuts", groups), { wide: true }).body.tabIndex = 0; // it may have to be scrolled
}
