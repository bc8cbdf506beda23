// Suggestions while typing: @people, ~channels, :emoji:, and /commands at the beginning.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import * as commands from "../data/commands.js";
import { allEmoji, emojiNode, findEmoji, inMyTone, ownEmoji } from "../data/emoji.js";
import { autocomplete, displayName } from "../data/users.js";
import { avatar } from "./people.js";
import { replaceRange } from "./text_area.js";

const WORD = /(?:^|[\s([{"'*_])([@~:])([\p{L}\p{N}._+-]*)$/u;
const COMMAND = /^\/[^\n]*$/;
const SPECIAL = ["channel", "here", "all"];
let lists = 0;

export class Autocomplete {
  #turn = 0;
  #found = [];
  #chosen = 0;
  #range = null;

  constructor(area, { channelId, commands: withCommands = false }) {
    this.commands = withCommands;
    this.area = area;
    this.channelId = channelId;
    this.id = `suggestions-${(lists += 1)}`;
    this.list = h("div.suggestions", { role: "listbox", id: this.id, "aria-label": t("suggestions"), hidden: true });
    area.setAttribute("aria-autocomplete", "list");
    area.addEventListener("input", () => this.#update());
    area.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  get open() {
    return this.#found.length > 0;
  }

  close() {
    this.#found = [];
    this.#turn += 1;
    this.list.hidden = true;
    this.list.remove();
    this.area.removeAttribute("aria-activedescendant");
    this.area.removeAttribute("aria-controls");
  }

  /** Take a key; returns whether it was for us. */
  key(event) {
    if (!this.open || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#choose((this.#chosen + step + this.#found.length) % this.#found.length);
    else if (event.key === "Enter" && this.#isWhole()) {
      this.close(); // what is typed is what was meant: the key sends it
      return false;
    } else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#found[this.#chosen]);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #isWhole() {
    const { text } = this.#found[this.#chosen];
    return text.startsWith("/") && this.area.value.trim() === text;
  }

  async #update() {
    const { selectionStart, selectionEnd, value } = this.area;
    if (this.commands && selectionStart === selectionEnd && COMMAND.test(value.slice(0, selectionStart))) return this.#complete(value.slice(0, selectionStart));
    if (selectionStart !== selectionEnd) return this.close();
    return this.#word(value, selectionStart);
  }

  async #word(value, at) {
    const found = WORD.exec(value.slice(Math.max(0, at - 80), at));
    if (!found || (found[1] === ":" && found[2].length < 2)) return this.close();
    const turn = (this.#turn += 1);
    const [, kind, typed] = found;
    this.#range = { start: at - typed.length - 1, end: at };
    const list = await sources[kind](typed.toLowerCase(), this.channelId).catch(() => []);
    if (turn !== this.#turn) return undefined;
    this.#show(list);
    return undefined;
  }

  /** Suggest commands; where there are none, what else the last word may be. */
  async #complete(typed) {
    const turn = (this.#turn += 1);
    const list = await commands.suggestions(typed).catch(() => []);
    if (turn !== this.#turn) return;
    const rows = list.filter((one) => one.suggestion).map((one) => ({
      text: `/${one.complete}`, show: () => [h("strong", h("bdi", `/${one.complete}`)), h("span.muted", h("bdi", one.hint)), h("span.muted.grow", h("bdi", one.description))],
    }));
    this.#range = { start: 0, end: typed.length };
    if (rows.length || !WORD.test(typed)) this.#show(rows);
    else await this.#word(typed, typed.length);
  }

  #show(list) {
    this.#found = list;
    if (!list.length) return this.close();
    fill(this.list, list.map((one, at) => h("div.suggestion", { role: "option", id: `${this.id}-${at}`, onpointerdown: (event) => {
      event.preventDefault();
      this.#take(one);
    } }, one.show())));
    if (!this.list.isConnected) this.area.parentElement.append(this.list);
    this.list.hidden = false;
    this.area.setAttribute("aria-controls", this.id);
    this.#choose(0);
    return undefined;
  }

  #choose(at) {
    this.#chosen = at;
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    this.list.children[at]?.scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", `${this.id}-${at}`);
  }

  #take(one) {
    const { start, end } = this.#range;
    replaceRange(this.area, start, end, `${one.text} `);
    this.close();
  }
}

const sources = {
  "@": async (typed, channelId) => {
    const { inside, outside } = await autocomplete(typed, channelId);
    const row = (one, note) => ({ text: `@${one.username}`, show: () => [avatar(one.id, 20), h("strong", h("bdi", `@${one.username}`)), h("span.muted.grow", h("bdi", extra(one))), note] });
    const special = SPECIAL.filter((name) => name.startsWith(typed)).map((name) => ({
      text: `@${name}`, show: () => [icon("people", 18), h("strong", h("bdi", `@${name}`)), h("span.muted", t(`mention.${name}`))],
    }));
    return [...inside.slice(0, 8).map((one) => row(one)), ...special, ...outside.slice(0, 4).map((one) => row(one, h("span.muted", t("mention.outside"))))];
  },
  "~": async (typed) => {
    const all = [...state.channels.values()].filter((one) => one.team_id && !one.delete_at);
    const fits = all.filter((one) => one.name.startsWith(typed) || one.display_name.toLowerCase().includes(typed));
    return fits.slice(0, 8).map((one) => ({ text: `~${one.name}`, show: () => [icon(one.type === "P" ? "lock" : "hash", 18), h("strong", h("bdi", one.display_name)), h("span.muted", h("bdi", `~${one.name}`))] }));
  },
  ":": async (typed) => {
    await Promise.all([allEmoji(), ownEmoji()]).catch(() => null);
    return findEmoji(typed).map((name) => ({ text: `:${inMyTone(name)}:`, show: () => [emojiNode(inMyTone(name)), h("bdi", `:${name}:`)] }));
  },
};

function extra(one) {
  const full = [one.first_name, one.last_name].filter(Boolean).join(" ");
  return full || (displayName(one) !== one.username ? displayName(one) : "");
}
