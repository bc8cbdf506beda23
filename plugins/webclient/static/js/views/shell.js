// The frame of the chat: sidebar, channel, panel; follows the address.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { go, href } from "../lib/router.js";
import { changed, kept, Scope, siteName, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import * as channels from "../data/channels.js";
import * as posts from "../data/posts.js";
import { loadDrafts } from "../data/drafts.js";
import { loadScheduled } from "../data/scheduled.js";
import { restore } from "../data/outbox.js";
import { preference } from "../data/preferences.js";
import { connect, disconnect, ready } from "../data/events.js";
import { collapsed } from "../data/threads.js";
import { closePopup } from "./popup.js";
import { ChannelView } from "./channel.js";
import { loadViews, Panel } from "./panel.js";
import { channelAt, messageAt, NowhereError, nowherePage } from "./places.js";
import { Sidebar } from "./sidebar.js";
import { installShortcuts } from "./shortcuts.js";
import { listenForNames } from "./names.js";
import { showTabBadge } from "./tab_badge.js";

const LOAD_MORE_MS = 2000;

export class Shell {
  #scope = new Scope();
  #view = null;
  #opening = 0;
  #connected = false;

  constructor() {
    this.sidebar = new Sidebar();
    this.panel = new Panel();
    this.main = h("main.channel", { id: "main" }, h("div.loading", { role: "status" }, t("loading")));
    this.banner = h("div.banner", { role: "status", hidden: true });
    this.element = h("div.shell",
      h("a.skip", { href: "#composer", onclick: (event) => this.#skip(event) }, t("skip.to_composer")),
      this.banner, this.sidebar.element, this.main, this.panel.element);
    this.#scope.draw(["connection"], () => this.#drawBanner());
    this.#scope.draw(["channels", "teams", "config", "unread_threads"], () => this.#drawTitle());
    this.#scope.draw(["preferences"], () => this.element.classList.toggle("compact", preference("display_settings", "message_display") === "compact"));
    this.#scope.draw(["panel"], () => this.element.classList.toggle("with-panel", state.panel !== null));
    this.#scope.on("left", () => this.#leftSomewhere());
    this.#scope.listen(window, "focus", () => this.#view?.markRead());
    installShortcuts(this.#scope);
    listenForNames(this.#scope, this.element);
  }

  close() {
    this.#scope.close();
    this.#view?.close();
    this.sidebar.close();
    this.panel.close();
    disconnect();
    posts.forgetAll(""); // nothing tells what happens until we are back
    state.teamId = "";
    state.channelId = "";
    state.panel = null;
  }

  /** Show what the address names below a team. */
  async show(team, [kind, name]) {
    const turn = (this.#opening += 1);
    closePopup();
    if (!this.#connected) {
      this.#connected = true;
      restore();
      connect();
      setTimeout(() => loadViews().catch(() => {}), LOAD_MORE_MS); // failing, it is tried again when it is needed
    }
    if (state.teamId !== team.id) {
      await channels.loadTeam(team.id);
      kept.set(`team.${state.me.id}`, team.id);
      ready();
      loadDrafts();
      loadScheduled();
      changed("team");
      if (state.panel) this.#closePanel();
    }
    if (turn !== this.#opening) return;
    if (state.panel && matchMedia("(max-width: 760px)").matches) this.#closePanel(); // it lies over the messages there
    try {
      if (kind === "pl") return await this.#showPost(name);
      const found = await channelAt(kind, name);
      if (turn !== this.#opening) return;
      if (found) this.#open(found);
      else this.#showList(kind === undefined);
    } catch (error) {
      if (!(error instanceof NowhereError)) throw error;
      if (turn === this.#opening) this.#showNowhere(error);
    }
  }

  #closePanel() {
    state.panel = null;
    changed("panel");
  }

  async #showPost(postId) {
    const { post, channel, teamName } = await messageAt(postId);
    if (teamName) return go(`/${teamName}/pl/${postId}`, { replace: true });
    if (!channel) return this.#showList(false);
    const shown = post.root_id && collapsed() ? (await messageAt(post.root_id)).post : post;
    await posts.around(shown);
    posts.windowOf(channel.id).following = false;
    history.replaceState(null, "", href(channels.channelPath(channel)));
    this.#open(channel, shown.id);
    if (shown !== post) {
      state.panel = { kind: "thread", rootId: shown.id, postId: post.id };
      changed("panel");
    }
    return null;
  }

  /** Say that an address leads nowhere. */
  #showNowhere(error) {
    this.#leaveView();
    this.element.classList.add("in-channel");
    fill(this.main, nowherePage(error, () => this.#showList(false)));
    this.main.querySelector("button").focus();
    changed("channels");
  }

  #leaveView() {
    this.#view?.close();
    this.#view = null;
    state.channelId = "";
  }

  #open(channel, postId = "") {
    if (this.#view?.channelId === channel.id && !postId) {
      this.element.classList.add("in-channel");
      return;
    }
    this.#view?.close();
    state.channelId = channel.id;
    state.keptUnread = "";
    if (state.panel?.channelId && state.panel.channelId !== channel.id) this.#closePanel();
    kept.set(`channel.${state.me.id}.${state.teamId}`, channel.id);
    this.element.classList.add("in-channel");
    this.#view = new ChannelView(channel.id, postId);
    fill(this.main, this.#view.element);
    this.#view.begin();
    changed("channels");
  }

  /** No channel named: the last one on a desk, the list of channels on a phone. */
  #showList(quiet) {
    const last = state.channels.get(kept.get(`channel.${state.me.id}.${state.teamId}`));
    const first = last ?? [...state.channels.values()].find((one) => one.name === "town-square") ?? state.channels.values().next().value;
    if (first && (!quiet || matchMedia("(min-width: 761px)").matches || !this.#view)) {
      return go(channels.channelPath(first), { replace: true });
    }
    this.element.classList.remove("in-channel");
    return null;
  }

  #leftSomewhere() {
    if (!state.teams.has(state.teamId)) go("/select_team", { replace: true });
    else if (state.channelId && !state.channels.has(state.channelId)) {
      this.#leaveView();
      go(`/${channels.team().name}`, { replace: true });
    }
  }

  #skip(event) {
    event.preventDefault();
    this.element.querySelector(".composer textarea")?.focus();
  }

  #drawBanner() {
    const text = { offline: t("banner.offline"), polling: t("banner.polling"), connecting: null, live: null }[state.connection];
    this.banner.hidden = !text;
    this.banner.className = `banner ${state.connection}`;
    fill(this.banner, text && [icon("wifi_off", 16), text]);
  }

  #drawTitle() {
    let { mentions } = state.unreadThreads;
    let unread = state.unreadThreads.threads > 0;
    for (const one of state.channels.values()) {
      const is = channels.unreadOf(one);
      mentions += is.mentions;
      unread ||= is.unread;
    }
    for (const one of state.teamUnreads.values()) {
      if (one.team_id === state.teamId) continue;
      mentions += one.mention_count;
      unread ||= one.msg_count > 0;
    }
    showTabBadge({ mentions, unread });
    const mark = mentions ? `(${mentions}) ` : unread ? "• " : "";
    const name = channels.channelName(channels.channel());
    document.title = `${mark}${name ? `${name} · ` : ""}${channels.team()?.display_name ?? siteName()}`;
  }
}
