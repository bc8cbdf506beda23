// Putting the sidebar in order: by dragging, and by Ctrl+Shift+arrows on what has the focus.

import { announce } from "../lib/dom.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channelName } from "../data/channels.js";
import { mayHold, place, placeCategory } from "../data/categories.js";
import { tryTo } from "../dialogs/dialog.js";

const shownIn = (section) => [...section.querySelectorAll("[data-channel]")].map((row) => row.dataset.channel);
const categoryAt = (section) => state.categories.find((one) => one.id === section?.dataset.category);

/** Let the list of categories be put in order. */
export function listenForOrder(scope, list) {
  let moving = null; // { channel } or { category }
  const clear = () => list.querySelectorAll(".drop-before, .drop-into").forEach((one) => one.classList.remove("drop-before", "drop-into"));
  scope.listen(list, "dragstart", (event) => {
    const row = event.target.closest?.("[data-channel]");
    const section = event.target.closest?.("[data-category]");
    moving = row ? { channel: row.dataset.channel } : { category: section.dataset.category };
    event.dataTransfer.effectAllowed = "move";
  });
  scope.listen(list, "dragover", (event) => {
    const target = moving && targetOf(event, moving);
    clear();
    if (!target) return;
    event.preventDefault();
    target.mark.classList.add(target.before ? "drop-before" : "drop-into");
  });
  scope.listen(list, "drop", (event) => {
    const target = moving && targetOf(event, moving);
    clear();
    if (!target) return;
    event.preventDefault();
    tryTo(target.move);
    moving = null;
  });
  scope.listen(list, "dragend", () => {
    clear();
    moving = null;
  });
  scope.listen(list, "keydown", (event) => byKeys(event, list));
}

/** Where something would be dropped: what to mark, and what to do then. */
function targetOf(event, moving) {
  const section = event.target.closest("[data-category]");
  const category = categoryAt(section);
  if (!category) return null;
  if (moving.category) {
    if (moving.category === category.id) return null;
    return { mark: section, before: true, move: () => placeCategory(moving.category, category.id) };
  }
  if (!mayHold(category, state.channels.get(moving.channel))) return null;
  const row = event.target.closest("[data-channel]");
  const before = row?.dataset.channel ?? "";
  if (before === moving.channel) return null;
  return { mark: row ?? section, before: Boolean(row), move: () => place(moving.channel, category, shownIn(section), before) };
}

function byKeys(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.ctrlKey || !event.shiftKey || event.altKey) return;
  const section = event.target.closest("[data-category]");
  const row = event.target.closest("[data-channel]");
  if (!section) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const sections = [...list.querySelectorAll("[data-category]")];
  if (row) stepChannel(row, section, sections, step);
  else stepCategory(section, sections, step);
}

/** One place up or down; beyond the end of a category into the next that takes it. */
async function stepChannel(row, section, sections, step) {
  const id = row.dataset.channel;
  const one = state.channels.get(id);
  const shown = shownIn(section);
  const to = shown.indexOf(id) + step;
  const own = categoryAt(section);
  if (to >= 0 && to < shown.length && own.type !== "direct_messages") {
    await tryTo(() => place(id, own, shown, step < 0 ? shown[to] : (shown[to + 1] ?? "")));
  } else {
    const at = sections.indexOf(section);
    const candidates = step > 0 ? sections.slice(at + 1) : sections.slice(0, at).reverse();
    const next = candidates.find((other) => mayHold(categoryAt(other), one));
    if (!next) return;
    const there = shownIn(next);
    await tryTo(() => place(id, categoryAt(next), there, step > 0 ? (there[0] ?? "") : ""));
  }
  afterMove(`[data-channel="${id}"] a`, channelName(one));
}

async function stepCategory(section, sections, step) {
  const at = sections.indexOf(section);
  const id = section.dataset.category;
  const before = step < 0 ? sections[at - 1] : sections[at + 2];
  if (step < 0 ? at === 0 : at === sections.length - 1) return;
  await tryTo(() => placeCategory(id, before?.dataset.category ?? ""));
  afterMove(`[data-category="${id}"] .category-name`, section.querySelector(".category-name").textContent);
}

/** The focus stays on what was moved, and screen readers hear where it is. */
function afterMove(selector, name) {
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const moved = document.querySelector(`.sidebar ${selector}`);
    moved?.focus();
    const category = categoryAt(moved?.closest("[data-category]"));
    if (category) announce(t("sidebar.moved", { name, category: document.querySelector(`[data-category="${category.id}"] .category-name`).textContent }));
  }));
}
