// Choosing an emoji: those that one had lately, all by group, those of this server; in one's skin colour.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { kept, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { allEmoji, emojiNode, emojiOf, findEmoji, inMyTone, ownEmoji, SKIN_TONES, skinTone, useSkinTone } from "../data/emoji.js";
import { can } from "../data/session.js";
import { tryTo } from "../dialogs/dialog.js";
import { openPopup } from "./popup.js";

const RECENT = "emoji";
const KEPT = 24;
const FOUND = 80;
const FIRST = "+1 tada heart smile eyes white_check_mark joy pray";
const TABS = { recent: "clock", smileys: "😀", people: "👋", nature: "🐶", food: "🍎", travel: "🚗", activities: "⚽", things: "💡", symbols: "❤️", flags: "🏁", own: "star" };

const recent = () => (kept.get(RECENT) ?? FIRST).split(" ");

/** Show the picker beside an anchor; `take(name)` gets what was chosen, the focus goes to `back` in the end. */
export function openEmojiPicker(anchor, take, back = anchor) {
  new Picker(anchor, take, back);
}

class Picker {
  #groups = {};
  #turn = 0;

  constructor(anchor, take, back) {
    this.take = take;
    this.grid = h("div.emoji-grid", { onkeydown: move, onpointerover: (event) => this.#tell(event.target), onfocusin: (event) => this.#tell(event.target) });
    this.search = h("input", { type: "search", placeholder: t("emoji.search"), "aria-label": t("emoji.search"), oninput: () => this.#draw(), onkeydown: (event) => this.#key(event) });
    this.tones = h("button.quiet.emoji-tone", { type: "button", title: t("emoji.tone"), "aria-label": t("emoji.tone"), onclick: () => this.#chooseTone() });
    this.tabs = h("div.emoji-tabs", { role: "toolbar", "aria-label": t("emoji.groups"), onkeydown: moveInRow });
    this.said = h("span.grow.muted");
    const add = state.config.EnableCustomEmoji === "true" && can("create_emojis") && h("button.link", { type: "button", onclick: () => this.#add() }, t("emoji.add"));
    this.#drawTone();
    this.#groups = { recent: recent() };
    const body = h("div.emoji-picker", h("div.emoji-head", this.search, this.tones), this.tabs, this.grid, h("div.emoji-foot", this.said, add));
    this.close = openPopup(anchor, body, { role: "dialog", label: t("emoji.title"), back });
    this.#draw();
    this.#load();
  }

  async #load() {
    const [all, own] = await Promise.all([tryTo(allEmoji), ownEmoji()]);
    this.#groups = { recent: recent(), ...all, ...(own.length ? { own } : {}) };
    this.#drawTone(); // only now it is known what comes in colours
    this.#draw();
  }

  #choose(name) {
    this.close();
    kept.set(RECENT, [name, ...recent().filter((other) => other !== name)].slice(0, KEPT).join(" "));
    this.take(name);
  }

  #button(name) {
    const mine = inMyTone(name);
    const shown = emojiNode(mine);
    if (!shown) return null;
    return h("button", { type: "button", title: `:${name}:`, "aria-label": name, data: { name }, onclick: () => this.#choose(mine) }, emojiOf(mine) ?? shown);
  }

  /** Draw a group per frame: there are some two thousand in all. */
  async #draw() {
    const turn = (this.#turn += 1);
    const typed = this.search.value.trim();
    const found = typed && findEmoji(typed, FOUND);
    const groups = typed ? {} : this.#groups;
    fill(this.tabs, Object.keys(groups).map((name, at) => this.#tab(name, at)));
    this.tabs.hidden = Boolean(typed);
    if (typed) return void fill(this.grid, found.length ? h("div.emoji-group", found.map((name) => this.#button(name))) : h("p.muted", t("emoji.none")));
    fill(this.grid);
    for (const [name, list] of Object.entries(groups)) {
      this.grid.append(h("h3.small", { data: { group: name } }, t(`emoji.${name}`)), h("div.emoji-group", list.map((one) => this.#button(one))));
      await new Promise((go) => setTimeout(go));
      if (turn !== this.#turn) return undefined;
    }
    return undefined;
  }

  #tab(name, at) {
    const symbol = TABS[name];
    const go = () => this.grid.querySelector(`[data-group="${name}"]`)?.scrollIntoView({ block: "start" });
    return h("button", { type: "button", tabindex: at ? "-1" : "0", title: t(`emoji.${name}`), "aria-label": t(`emoji.${name}`), onclick: go }, /^[a-z]/.test(symbol) ? icon(symbol, 17) : symbol);
  }

  #tell(target) {
    const name = target.closest("[data-name]")?.dataset.name;
    if (name) fill(this.said, emojiNode(inMyTone(name)), ` :${name}:`);
  }

  #key(event) {
    const first = this.grid.querySelector("button");
    if (event.key === "Enter") {
      event.preventDefault();
      first?.click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      first?.focus();
    }
  }

  #drawTone() {
    fill(this.tones, emojiOf(inMyTone("hand")) ?? emojiOf("hand"));
  }

  /** The colours take the place of the groups until one is chosen. */
  #chooseTone() {
    const choose = (tone) => {
      this.tones.focus();
      tryTo(() => useSkinTone(tone));
      this.#drawTone();
      this.#draw();
    };
    this.tabs.hidden = false;
    fill(this.tabs, SKIN_TONES.map((tone) => h("button", { type: "button", "aria-label": t(`emoji.tone_${tone || "none"}`), title: t(`emoji.tone_${tone || "none"}`), "aria-pressed": String(tone === skinTone()), onclick: () => choose(tone) },
      emojiOf(inMyTone("hand", tone)))));
    this.tabs.querySelector("[aria-pressed=true]")?.focus();
  }

  async #add() {
    const { addEmojiDialog } = await import("../later/emoji/add.js");
    this.close();
    addEmojiDialog();
  }
}

function moveInRow(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...event.currentTarget.children];
  const forward = document.documentElement.dir === "rtl" ? -step : step;
  all[(all.indexOf(document.activeElement) + forward + all.length) % all.length]?.focus();
}

/** Arrows: to the neighbour, or to what stands nearest in the row above or below. */
function move(event) {
  const { key, currentTarget: grid } = event;
  if (!key.startsWith("Arrow")) return;
  event.preventDefault();
  const all = [...grid.querySelectorAll("button")];
  const at = all.indexOf(document.activeElement);
  const rtl = document.documentElement.dir === "rtl";
  const aside = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[key];
  const next = aside ? all[at + aside] : nearest(all, at, key === "ArrowDown");
  if (next) next.focus();
  else if (key !== "ArrowDown") grid.closest(".emoji-picker").querySelector("input").focus();
}

function nearest(all, at, down) {
  const box = all[at]?.getBoundingClientRect();
  if (!box) return all[0];
  const others = down ? all.slice(at + 1) : all.slice(0, at).reverse();
  const row = others.find((one) => Math.abs(one.getBoundingClientRect().top - box.top) > 4)?.getBoundingClientRect().top;
  const inRow = others.filter((one) => Math.abs(one.getBoundingClientRect().top - row) <= 4);
  const away = (one) => Math.abs(one.getBoundingClientRect().left - box.left);
  return inRow.sort((a, b) => away(a) - away(b))[0];
}
