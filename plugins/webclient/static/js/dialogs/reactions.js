// Who reacted to a message, by emoji.

import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { emojiNode } from "../data/emoji.js";
import { nameOf } from "../data/users.js";
import { avatar } from "../views/people.js";
import { openDialog } from "./dialog.js";

/** Open the list. */
export function reactionsDialog(post) {
  const byName = new Map();
  for (const { emoji_name, user_id } of post.metadata?.reactions ?? []) byName.set(emoji_name, [...(byName.get(emoji_name) ?? []), user_id]);
  const group = ([name, people]) => h("section.who-reacted", h("h3", emojiNode(name, { "aria-hidden": "true" }), ` :${name}:`),
    h("ul", people.map((id) => h("li.member-row", avatar(id, 24), h("bdi", nameOf(id))))));
  openDialog(t("reaction.who"), [...byName].map(group));
}
