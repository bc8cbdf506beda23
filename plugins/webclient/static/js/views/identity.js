// Who a post seems to be from: programs may have a name and a picture of their own, where the server allows it.

import { fill, h } from "../lib/dom.js";
import { on, state } from "../lib/store.js";
import { emojiOf } from "../data/emoji.js";
import { displayName, user } from "../data/users.js";
import { safeUrl } from "../markdown/inline.js";
import { proxied } from "../lib/proxied.js";
import { t } from "../lib/i18n.js";
import { avatar, openProfile } from "./people.js";
import { closePopup, openPopup } from "./popup.js";

export const ofProgram = (post) => post.props?.from_webhook === "true";
const given = (post, prop) => (ofProgram(post) && typeof post.props[prop] === "string" ? post.props[prop] : "");

/** The name that a program has given itself, "" when there is none to be shown. */
export function ownName(post) {
  return state.config.EnablePostUsernameOverride === "true" ? given(post, "override_username").slice(0, 64) : "";
}

/** The name to show for a post. The server lets only programs have one that isn't their account's. */
export const authorName = (post) => ownName(post) || displayName(user(post.user_id));

/** Whether a program wrote it: it is marked so, whatever it calls itself. */
export const isAutomatic = (post) => ofProgram(post) || user(post.user_id)?.is_bot === true;

/** Whether two posts of one account seem to be from the same author. */
export const sameAuthor = (one, other) => ofProgram(one) === ofProgram(other) && ownName(one) === ownName(other);

/** Show what a program is that wrote a post: not the account that set it up. */
export function openProgram(anchor, post) {
  const name = authorName(post);
  const sentence = h("p.muted");
  const draw = () => fill(sentence, t("profile.program", { name: displayName(user(post.user_id)) }));
  draw();
  const stop = on("users", () => (sentence.isConnected ? draw() : stop())); // the account may be read just now
  openPopup(anchor, h("div.profile",
    h("div.profile-head", authorPicture(post, 48), h("div", h("strong", h("bdi", name)), " ", h("span.tag", t("profile.bot")))),
    sentence,
    h("button.quiet", { type: "button", onclick: () => {
      closePopup();
      openProfile(anchor, post.user_id);
    } }, t("profile.program_owner"))), { role: "dialog", label: name });
}

/** The picture to show for a post. */
export function authorPicture(post, size = 36) {
  const emoji = emojiOf(ownIcon(post, "override_icon_emoji").replaceAll(":", ""));
  if (emoji) return drawn(emoji, size);
  const icon = ownIcon(post, "override_icon_url");
  const url = icon && safeUrl(icon);
  if (url && proxied(url)) return h("img.avatar", { src: proxied(url), alt: "", width: size, height: size, loading: "lazy" });
  return ownName(post) ? drawn([...ownName(post)][0].toUpperCase(), size) : avatar(post.user_id, size);
}

const ownIcon = (post, prop) => (state.config.EnablePostIconOverride === "true" ? given(post, prop) : "");

function drawn(character, size) {
  return h("span.avatar.drawn", { style: { width: `${size}px`, height: `${size}px` } }, character);
}
