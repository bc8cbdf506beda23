// The fields of a form from what is said about them: { name, kind, label, required, max, hint, options, value, locked }.
//
// Kinds: "text" (as is), "area", "lines" (a list, one per line), "check", "select" (options are [value, text]), "secret" (never
// filled in; what is typed takes its place). Labels and hints are words named after `label` or `name`. `address` says that it
// (or each line) begins with https:// or http://; `when(values)` says when a field counts at all.

import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { FieldError, field, words as said } from "../../dialogs/dialog.js";

/** The controls of fields, filled in from a record (or what they begin with). */
export function controls(fields, one) {
  const made = fields.map((about) => control(about, one?.[about.name] ?? about.value ?? ""));
  const box = h("div", made);
  const choose = () => made.forEach((element, at) => {
    element.hidden = fields[at].when?.(valuesOf(box, fields)) === false;
  });
  box.addEventListener("change", choose);
  choose();
  return box;
}

function control({ name, kind = "text", label = name, required, max, hint, options, locked }, value) {
  const words = t(`integrations.${label}`);
  const help = hint && t(`integrations.${label}_hint`);
  if (kind === "check") {
    return h("label.check", h("input", { type: "checkbox", name, checked: value === true, disabled: locked }), h("span", h("strong", words), help && h("span.hint", help)));
  }
  if (kind === "select") return select(name, words, help, options, String(value));
  if (kind === "secret") return field({ label: words, name, hint: help, maxlength: max, type: "password", autocomplete: "new-password", spellcheck: "false", placeholder: required ? null : t("console.secret_replace") });
  const text = kind === "lines" ? value || [] : value;
  const multiline = kind === "lines" || kind === "area";
  return field({ label: words, name, hint: help, required, maxlength: max, multiline, rows: multiline ? 3 : null, autocapitalize: "none", autocomplete: "off", value: kind === "lines" ? [...text].join("\n") : text });
}

function select(name, words, help, options, value) {
  const id = `integration-${name}`;
  const control = h("select", { id, name, "aria-describedby": help ? `${id}-hint` : null }, options.map(([key, text]) => h("option", { value: key, selected: String(key) === value }, text)));
  return h("div.field", h("label", { for: id }, words), control, help && h("p.hint", { id: `${id}-hint` }, help));
}

/** What a form says, as the API takes it. */
export function valuesOf(form, fields) {
  return Object.fromEntries(fields.map(({ name, kind, numeric }) => {
    const { value, checked } = form.querySelector(`[name="${name}"]`);
    if (kind === "check") return [name, checked];
    if (kind === "lines") return [name, value.split("\n").map((line) => line.trim()).filter(Boolean)];
    return [name, numeric ? Number(value) : value.trim()];
  }));
}

const isAddress = (text) => /^https?:\/\/[^\s/]/i.test(text);

/** Return the values if they can be sent. Raises `FieldError` for the first that can't. */
export function checked(values, fields) {
  for (const { name, label = name, required, address, when } of fields) {
    const value = values[name];
    if (when?.(values) === false) continue;
    if (required && !value?.length) throw new FieldError(name, t("integrations.missing", { field: t(`integrations.${label}`) }));
    const wrong = address && [value].flat().find((one) => one && !isAddress(one));
    if (wrong) throw new FieldError(name, t("integrations.need_address", { text: wrong }));
  }
  return values;
}

/** What parts of error ids mean, where they aren't called as the field is. */
const MEANT = { callback: "callback_urls", duplicate_trigger: "trigger", intersect: "trigger_words", invalid_username: "username", url: "callback_urls", words: "trigger_words" };

/** Which field an error is about; undefined when that isn't known. */
function meant(error, fields) {
  const names = fields.map((one) => one.name);
  const told = Object.keys(error.body?.fields ?? {}).find((name) => names.includes(name));
  if (told) return told;
  const parts = (error.id ?? "").split(".");
  const called = names.find((name) => parts.some((part) => part === name || part.startsWith(`${name}_`)));
  return called ?? parts.map((part) => MEANT[part]).find((name) => names.includes(name));
}

/** Run what saves; what the server finds wrong becomes a `FieldError` where one can tell of which field it is. */
export async function explained(fields, task) {
  try {
    return await task();
  } catch (error) {
    const name = meant(error, fields);
    throw name ? new FieldError(name, said(error)) : error;
  }
}
