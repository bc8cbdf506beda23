// One row per message; a row that hasn't changed is kept as it is.

import { arrange, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { href } from "../lib/router.js";
import { state } from "../lib/store.js";
import { joined, t } from "../lib/i18n.js";
import { clock, fullTime } from "../lib/time.js";
import { hasFeature } from "../lib/api.js";
import { team } from "../data/channels.js";
import { emojiNode } from "../data/emoji.js";
import * as posts from "../data/posts.js";
import { isSaved, preference } from "../data/preferences.js";
import { displayName, nameOf, pictureOf, user } from "../data/users.js";
import { marksKey } from "../markdown/marks.js";
import { renderLine } from "../markdown/render.js";
import { customStatusEmoji, guestTag } from "./people.js";
import { attachments } from "./attachments.js";
import { authorName, authorPicture, isAutomatic, ofProgram, sameAuthor } from "./identity.js";
import { fileBlock, filesOf } from "./files.js";
import { foldsPreviews, previewBlock } from "./previews.js";
import { postText } from "./post_text.js";
import { editor } from "./post_editor.js";
import { openThreadOf, react, refreshActions, showActions } from "./post_actions.js";
import { isEphemeral, isSystem, systemText } from "./system_text.js";

const TOGETHER_MS = 5 * 60_000;

/** Whether a post goes under the one before without repeating who wrote it. */
export function canFollow(before, post) {
  if (!before || before.user_id !== post.user_id || [before, post].some((one) => isSystem(one) || isEphemeral(one))) return false;
  const sameThread = (before.root_id || "") === (post.root_id || "") || before.id === post.root_id;
  return sameThread && sameAuthor(before, post) && post.create_at - before.create_at < TOGETHER_MS;
}

/** The rows of one list. */
export class PostRows {
  #rows = new Map();
  #fresh = new Set();

  constructor({ inThread }) {
    this.inThread = inThread;
  }

  node(id) {
    return this.#rows.get(id)?.node ?? null;
  }

  /** A row that is no message, made once. */
  fixed(key, make) {
    return this.#row(key, "", make);
  }

  /** Forget the rows that the last drawing didn't use. */
  sweep() {
    for (const key of this.#rows.keys()) if (!this.#fresh.has(key)) this.#rows.delete(key);
    this.#fresh.clear();
  }

  post(post, { follows = false, root = null } = {}) {
    const author = user(post.user_id);
    const editing = state.editing === post.id && state.editingIn === this.inThread;
    const reactions = (post.metadata?.reactions ?? []).map((one) => one.user_id + one.emoji_name).join();
    const signature = [
      follows, root?.id, root?.message, post.update_at, post.edit_at, post.is_pinned, post.version, post.reply_count, post.state, editing,
      isSaved(post.id), author?.username, author?.last_picture_update, displayName(author), author?.props?.customStatus, reactions, post.message.includes("@") && state.namesLearned, (reactions || post.message.includes(":")) && state.emojiLearned,
      marksKey(), foldsPreviews(), preference("display_settings", "link_previews"), post.is_following,
    ].join("|");
    this.#fresh.add(post.id);
    const found = this.#rows.get(post.id);
    if (found?.signature === signature) return found.node;
    const row = found ?? this.#newRow(post.id);
    Object.assign(row, { signature, post });
    this.#fill(row, { follows, root, author, editing });
    return row.node;
  }

  #row(key, signature, make) {
    this.#fresh.add(key);
    const found = this.#rows.get(key);
    if (found?.signature === signature) return found.node;
    const node = make();
    this.#rows.set(key, { node, signature });
    return node;
  }

  /** A message's row: it stays the same element while what is in it changes, so that focus and pointer stay with it. */
  #newRow(id) {
    const node = h("article.post", { tabindex: "-1", data: { id } });
    const row = { node, body: h("div.post-body"), signature: "", post: null, files: null, fileIds: "" };
    const show = () => row.post.state || isEphemeral(row.post) || showActions(node, row.post, { inThread: this.inThread });
    node.addEventListener("pointerenter", show);
    node.addEventListener("focusin", show);
    this.#rows.set(id, row);
    return row;
  }

  #fill(row, { follows, root, author, editing }) {
    const { node, body, post } = row;
    const system = isSystem(post);
    const name = authorName(post);
    const content = editing ? editor(post) : system ? h("div.post-text", h("p.system-text", systemText(post))) : post.message && postText(post);
    node.className = ["post", follows && "follows", system && "system", post.state, node.classList.contains("flash") && "flash"].filter(Boolean).join(" ");
    node.setAttribute("aria-label", t("post.by", { name, time: clock(post.create_at) }));
    const bar = editing ? null : node.querySelector(":scope > .post-actions");
    const gutter = h("div.gutter", follows || system ? timeLink(post, "small") : picture(post));
    arrange(body, [
      root && !this.inThread && context(root),
      !follows && !system && head(post, name, author),
      content, marks(post), files(row), attachments(post), previewBlock(post), reactionRow(post),
      !this.inThread && !post.root_id && post.reply_count > 0 && threadFoot(post),
      post.state && sendState(post),
    ].flat().filter(Boolean));
    arrange(node, [gutter, body, bar].filter(Boolean));
    if (bar) refreshActions(node, post, { inThread: this.inThread });
  }
}

/** What a click on who wrote it opens. */
const writer = (post) => (ofProgram(post) ? { program: post.id } : { user: post.user_id });

function head(post, name, author) {
  return h("div.post-head",
    h("button.link.author", { type: "button", data: writer(post) }, h("bdi", name)),
    isAutomatic(post) ? h("span.tag", t("profile.bot")) : guestTag(author),
    customStatusEmoji(author), timeLink(post));
}

function picture(post) {
  return h("button.picture", { type: "button", tabindex: "-1", "aria-hidden": "true", data: writer(post) }, authorPicture(post));
}

function timeLink(post, kind = "") {
  const title = fullTime(post.create_at);
  if (post.state) return h("time.time", { title, class: kind }, clock(post.create_at));
  return h("a.time", { href: href(`/${team()?.name}/pl/${post.id}`), title, class: kind, tabindex: kind ? "-1" : null }, clock(post.create_at));
}

function context(root) {
  const excerpt = root.message ? renderLine(root.message.slice(0, 120)) : t("thread.earlier");
  return h("button.context", { type: "button", onclick: () => openThreadOf(root.id) },
    icon("reply", 14), root.user_id ? h("span", t("thread.replied", { name: nameOf(root.user_id) })) : null, h("span.excerpt", h("bdi", excerpt)));
}

function marks(post) {
  const shown = [
    isEphemeral(post) && h("span", icon("eye", 13), t("post.only_you")),
    post.edit_at > 0 && h("span", { title: fullTime(post.edit_at) }, t("post.edited")),
    post.is_pinned && h("span", icon("pin", 13), t("post.pinned")),
    isSaved(post.id) && h("span", icon("bookmark", 13), t("post.saved")),
  ].filter(Boolean);
  return shown.length ? h("div.marks", shown) : null;
}

/** Files stay the same elements while the rest is drawn anew: what plays goes on, and a picture keeps the focus. */
function files(row) {
  const ids = [...filesOf(row.post).map((file) => file.id), foldsPreviews()].join();
  if (row.fileIds !== ids) Object.assign(row, { fileIds: ids, files: fileBlock(row.post) });
  return row.files;
}

function reactionRow(post) {
  const all = post.metadata?.reactions ?? [];
  if (!all.length) return null;
  const byName = new Map();
  for (const one of all) byName.set(one.emoji_name, [...(byName.get(one.emoji_name) ?? []), one.user_id]);
  return h("div.reactions", [...byName].map(([name, people]) => {
    const mine = people.includes(state.me.id);
    const who = joined(people.map(nameOf));
    return h("button.reaction", {
      type: "button", class: mine ? "mine" : "", "aria-pressed": String(mine), title: `${who} :${name}:`, disabled: !hasFeature("reactions"),
      "aria-label": `${t("reaction.label", { name, count: people.length })}: ${who}`, onclick: () => react(post, name, !mine),
    }, emojiNode(name) ?? h("span.emoji", `:${name}:`), h("span", people.length));
  }));
}

function threadFoot(post) {
  const people = (post.participants ?? []).slice(0, 3).map((one) => one?.id).filter(Boolean);
  return h("button.thread-foot", { type: "button", onclick: () => openThreadOf(post.id) },
    people.map((id) => h("img.avatar", { src: pictureOf(id), alt: "", width: 20, height: 20 })),
    icon("thread", 15), t("thread.replies", { count: post.reply_count }));
}

function sendState(post) {
  if (post.state === "sending") return null;
  const reason = post.unreached ? t("send.waiting") : post.reason || t("send.failed");
  return h("div.send-failed", { role: "alert", class: post.unreached ? "waiting" : "" }, h("span", reason),
    h("button.link", { type: "button", onclick: () => posts.sendAgain(post) }, t("send.again")),
    h("button.link", { type: "button", onclick: () => posts.giveUp(post) }, t("send.give_up")));
}
