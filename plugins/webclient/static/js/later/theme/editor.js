// Settings › Display › a theme of one's own: colours, a sample of the page, what can't be read well, the theme as a text.

import { fill, h } from "../../lib/dom.js";
import { state } from "../../lib/store.js";
import { addWords, locale, t } from "../../lib/i18n.js";
import { BUILT_IN, DARK, GROUPS, LIGHT, paleTexts, readTheme, writeTheme } from "../../lib/theme_colours.js";
import { team } from "../../data/channels.js";
import { ofThisTeamOnly, ownTheme, saveTheme, theme, tryTheme } from "../../data/theme.js";
import { field, form, toast } from "../../dialogs/dialog.js";
import { sample } from "./sample.js";

/** Return the editor; what one tries is shown by the whole page at once, and kept only by its button. */
export async function themeEditor() {
  await addWords("theme");
  return new Editor().element;
}

const looksDark = () => document.documentElement.dataset.theme === "dark"
  || (document.documentElement.dataset.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);

class Editor {
  #theme = ownTheme() ?? BUILT_IN[theme()] ?? (looksDark() ? DARK : LIGHT);
  #inputs = new Map();

  constructor() {
    this.pale = h("div.theme-pale", { role: "status" });
    const text = field({ label: t("theme.as_text"), hint: t("theme.as_text_hint"), name: "theme-text", multiline: true, rows: 3, spellcheck: "false", oninput: () => this.#read() });
    this.text = text.querySelector("textarea");
    this.refused = h("p.problem", { role: "alert", hidden: true }, t("theme.no_theme"));
    const start = (name, theme) => h("button.quiet.small", { type: "button", onclick: () => this.#use(theme) }, t(`theme.from_${name}`));
    this.element = form([
      h("div.button-row", start("light", LIGHT), start("dark", DARK)),
      sample(),
      Object.entries(GROUPS).map(([group, names]) => h("fieldset", h("legend", t(`theme.group_${group}`)), h("div.swatches", names.map((name) => this.#input(name))))),
      this.pale,
      text,
      this.refused,
      this.#scope(),
    ], t("save"), () => this.#save(), { secondary: h("button.quiet", { type: "button", onclick: () => this.#copy() }, t("theme.copy")) });
    this.#draw();
  }

  #input(name) {
    const input = h("input", { type: "color", name, oninput: () => this.#use({ ...this.#theme, [name]: input.value }) });
    this.#inputs.set(name, input);
    return h("label.swatch", input, h("span", t(`colour.${name}`)));
  }

  #scope() {
    this.teamOnly = h("input", { type: "checkbox", checked: ofThisTeamOnly() });
    if (!state.teamId || (state.teams.size < 2 && !ofThisTeamOnly())) return null;
    return h("label.check", this.teamOnly, h("span", h("strong", t("theme.team_only", { team: team().display_name })), h("span.hint", t("theme.team_only_hint"))));
  }

  #use(theme) {
    this.#theme = theme;
    this.#draw();
  }

  /** A text that was pasted or typed: shown as soon as it is a theme. */
  #read() {
    const found = readTheme(this.text.value);
    this.refused.hidden = found !== null || !this.text.value.trim();
    if (found) this.#use(found);
  }

  #draw() {
    tryTheme(this.#theme);
    for (const [name, input] of this.#inputs) input.value = this.#theme[name];
    if (document.activeElement !== this.text) {
      this.text.value = writeTheme(this.#theme);
      this.refused.hidden = true;
    }
    const ratio = new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 });
    const pale = paleTexts(this.#theme).map(([text, ground, found]) => h("li", t("theme.pale", { text: t(`colour.${text}`), ground: t(`colour.${ground}`), ratio: ratio.format(Math.floor(found * 10) / 10) })));
    fill(this.pale, pale.length > 0 && [h("p", t("theme.pale_title")), h("ul", pale)]);
  }

  async #copy() {
    await navigator.clipboard.writeText(writeTheme(this.#theme));
    toast(t("theme.copied"));
  }

  async #save() {
    await saveTheme(this.#theme, { teamOnly: this.teamOnly.checked });
    toast(t("saved"));
  }
}
