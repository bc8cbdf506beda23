// Choosing an emoji.

import { fill, h } from "../lib/dom.js";
import { kept } from "../lib/store.js";
import { sideStep, t } from "../lib/i18n.js";
import { emojiGroups, emojiOf, findEmoji } from "../data/emoji.js";
import { openPopup } from "./popup.js";

const RECENT = "emoji";
const KEPT = 16;

const recent = () => (kept.get(RECENT) ?? "+1 tada heart smile eyes white_check_mark").split(" ").filter((name) => emojiOf(name));

/** Show the picker beside an anchor; `take(name)` gets what was chosen, the focus goes to `back` in the end. */
export function openEmojiPicker(anchor, take, back = anchor) {
  const grid = h("div.emoji-grid", { onkeydown: move });
  const choose = (name) => {
    close();
    kept.set(RECENT, [name, ...recent().filter((other) => other !== name)].slice(0, KEPT).join(" "));
    take(name);
  };
  const button = ([character, name]) => h("button", { type: "button", title: `:${name}:`, "aria-label": name, onclick: () => choose(name) }, character);
  const draw = (typed) => {
    if (typed) {
      const found = findEmoji(typed, 80);
      return fill(grid, found.length ? h("div.emoji-group", found.map(button)) : h("p.muted", t("emoji.none")));
    }
    const groups = { recent: recent().map((name) => [emojiOf(name), name]), ...emojiGroups };
    return fill(grid, Object.entries(groups).map(([name, list]) => [h("h3.small", t(`emoji.${name}`)), h("div.emoji-group", list.map(button))]));
  };
  const search = h("input", { type: "search", placeholder: t("emoji.search"), "aria-label": t("emoji.search"), oninput: () => draw(search.value.trim()), onkeydown: (event) => {
    if (event.key === "Enter") grid.querySelector("button")?.click();
    if (event.key === "ArrowDown") grid.querySelector("button")?.focus();
  } });
  draw("");
  const close = openPopup(anchor, h("div.emoji-picker", search, grid), { role: "dialog", label: t("emoji.title"), back });
}

function move(event) {
  const columns = 8;
  const step = sideStep(event.key) ?? { ArrowDown: columns, ArrowUp: -columns }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll("button")];
  const next = all[all.indexOf(document.activeElement) + step];
  if (next) next.focus();
  else if (step < 0) event.currentTarget.previousElementSibling.focus();
}
