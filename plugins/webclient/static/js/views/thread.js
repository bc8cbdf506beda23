// A thread in the panel: its first message, the replies, and where one writes the next.

import { arrange, debounce, fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { Scope, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channel } from "../data/channels.js";
import * as posts from "../data/posts.js";
import * as threads from "../data/threads.js";
import { toast, tryTo } from "../dialogs/dialog.js";
import { Composer } from "./composer.js";
import { moveBetweenPosts } from "./post_keys.js";
import { canFollow, PostRows } from "./post_rows.js";

const NEWS_MS = 400;

export class ThreadView {
  #scope = new Scope();
  #composer = null;
  #seenUntil = 0; // where the line "new messages" goes
  #count = -1;

  constructor(rootId, focusPost = "") {
    Object.assign(this, { rootId, focusPost });
    this.rows = new PostRows({ inThread: true });
    this.inner = h("div.posts-inner", h("div.loading", { role: "status" }, t("loading")));
    this.scroller = h("div.posts", { tabindex: "0", role: "region", "aria-label": t("thread.title"), data: { thread: "true" }, onkeydown: moveBetweenPosts }, this.inner);
    this.foot = h("div.channel-foot");
    this.followButton = h("button.quiet.small", { type: "button", hidden: true, onclick: () => this.#toggle() });
    this.tools = this.followButton;
    this.element = h("div.thread", this.scroller, this.foot);
  }

  async begin() {
    const [, mine] = await Promise.all([tryTo(async () => (await posts.openThread(this.rootId), true)), this.#readState()]);
    if (!posts.thread(this.rootId)) return;
    this.#seenUntil = mine?.unread_replies ? mine.last_viewed_at : 0;
    this.#scope.draw([`thread:${this.rootId}`, "users", "preferences", "editing"], () => this.#draw());
    this.#scope.on("threads", debounce(() => this.element.isConnected && this.#readState(), NEWS_MS));
    this.#scope.listen(window, "focus", () => this.#read());
    this.#read();
  }

  close() {
    this.#composer?.close();
    this.#scope.close();
  }

  /** Read whether I follow it, and what of it is new to me. */
  async #readState() {
    if (!threads.collapsed()) return null;
    const mine = await threads.mine(this.rootId);
    this.follows = mine !== null;
    this.followButton.hidden = false;
    this.followButton.setAttribute("aria-pressed", String(this.follows));
    this.followButton.title = t(this.follows ? "threads.unfollow_hint" : "threads.follow_hint");
    fill(this.followButton, this.follows && icon("check", 14), t(this.follows ? "threads.following" : "threads.follow"));
    return mine;
  }

  #toggle() {
    return tryTo(async () => {
      await threads.follow(this.rootId, !this.follows);
      await this.#readState();
      toast(t(this.follows ? "threads.followed" : "threads.unfollowed"));
    });
  }

  #read() {
    if (this.follows && document.hasFocus() && !document.hidden) threads.read(this.rootId);
  }

  #draw() {
    const list = posts.thread(this.rootId);
    if (!list) return;
    const root = list.find((post) => post.id === this.rootId);
    if (!root) return;
    const atEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 60;
    const replies = list.filter((post) => post.id !== this.rootId);
    arrange(this.inner, this.#nodes(root, replies));
    if (atEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
    if (this.#count >= 0 && replies.length > this.#count && atEnd) this.#read();
    this.#count = replies.length;
    if (!this.#composer && !channel(root.channel_id)?.delete_at) this.#addComposer(root);
  }

  #nodes(root, replies) {
    const text = replies.length ? t("thread.replies", { count: replies.length }) : t("thread.none");
    const nodes = [this.rows.post(root), this.rows.fixed(`count:${text}`, () => h("div.separator", h("span", text)))];
    let before = null;
    let lineDrawn = !this.#seenUntil;
    for (const post of [...replies, ...posts.onTheirWay(root.channel_id, this.rootId)]) {
      const line = !lineDrawn && post.create_at > this.#seenUntil && post.user_id !== state.me.id;
      if (line) nodes.push(this.rows.fixed("new", () => h("div.separator.new-line", { role: "separator" }, h("span", t("posts.new")))));
      lineDrawn ||= line;
      nodes.push(this.rows.post(post, { follows: !line && canFollow(before, post) }));
      before = post;
    }
    this.rows.sweep();
    return nodes;
  }

  #addComposer(root) {
    this.#composer = new Composer({ channelId: root.channel_id, rootId: this.rootId });
    this.foot.append(this.#composer.element);
    this.#composer.attach.catchDrops(this.element, this.#scope);
    this.scroller.scrollTop = this.scroller.scrollHeight;
    const wanted = this.focusPost && this.rows.node(this.focusPost);
    if (!wanted) return this.#composer.focus({ quietly: true });
    wanted.scrollIntoView({ block: "center" });
    wanted.classList.add("flash");
    return wanted.focus({ preventScroll: true });
  }
}
