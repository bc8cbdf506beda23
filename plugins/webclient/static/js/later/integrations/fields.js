// The fields of a form from what is said about them: { name, kind, label, required, max, hint, options, value, locked }.
//
// Kinds: "text" (as is), "area", "lines" (a list, one per line), "check", "select" (options are [value, text]). Labels and
// hints are words named after `label` or `name`.

import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { field } from "../../dialogs/dialog.js";

/** The controls of fields, filled in from a record (or what they begin with). */
export function controls(fields, one) {
  return fields.map((about) => control(about, one?.[about.name] ?? about.value ?? ""));
}

function control({ name, kind = "text", label = name, required, max, hint, options, locked }, value) {
  const words = t(`integrations.${label}`);
  const help = hint && t(`integrations.${label}_hint`);
  if (kind === "check") {
    return h("label.check", h("input", { type: "checkbox", name, checked: value === true, disabled: locked }), h("span", h("strong", words), help && h("span.hint", help)));
  }
  if (kind === "select") return select(name, words, help, options, String(value));
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
