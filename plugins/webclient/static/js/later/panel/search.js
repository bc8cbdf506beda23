// The search box, what can be written into it, and what it found.

import { debounce, fill, h } from "../../lib/dom.js";
import { api, attempt } from "../../lib/api.js";
import { Scope, state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { words } from "../../dialogs/dialog.js";
import { drawResults, ordered } from "./results.js";
import { completion, hitsOf, withoutFilters } from "./search_words.js";

const PAGE = 30;
const TYPING_MS = 120;

export class SearchView {
  #scope = new Scope();
  #list = null;
  #more = false;
  #asked = "";
  #turn = 0;

  constructor(terms) {
    this.input = h("input", { type: "search", name: "terms", autocomplete: "off", enterkeyhint: "search", "aria-label": t("search.title"), "aria-describedby": "search-help", placeholder: t("search.placeholder"), value: terms,
      oninput: debounce(() => this.#suggest(), TYPING_MS), onfocus: () => this.#suggest(), onkeydown: (event) => this.#key(event) });
    this.help = h("div.search-help", { id: "search-help" });
    this.status = h("div", { role: "status" });
    this.found = h("div.found");
    this.moreButton = h("button.quiet.block", { type: "button", hidden: true, onclick: () => this.#load({ more: true }) }, t("files.more"));
    const form = h("form.search-form", { role: "search", onsubmit: (event) => {
      event.preventDefault();
      this.search();
    } }, this.input);
    this.element = h("div.results", form, this.help, this.status, this.found, this.moreButton);
  }

  begin() {
    this.#scope.on("users", () => this.#draw());
    this.input.focus();
    if (this.input.value) this.search();
  }

  close() {
    this.#turn += 1;
    this.#scope.close();
  }

  search() {
    const terms = this.input.value.trim();
    if (!terms) return undefined;
    this.#asked = terms;
    fill(this.help);
    return this.#load();
  }

  /** Show what may follow where one writes: filters in an empty box, people after from:, channels after in:, days, kinds. */
  async #suggest() {
    if (this.input.value.trim() === this.#asked && this.#asked) return;
    const written = this.input.value;
    const shown = await completion(written, (change) => this.#take(change));
    if (written === this.input.value) fill(this.help, shown);
  }

  #take(change) {
    this.input.value = change(this.input.value);
    this.input.focus();
    this.#suggest();
  }

  #key(event) {
    if (event.key !== "ArrowDown") return;
    const first = this.help.querySelector("button") ?? this.found.querySelector("a");
    if (!first) return;
    event.preventDefault();
    first.focus();
  }

  async #load({ more = false } = {}) {
    const turn = (this.#turn += 1);
    if (!more) {
      fill(this.found);
      fill(this.status, h("p.loading", t("loading")));
    }
    const page = more ? Math.floor(this.#list.length / PAGE) : 0;
    const body = { terms: this.#asked, is_or_search: false, time_zone_offset: -new Date().getTimezoneOffset() * 60, page, per_page: PAGE };
    try {
      const found = await attempt("search", () => api.post(`/teams/${state.teamId}/posts/search`, body));
      if (turn !== this.#turn) return;
      if (!found) return void fill(this.status, h("p.empty", t("search.missing")));
      const list = ordered(found);
      this.#more = found.order.length === PAGE;
      this.#list = more ? [...this.#list, ...list] : list;
      this.#tell();
      this.#draw();
    } catch (error) {
      if (turn === this.#turn) fill(this.status, h("p.empty", { role: "alert" }, words(error)));
    }
  }

  #tell() {
    if (this.#list.length) fill(this.status, h("p.hint", t(this.#more ? "search.found_more" : "search.found", { count: this.#list.length })));
    else fill(this.status, this.#nothing());
  }

  /** Nothing found: say what may help. */
  #nothing() {
    const wider = withoutFilters(this.#asked);
    const widen = wider && wider !== this.#asked && h("button.quiet.small", { type: "button", onclick: () => {
      this.input.value = wider;
      this.search();
    } }, t("search.wider", { terms: wider }));
    return h("div.empty", h("p", h("strong", t("search.none"))), h("p", t("search.try")), widen);
  }

  #draw() {
    if (!this.#list) return;
    drawResults(this.found, this.#list, hitsOf(this.#asked));
    this.moreButton.hidden = !this.#more;
  }
}
