// Parts of the settings that are saved as soon as they are chosen.

import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { choice, tryTo } from "../../dialogs/dialog.js";

/** A part of a page under a heading; null where it has nothing. */
export function section(title, ...contents) {
  return contents.some(Boolean) ? h("section", h("h3", t(title)), contents) : null;
}

/** A box to tick; what couldn't be saved goes back to what it was. */
export function check(name, label, checked, save, hint = "") {
  const box = h("input", { type: "checkbox", name, checked, onchange: async () => {
    if ((await tryTo(async () => (await save(box.checked), true))) === null) box.checked = !box.checked;
  } });
  return h("label.check", box, h("span", h("strong", t(label)), hint && h("span.hint", t(hint))));
}

/** Radio buttons of [value, the text's key, the hint's key]. */
export const radios = (label, name, options, current, save) =>
  choice(t(label), name, options.map(([value, text, hint]) => [value, t(text), hint && t(hint)]), current, save);
