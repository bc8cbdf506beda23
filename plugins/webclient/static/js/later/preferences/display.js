// Settings › Display, what is below the theme; and Settings › Sidebar.

import { changed, state } from "../../lib/store.js";
import { LANGUAGES } from "../../../lang/languages.js";
import { addWords, locale, t } from "../../lib/i18n.js";
import { preference, savePreferences } from "../../data/preferences.js";
import { VISIBLE_TALKS, visibleTalks } from "../../data/sidebar.js";
import { collapsed, collapsingOffered } from "../../data/threads.js";
import { choice, toast } from "../../dialogs/dialog.js";
import { check, radios } from "./kit.js";

const DISPLAY = "display_settings";
const words = () => addWords("preferences");

/** Save one setting of the display and say so. */
const saver = (name, category = DISPLAY) => async (value) => {
  await savePreferences([category, name, String(value)]);
  toast(t("saved"));
};

const military = () => new Intl.DateTimeFormat(locale(), { hour: "numeric" }).resolvedOptions().hour12 === false;

/** Return the page. */
export async function displaySettings(patchMe) {
  await words();
  return [
    radios("display.density", "message_display", [["clean", "display.roomy", "display.roomy_hint"], ["compact", "display.compact", "display.compact_hint"]],
      preference(DISPLAY, "message_display", "clean"), saver("message_display")),
    collapsingOffered() && radios("display.replies", "collapsed_reply_threads", [["on", "display.replies_on", "display.replies_on_hint"], ["off", "display.replies_off", "display.replies_off_hint"]],
      collapsed() ? "on" : "off", saveThreads),
    state.config.EnableLinkPreviews !== "false" && check("link_previews", "display.links", preference(DISPLAY, "link_previews", "true") !== "false", saver("link_previews"), "display.links_hint"),
    check("collapse_previews", "display.fold", preference(DISPLAY, "collapse_previews", "false") === "true", saver("collapse_previews"), "display.fold_hint"),
    radios("display.clock", "clock", [["false", "display.clock12"], ["true", "display.clock24"]], preference(DISPLAY, "use_military_time", String(military())), async (value) => {
      await savePreferences([DISPLAY, "use_military_time", value]);
      toast(t("saved_reload"));
    }),
    radios("display.names", "names", [["username", "display.username"], ["nickname_full_name", "display.nickname"], ["full_name", "display.full_name"]],
      preference(DISPLAY, "name_format", state.config.TeammateNameDisplay), (value) => savePreferences([DISPLAY, "name_format", value]).then(() => changed("users", "channels"))),
    radios("display.send", "send", [["false", "display.send_enter"], ["true", "display.send_ctrl"]],
      preference("advanced_settings", "send_on_ctrl_enter", "false"), saver("send_on_ctrl_enter", "advanced_settings")),
    choice(t("display.language"), "language", Object.entries(LANGUAGES).map(([code, one]) => [code, one.name]), locale(), async (value) => {
      await patchMe({ locale: value });
      location.reload();
    }),
  ];
}

/** What is loaded and counted depends on it: the page begins anew. */
async function saveThreads(value) {
  await savePreferences([DISPLAY, "collapsed_reply_threads", value]);
  location.reload();
}

/** Return the page about the list of channels. */
export async function sidebarSettings() {
  await words();
  return [
    check("show_unread_section", "sidebar_settings.unread", preference("sidebar_settings", "show_unread_section", "false") === "true",
      saver("show_unread_section", "sidebar_settings"), "sidebar_settings.unread_hint"),
    choice(t("sidebar_settings.talks"), "limit_visible_dms_gms", VISIBLE_TALKS.map((count) => [String(count), t("sidebar_settings.talks_most", { count })]),
      String(visibleTalks()), saver("limit_visible_dms_gms", "sidebar_settings")),
  ];
}
