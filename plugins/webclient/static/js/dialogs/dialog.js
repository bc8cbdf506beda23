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
      if (before?.isConnected) before.focus();
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

/** A labelled input: { label, name, type, value, hint, … }. */
export function field({ label, hint, name, multiline = false, ...input }) {
  const id = `field-${name}-${(fields += 1)}`;
  const described = hint ? `${id}-hint` : null;
  const control = h(multiline ? "textarea" : "input", { id, name, "aria-describedby": described, ...input });
  return h("div.field", h("label", { for: id }, label), control, hint && h("p.hint", { id: described }, hint));
}

/** A group of radio buttons whose choice is saved at once. */
export function choice(label, name, options, current, save) {
  return h("fieldset", h("legend", label), options.map(([value, text, hint]) => h("label.choice",
    h("input", { type: "radio", name, value, checked: value === current, onchange: () => tryTo(() => save(value)) }), h("span", h("strong", text), hint && h("span.hint", hint)))));
}

/**
 * A form that is sent once at a time and shows what went wrong. `submit(values, form)` may be async; whatever it throws
 * is shown in words.
 */
export function form(contents, action, submit, { secondary } = {}) {
  const problem = h("p.problem", { role: "alert", hidden: true });
  const button = h("button.primary", { type: "submit" }, action);
  const element = h("form", { novalidate: true }, contents, problem, h("div.dialog-actions", secondary, button));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    problem.hidden = true;
    try {
      await submit(Object.fromEntries(new FormData(element)), element);
    } catch (error) {
      fill(problem, words(error));
      problem.hidden = false;
      problem.scrollIntoView({ block: "nearest" });
    } finally {
      button.disabled = false;
    }
  });
  return element;
}

/** Return what to tell a person about an error. */
export function words(error) {
  if (error.status === 0) return t("error.offline");
  if (error instanceof TypeError && /module/i.test(error.message)) return t("error.part");
  return error.message || t("error.unknown");
}

let toastTimer = 0;

/** Say something short at the bottom of the page. */
export function toast(text, { error = false } = {}) {
  document.querySelector(".toast")?.remove();
  const element = h("div.toast", { role: error ? "alert" : "status", class: error ? "error" : "" }, text);
  document.body.append(element);
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
