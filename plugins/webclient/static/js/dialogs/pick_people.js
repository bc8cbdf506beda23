// Choosing people from a list that narrows as one types.

import { debounce, fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { api, query } from "../lib/api.js";
import { t } from "../lib/i18n.js";
import { displayName, keep, need } from "../data/users.js";
import { avatar, guestTag, statusDot } from "../views/people.js";
import { words } from "./dialog.js";

const LIMIT = 50;

/**
 * A picker; `scope` narrows the search ({ team_id, not_in_channel_id, … }), `most` limits the choice, `nobody` says why there is
 * nobody, `chosen` are people who are chosen already.
 */
export class PeoplePicker {
  #turn = 0;

  constructor({ scope = {}, most = 50, exclude = [], nobody = t("pick.none"), chosen = [], onchange = () => {} }) {
    Object.assign(this, { scope, most, exclude, nobody, onchange });
    this.chosen = new Map(chosen.map((one) => [one.id, one]));
    this.list = h("ul.pick-list");
    this.pills = h("span.pills");
    this.input = h("input", { type: "text", autocomplete: "off", autofocus: true, placeholder: t("pick.search"), "aria-label": t("pick.search"), oninput: debounce(() => this.#load(), 150), onkeydown: (event) => this.#key(event) });
    this.element = h("div.picker", h("div.picker-box", this.pills, this.input), this.list);
    this.#drawPills();
    this.#load();
  }

  #key(event) {
    if (event.key === "Enter") {
      if (!this.input.value.trim()) return;
      event.preventDefault();
      this.#takeFirst();
    } else if (event.key === "Backspace" && !this.input.value && this.chosen.size) {
      this.#drop([...this.chosen.keys()].at(-1));
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      this.list.querySelector("button")?.focus();
    }
  }

  /** Take the best match of what is written now: the list may still be that of the letters before. */
  async #takeFirst() {
    let turn;
    do {
      turn = this.#turn + 1;
      await this.#load();
    } while (turn !== this.#turn); // what was typed meanwhile counts
    if (this.input.value.trim()) this.list.querySelector("button")?.click();
  }

  async #load() {
    const turn = (this.#turn += 1);
    const term = this.input.value.trim().replace(/^@/, "");
    try {
      const found = term ? await api.post("/users/search", { term, limit: LIMIT, allow_inactive: false, ...this.scope }) : await this.#everybody();
      if (turn !== this.#turn) return;
      found.forEach(keep);
      need(found.map((one) => one.id), { statuses: true });
      const shown = found.filter((one) => !this.chosen.has(one.id) && !this.exclude.includes(one.id));
      fill(this.list, shown.length ? shown.map((one) => this.#row(one)) : h("li.empty", term ? t("pick.none") : this.nobody));
    } catch (error) {
      fill(this.list, h("li.empty", words(error)));
    }
  }

  #everybody() {
    const { team_id, not_in_channel_id, not_in_team_id } = this.scope;
    return api.get(`/users${query({ in_team: team_id, not_in_channel: not_in_channel_id, not_in_team: not_in_team_id, active: true, per_page: LIMIT })}`);
  }

  #row(one) {
    return h("li", h("button.member-row", { type: "button", onclick: () => this.#take(one), onkeydown: moveInList },
      h("span.with-status", avatar(one.id, 28), statusDot(one.id)), h("strong", h("bdi", displayName(one))), guestTag(one), h("span.muted.grow", h("bdi", `@${one.username}`))));
  }

  #take(one) {
    if (this.chosen.size >= this.most) return;
    this.chosen.set(one.id, one);
    this.input.value = "";
    this.#drawPills();
    this.#load();
    this.input.focus();
  }

  #drop(id) {
    this.chosen.delete(id);
    this.#drawPills();
    this.#load();
  }

  #drawPills() {
    fill(this.pills, [...this.chosen.values()].map((one) => h("span.pill", h("bdi", displayName(one)),
      h("button", { type: "button", "aria-label": t("pick.remove", { name: one.username }), onclick: () => this.#drop(one.id) }, icon("close", 12)))));
    this.onchange(this.chosen);
  }
}

function moveInList(event) {
  const row = event.currentTarget.parentElement;
  const next = event.key === "ArrowDown" ? row.nextElementSibling : event.key === "ArrowUp" ? row.previousElementSibling : null;
  if (!next) return;
  event.preventDefault();
  next.querySelector("button")?.focus();
}
