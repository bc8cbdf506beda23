// The threads that I follow, those with the newest replies first.

import { fill, h } from "../lib/dom.js";
import { api, attempt } from "../lib/api.js";
import { Scope, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { shortTime } from "../lib/time.js";
import { channelName } from "../data/channels.js";
import { nameOf, need } from "../data/users.js";
import { words } from "../dialogs/dialog.js";
import { renderMarkdown } from "../markdown/render.js";
import { avatar } from "./people.js";
import { openThreadOf } from "./post_actions.js";

const MOST = 40;

export class ThreadsView {
  #scope = new Scope();
  #list = null;

  constructor() {
    this.element = h("div.results", h("div.loading", { role: "status" }, t("loading")));
  }

  begin() {
    this.#scope.on("users", () => this.#draw());
    this.#scope.draw(["threads"], () => this.#load());
  }

  close() {
    this.#scope.close();
  }

  async #load() {
    try {
      const found = await attempt("threads", () => api.get(`/users/me/teams/${state.teamId}/threads?per_page=${MOST}`));
      this.#list = found ? (found.threads ?? []) : null;
      if (!found) return void fill(this.element, h("p.empty", t("threads.missing")));
      need(this.#list.map((thread) => thread.post.user_id));
      this.#draw();
    } catch (error) {
      fill(this.element, h("p.empty", { role: "alert" }, words(error)));
    }
  }

  #draw() {
    if (!this.#list) return;
    fill(this.element, this.#list.length ? this.#list.map(row) : h("p.empty", t("threads.none")));
  }
}

function row({ post, reply_count, last_reply_at, unread_replies }) {
  const one = state.channels.get(post.channel_id);
  return h("article.result",
    h("div.result-place", h("span", h("bdi", one ? channelName(one) : t("search.elsewhere"))), h("span", shortTime(last_reply_at))),
    h("div.result-body", avatar(post.user_id, 28), h("div.grow",
      h("strong", h("bdi", nameOf(post.user_id))),
      h("div.post-text", renderMarkdown(post.message)),
      h("button.thread-foot", { type: "button", onclick: () => openThreadOf(post.id) }, t("thread.replies", { count: reply_count }),
        unread_replies > 0 && h("span.badge", unread_replies)))));
}
