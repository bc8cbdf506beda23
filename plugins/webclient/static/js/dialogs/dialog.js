// Dialogs: the browser's own <dialog> keeps the focus inside and closes on Escape.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";

/** Open a dialog; `content` are nodes. Returns { close, body, closed }: `closed` is a promise. */
export function openDialog(title, content, { wide = false, onclose } = {}) {
  const heading = h("h2", { id: `dialog-${Date.now()}` }, title);
  const body = h("div.dialog-body", content);
  const element = h(
    "dialog",
    { class: wide ? "wide" : "", "aria-labelledby": heading.id },
    h("header", heading, h("button.icon-button", { type: "button", "aria-label": t("close"), onclick: () => element.close() }, icon("close"))),
    body,
  );
  const before = document.activeElement;
  const closed = new Promise((resolve) => {
    element.addEventListener("close", () => {
      element.remove();
      whereItWas(before)?.focus();
      onclose?.();
      resolve();
    });
  });
  element.addEventListener("pointerdown", (event) => event.target === element && element.close());
  document.body.append(element);
  element.showModal();
  (element.querySelector("[autofocus]") ?? element.querySelector("input, textarea, select") ?? element).focus();
  return { close: () => element.close(), body, closed, element };
}

/** Return where the focus goes back to: to what had it, or what stands in its place since the page was drawn anew. */
function whereItWas(before) {
  if (before?.isConnected && before !== document.body) return before;
  const same = before?.classList.length ? document.querySelectorAll(`.${[...before.classList].join(".")}`) : [];
  if (same.length === 1) return same[0];
  return matchMedia("(pointer: coarse)").matches ? null : document.querySelector("#composer");
}

/** Ask yes or no; returns a promise of the answer. */
export function confirmDialog(title, text, action, { danger = true } = {}) {
  return new Promise((resolve) => {
    let answer = false;
    const yes = h("button.primary", { type: "button", class: danger ? "danger" : "", autofocus: true, onclick: () => {
      answer = true;
      dialog.close();
    } }, action);
    const no = h("button.quiet", { type: "button", onclick: () => dialog.close() }, t("cancel"));
    const dialog = openDialog(title, [h("p", text), h("div.dialog-actions", no, yes)], { onclose: () => resolve(answer) });
  });
}

let fields = 0;

/** A labelled input: { label, name, type, value, hint, … }. What is typed into a password can be looked at. */
export function field({ label, hint, name, multiline = false, ...input }) {
  const id = `field-${name}-${(fields += 1)}`;
  const described = hint ? `${id}-hint` : null;
  const control = h(multiline ? "textarea" : "input", { id, name, "aria-describedby": described, ...input });
  const shown = input.type === "password" ? h("div.password-box", control, revealer(control)) : control;
  return h("div.field", h("label", { for: id }, label), shown, hint && h("p.hint", { id: described }, hint));
}

function revealer(control) {
  const button = h("button.icon-button", { type: "button", "aria-pressed": "false", "aria-label": t("password.show"), title: t("password.show"), onclick: () => {
    const shown = control.type === "password";
    control.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  } }, icon("eye"));
  return button;
}

/** A group of radio buttons whose choice is saved at once. */
export function choice(label, name, options, current, save) {
  return h("fieldset", h("legend", label), options.map(([value, text, hint]) => h("label.choice",
    h("input", { type: "radio", name, value, checked: value === current, onchange: () => tryTo(() => save(value)) }), h("span", h("strong", text), hint && h("span.hint", hint)))));
}

/** What is wrong with one field of a form, by its name: said beside it. */
export class FieldError extends Error {
  constructor(name, message) {
    super(message);
    this.field = name;
  }
}

/** Which field the server means, by the id of its error. */
const MEANT = [[/pwd|password/, "password"], [/pwd|password/, "new"], [/username/, "username"], [/email|accepted_domain/, "email"], [/channel|team/, "name"]];

function controlOf(error, element) {
  const names = error.field ? [error.field] : MEANT.filter(([pattern]) => error.id && pattern.test(error.id)).map(([, name]) => name);
  const control = names.map((name) => element.elements.namedItem(name)).find((one) => one?.closest?.(".field"));
  return control?.getClientRects().length ? control : null;
}

/**
 * A form that is sent once at a time and shows what went wrong. `submit(values, form)` may be async; whatever it throws
 * is shown in words, beside the field that it is about where that is known.
 */
export function form(contents, action, submit, { secondary } = {}) {
  const problem = h("p.problem", { id: `problem-${(fields += 1)}`, role: "alert", hidden: true });
  const button = h("button.primary", { type: "submit" }, action);
  const actions = h("div.dialog-actions", secondary, button);
  const element = h("form", { novalidate: true }, contents, problem, actions);
  let wrong = null;
  const clear = () => {
    problem.hidden = true;
    wrong?.removeAttribute("aria-invalid");
    wrong?.removeAttribute("aria-errormessage");
    wrong = null;
  };
  const show = (error) => {
    wrong = controlOf(error, element);
    if (wrong) wrong.closest(".field").append(problem);
    else actions.before(problem);
    wrong?.setAttribute("aria-invalid", "true");
    wrong?.setAttribute("aria-errormessage", problem.id);
    fill(problem, words(error));
    problem.hidden = false;
    wrong?.focus();
    problem.scrollIntoView({ block: "nearest" });
  };
  element.addEventListener("input", (event) => event.target === wrong && clear());
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    const pressed = document.activeElement === button; // what is disabled loses the focus
    button.disabled = true;
    clear();
    try {
      await submit(Object.fromEntries(new FormData(element)), element);
    } catch (error) {
      show(error);
    } finally {
      button.disabled = false;
      if (pressed && document.activeElement === document.body) button.focus();
    }
  });
  return element;
}

/** Return what to tell a person about an error: in our words for what is met often, else in the server's. */
export function words(error) {
  if (error.status === 0) return t("error.offline");
  const own = `error.${error.id}`;
  if (error.id && t(own) !== own) return t(own);
  if (error instanceof TypeError && /module/i.test(error.message)) return t("error.part");
  return error.message || t("error.unknown");
}

let toastTimer = 0;

/** Say something short at the bottom of the page; over a dialog from within it, since nobody sees or hears what is behind. */
export function toast(text, { error = false } = {}) {
  document.querySelector(".toast")?.remove();
  const element = h("div.toast", { role: error ? "alert" : "status", class: error ? "error" : "" }, text);
  ([...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body).append(element);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => element.remove(), 4000);
}

/** Run something and tell when it fails. */
export async function tryTo(task) {
  try {
    return await task();
  } catch (error) {
    toast(words(error), { error: true });
    return null;
  }
}
