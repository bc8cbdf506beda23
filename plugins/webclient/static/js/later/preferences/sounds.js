// Settings › Notifications: whether a sound is played with them, and which.

import { h } from "../../lib/dom.js";
import { icon } from "../../lib/icons.js";
import { state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { FIRST_SOUND, playSound, SOUND_NAMES } from "../../lib/sounds.js";
import { tryTo } from "../../dialogs/dialog.js";

/** Return the setting; `save` takes what changes of notify_props. */
export function soundSettings(save) {
  const props = state.me.notify_props ?? {};
  const on = props.desktop_sound !== "false";
  const chosen = SOUND_NAMES.includes(props.desktop_notification_sound) ? props.desktop_notification_sound : FIRST_SOUND;
  const select = h("select", { name: "sound", "aria-label": t("notify.which_sound"), onchange: () => {
    playSound(select.value);
    tryTo(() => save({ desktop_notification_sound: select.value }));
  } }, SOUND_NAMES.map((name) => h("option", { value: name, selected: name === chosen }, name)));
  const listen = h("button.quiet", { type: "button", onclick: () => playSound(select.value) }, icon("music", 16), t("notify.listen"));
  const which = h("div.sound-row", { hidden: !on }, select, listen);
  const check = h("input", { type: "checkbox", name: "desktop_sound", checked: on, onchange: () => {
    which.hidden = !check.checked;
    tryTo(() => save({ desktop_sound: String(check.checked) }));
  } });
  return h("div.field", h("label.check", check, h("span", h("strong", t("notify.sound")), h("span.hint", t("notify.sound_hint")))), which);
}
