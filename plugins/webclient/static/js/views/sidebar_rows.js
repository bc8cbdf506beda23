// A channel in the sidebar, and what can be done with it there.

import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { go, href } from "../lib/router.js";
import { kept, state } from "../lib/store.js";
import { number, t } from "../lib/i18n.js";
import * as channels from "../data/channels.js";
import { hasDraft } from "../data/drafts.js";
import { markChannelUnread, markRead } from "../data/reading.js";
import { tryTo } from "../dialogs/dialog.js";
import { placesFor } from "./category_menu.js";
import { avatar, customStatusEmoji, statusDot } from "./people.js";
import { openMenu } from "./popup.js";

/** Return { signature, make }: what the row of a channel shows, and how to make it. */
export function channelRow(one) {
  const { unread, mentions } = channels.unreadOf(one);
  const name = channels.channelName(one);
  const partner = channels.isDirect(one) ? channels.partnerId(one) : "";
  const here = one.id === state.channelId;
  const muted = channels.isMuted(one.id);
  const draft = !here && hasDraft(one.id);
  const custom = partner && customStatusEmoji(state.users.get(partner));
  const path = channels.channelPath(one);
  const signature = [name, unread, mentions, here, muted, draft, state.statuses.get(partner), custom?.textContent, path, one.type, one.delete_at].join("|");
  const make = () => {
    const open = (event) => {
      event.preventDefault();
      openMenu(event.type === "click" ? more : link, channelEntries(channels.channel(one.id) ?? one), name);
    };
    const link = h("a.channel-row", {
      href: href(path), class: `${unread ? "unread" : ""} ${muted ? "muted-channel" : ""}`,
      "aria-current": here ? "page" : null, "aria-label": rowLabel(name, unread, mentions),
      onclick: () => document.querySelector(".shell").classList.add("in-channel"), oncontextmenu: open,
    },
      partner ? h("span.with-status", avatar(partner, 20), statusDot(partner)) : icon(symbolOf(one), 16),
      h("span.grow", h("bdi", name)), custom, draft && icon("edit", 14), muted && icon("mute", 14),
      mentions > 0 && [" ", h("span.badge", mentions > 99 ? `${number(99)}+` : mentions)]);
    // For the mouse; the keyboard has the menu key on the channel itself.
    const more = h("button.icon-button.row-more", { type: "button", tabindex: "-1", "aria-haspopup": "menu", "aria-label": t("sidebar.more", { name }), title: t("channel.menu"), onclick: open }, icon("more", 16));
    return h("li", { data: { channel: one.id } }, link, more);
  };
  return { signature, make };
}

/** The icon of a kind of channel. */
export function symbolOf(one) {
  if (one.delete_at) return "archive";
  return { O: "hash", P: "lock", G: "people" }[one.type] ?? "hash";
}

function rowLabel(name, unread, mentions) {
  if (mentions) return `${name}, ${t("sidebar.mentions", { count: mentions })}`;
  return unread ? `${name}, ${t("sidebar.unread")}` : name;
}

/** What can be done with any channel of the sidebar. */
export function channelEntries(one) {
  const favourite = channels.isFavourite(one.id);
  const muted = channels.isMuted(one.id);
  const talk = channels.isPrivateTalk(one);
  const { unread } = channels.unreadOf(one);
  return [
    unread && { label: t("channel.mark_read"), icon: "check", onclick: () => tryTo(() => markRead([one])) },
    !unread && !one.delete_at && one.last_post_at > 0 && { label: t("post.unread"), icon: "unread", onclick: () => tryTo(() => markChannelUnread(one.id)) },
    { label: favourite ? t("channel.unfavourite") : t("channel.favourite"), icon: "star", onclick: () => channels.moveTo(one.id, favourite ? channels.homeOf(one) : "favorites") },
    { label: muted ? t("channel.unmute") : t("channel.mute"), icon: muted ? "bell" : "mute", onclick: () => channels.mute(one.id, !muted) },
    { label: t("category.move"), icon: "list", onclick: () => placesFor(one) },
    talk && { label: t("talk.close"), icon: "close", onclick: async () => {
      await channels.closeTalk(one);
      if (one.id === state.channelId) {
        kept.set(`channel.${state.me.id}.${state.teamId}`, null);
        go(`/${channels.team().name}/channels/town-square`);
      }
    } },
  ].filter(Boolean);
}
