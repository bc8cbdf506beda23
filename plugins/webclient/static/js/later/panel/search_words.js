// What can be written into the search box: filters, and what may follow them.

import { h } from "../../lib/dom.js";
import { icon } from "../../lib/icons.js";
import { state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { channelName, isDirect, isPrivateTalk, partnerId } from "../../data/channels.js";
import { autocomplete, displayName, user } from "../../data/users.js";
import { avatar } from "../../views/people.js";

const FILTERS = ["from:", "in:", "before:", "after:", "on:", "has:", "\"…\"", "-", "*"];
const KINDS = ["link", "file", "pin", "reaction"];
const PIECE = /-*"([^"]*)"?|[^\s"]+/g;
const FLAG = /^-*(from|in|channel|before|after|on|ext|has):/i;
const OPEN = /((?:^|\s)-?(from|in|before|after|on|has):)(\S*)$/i; // a filter that is being written
const MOST = 8;
const DAY_MS = 86_400_000;

/** Return the words and phrases that are looked for, as they may stand in a message. */
export function hitsOf(terms) {
  const found = [...terms.matchAll(PIECE)].filter(([piece]) => !piece.startsWith("-") && !FLAG.test(piece));
  return found.map(([piece, phrase]) => (phrase ?? piece.replace(/\*+$/, "")).replace(/^[#@]+/, "").trim()).filter((word) => word.length > 1 || /[^\x00-\x7f]/.test(word));
}

/** Return what was searched for without its filters. */
export const withoutFilters = (terms) => [...terms.matchAll(PIECE)].map(([piece]) => piece).filter((piece) => !FLAG.test(piece)).join(" ");

/** Return what may follow a text, as buttons: each calls `take` with how to change what is written by then. */
export async function completion(text, take) {
  const flag = OPEN.exec(text);
  if (flag) {
    const [, , name, typed] = flag;
    const put = (value) => take((now) => now.replace(OPEN, (_, before) => `${before}${value} `));
    return (await sources[name.toLowerCase()](typed.toLowerCase(), put)) ?? null;
  }
  return !text.trim() || /\s$/.test(text) ? filters(take) : null;
}

function filters(take) {
  const mark = (filter) => ({ "\"…\"": "\"", "*": "" })[filter] ?? filter;
  return h("ul", { "aria-label": t("search.filters") }, FILTERS.map((filter) => h("li", h("button.switch-row", { type: "button", onkeydown: step, onclick: () => take((now) => (/\S$/.test(now) ? `${now} ` : now) + mark(filter)) },
    h("code", filter === "*" ? "abc*" : filter === "-" ? "-abc" : filter), h("span.muted", t(`search.filter.${{ "\"…\"": "phrase", "-": "minus", "*": "star" }[filter] ?? filter.slice(0, -1)}`))))));
}

const list = (rows) => (rows.length ? h("ul", rows.map((row) => h("li", row))) : null);
const row = (onclick, ...contents) => h("button.switch-row", { type: "button", onclick, onkeydown: step }, contents);

async function people(typed, put) {
  const { inside, outside } = await autocomplete(typed.replace(/^@/, ""), "").catch(() => ({ inside: [], outside: [] }));
  const found = [state.me, ...inside, ...outside].filter((one, at, all) => all.findIndex((other) => other.id === one.id) === at && one.username.startsWith(typed.replace(/^@/, "")));
  return list(found.slice(0, MOST).map((one) => row(() => put(one.username), avatar(one.id, 20), h("strong", h("bdi", displayName(one))), h("span.muted", h("bdi", `@${one.username}`)))));
}

function places(typed, put) {
  const address = (one) => (isDirect(one) ? `@${user(partnerId(one))?.username ?? ""}` : one.name);
  const wanted = typed.replace(/^~/, "");
  const found = [...state.channels.values()].filter((one) => !one.delete_at && (isDirect(one) || !isPrivateTalk(one)) && (address(one).includes(wanted) || channelName(one).toLowerCase().includes(wanted)));
  found.sort((a, b) => b.last_post_at - a.last_post_at);
  return list(found.slice(0, MOST).map((one) => row(() => put(address(one)), icon(isDirect(one) ? "user" : one.type === "P" ? "lock" : "hash", 16), h("strong", h("bdi", channelName(one))), h("span.muted", h("bdi", address(one))))));
}

const day = (ms) => {
  const at = new Date(ms);
  return [at.getFullYear(), String(at.getMonth() + 1).padStart(2, "0"), String(at.getDate()).padStart(2, "0")].join("-");
};

function days(typed, put) {
  if (/^\d{4}-\d\d-\d\d$/.test(typed)) return null;
  const near = [["today", 0], ["yesterday", 1], ["week", 7]].map(([name, ago]) => row(() => put(day(Date.now() - ago * DAY_MS)), h("strong", t(`search.day.${name}`)), h("span.muted", day(Date.now() - ago * DAY_MS))));
  const other = h("label.day", t("search.day.other"), h("input", { type: "date", max: day(Date.now()), onchange: ({ target }) => target.value && put(target.value) }));
  return list([...near, other]);
}

const kinds = (typed, put) => list(KINDS.filter((kind) => kind.startsWith(typed) && kind !== typed).map((kind) => row(() => put(kind), h("strong", kind), h("span.muted", t(`search.has.${kind}`)))));

const sources = { from: people, in: places, before: days, after: days, on: days, has: kinds };

/** Arrows go through the list, and back into the box. */
function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const all = [...event.currentTarget.closest("ul").querySelectorAll("button, input")];
  const next = all[all.indexOf(event.currentTarget) + by] ?? (by < 0 ? document.querySelector(".search-form input") : null);
  next?.focus();
}
