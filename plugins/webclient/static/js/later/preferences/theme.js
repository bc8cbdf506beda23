// Settings › Display: which theme, and the editor for one of one's own, which is loaded when it is wanted.

import { fill, h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { BUILT_IN } from "../../lib/theme_colours.js";
import { ownTheme, theme, themesOffered, useTheme } from "../../data/theme.js";
import { choice } from "../../dialogs/dialog.js";

/** What a built-in theme looks like: its sidebar, its ground, its buttons. */
const swatch = (colours) => colours && h("span.theme-swatch", { "aria-hidden": "true" },
  [colours.sidebarBg, colours.centerChannelBg, colours.buttonBg].map((colour) => h("span", { style: { "background-color": colour } })));

export function themeSettings() {
  const offered = themesOffered();
  if (!offered.length) return null;
  const place = h("div.theme-place");
  const use = async (name) => {
    if (name !== "custom" || ownTheme()) useTheme(name);
    if (name === "custom") fill(place, await (await import("../theme/editor.js")).themeEditor());
    else fill(place);
  };
  if (theme() === "custom") use("custom");
  const options = offered.map((name) => [name, [swatch(BUILT_IN[name]), t(`theme.${name}`)], name === "custom" && t("theme.custom_hint")]);
  return [h("div.theme-choices", choice(t("display.theme"), "theme", options, theme(), use)), place];
}
