// What the pages of the console are made of: titles, tables, filters, paging, buttons that ask first.

import { announce, debounce, fill, focusable, h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { confirmDialog, toast, tryTo, words } from "../../dialogs/dialog.js";

/** A text that may be somebody's, or the server's English, is read in its own direction. */
const own = (text) => (typeof text === "string" && text ? h("bdi", text) : text);

/** A page: its title, a line about it, buttons beside the title, and what it shows. */
export function frame(title, { hint = null, tools = [], back = null } = {}, ...content) {
  return h("div.console-page", back, h("div.console-title", h("h1", own(title)), h("div.console-tools", tools)), hint && h("p.hint", own(hint)), content);
}

/** A table: `columns` are texts (or { label, class }), `rows` arrays of what the cells hold. */
export function table(caption, columns, rows, { none = t("console.nothing") } = {}) {
  const heads = columns.map((one) => h("th", { scope: "col", class: one.class ?? "" }, one.label ?? one));
  const labels = columns.map((one) => one.label ?? one);
  const body = rows.map((cells) => h("tr", cells.map((cell, at) => h("td", { data: { label: labels[at] }, class: columns[at].class ?? "" }, own(cell)))));
  return h("div.table-box", { tabindex: "0", role: "region", "aria-label": caption },
    h("table", h("caption.sr-only", caption), h("thead", h("tr", heads)), h("tbody", body)),
    rows.length ? null : h("p.empty", none));
}

export const button = (label, onclick, { danger = false, primary = false, disabled = false, about = null } = {}) =>
  h(primary ? "button.primary.small" : "button.quiet.small", { type: "button", disabled, class: danger ? "danger-text" : "", "aria-label": about ? `${label}: ${about}` : null, onclick }, label);

/** Run something that changes the server; tells that it is done, then draws again. */
export async function act(task, then = () => {}, done = t("console.done")) {
  const ok = await tryTo(async () => {
    await task();
    return true;
  });
  if (!ok) return false;
  if (done) toast(done);
  await then();
  return true;
}

/** Like `act`, after a question. */
export async function askAndAct({ title, text, action }, task, then) {
  if (await confirmDialog(title, text, action ?? title)) await act(task, then);
}

/** A select with a visible label; `options` are [value, text]. */
export function choose(label, name, options, value, onchange) {
  const control = h("select", { name, onchange: () => onchange(control.value) }, options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
  return h("label.console-filter", h("span", label), control);
}

/** A field that searches as one types. */
export function searchField(label, oninput) {
  const control = h("input", { type: "search", name: "term", autocomplete: "off", oninput: debounce(() => oninput(control.value.trim()), 250) });
  return h("label.console-filter.grow", h("span", label), control);
}

const NAMED = (element) => [element.tagName, element.name ?? "", element.getAttribute("aria-label") ?? element.textContent].join(" ");

/** Where the focus is in a part of the page that is about to be drawn anew; null when it is elsewhere. */
function placeOfFocus(part) {
  const active = document.activeElement;
  if (!part.contains(active)) return null;
  const all = focusable(part);
  return { named: NAMED(active), nth: all.filter((one) => NAMED(one) === NAMED(active)).indexOf(active), at: all.indexOf(active) };
}

/** Give the focus back: to what is called the same, else to what is at the same place now (nothing that deletes), else to the page's title. */
function focusAgain(part, { named, nth, at }) {
  const all = focusable(part);
  const same = all.filter((one) => NAMED(one) === named);
  const near = all.slice(0, at + 1).reverse().find((one) => !one.classList.contains("danger-text"));
  const found = same[Math.min(nth, same.length - 1)] ?? near ?? document.querySelector(".console-main h1");
  found?.focus({ preventScroll: true });
}

/**
 * A box that shows what `load()` returns (nodes), or in words why there is nothing. The newest of several wins; `strict`
 * raises. Drawn again it keeps the focus and says how much there is; with `quiet` it says nothing.
 */
export class Live {
  #turn = 0;
  #shown = false;

  constructor(load) {
    this.load = load;
    this.element = h("div.live", { "aria-busy": "true" });
  }

  async draw({ quiet = false, strict = false } = {}) {
    const turn = (this.#turn += 1);
    if (!quiet) this.element.setAttribute("aria-busy", "true");
    let shown;
    try {
      shown = await this.load();
    } catch (error) {
      if (error.status === undefined || strict) throw error;
      shown = h("p.problem", { role: "alert" }, words(error));
    }
    if (turn !== this.#turn) return;
    this.element.setAttribute("aria-busy", "false");
    const focus = placeOfFocus(this.element);
    fill(this.element, shown);
    if (focus) focusAgain(this.element, focus);
    if (this.#shown && !quiet) this.#say();
    this.#shown = true;
  }

  #say() {
    const count = this.element.querySelectorAll("tbody tr, .cards > li, .plugin-list > .plugin-row").length;
    announce(count ? t("console.shown", { count }) : (this.element.querySelector(".empty")?.textContent ?? ""));
  }
}

/** Buttons to the page before and after; `more` says whether there is one after. */
export function pager(at, more, go) {
  if (!at && !more) return null;
  return h("div.pager", button(t("console.before"), () => go(at - 1), { disabled: at === 0 }), h("span.muted", t("console.page", { number: at + 1 })), button(t("console.after"), () => go(at + 1), { disabled: !more }));
}

export const tag = (text, kind = "") => h("span.tag", { class: kind }, text);

/** Names and values, for details. */
export const facts = (pairs) => h("dl.facts", pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => h("div", h("dt", name), h("dd", own(value)))));
