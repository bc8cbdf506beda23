// The members of a channel, in the panel.

import { arrange, debounce, fill, h } from "../../lib/dom.js";
import { icon } from "../../lib/icons.js";
import { api } from "../../lib/api.js";
import { changed, Scope, state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { channel, isPrivateTalk, mayManageMembers } from "../../data/channels.js";
import { displayName, keep, need } from "../../data/users.js";
import { confirmDialog, tryTo, words } from "../../dialogs/dialog.js";
import { addMembersDialog } from "../../dialogs/members.js";
import { avatar, customStatusEmoji, guestTag, statusDot } from "../../views/people.js";

const PAGE = 60;
const MOST_FOUND = 1000; // what the search of people answers at most
const TYPING_MS = 200;

export class MembersView {
  #scope = new Scope();
  #people = [];
  #complete = false;
  #rows = new Map(); // user id → { node, signature }
  #turn = 0;
  #loading = false;

  constructor(channelId) {
    this.channelId = channelId;
    this.status = h("p.empty", { role: "status", hidden: true });
    this.list = h("ul.member-list");
    this.end = h("div.loading", t("loading"));
    this.filter = h("input", { type: "search", placeholder: t("members.filter"), "aria-label": t("members.filter"), oninput: debounce(() => this.#load(), TYPING_MS) });
    const one = channel(channelId);
    const add = one && !isPrivateTalk(one) && mayManageMembers(one) && !one.delete_at
      ? h("button.quiet", { type: "button", onclick: () => addMembersDialog(one) }, icon("plus", 16), t("members.add"))
      : null;
    this.element = h("div.results", h("div.search-form", this.filter, add), this.status, this.list, this.end);
  }

  begin() {
    this.#scope.draw([`members:${this.channelId}`], () => this.#load());
    this.#scope.on("statuses", () => this.#draw());
    this.#scope.on("users", () => this.#draw());
    const observer = new IntersectionObserver(([seen]) => seen.isIntersecting && this.#more(), { root: this.element, rootMargin: "300px" });
    observer.observe(this.end);
    this.#scope.also(() => observer.disconnect());
  }

  close() {
    this.#turn += 1;
    this.#scope.close();
  }

  /** Read the first page, of everybody or of those that were looked for. */
  #load() {
    this.#turn += 1;
    this.#loading = false;
    return this.#read(0);
  }

  /** The end of the list comes into sight: read on. */
  #more() {
    if (!this.#loading && !this.#complete && this.#people.length) this.#read(this.#people.length);
  }

  async #read(from) {
    const turn = this.#turn;
    this.#loading = true;
    try {
      const found = await this.#find(from);
      if (turn !== this.#turn) return;
      this.#loading = false;
      found.forEach(keep);
      const known = new Set(this.#people.map((one) => one.id));
      this.#people = from ? [...this.#people, ...found.filter((one) => !known.has(one.id))] : found;
      need(found.map((one) => one.id), { statuses: true });
      this.#draw();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#loading = false;
      this.#complete = true;
      this.#tell(words(error));
    }
  }

  /** Return the people from a place on. The search has no pages: it is asked for more people each time. */
  async #find(from) {
    const term = this.filter.value.trim().replace(/^@/, "");
    if (!term) {
      const found = await api.get(`/users?in_channel=${this.channelId}&page=${Math.floor(from / PAGE)}&per_page=${PAGE}`);
      this.#complete = found.length < PAGE;
      return found;
    }
    const limit = Math.min(from + PAGE, MOST_FOUND);
    const found = await api.post("/users/search", { term, in_channel_id: this.channelId, limit });
    this.#complete = found.length < limit || limit === MOST_FOUND;
    return found.slice(from);
  }

  #tell(text) {
    this.status.hidden = !text;
    this.end.hidden = this.#complete;
    fill(this.status, text);
  }

  #draw() {
    arrange(this.list, this.#people.map((one) => this.#kept(state.users.get(one.id) ?? one)));
    this.#tell(this.#people.length === 0 && this.#complete && t("pick.none"));
    // A short page leaves the end in sight, and nothing tells of that again.
    if (!this.#complete && this.end.getBoundingClientRect().top < this.element.getBoundingClientRect().bottom) this.#more();
  }

  /** A row stays the same element until its person changes: with many people, drawing is quick and the focus stays. */
  #kept(one) {
    const signature = [displayName(one), one.username, one.roles, one.last_picture_update, one.props?.customStatus, state.statuses.get(one.id)].join("|");
    const known = this.#rows.get(one.id);
    if (known?.signature === signature) return known.node;
    const node = this.#row(one);
    this.#rows.set(one.id, { node, signature });
    return node;
  }

  #row(one) {
    const here = channel(this.channelId);
    const removable = here && !isPrivateTalk(here) && here.name !== "town-square" && one.id !== state.me.id && mayManageMembers(here);
    return h("li.member",
      h("button.member-row", { type: "button", data: { user: one.id } },
        h("span.with-status", avatar(one.id, 28), statusDot(one.id)), h("strong", h("bdi", displayName(one))), guestTag(one), customStatusEmoji(one),
        h("span.muted.grow", h("bdi", `@${one.username}`))),
      removable && h("button.icon-button", { type: "button", "aria-label": t("members.remove", { name: one.username }), title: t("members.remove", { name: one.username }), onclick: () => this.#remove(one) }, icon("close", 16)));
  }

  async #remove(one) {
    if (!(await confirmDialog(t("members.remove", { name: one.username }), t("members.remove_text", { name: displayName(one) }), t("members.remove_action")))) return;
    await tryTo(async () => {
      await api.delete(`/channels/${this.channelId}/members/${one.id}`);
      changed(`members:${this.channelId}`);
    });
  }
}
