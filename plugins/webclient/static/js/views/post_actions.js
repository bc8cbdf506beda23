// What can be done with a message: the little bar that appears on it, its menu, and the actions themselves.

import { h } from "../lib/dom.js";
import { copyText } from "../lib/clipboard.js";
import { icon } from "../lib/icons.js";
import { api, attempt, hasFeature } from "../lib/api.js";
import { absolute } from "../lib/router.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channel, team } from "../data/channels.js";
import * as posts from "../data/posts.js";
import { isSaved, toggleSaved } from "../data/preferences.js";
import { can } from "../data/session.js";
import { collapsed, follow } from "../data/threads.js";
import { confirmDialog, toast, tryTo } from "../dialogs/dialog.js";
import { reactionsDialog } from "../dialogs/reactions.js";
import { openEmojiPicker } from "./emoji_picker.js";
import { openMenu } from "./popup.js";
import { isSystem } from "./system_text.js";

let bar = null;

/** Show the bar on a message; there is one, which goes from message to message. */
export function showActions(node, post, { inThread }) {
  if (bar?.parentNode === node || node.querySelector(".post-editor")) return;
  bar?.remove();
  const archived = Boolean(channel(post.channel_id)?.delete_at);
  const button = (name, label, action) => h("button.icon-button", { type: "button", "aria-label": label, title: label, onclick: (event) => act(action, post, event.currentTarget, inThread) }, icon(name, 17));
  const more = h("button.icon-button", { type: "button", "aria-label": t("post.more"), title: t("post.more"), "aria-haspopup": "menu", onclick: () => openPostMenu(more, post, inThread) }, icon("more", 17));
  bar = h("div.post-actions", { role: "toolbar", "aria-label": t("post.actions") },
    !archived && hasFeature("reactions") && button("smile", t("reaction.add"), "react"),
    !inThread && !isSystem(post) && button("reply", t("thread.reply"), "reply"),
    button("bookmark", isSaved(post.id) ? t("post.unsave") : t("post.save"), "save"),
    more);
  node.append(bar);
}

/** Draw the bar anew after its message has changed, unless a menu hangs on it. */
export function refreshActions(node, post, options) {
  if (bar?.parentNode !== node || bar.querySelector("[aria-expanded=true]") || bar.contains(document.activeElement)) return;
  bar.remove();
  showActions(node, post, options);
}

function openPostMenu(anchor, shown, inThread) {
  const post = posts.known(shown.id) ?? shown;
  const mine = post.user_id === state.me.id;
  const archived = Boolean(channel(post.channel_id)?.delete_at);
  const follows = posts.known(post.root_id || post.id)?.is_following;
  const mayEdit = mine && can("edit_post", { channelId: post.channel_id }) && !isSystem(post) && !archived;
  const mayDelete = !archived && can(mine ? "delete_post" : "delete_others_posts", { channelId: post.channel_id });
  const entry = (name, symbol, label, more = {}) => ({ label, icon: symbol, onclick: () => act(name, post, anchor, inThread), ...more });
  openMenu(anchor, [
    mayEdit && entry("edit", "edit", t("post.edit"), { shortcut: "E" }),
    entry("unread", "unread", t("post.unread"), { shortcut: "U" }),
    collapsed() && !isSystem(post) && entry("follow", follows ? "mute" : "bell", t(follows ? "threads.unfollow" : "threads.follow_thread")),
    !archived && entry("pin", "pin", post.is_pinned ? t("post.unpin") : t("post.pin"), { shortcut: "P" }),
    post.metadata?.reactions?.length > 0 && entry("reactions", "smile", t("reaction.who")),
    entry("copy", "link", t("post.copy_link"), { shortcut: "C" }),
    entry("text", "copy", t("post.copy_text")),
    mayDelete && null,
    mayDelete && entry("delete", "trash", t("post.delete"), { danger: true }),
  ].filter((one) => one !== false), t("post.more"));
}

const actions = {
  edit: (post, _anchor, inThread) => {
    if (post.user_id === state.me.id && !isSystem(post)) beginEditing(post, inThread);
  },
  reply: (post) => !isSystem(post) && openThreadOf(post.root_id || post.id),
  react: (post, anchor) => openEmojiPicker(anchor, (name) => react(post, name, true)),
  reactions: (post) => reactionsDialog(post),
  save: (post) => toggleSaved(post.id),
  pin: async (post) => {
    await posts.pin(post, !post.is_pinned);
    posts.edited({ ...post, is_pinned: !post.is_pinned });
    changed("pinned");
  },
  unread: (post) => posts.markUnread(post.id),
  follow: async (post) => {
    const root = posts.known(post.root_id || post.id) ?? post;
    const wanted = !root.is_following;
    await follow(root.id, wanted);
    posts.threadChanged({ ...root, is_following: wanted });
    toast(t(wanted ? "threads.followed" : "threads.unfollowed"));
  },
  copy: async (post) => {
    await copyText(absolute(`/${team().name}/pl/${post.id}`));
    toast(t("post.link_copied"));
  },
  text: async (post) => (await copyText(post.message)) && toast(t("code.copied")),
  delete: async (post) => {
    if (await confirmDialog(t("post.delete"), t("post.delete_text"), t("delete"))) await posts.remove(post);
  },
};

/** Do one of the actions by its name. */
export const act = (name, post, anchor, inThread) => tryTo(async () => actions[name](posts.known(post.id) ?? post, anchor, inThread));

/** Add or remove a reaction of mine; says so where the server has none. */
export function react(post, name, add) {
  const reaction = { user_id: state.me.id, post_id: post.id, emoji_name: name };
  return tryTo(async () => {
    const done = await attempt("reactions", () =>
      add ? api.post("/reactions", reaction) : api.delete(`/users/me/posts/${post.id}/reactions/${encodeURIComponent(name)}`),
    );
    if (done) posts.reacted(reaction, add);
    else toast(t("reaction.missing"));
  });
}

/** Show a thread in the panel; `from` is the list there that one came from. */
export function openThreadOf(rootId, from = "") {
  state.panel = { kind: "thread", rootId, from };
  changed("panel");
}

/** Begin to edit a post, where it stands; null ends it. */
export function beginEditing(post, inThread = false) {
  Object.assign(state, { editing: post?.id ?? null, editingIn: inThread });
  changed("editing");
}
