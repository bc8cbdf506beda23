// The messages of a channel: a window on the history that grows where one scrolls and stays where one reads.

import { arrange, h, perFrame } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { Scope, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { dayKey, dayName } from "../lib/time.js";
import * as channels from "../data/channels.js";
import * as posts from "../data/posts.js";
import { words } from "../dialogs/dialog.js";
import { canFollow, PostRows } from "./post_rows.js";
import { channelIntro } from "./channel_intro.js";
import { moveBetweenPosts } from "./post_keys.js";

const NEAR = 600; // pixels from an end at which more is loaded
const AT_END = 40;

export class PostList {
  #scope = new Scope();
  #placed = false;
  #loading = false;

  constructor(channelId, focusPost = "") {
    this.channelId = channelId;
    this.focusPost = focusPost;
    this.rows = this.win.rows ??= new PostRows({ inThread: false }); // kept with the window: coming back is quick
    this.inner = h("div.posts-inner");
    this.scroller = h("div.posts", { tabindex: "0", role: "region", "aria-label": t("posts.label"), onkeydown: moveBetweenPosts }, this.inner);
    this.jump = h("button.jump", { type: "button", hidden: true, onclick: () => this.toEnd() });
    this.element = h("div.posts-frame", this.scroller, this.jump);
    const later = perFrame(() => this.#scrolled());
    this.#scope.listen(this.scroller, "scroll", () => {
      // At once: a drawing in the same frame must not pull a reader who has just scrolled up down again.
      if (this.#placed) this.#noteFollowing();
      later();
    }, { passive: true });
    const observer = new ResizeObserver(() => this.win.following && this.#toBottom());
    observer.observe(this.scroller);
    this.#scope.also(() => observer.disconnect());
  }

  get win() {
    return posts.windowOf(this.channelId);
  }

  begin() {
    this.#scope.draw([`posts:${this.channelId}`, "users", "preferences", "editing"], () => this.draw());
  }

  close() {
    this.#remember();
    this.#scope.close();
  }

  /** Go to the newest message. */
  async toEnd() {
    await posts.latest(this.channelId);
    this.win.following = true;
    this.draw();
    this.#toBottom();
    channels.view(this.channelId);
  }

  draw() {
    const { win } = this;
    const anchor = this.#placed && !win.following ? this.#anchor() : null;
    arrange(this.inner, this.#nodes());
    if (!this.#placed && win.loaded) this.#place();
    else if (win.following && win.atEnd) this.#toBottom();
    else if (anchor) this.#restore(anchor);
    this.#drawJump();
    this.#fillScreen();
  }

  #nodes() {
    const { win } = this;
    if (!win.loaded) return [win.failed ? this.#failure() : this.rows.fixed("loading", () => h("div.loading", { role: "status" }, t("loading")))];
    const nodes = [];
    if (win.atStart) nodes.push(this.rows.fixed(this.#introKey(), () => channelIntro(this.channelId)));
    else nodes.push(this.rows.fixed("more", () => h("div.loading.small", t("loading"))));
    let before = null;
    let lineDrawn = false;
    for (const id of win.order) {
      const post = win.posts.get(id);
      const newDay = !before || dayKey(before.create_at) !== dayKey(post.create_at);
      if (newDay) nodes.push(this.rows.fixed(`day:${dayKey(post.create_at)}`, () => separator(dayName(post.create_at))));
      const line = !lineDrawn && win.seenUntil && post.create_at > win.seenUntil && post.user_id !== state.me.id;
      if (line) {
        lineDrawn = true;
        nodes.push(this.rows.fixed("new", () => separator(t("posts.new"), "new-line")));
      }
      nodes.push(this.rows.post(post, { follows: !newDay && !line && canFollow(before, post), root: this.#root(post, before) }));
      before = post;
    }
    if (win.atEnd) {
      for (const post of posts.onTheirWay(this.channelId)) {
        nodes.push(this.rows.post(post, { follows: canFollow(before, post), root: this.#root(post, before) }));
        before = post;
      }
    } else nodes.push(this.rows.fixed("newer", () => h("div.loading.small", t("loading"))));
    this.rows.sweep();
    return nodes;
  }

  #introKey() {
    const one = channels.channel(this.channelId);
    return `intro:${channels.channelName(one)}:${one?.purpose}:${one?.type}:${one?.delete_at}`;
  }

  /** The first post of a reply's thread, where the reply doesn't stand right under it. */
  #root(post, before) {
    if (!post.root_id || before?.id === post.root_id || before?.root_id === post.root_id) return null;
    return this.win.posts.get(post.root_id) ?? this.win.roots.get(post.root_id) ?? { id: post.root_id, message: "" };
  }

  #failure() {
    const retry = h("button.quiet", { type: "button", onclick: () => posts.open(this.channelId) }, t("retry"));
    return h("div.loading", { role: "alert" }, words(this.win.failed), retry);
  }

  /** Choose where to begin: at a post, where one was, at the line of new messages, else at the end. */
  #place() {
    this.#placed = true;
    const { win } = this;
    const target = this.focusPost && this.rows.node(this.focusPost);
    const line = win.seenUntil && this.inner.querySelector(".new-line");
    if (target) {
      target.scrollIntoView({ block: "center" });
      target.classList.add("flash");
      target.focus({ preventScroll: true });
      win.following = false;
    } else if (win.place && !win.following && this.rows.node(win.place.id)) {
      this.scroller.scrollTop += this.rows.node(win.place.id).getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - win.place.offset;
    } else if (line) {
      this.scroller.scrollTop += line.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - 60;
      this.#noteFollowing();
    } else {
      win.following = true;
      this.#toBottom();
    }
  }

  #remember() {
    const anchor = this.#anchor();
    this.win.place = anchor ? { id: anchor.id, offset: anchor.top - this.scroller.getBoundingClientRect().top } : null;
  }

  /** Put a message back to where it was on the screen; its row may be another one by now. */
  #restore({ id, top }) {
    const node = this.rows.node(id);
    if (node?.isConnected) this.scroller.scrollTop += node.getBoundingClientRect().top - top;
  }

  #anchor() {
    const top = this.scroller.getBoundingClientRect().top;
    for (const node of this.inner.querySelectorAll("article")) {
      const box = node.getBoundingClientRect();
      if (box.bottom > top) return { id: node.dataset.id, top: box.top };
    }
    return null;
  }

  #toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #noteFollowing() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    const { win } = this;
    const was = win.following;
    win.following = win.atEnd && scrollHeight - scrollTop - clientHeight < AT_END;
    if (win.following && !was && win.missed) channels.view(this.channelId);
    if (win.following) win.missed = 0;
    return { above: scrollTop, below: scrollHeight - scrollTop - clientHeight };
  }

  #scrolled() {
    if (!this.#placed) return;
    const { above, below } = this.#noteFollowing();
    this.#drawJump();
    if (above < NEAR && !this.win.atStart) this.#load(posts.older);
    else if (below < NEAR && !this.win.atEnd) this.#load(posts.newer);
  }

  async #load(more) {
    if (this.#loading) return;
    this.#loading = true;
    await more(this.channelId);
    setTimeout(() => {
      this.#loading = false;
      this.#scrolled();
    }, 50);
  }

  /** A short page of a long history has nothing to scroll by. */
  #fillScreen() {
    const { win } = this;
    if (!win.loaded || win.busy || this.scroller.scrollHeight > this.scroller.clientHeight + NEAR) return;
    if (!win.atStart) this.#load(posts.older);
    else if (!win.atEnd) this.#load(posts.newer);
  }

  #drawJump() {
    const { win } = this;
    const far = win.loaded && !win.following && (!win.atEnd || this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight > 400);
    const text = win.missed ? t("posts.missed", { count: win.missed }) : t("posts.jump");
    this.jump.hidden = !far && !win.missed;
    if (this.jump.dataset.text !== text) {
      this.jump.dataset.text = text;
      this.jump.replaceChildren(icon("down", 16), text);
    }
  }
}

function separator(text, kind = "") {
  return h("div.separator", { role: "separator", class: kind }, h("span", text));
}
