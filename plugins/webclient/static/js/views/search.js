// Lists of messages in the panel: found, pinned, saved.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { api, attempt } from "../lib/api.js";
import { href } from "../lib/router.js";
import { Scope, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { shortTime } from "../lib/time.js";
import { channelName, team } from "../data/channels.js";
import { displayName, need } from "../data/users.js";
import { words } from "../dialogs/dialog.js";
import { renderMarkdown } from "../markdown/render.js";
import { avatar } from "./people.js";
import { filesOf } from "./files.js";
import { isSystem, systemText } from "./system_text.js";

/** A message as a search result: where, who, when, what; the whole leads to it. */
function result(post) {
  const one = state.channels.get(post.channel_id);
  const to = href(`/${team()?.name}/pl/${post.id}`);
  return h("article.result",
    h("div.result-place", h("span", h("bdi", one ? channelName(one) : t("search.elsewhere"))), h("a", { href: to, "aria-label": t("search.jump") }, t("search.jump"))),
    h("div.result-body", avatar(post.user_id, 28), h("div.grow",
      h("div.post-head", h("strong", h("bdi", displayName(state.users.get(post.user_id)))), h("a.time", { href: to }, shortTime(post.create_at))),
      h("div.post-text", isSystem(post) ? h("p.system-text", systemText(post)) : renderMarkdown(post.message)),
      filesOf(post).map((file) => h("p.file-line", icon("clip", 14), h("bdi.file-name", file.name))))));
}

function drawResults(into, list, none) {
  need(list.map((post) => post.user_id));
  fill(into, list.length ? list.map(result) : h("p.empty", none));
}

const ordered = (found) => found.order.map((id) => found.posts[id]).filter(Boolean);

/** Pinned or saved messages, or mentions. */
export class PostResults {
  #scope = new Scope();
  #list = null;

  constructor({ kind, path, topics, load = () => api.get(path) }) {
    Object.assign(this, { kind, topics, load });
    this.element = h("div.results", h("div.loading", { role: "status" }, t("loading")));
  }

  begin() {
    this.#scope.draw(this.topics, () => this.#load());
    this.#scope.on("users", () => this.#draw());
  }

  close() {
    this.#scope.close();
  }

  async #load() {
    try {
      this.#list = ordered(await this.load());
      this.#draw();
    } catch (error) {
      fill(this.element, h("p.empty", { role: "alert" }, words(error)));
    }
  }

  #draw() {
    if (this.#list) drawResults(this.element, this.#list, t(`${this.kind}.none`));
  }
}

const MENTIONS = 40;

/** Find the messages of this team that have my name or my words. */
export function recentMentions() {
  const words = (state.me.notify_props?.mention_keys ?? "").split(",").map((word) => word.trim()).filter((word) => word && word !== state.me.username);
  const terms = [`@${state.me.username}`, ...words].map((word) => (/\s/.test(word) ? `"${word.replaceAll('"', "")}"` : word)).join(" ");
  return api.post(`/teams/${state.teamId}/posts/search`, { terms, is_or_search: true, page: 0, per_page: MENTIONS });
}

/** The search box and what it found. */
export class SearchView {
  #scope = new Scope();
  #list = null;

  constructor(terms) {
    this.input = h("input", { type: "search", name: "terms", "aria-label": t("search.title"), placeholder: t("search.placeholder"), value: terms });
    this.found = h("div.found", { "aria-live": "polite" }, h("p.hint", t("search.hint")));
    const form = h("form.search-form", { role: "search", onsubmit: (event) => {
      event.preventDefault();
      this.#search();
    } }, this.input);
    this.element = h("div.results", form, this.found);
  }

  begin() {
    this.#scope.on("users", () => this.#draw());
    this.input.focus();
    if (this.input.value) this.#search();
  }

  close() {
    this.#scope.close();
  }

  async #search() {
    const terms = this.input.value.trim();
    if (!terms) return;
    fill(this.found, h("div.loading", t("loading")));
    const body = { terms, is_or_search: false, time_zone_offset: -new Date().getTimezoneOffset() * 60, page: 0, per_page: 40 };
    try {
      const found = await attempt("search", () => api.post(`/teams/${state.teamId}/posts/search`, body));
      if (!found) return void fill(this.found, h("p.empty", t("search.missing")));
      this.#list = ordered(found);
      this.#draw();
    } catch (error) {
      fill(this.found, h("p.empty", { role: "alert" }, words(error)));
    }
  }

  #draw() {
    if (this.#list) drawResults(this.found, this.#list, t("search.none"));
  }
}
