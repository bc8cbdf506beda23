// Settings › Display: which theme, and the editor for one of one's own, which is loaded when it is wanted.

import { fill, h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { ownTheme, theme, themesOffered, useTheme } from "../data/theme.js";
import { choice } from "./dialog.js";

export function themeSettings() {
  const offered = themesOffered();
  if (!offered.length) return null;
  const place = h("div.theme-place");
  const use = async (name) => {
    if (name !== "custom" || ownTheme()) useTheme(name);
    if (name === "custom") fill(place, await (await import("../later/theme/editor.js")).themeEditor());
    else fill(place);
  };
  if (theme() === "custom") use("custom");
  return [choice(t("display.theme"), "theme", offered.map((name) => [name, t(`theme.${name}`), name === "custom" && t("theme.custom_hint")]), theme(), use), place];
}
