// One field per setting, by its kind.

import { fill, h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { button, tag } from "./kit.js";
import { change, forget, isChanged, same, wanted } from "./settings_data.js";
import { nameOf } from "./settings_names.js";

/** Return a value as people read it, on one line. */
export function shown(one, value) {
  if (one.secret) return t(value?.length ? "console.secret_set" : "console.secret_unset");
  if (typeof value === "boolean") return t(value ? "console.on" : "console.off");
  if (value === "" || value === null || (Array.isArray(value) && !value.length)) return t("console.empty");
  return Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value);
}

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** What a field shows wrong before the server is asked; "" when nothing is. */
export function mistake(one) {
  const value = wanted(one);
  if (value instanceof Error) return value.message;
  if (one.kind !== "int" && one.kind !== "float") return "";
  if (typeof value !== "number" || Number.isNaN(value) || (one.kind === "int" && !Number.isSafeInteger(value))) return t(one.kind === "int" ? "console.need_whole" : "console.need_number");
  return outOfBounds(one, value);
}

function outOfBounds(one, value) {
  if (one.also.includes(value)) return "";
  const { minimum, maximum } = one;
  if (minimum !== null && value < minimum) return t("console.too_small", { number: [minimum, ...one.also].join(" / ") });
  if (maximum !== null && value > maximum) return t("console.too_large", { number: maximum });
  return "";
}

const controls = {
  bool: (one, props, set) => h("input", { ...props, type: "checkbox", role: "switch", checked: wanted(one) === true, onchange: (event) => set(event.target.checked) }),
  int: number,
  float: number,
  text: (one, props, set) => h("input", { ...props, type: "text", value: wanted(one) ?? "", maxlength: one.max_length, oninput: (event) => set(event.target.value) }),
  long: (one, props, set) => h("textarea", { ...props, rows: 4, value: wanted(one) ?? "", oninput: (event) => set(event.target.value) }),
  choice: (one, props, set) => h("select", { ...props, onchange: (event) => set(event.target.value) }, choices(one)),
  list: (one, props, set) => h("textarea", { ...props, dir: "ltr", rows: 3, value: (wanted(one) ?? []).join("\n"), oninput: (event) => set(lines(event.target.value)) }),
  map: (one, props, set) => json(one, props, set),
  json,
};

function number(one, props, set) {
  const read = (event) => set(event.target.value.trim() === "" ? null : Number(event.target.value));
  return h("input", { ...props, type: "number", inputmode: one.kind === "int" ? "numeric" : "decimal", step: one.kind === "int" ? 1 : "any", min: one.minimum, max: one.maximum, value: wanted(one) ?? "", oninput: read });
}

function choices(one) {
  const value = wanted(one) ?? "";
  const known = one.options.includes(value) ? one.options : [value, ...one.options];
  return known.map((option) => h("option", { value: option, selected: option === value }, option || t("console.none")));
}

function json(one, props, set) {
  const value = wanted(one);
  const text = value instanceof Error ? value.text : JSON.stringify(value, null, 2);
  return h("textarea.code", { ...props, dir: "ltr", rows: 5, spellcheck: "false", value: text, oninput: (event) => {
    try {
      set(JSON.parse(event.target.value));
    } catch {
      set(Object.assign(new Error(t("console.need_json")), { text: event.target.value }));
    }
  } });
}

/** A secret is never shown; what is typed takes its place. */
function secret(one, props, set) {
  const many = one.kind === "list";
  const hint = t(one.value?.length ? "console.secret_replace" : "console.secret_type");
  const own = { ...props, placeholder: hint, autocomplete: "off", spellcheck: "false" };
  if (many) return h("textarea", { ...own, rows: 3, oninput: (event) => (event.target.value.trim() ? set(lines(event.target.value)) : set(undefined)) });
  return h("input", { ...own, type: "password", autocomplete: "new-password", oninput: (event) => set(event.target.value === "" ? undefined : event.target.value) });
}

/** A setting's field with its label, help and messages. `onchange()` is called after each change. */
export class Field {
  constructor(one, onchange) {
    this.one = one;
    this.onchange = onchange;
    this.id = `setting-${one.key.replace(/[^\w]/g, "-")}`;
    this.problem = h("p.field-problem", { id: `${this.id}-problem`, role: "alert", hidden: true });
    this.clash = h("div.field-clash", { role: "alert", hidden: true });
    this.element = h("div.setting", { data: { key: one.key } });
    this.draw();
  }

  draw() {
    const { one } = this;
    const off = !one.write;
    const props = { id: this.id, name: one.key, disabled: off, "aria-describedby": `${this.id}-help ${this.problem.id}` };
    this.control = one.secret ? secret(one, props, (value) => this.#set(value)) : controls[one.kind](one, props, (value) => this.#set(value));
    const label = h("label", { for: this.id }, nameOf(one));
    const row = one.kind === "bool" && !one.secret ? h("div.setting-switch", this.control, label) : [label, this.control];
    this.reset = h("span.setting-reset");
    fill(this.element, row, h("p.hint", { id: `${this.id}-help` }, one.help && h("bdi", one.help), one.help && " ", h("code", one.name), " ", this.#tags()), this.reset, this.problem, this.clash);
    this.#drawReset();
  }

  #tags() {
    const { one } = this;
    return [one.restart && tag(t("console.restart")), one.environment && tag(t("console.environment"), "warn"), !one.write && !one.environment && tag(t("console.read_only")), one.secret && tag(t(one.value?.length ? "console.secret_set" : "console.secret_unset")), one.kind === "list" && tag(t("console.one_per_line"))];
  }

  #drawReset() {
    const { one } = this;
    const value = wanted(one);
    if (!one.write) return fill(this.reset);
    if (one.secret) {
      const removing = isChanged(one) && !value?.length;
      const label = removing ? t("console.secret_keep") : t("console.secret_remove");
      return fill(this.reset, (one.value?.length || null) && button(label, () => (removing ? this.#take(undefined) : this.#take(one.kind === "list" ? [] : "")), { about: nameOf(one) }));
    }
    if (same(value, one.default) || one.default === null) return fill(this.reset);
    return fill(this.reset, button(t("console.default", { value: shown(one, one.default).slice(0, 60) }), () => this.#take(one.default), { about: nameOf(one) }));
  }

  /** Set a value from outside of the control. */
  #take(value) {
    this.#set(value);
    this.draw();
    this.control.focus();
  }

  #set(value) {
    if (value === undefined) forget(this.one);
    else change(this.one, value);
    this.say("");
    this.#drawReset();
    this.onchange();
  }

  /** Show what is wrong with the value; "" takes it away. */
  say(text) {
    this.problem.hidden = !text;
    fill(this.problem, text);
    this.control.setAttribute("aria-invalid", String(Boolean(text)));
  }

  /** Show that somebody else has changed the setting meanwhile. */
  showClash(theirs) {
    const { one } = this;
    const settle = (mine) => {
      one.value = theirs;
      if (!mine) forget(one);
      this.clash.hidden = true;
      this.draw();
      this.onchange();
      this.control.focus();
    };
    this.clash.hidden = false;
    fill(this.clash, h("p", t("console.clash", { value: shown(one, theirs) })),
      h("div.console-tools", button(t("console.clash_theirs"), () => settle(false)), button(t("console.clash_mine"), () => settle(true))));
  }
}
