// The threads that I follow, those with the newest replies first; unread ones stand out.

import { arrange, debounce, fill, h } from "../../lib/dom.js";
import { icon } from "../../lib/icons.js";
import { Scope, state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { shortTime } from "../../lib/time.js";
import { channelName } from "../../data/channels.js";
import * as threads from "../../data/threads.js";
import { nameOf, need } from "../../data/users.js";
import { toast, tryTo, words } from "../../dialogs/dialog.js";
import { renderMarkdown } from "../../markdown/render.js";
import { avatar } from "../../views/people.js";
import { openThreadOf } from "../../views/post_actions.js";
import { openMenu } from "../../views/popup.js";

const MOST = 30;
const NEWS_MS = 300;

export class ThreadsView {
  #scope = new Scope();
  #list = null;
  #more = false;
  #rows = new Map();
  #unreadOnly = false;
  #turn = 0;
  #closed = false;

  constructor() {
    const filter = (unread) => h("button", { type: "button", "aria-pressed": String(unread === this.#unreadOnly), onclick: () => this.#filter(unread) }, t(unread ? "threads.unread" : "threads.all"));
    this.filters = [filter(false), filter(true)];
    this.allRead = h("button.link.small", { type: "button", onclick: () => this.#readAll() }, t("threads.read_all"));
    this.status = h("div", { role: "status" }, h("p.loading", t("loading")));
    this.list = h("div.thread-list");
    this.moreButton = h("button.quiet.block", { type: "button", hidden: true, onclick: () => this.#load({ more: true }) }, t("files.more"));
    this.element = h("div.results", h("div.list-head", h("div.segments", { role: "group", "aria-label": t("threads.which") }, this.filters), this.allRead), this.status, this.list, this.moreButton);
  }

  begin() {
    this.#scope.on("users", () => this.#draw());
    this.#scope.on("threads", debounce(() => this.#load(), NEWS_MS)); // many replies in a moment are read once
    this.#load();
  }

  close() {
    this.#closed = true;
    this.#turn += 1;
    this.#scope.close();
  }

  #filter(unread) {
    this.#unreadOnly = unread;
    this.filters.forEach((button, at) => button.setAttribute("aria-pressed", String(Boolean(at) === unread)));
    this.#load();
  }

  async #readAll() {
    await tryTo(async () => {
      await threads.readAll();
      toast(t("threads.all_read"));
      await this.#load();
    });
  }

  async #load({ more = false } = {}) {
    if (this.#closed) return;
    const turn = (this.#turn += 1);
    try {
      const found = await threads.page({ before: more ? this.#list.at(-1).id : "", unread: this.#unreadOnly, size: MOST });
      if (turn !== this.#turn) return;
      if (!found) return void fill(this.status, h("p.empty", t("threads.missing")));
      const list = found.threads ?? [];
      this.#list = more ? [...this.#list, ...list] : list;
      this.#more = list.length === MOST;
      this.allRead.hidden = !found.total_unread_threads;
      need(list.map((thread) => thread.post.user_id));
      this.#draw();
    } catch (error) {
      if (turn === this.#turn) fill(this.status, h("p.empty", { role: "alert" }, words(error)));
    }
  }

  #draw() {
    if (!this.#list) return;
    fill(this.status, this.#list.length === 0 && h("p.empty", t(this.#unreadOnly ? "threads.none_unread" : "threads.none")));
    arrange(this.list, this.#list.map((thread) => this.#row(thread)));
    this.moreButton.hidden = !this.#more;
  }

  /** A row stays the same element until its thread changes, so that the focus stays. */
  #row(thread) {
    const { id, post, reply_count, last_reply_at, unread_replies } = thread;
    const signature = [reply_count, last_reply_at, unread_replies, post.message, nameOf(post.user_id)].join("|");
    const known = this.#rows.get(id);
    if (known?.signature === signature) return known.node;
    const node = row(thread);
    this.#rows.set(id, { node, signature });
    return node;
  }
}

function row({ id, post, reply_count, last_reply_at, unread_replies, unread_mentions }) {
  const one = state.channels.get(post.channel_id);
  const place = one ? channelName(one) : t("search.elsewhere");
  const more = h("button.icon-button", { type: "button", "aria-label": t("post.more"), title: t("post.more"), "aria-haspopup": "menu", onclick: () => openMenu(more, [
    unread_replies > 0 && { label: t("threads.read"), icon: "check", onclick: () => tryTo(() => threads.read(id)) },
    { label: t("threads.unfollow"), icon: "mute", onclick: () => tryTo(() => threads.follow(id, false)) },
  ].filter(Boolean), t("post.more")) }, icon("more", 17));
  return h("article.result", { class: unread_replies ? "unread" : "" },
    h("div.result-place", h("span", h("bdi", place)), h("span", shortTime(last_reply_at)), more),
    h("div.result-body", avatar(post.user_id, 28), h("div.grow",
      h("strong", h("bdi", nameOf(post.user_id))),
      h("div.post-text.excerpt", post.message ? renderMarkdown(post.message) : h("p.muted", t("thread.earlier"))),
      h("button.thread-foot", { type: "button", onclick: () => openThreadOf(post.id, "threads") }, icon("thread", 15), t("thread.replies", { count: reply_count }),
        unread_replies > 0 && h("span.badge", { class: unread_mentions ? "" : "calm" }, t("threads.new", { count: unread_replies }))))));
}
