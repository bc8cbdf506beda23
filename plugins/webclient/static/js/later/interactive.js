// Dialogs that an integration opens: a form, sent back through the server.

import { fill, h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { optionsOf } from "../views/actions.js";
import { renderMarkdown } from "../markdown/render.js";
import { form, openDialog } from "../dialogs/dialog.js";

let numbers = 0;

/** Show the dialog of an `open_dialog` event: { trigger_id, url, dialog }. */
export function openInteractive({ url, dialog: wanted }) {
  const elements = (Array.isArray(wanted.elements) ? wanted.elements : []).map((one) => new Element(one));
  const place = { url, callback_id: wanted.callback_id ?? "", state: wanted.state ?? "", channel_id: state.channelId, team_id: state.teamId };
  let sent = false;
  const toMend = (problem) => {
    shown.body.querySelector("[aria-invalid=true]")?.focus();
    throw new Error(problem || t("dialog.mend"));
  };
  const send = async () => {
    if (elements.map((one) => one.check()).includes(false)) return toMend();
    const submission = Object.fromEntries(elements.map((one) => [one.name, one.value()]).filter(([, value]) => value !== null));
    const answer = (await api.post("/actions/dialogs/submit", { ...place, submission })) ?? {};
    const errors = answer.errors ?? {};
    for (const one of elements) if (errors[one.name]) one.complain(String(errors[one.name]));
    if (answer.error || Object.keys(errors).length) return toMend(answer.error);
    sent = true;
    shown.close();
    if (answer.type === "form" && answer.form) openInteractive({ url, dialog: answer.form });
    return undefined;
  };
  const intro = wanted.introduction_text && h("div.dialog-intro", renderMarkdown(String(wanted.introduction_text)));
  const shown = openDialog(String(wanted.title ?? ""), [intro, form(elements.map((one) => one.node), String(wanted.submit_label || t("dialog.submit")), send)], {
    onclose: () => !sent && wanted.notify_on_cancel && api.post("/actions/dialogs/submit", { ...place, submission: {}, cancelled: true }).catch(() => {}),
  });
}

const isMany = (wanted) => wanted.type === "select" && Boolean(wanted.multiselect);

/** One element of a dialog. */
class Element {
  constructor(wanted) {
    this.wanted = wanted;
    this.name = String(wanted.name ?? "");
    this.id = `dialog-element-${(numbers += 1)}`;
    this.problem = h("p.problem", { id: `${this.id}-problem`, role: "alert", hidden: true });
    const make = { textarea: area, select, radio, bool }[wanted.type] ?? line;
    this.control = make(this);
    const hint = wanted.help_text && h("p.hint", { id: `${this.id}-hint` }, String(wanted.help_text));
    const label = `${wanted.display_name ?? this.name}${wanted.optional ? ` (${t("dialog.optional")})` : ""}`;
    const grouped = wanted.type === "radio" || isMany(wanted);
    this.node = h(grouped ? "fieldset.field" : "div.field", grouped ? h("legend", label) : h("label", { for: this.id }, label), this.control, hint, this.problem);
  }

  get properties() {
    const { wanted } = this;
    return { id: this.id, name: this.name, required: !wanted.optional, "aria-describedby": `${this.id}-hint ${this.id}-problem` };
  }

  value() {
    const { control, wanted } = this;
    if (wanted.type === "bool") return control.querySelector("input").checked;
    if (wanted.type === "radio") return control.querySelector("input:checked")?.value ?? null;
    if (isMany(wanted)) return [...control.querySelectorAll("input:checked")].map((one) => one.value);
    if (control.value === "") return wanted.optional ? null : "";
    if (wanted.type === "datetime") return `${new Date(control.value).toISOString().slice(0, 19)}Z`;
    return wanted.subtype === "number" ? Number(control.value) : control.value;
  }

  /** Say whether it is filled in as it must be, and what is wrong if it isn't. */
  check() {
    const value = this.value();
    const { min_length: least, optional } = this.wanted;
    const empty = value === null || value === "" || value === false || (Array.isArray(value) && !value.length);
    let text = "";
    if (empty && !optional) text = t("dialog.required");
    else if (least && typeof value === "string" && value.length < least) text = t("dialog.too_short", { count: least });
    else if (this.control.validity && !this.control.validity.valid && !empty) text = this.control.validationMessage;
    this.complain(text);
    return !text;
  }

  complain(text) {
    fill(this.problem, text);
    this.problem.hidden = !text;
    const first = this.control.matches("input, textarea, select") ? this.control : this.control.querySelector("input");
    first?.setAttribute("aria-invalid", String(Boolean(text)));
  }
}

const TYPES = { email: "email", number: "number", password: "password", tel: "tel", url: "url" };
const MOMENTS = { date: "date", datetime: "datetime-local" };

function line({ properties, wanted }) {
  const type = MOMENTS[wanted.type] ?? TYPES[wanted.subtype] ?? "text";
  const most = type === "number" ? null : wanted.max_length || 150;
  const value = wanted.type === "datetime" ? localMoment(wanted.default) : (wanted.default ?? "");
  return h("input", { ...properties, type, value, placeholder: wanted.placeholder || null, maxlength: most, min: wanted.min_date || null, max: wanted.max_date || null });
}

function area({ properties, wanted }) {
  return h("textarea", { ...properties, rows: 4, value: wanted.default ?? "", placeholder: wanted.placeholder || null, maxlength: wanted.max_length || 3000 });
}

function bool({ properties, wanted }) {
  return h("div", h("label.check", h("input", { ...properties, type: "checkbox", checked: String(wanted.default) === "true" }), h("span", String(wanted.placeholder || t("dialog.yes")))));
}

function radio({ id, wanted }) {
  return h("div", optionsOf(wanted).map((one) => h("label.choice", h("input", { type: "radio", name: id, value: one.value, checked: one.value === wanted.default }), one.text)));
}

/** A moment as the browser's own field has it: in one's own time zone. */
function localMoment(text) {
  const at = new Date(text ?? "");
  return Number.isNaN(at.getTime()) ? "" : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function select(element) {
  const { properties, wanted, id } = element;
  const chosen = String(wanted.default ?? "").split(",");
  if (isMany(wanted)) {
    return h("div.channel-boxes", optionsOf(wanted).map((one) => h("label.check", h("input", { type: "checkbox", name: id, value: one.value, checked: chosen.includes(one.value) }), h("span", one.text))));
  }
  const nodes = (list) => list.map((one) => h("option", { value: one.value, selected: chosen.includes(one.value) }, one.text));
  return h("select", properties, h("option", { value: "" }, wanted.placeholder || t("dialog.choose")), nodes(optionsOf(wanted)));
}
