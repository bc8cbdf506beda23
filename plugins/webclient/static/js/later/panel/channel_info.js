// What a channel is: its header and purpose, how it is set for me, and the ways to its members, files and pinned messages.

import { fill, h, keepFocus } from "../../lib/dom.js";
import { copyText } from "../../lib/clipboard.js";
import { icon } from "../../lib/icons.js";
import { api } from "../../lib/api.js";
import { absolute } from "../../lib/router.js";
import { changed, Scope, state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { fullTime } from "../../lib/time.js";
import * as channels from "../../data/channels.js";
import { customStatus, displayName, user } from "../../data/users.js";
import { emojiNode } from "../../data/emoji.js";
import { renderMarkdown } from "../../markdown/render.js";
import { headerDialog, renameDialog } from "../../dialogs/channel_actions.js";
import { channelNotificationsDialog } from "../../dialogs/channel_notifications.js";
import { addMembersDialog } from "../../dialogs/members.js";
import { talkDialog } from "../../dialogs/talk.js";
import { toast, tryTo } from "../../dialogs/dialog.js";
import { avatar, statusDot } from "../../views/people.js";
import { symbolOf } from "../../views/sidebar_rows.js";

export class InfoView {
  #scope = new Scope();
  #stats = {};

  constructor(channelId) {
    this.channelId = channelId;
    this.element = h("div.results.info");
  }

  begin() {
    this.#scope.draw(["channels", "categories", "users", "statuses"], () => this.#draw());
    this.#scope.draw([`members:${this.channelId}`, "pinned"], () => this.#count());
  }

  close() {
    this.#scope.close();
  }

  async #count() {
    this.#stats = await api.get(`/channels/${this.channelId}/stats`).catch(() => ({}));
    this.#draw();
  }

  #draw() {
    const one = channels.channel(this.channelId);
    if (!one) return;
    const talk = channels.isPrivateTalk(one);
    const manage = !one.delete_at && (talk || channels.mayManage(one));
    keepFocus(this.element, () => fill(this.element,
      channels.isDirect(one) ? person(user(channels.partnerId(one))) : place(one),
      h("div.info-actions", actions(one)),
      part(t("channel.header"), one.header, manage && (() => headerDialog(one)), t("info.no_header")),
      !talk && part(t("info.purpose"), one.purpose, manage && (() => renameDialog(one)), t("info.no_purpose")),
      h("ul.info-ways", this.#ways(one)),
      !talk && h("p.hint", t("info.created", { date: fullTime(one.create_at) })),
      h("p.hint", h("bdi", "ID:"), " ", h("code", one.id))));
  }

  #ways(one) {
    const { member_count: members, files_count: files, pinnedpost_count: pinned } = this.#stats;
    const way = (symbol, label, count, onclick) => h("li", h("button.info-way", { type: "button", onclick },
      icon(symbol), h("span.grow", label), count !== undefined && h("span.count", count), icon("chevron", 16)));
    const panel = (kind) => () => {
      state.panel = { kind, channelId: this.channelId, from: "info" };
      changed("panel");
    };
    return [
      !channels.isDirect(one) && way("people", t("members.title"), members, panel("members")),
      way("pin", t("pinned.title"), pinned, panel("pinned")),
      state.config.EnableFileSearch !== "false" && way("file", t("files.title"), files, panel("files")),
      state.members.has(one.id) && way("bell", t("channel_notify.entry"), undefined, () => channelNotificationsDialog(one)),
    ];
  }
}

function actions(one) {
  const favourite = channels.isFavourite(one.id);
  const muted = channels.isMuted(one.id);
  const action = (symbol, label, pressed, run) => h("button.info-action", { type: "button", "aria-pressed": pressed === null ? null : String(pressed), onclick: () => tryTo(run) }, icon(symbol, 20), h("span", label));
  return [
    action("star", t("info.favourite"), favourite, () => channels.moveTo(one.id, favourite ? channels.homeOf(one) : "favorites")),
    action("mute", t("channel.mute"), muted, () => channels.mute(one.id, !muted)),
    channels.isPrivateTalk(one) && action("user", t("members.add"), null, async () => talkDialog({ others: await othersIn(one) })),
    !channels.isPrivateTalk(one) && !one.delete_at && channels.mayManageMembers(one) && action("user", t("members.add"), null, () => addMembersDialog(one)),
    action("link", t("channel.copy_link"), null, async () => {
      await copyText(absolute(channels.channelPath(one)));
      toast(t("post.link_copied"));
    }),
  ];
}

/** The people of a talk beside me: with more of them another talk begins. */
async function othersIn(one) {
  const found = await api.get(`/users?in_channel=${one.id}&per_page=20`);
  return found.filter((person) => person.id !== state.me.id);
}

function place(one) {
  const kind = one.delete_at ? "info.archived" : { O: "channel.public", P: "channel.private", G: "info.group" }[one.type];
  return h("div.info-head", h("span.info-icon", icon(symbolOf(one), 24)), h("div", h("h3", h("bdi", channels.channelName(one))), h("p.muted", t(kind))));
}

function person(one) {
  if (!one) return null;
  const custom = customStatus(one);
  const full = [one.first_name, one.last_name].filter(Boolean).join(" ");
  return h("div.info-head", avatar(one.id, 56), h("div",
    h("h3", h("bdi", displayName(one))),
    h("p.muted", statusDot(one.id), " ", h("bdi", `@${one.username}`), full && full !== displayName(one) && [" · ", h("bdi", full)]),
    one.position && h("p.muted", one.position),
    custom && h("p", emojiNode(custom.emoji), " ", custom.text)));
}

/** A text of the channel, or what to do about there being none. */
function part(title, text, edit, none) {
  if (!text && !edit) return null;
  const label = `${t("post.edit")}: ${title}`;
  return h("section.info-part",
    h("div.info-title", h("h4", title), text && edit && h("button.icon-button", { type: "button", "aria-label": label, title: label, onclick: edit }, icon("edit", 15))),
    text ? h("div.post-text", renderMarkdown(text)) : h("button.link", { type: "button", onclick: edit }, none));
}
