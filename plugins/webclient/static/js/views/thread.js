// A thread in the panel: its first message, the replies, and where one writes the next.

import { arrange, h } from "../lib/dom.js";
import { Scope } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channel } from "../data/channels.js";
import * as posts from "../data/posts.js";
import { tryTo } from "../dialogs/dialog.js";
import { Composer } from "./composer.js";
import { moveBetweenPosts } from "./post_keys.js";
import { canFollow, PostRows } from "./post_rows.js";

export class ThreadView {
  #scope = new Scope();
  #composer = null;

  constructor(rootId) {
    this.rootId = rootId;
    this.rows = new PostRows({ inThread: true });
    this.inner = h("div.posts-inner", h("div.loading", { role: "status" }, t("loading")));
    this.scroller = h("div.posts", { tabindex: "0", role: "region", "aria-label": t("thread.title"), data: { thread: "true" }, onkeydown: moveBetweenPosts }, this.inner);
    this.foot = h("div.channel-foot");
    this.element = h("div.thread", this.scroller, this.foot);
  }

  async begin() {
    if (!(await tryTo(async () => (await posts.openThread(this.rootId), true)))) return;
    this.#scope.draw([`thread:${this.rootId}`, "users", "preferences", "editing"], () => this.#draw());
  }

  close() {
    this.#composer?.close();
    this.#scope.close();
  }

  #draw() {
    const list = posts.thread(this.rootId);
    if (!list) return;
    const root = list.find((post) => post.id === this.rootId);
    if (!root) return;
    const atEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 60;
    const nodes = [this.rows.post(root)];
    const replies = list.filter((post) => post.id !== this.rootId);
    const text = replies.length ? t("thread.replies", { count: replies.length }) : t("thread.none");
    nodes.push(this.rows.fixed(`count:${text}`, () => h("div.separator", h("span", text))));
    let before = null;
    for (const post of [...replies, ...posts.onTheirWay(root.channel_id, this.rootId)]) {
      nodes.push(this.rows.post(post, { follows: canFollow(before, post) }));
      before = post;
    }
    this.rows.sweep();
    arrange(this.inner, nodes);
    if (atEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
    if (!this.#composer && !channel(root.channel_id)?.delete_at) {
      this.#composer = new Composer({ channelId: root.channel_id, rootId: this.rootId });
      this.foot.append(this.#composer.element);
      this.#composer.attach.catchDrops(this.element, this.#scope);
      this.#composer.focus({ quietly: true });
      this.scroller.scrollTop = this.scroller.scrollHeight;
    }
  }
}
