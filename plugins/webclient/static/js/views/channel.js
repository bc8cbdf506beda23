// A channel: its header, its messages, and where one writes.

import { fill, h, keepFocus } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { api } from "../lib/api.js";
import { changed, Scope, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { go } from "../lib/router.js";
import * as channels from "../data/channels.js";
import * as posts from "../data/posts.js";
import { displayName, user } from "../data/users.js";
import { renderLine } from "../markdown/render.js";
import { can } from "../data/session.js";
import { channelMenuEntries, restore, showInfo } from "../dialogs/channel_actions.js";
import { Composer } from "./composer.js";
import { PostList } from "./post_list.js";
import { customStatusEmoji, statusDot } from "./people.js";
import { openMenu } from "./popup.js";
import { symbolOf } from "./sidebar_rows.js";

export class ChannelView {
  #scope = new Scope();

  constructor(channelId, focusPost = "") {
    this.channelId = channelId;
    this.list = new PostList(channelId, focusPost);
    this.composer = new Composer({ channelId, rootId: "" });
    this.header = h("header.channel-header");
    this.foot = h("div.channel-foot");
    this.element = h("div.channel-view", this.header, this.list.element, this.foot);
    this.#scope.draw(["channels", "users", "statuses", "categories", "panel"], () => this.#drawHeader());
    this.#scope.draw(["channels", "users"], () => this.#drawFoot());
    this.composer.attach.catchDrops(this.element, this.#scope);
    this.#countMembers();
    this.#scope.on(`members:${channelId}`, () => this.#countMembers());
  }

  async begin() {
    const member = state.members.get(this.channelId);
    const one = channels.channel(this.channelId);
    const win = posts.windowOf(this.channelId);
    const unread = channels.hasNews(one);
    if (!win.loaded || unread) win.seenUntil = unread ? member.last_viewed_at : 0;
    this.list.begin();
    this.composer.focus({ quietly: true });
    await posts.open(this.channelId);
    this.markRead();
  }

  markRead() {
    if (document.hidden || !document.hasFocus()) return;
    channels.view(this.channelId);
  }

  close() {
    this.list.close();
    this.composer.close();
    this.#scope.close();
  }

  async #countMembers() {
    const one = channels.channel(this.channelId);
    if (!one || channels.isDirect(one)) return;
    const stats = await api.get(`/channels/${this.channelId}/stats`).catch(() => null);
    this.memberCount = stats?.member_count;
    this.#drawHeader();
  }

  #drawHeader() {
    const one = channels.channel(this.channelId);
    if (!one) return;
    const partner = channels.isDirect(one) ? user(channels.partnerId(one)) : null;
    const signature = [
      channels.channelName(one), one.header, one.purpose, one.type, one.delete_at, this.memberCount, channels.isMuted(one.id),
      channels.isFavourite(one.id), partner && state.statuses.get(partner.id), partner?.props?.customStatus, state.panel?.kind,
    ].join("|");
    if (signature === this.signature) return;
    this.signature = signature;
    const back = h("button.icon-button.back", { type: "button", "aria-label": t("back"), onclick: () => {
      document.querySelector(".shell").classList.remove("in-channel");
      document.querySelector(".categories a[aria-current]")?.focus();
    } }, icon("back"));
    const name = h("button.channel-name", { type: "button", "aria-haspopup": "menu", onclick: () => openMenu(name, channelMenuEntries(one), t("channel.menu")) },
      partner ? statusDot(partner.id) : icon(symbolOf(one), 18),
      h("span", h("bdi", channels.channelName(one))), partner && customStatusEmoji(partner), icon("chevron", 16));
    const about = one.header || one.purpose;
    keepFocus(this.header, () => fill(this.header, back, h("h1", name), one.delete_at > 0 && h("span.tag", t("info.archived")),
      h("div.channel-about", { title: about, onclick: (event) => event.target.closest("a, button") || showInfo(one) }, channels.isMuted(one.id) && icon("mute", 14), about ? h("bdi", renderLine(about)) : null),
      h("div.channel-tools",
        !channels.isDirect(one) && this.#tool("members", "people", t("members.title"), this.memberCount),
        state.config.EnableFileSearch !== "false" && this.#tool("files", "file", t("files.title")),
        this.#tool("pinned", "pin", t("pinned.title")),
        this.#tool("search", "search", t("search.title")),
        this.#tool("info", "info", t("info.title")))));
  }

  #tool(kind, symbol, label, count) {
    const on = state.panel?.kind === kind;
    return h("button.icon-button", { type: "button", "aria-label": count === undefined ? label : `${label}: ${count}`, title: label, "aria-pressed": String(on), class: `tool-${kind}`, onclick: () => {
      state.panel = on ? null : { kind, channelId: kind === "search" ? undefined : this.channelId };
      changed("panel");
    } }, icon(symbol), count !== undefined && h("span", { "aria-hidden": "true" }, count));
  }

  #drawFoot() {
    const one = channels.channel(this.channelId);
    const partner = one && channels.isDirect(one) ? user(channels.partnerId(one)) : null;
    const closed = one?.delete_at ? "archived" : partner?.delete_at ? "deactivated" : "";
    if (this.foot.dataset.closed === closed) return;
    this.foot.dataset.closed = closed;
    fill(this.foot, closed ? this.#closedFoot(closed, partner) : this.composer.element);
  }

  /** Says why nobody can write here, and what else can be done. */
  #closedFoot(closed, partner) {
    const leave = () => go(`/${channels.team().name}/channels/town-square`);
    const text = closed === "archived" ? t("channel.archived") : t("channel.deactivated", { name: displayName(partner) });
    return h("p.archived", icon(closed === "archived" ? "archive" : "user"), h("span", text),
      closed === "archived" && can("manage_team") && h("button.quiet", { type: "button", onclick: () => restore(channels.channel(this.channelId)) }, t("channel.restore")),
      h("button.quiet", { type: "button", onclick: leave }, t("channel.leave_archived")));
  }
}
