// The sidebar: the team, categories with channels and talks, and me.

import { arrange, fill, h, keepFocus } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { keysShown } from "../lib/keys.js";
import { kept, Scope, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import * as channels from "../data/channels.js";
import { createCategory } from "../data/categories.js";
import { unreadApart, withoutOldTalks } from "../data/sidebar.js";
import { user } from "../data/users.js";
import { can } from "../data/session.js";
import { browseDialog, createChannelDialog } from "../dialogs/channel.js";
import { talkDialog } from "../dialogs/talk.js";
import { mayInvite } from "../data/invitations.js";
import { inviteDialog } from "../dialogs/later.js";
import { openSwitcher } from "../dialogs/switcher.js";
import { openTeamMenu } from "./team_menu.js";
import { openMyMenu } from "./my_menu.js";
import { openMenu } from "./popup.js";
import { categoryName, nameDialog, openCategoryMenu } from "./category_menu.js";
import { listenForOrder } from "./sidebar_order.js";
import { unreadBeyond } from "./sidebar_more.js";
import { channelRow } from "./sidebar_rows.js";
import { teamRail } from "./team_rail.js";
import { draftsRow } from "./drafts.js";
import { avatar, customStatusEmoji, statusDot } from "./people.js";
import { threadsRow } from "./threads_row.js";
import { teamIcon } from "./team_icon.js";

const UNREAD_ONLY = "unread_only";

export class Sidebar {
  #scope = new Scope();
  #me = null; // what the button with my name shows
  #apart = new Set(); // channels that stood apart, as unread ones, when the list was drawn
  #rows = new Map(); // channel id → { node, signature }

  constructor() {
    this.teamButton = h("button.team-button", { type: "button", "aria-haspopup": "menu", onclick: () => openTeamMenu(this.teamButton) });
    this.addButton = h("button.icon-button", { type: "button", "aria-label": t("sidebar.add"), title: t("sidebar.add"), "aria-haspopup": "menu", onclick: () => this.#openAdd() }, icon("plus"));
    this.filter = h("button.icon-button", { type: "button", title: t("sidebar.unread_only"), "aria-label": t("sidebar.unread_only"), onclick: () => this.#toggleFilter() }, icon("filter"));
    const find = h("button.find", { type: "button", onclick: openSwitcher }, icon("search", 16), h("span.grow", t("sidebar.find")), h("kbd", keysShown("Ctrl K")));
    this.list = h("div.categories");
    this.beyond = unreadBeyond(this.#scope, this.list);
    listenForOrder(this.#scope, this.list);
    this.#scope.listen(this.list, "keydown", (event) => this.#move(event));
    this.me = h("button.my-button", { type: "button", "aria-haspopup": "menu", onclick: () => openMyMenu(this.me) });
    this.element = h("nav.sidebar", { "aria-label": t("sidebar.label") },
      h("header", this.teamButton, this.filter, this.addButton),
      h("div.find-row", find), threadsRow(this.#scope), draftsRow(this.#scope), h("div.categories-frame", this.list, this.beyond.elements),
      h("footer", this.me), teamRail(this.#scope));
    this.#scope.draw(["teams"], () => this.#drawTeam());
    this.#scope.draw(["channels", "categories", "users", "statuses", "preferences"], () => this.#drawList());
    this.#scope.draw(["me", "users", "statuses", "connection"], () => this.#drawMe());
  }

  close() {
    this.#scope.close();
  }

  #drawTeam() {
    const elsewhere = [...state.teamUnreads.values()].some((one) => one.team_id !== state.teamId && (one.msg_count || one.mention_count));
    const team = channels.team();
    fill(this.teamButton, team?.last_team_icon_update > 0 && state.teams.size < 2 && teamIcon(team, 24), h("span.grow", h("bdi", team?.display_name ?? "")), elsewhere && h("span.dot", { title: t("sidebar.other_teams") }), icon("chevron", 16));
  }

  #drawMe() {
    const me = user(state.me.id) ?? state.me;
    const drawn = h("span", h("span.with-status", avatar(me.id, 28), statusDot(me.id)), h("span.grow", h("bdi", me.username)), customStatusEmoji(me), icon("settings", 16));
    if (this.#me?.isEqualNode(drawn)) return; // what is pressed just now must stay, or the click is lost
    this.#me = drawn.cloneNode(true);
    fill(this.me, [...drawn.childNodes]);
    this.me.setAttribute("aria-label", t("sidebar.me", { name: me.username }));
  }

  #toggleFilter() {
    kept.set(UNREAD_ONLY, kept.get(UNREAD_ONLY) ? null : "on");
    this.#drawList();
  }

  #drawList() {
    const unreadOnly = kept.get(UNREAD_ONLY) === "on";
    this.filter.setAttribute("aria-pressed", String(unreadOnly));
    const placed = new Set();
    const apart = () => unreadApart() && !unreadOnly && this.#unreadSection(placed);
    const sections = () => [unreadOnly && this.#filtered(), apart(), ...state.categories.map((category) => this.#section(category, unreadOnly, placed))];
    keepFocus(this.list, () => arrange(this.list, sections().filter(Boolean)));
    this.beyond.update();
  }

  /** Says that not all is shown, and how to see it. */
  #filtered() {
    return this.#cached("filtered", "", () => h("p.filtered", h("span.grow", t("sidebar.filtered")), h("button.link", { type: "button", onclick: () => this.#toggleFilter() }, t("sidebar.show_all"))));
  }

  /** What is unread, and what one reads just now, above all categories: where that is wanted. */
  #unreadSection(placed) {
    const stays = (one) => one.id === state.channelId && this.#apart.has(one.id); // until one leaves it
    const found = [...state.channels.values()].filter((one) => channels.isListed(one) && (channels.unreadOf(one).unread || stays(one)));
    for (const one of found) placed.add(one.id);
    this.#apart = new Set(placed);
    if (!found.length) return null;
    found.sort((a, b) => b.last_post_at - a.last_post_at);
    const section = this.#cached("unread", "", () => h("section.category", h("div.category-head", h("span.category-name", t("category.unread"))), h("ul", { "aria-label": t("category.unread") })));
    arrange(section.children[1], found.map((one) => this.#row(one)));
    return section;
  }

  #section(category, unreadOnly, placed) {
    let found = category.channel_ids.map((id) => state.channels.get(id)).filter((one) => one && channels.isListed(one) && !placed.has(one.id));
    for (const one of found) placed.add(one.id);
    if (category.type === "direct_messages") found = withoutOldTalks(found);
    if (unreadOnly) found = found.filter((one) => channels.unreadOf(one).unread || one.id === state.channelId);
    found = sort(found, category);
    if (!found.length && (category.type === "favorites" || unreadOnly)) return null;
    if (category.collapsed) found = found.filter((one) => channels.unreadOf(one).unread || one.id === state.channelId);
    const row = this.#cached(`category:${category.id}`, "", () => h("section.category", { data: { category: category.id } }, h("div.category-head"), h("ul")));
    const [head, list] = row.children;
    const toggle = h("button.category-name", { type: "button", draggable: "true", oncontextmenu: (event) => openCategoryMenu(event, toggle, category.id), "aria-expanded": String(!category.collapsed), onclick: () => channels.collapse(category, !category.collapsed) },
      icon("chevron", 14), h("bdi", categoryName(category)), category.muted && icon("mute", 13));
    const more = h("button.icon-button.category-more", { type: "button", "aria-haspopup": "menu", "aria-label": t("category.menu", { name: categoryName(category) }), title: t("category.menu", { name: categoryName(category) }), onclick: (event) => openCategoryMenu(event, more, category.id) }, icon("more", 16));
    const add = category.type === "direct_messages" && h("button.icon-button", { type: "button", "aria-label": t("talk.new"), title: t("talk.new"), onclick: talkDialog }, icon("plus", 16));
    const signature = `${category.display_name}${category.collapsed}${category.muted}`;
    if (head.dataset.signature !== signature) {
      fill(head, toggle, more, add);
      head.dataset.signature = signature;
    }
    list.setAttribute("aria-label", categoryName(category));
    arrange(list, found.map((one) => this.#row(one)));
    return row;
  }

  #cached(key, signature, make) {
    const found = this.#rows.get(key);
    if (found?.signature === signature) return found.node;
    const node = make();
    this.#rows.set(key, { node, signature });
    return node;
  }

  #row(one) {
    const { signature, make } = channelRow(one);
    return this.#cached(one.id, signature, make);
  }

  #openAdd() {
    openMenu(this.addButton, [
      { label: t("channel.browse"), icon: "list", onclick: browseDialog },
      (can("create_public_channel") || can("create_private_channel")) && { label: t("channel.create"), icon: "hash", onclick: createChannelDialog },
      { label: t("talk.new"), icon: "user", onclick: talkDialog },
      { label: t("category.new"), icon: "list", onclick: () => nameDialog(t("category.new"), "", createCategory) },
      mayInvite() && null,
      mayInvite() && { label: t("team.invite"), icon: "people", onclick: inviteDialog },
    ].filter((entry) => entry !== false), t("sidebar.add"));
  }

  /** Arrow keys go from channel to channel. */
  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.ctrlKey || event.altKey) return;
    const rows = [...this.list.querySelectorAll("a.channel-row, button.category-name")];
    const at = rows.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, at + step))].focus();
  }
}

function sort(list, category) {
  if (category.sorting === "manual") return list;
  if (category.sorting === "recent" || category.type === "direct_messages") return list.sort((a, b) => b.last_post_at - a.last_post_at);
  return list.sort((a, b) => channels.channelName(a).localeCompare(channels.channelName(b)));
}
