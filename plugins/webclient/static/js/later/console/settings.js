// Settings: the sections, searching all of them, and the form of one.

import { fill, h } from "../../lib/dom.js";
import { joined, t } from "../../lib/i18n.js";
import { href } from "../../lib/router.js";
import { confirmDialog, toast, words } from "../../dialogs/dialog.js";
import { frame, searchField } from "./kit.js";
import * as data from "./settings_data.js";
import { Field, mistake, shown } from "./settings_fields.js";
import { nameOf, titleOf } from "./settings_names.js";
import { grouped, partsOf } from "./settings_parts.js";
import { filesOf } from "./site_files.js";
import { trialsOf } from "./trials.js";

const MOST = 60; // found settings that are listed
const MANY = 15; // settings of a page from which on it has a filter
const address = (id, key = "") => href(`/admin_console/settings/${encodeURIComponent(id)}${key ? `?key=${encodeURIComponent(key)}` : ""}`);

addEventListener("beforeunload", (event) => {
  if (data.anythingChanged()) event.preventDefault();
});

/** /admin_console/settings and /admin_console/settings/{section}. */
export async function settingsPage([id]) {
  const { sections } = await data.load({ fresh: !data.anythingChanged() });
  if (!id) return overview(sections);
  const section = sections.find((one) => one.id === id);
  if (!section) return { element: frame(t("console.no_page"), { back: backLink() }) };
  return new SectionPage(section);
}

const backLink = () => h("p.console-back", h("a", { href: href("/admin_console/settings") }, t("console.all_settings")));

function overview(sections) {
  const lists = h("div");
  const inUse = (section) => data.ofSection(section.id).some((one) => one.used || section.plugin);
  const draw = (term) => fill(lists, term ? results(term, sections) : [
    grouped(sections.filter((one) => !one.plugin && inUse(one))).map(([name, found]) => group(t(`settings_group.${name}`), found)),
    group(t("console.of_plugins"), sections.filter((one) => one.plugin)),
    unused(sections.filter((one) => !one.plugin && !inUse(one))),
  ]);
  draw("");
  return { element: frame(t("console.settings"), { hint: t("console.settings_hint") }, h("div.console-filters", searchField(t("console.search_settings"), draw)), lists) };
}

const card = (section) => h("li", h("a.section-card", { href: address(section.id) }, h("strong", titleOf(section), data.changedOf(section.id).length > 0 && h("span.dot", { title: t("console.unsaved") })), h("span.hint", h("bdi", section.help))));

const group = (title, sections) => sections.length > 0 && h("section", h("h2", title), h("ul.section-cards", sections.map(card)));

const unused = (sections) => sections.length > 0 && h("details.unused", h("summary", t("console.unused_sections", { count: sections.length })), h("p.hint", t("console.unused_hint")), h("ul.section-cards", sections.map(card)));

function matches(one, term, title = "") {
  const text = `${one.key} ${nameOf(one)} ${one.help} ${title}`.toLowerCase();
  return term.split(/\s+/).every((word) => text.includes(word));
}

function results(term, sections) {
  const titles = new Map(sections.map((one) => [one.id, titleOf(one)]));
  const found = sections.flatMap((section) => data.ofSection(section.id)).filter((one) => matches(one, term.toLowerCase(), titles.get(one.section))).sort((a, b) => b.used - a.used);
  const row = (one) => h("li", h("a.setting-hit", { href: address(one.section, one.key) }, h("strong", nameOf(one)), h("span.muted", " ", joined([titles.get(one.section), shown(one, one.value).slice(0, 80)], " · ")), one.help && h("span.hint", h("bdi", one.help))));
  return [h("p.hint", { role: "status" }, t("console.found", { count: found.length })), h("ul.setting-hits", found.slice(0, MOST).map(row))];
}

/** The form of one section. */
class SectionPage {
  constructor(section) {
    this.section = section;
    this.settings = data.ofSection(section.id);
    this.fields = new Map();
    this.problem = h("p.problem", { role: "alert", hidden: true });
    this.form = h("form.settings-form", { novalidate: true });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.form.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.form.requestSubmit());
    const filter = this.settings.length > MANY && h("div.console-filters", searchField(t("console.filter"), (term) => this.#narrow(term)));
    this.files = h("div");
    this.element = frame(titleOf(section), { hint: section.help, back: backLink() }, trialsOf(section.id, () => data.documentOf(this.settings.filter((one) => !(data.wanted(one) instanceof Error))), (values) => this.#take(values)), this.files, filter, this.form);
    this.#draw();
    this.#drawFiles();
    const key = new URLSearchParams(location.search).get("key");
    if (key) requestAnimationFrame(() => this.#reveal(key));
  }

  #draw() {
    this.settings = data.ofSection(this.section.id);
    this.fields.clear();
    const make = (one) => {
      const field = new Field(one, () => this.#drawBar());
      this.fields.set(one.key, field);
      return field.element;
    };
    const plugin = Boolean(this.section.plugin);
    const used = this.settings.filter((one) => one.used || plugin);
    const rest = this.settings.filter((one) => !one.used && !plugin);
    this.save = h("button.primary", { type: "submit" }, t("save"));
    this.discard = h("button.quiet", { type: "button", onclick: () => this.#discard() }, t("console.discard"));
    this.count = h("span.grow", { role: "status" });
    this.bar = h("div.save-bar", this.count, this.discard, this.save);
    const parts = partsOf(used).map(([name, settings]) => h("section.settings-part", name && h("h2", t(`settings_part.${name}`)), settings.map(make)));
    fill(this.form, parts, rest.length > 0 && h("details.unused", { open: used.length === 0 }, h("summary", t("console.unused_keys", { count: rest.length })), h("p.hint", t("console.unused_hint")), rest.map(make)), this.problem, this.bar);
    this.#drawBar();
  }

  #drawBar() {
    const count = data.changedOf(this.section.id).length;
    this.bar.hidden = !this.settings.some((one) => one.write);
    fill(this.count, count ? t("console.changes", { count }) : "");
    this.save.disabled = this.discard.disabled = count === 0;
    this.problem.hidden = true;
  }

  /** Put values, by name, into the fields; they are saved with the rest. */
  async #take(values) {
    await data.load({ fresh: true });
    for (const one of data.ofSection(this.section.id)) if (one.name in values) data.change(one, values[one.name]);
    this.#draw();
    this.#drawFiles();
  }

  #drawFiles() {
    const valueOf = (name) => this.settings.find((one) => one.name === name)?.value ?? "";
    fill(this.files, filesOf(this.section.id, valueOf, async () => {
      await this.#take({});
      this.files.querySelector("button")?.focus();
    }));
  }

  async #discard() {
    if (!(await confirmDialog(t("console.discard"), t("console.discard_text"), t("console.discard")))) return;
    for (const one of this.settings) data.forget(one);
    this.#draw();
  }

  async #save() {
    if (this.save.disabled) return;
    const changed = data.changedOf(this.section.id);
    const mistakes = changed.map((one) => [one.key, mistake(one)]).filter(([, text]) => text);
    this.#say(Object.fromEntries(mistakes), mistakes.length ? t("console.mend") : "");
    if (mistakes.length) return;
    this.save.disabled = true;
    try {
      const clashes = await data.save(this.section.id);
      for (const { one, theirs } of clashes) this.fields.get(one.key).showClash(theirs);
      if (clashes.length) this.#say({}, t("console.clashes"));
      else this.#saved(changed);
    } catch (error) {
      if (error.status === undefined) throw error;
      const fields = error.body?.fields ?? {};
      this.#say(fields, Object.keys(fields).some((key) => this.fields.has(key)) ? t("console.mend") : words(error));
    } finally {
      this.save.disabled = data.changedOf(this.section.id).length === 0;
    }
  }

  #saved(changed) {
    const restart = changed.filter((one) => one.restart).map(nameOf);
    this.#draw();
    toast(restart.length ? t("console.saved_restart", { names: joined(restart) }) : t("saved"));
    this.fields.get(changed[0].key)?.control.focus({ preventScroll: true });
  }

  /** Show messages beside fields (by key) and one above the button; the first wrong field gets the focus. */
  #say(fields, text) {
    for (const [key, field] of this.fields) field.say(fields[key] ?? "");
    this.problem.hidden = !text;
    const elsewhere = Object.entries(fields).filter(([key]) => !this.fields.has(key)).map(([key, problem]) => `${key}: ${problem}`);
    fill(this.problem, text, elsewhere.length > 0 && h("ul", elsewhere.map((line) => h("li", line))));
    const first = [...this.fields.values()].find((field) => fields[field.one.key]);
    first?.control.focus();
  }

  #narrow(term) {
    for (const { one, element } of this.fields.values()) element.hidden = !matches(one, term.toLowerCase());
    for (const part of this.form.querySelectorAll(".settings-part")) part.hidden = !part.querySelector(".setting:not([hidden])");
    const details = this.form.querySelector("details");
    if (details) details.open = term !== "" && details.querySelector(".setting:not([hidden])") !== null;
  }

  #reveal(key) {
    const field = this.fields.get(key);
    if (!field) return;
    const details = field.element.closest("details");
    if (details) details.open = true;
    field.element.classList.add("revealed");
    field.element.scrollIntoView({ block: "center" });
    if (!field.control.disabled) field.control.focus({ preventScroll: true });
  }
}
