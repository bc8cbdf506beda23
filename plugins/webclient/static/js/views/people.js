// How people are shown: picture, status dot, name, the card with more about them.

import { fill, h } from "../lib/dom.js";
import { on, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { go } from "../lib/router.js";
import { shortTime } from "../lib/time.js";
import { channelPath, openTalk } from "../data/channels.js";
import { emojiNode } from "../data/emoji.js";
import { customStatus, displayName, isMarkedGuest, need, pictureOf, user } from "../data/users.js";
import { tryTo } from "../dialogs/dialog.js";
import { closePopup, openPopup } from "./popup.js";

export const STATUSES = ["online", "away", "dnd", "offline"];

/** A person's picture; decoration, the name stands beside it. */
export function avatar(id, size = 36) {
  return h("img.avatar", { src: pictureOf(id), alt: "", width: size, height: size, loading: "lazy", decoding: "async", class: `size-${size}` });
}

export function statusDot(id) {
  const status = state.statuses.get(id) ?? "offline";
  return h("span.status-dot", { class: status, role: "img", "aria-label": t(`status.${status}`), title: t(`status.${status}`) });
}

/** Says that somebody is a guest; null for everybody else. */
export const guestTag = (one) => (isMarkedGuest(one) ? h("span.tag", t("profile.guest")) : null);

/** The emoji of somebody's custom status, or null. */
export function customStatusEmoji(one) {
  const found = customStatus(one);
  return found && emojiNode(found.emoji, { title: found.text, role: "img", "aria-label": found.text || found.emoji });
}

/** Show the card of a person beside an anchor; it changes while it is open, as the person does. */
export function openProfile(anchor, id) {
  need([id], { statuses: true });
  if (!user(id)) return;
  const card = h("div.profile");
  const draw = () => {
    const focused = card.contains(document.activeElement);
    fill(card, profile(user(id)));
    if (focused) card.querySelector(".primary")?.focus();
  };
  draw();
  openPopup(anchor, card, { role: "dialog", label: displayName(user(id)) });
  const stops = ["users", "statuses"].map((topic) => on(topic, () => (card.isConnected ? draw() : stops.forEach((stop) => stop()))));
}

function profile(one) {
  const full = [one.first_name, one.last_name].filter(Boolean).join(" ");
  const custom = one.delete_at ? null : customStatus(one);
  const message = h("button.primary", { type: "button", onclick: () => tryTo(async () => {
    closePopup();
    go(channelPath(await openTalk([one.id])));
  }) }, one.id === state.me.id ? t("profile.own_notes") : t("profile.message"));
  return [
    h("div.profile-head", avatar(one.id, 72), h("div", h("strong", h("bdi", displayName(one))), " ", one.is_bot ? h("span.tag", t("profile.bot")) : guestTag(one), h("p.muted", !one.is_bot && statusDot(one.id), " ", h("bdi", `@${one.username}`)))),
    full && full !== displayName(one) && h("p", h("bdi", full)),
    one.nickname && one.nickname !== displayName(one) && h("p", t("profile.nickname", { name: one.nickname })),
    one.position && h("p.muted", h("bdi", one.position)),
    custom && h("p", emojiNode(custom.emoji), " ", h("bdi", custom.text), custom.duration && Date.parse(custom.expires_at) > 0 && h("span.muted", " ", t("custom.until_when", { when: shortTime(Date.parse(custom.expires_at)) }))),
    one.email && !one.is_bot && h("p", h("a", { href: `mailto:${one.email}`, dir: "ltr" }, one.email)),
    one.is_bot && one.bot_description && h("p", h("bdi", one.bot_description)),
    one.delete_at > 0 ? h("p.muted", t("profile.deactivated")) : message,
  ];
}
