// The members of a channel, in the panel.

import { fill, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { api } from "../lib/api.js";
import { changed, Scope, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channel, isPrivateTalk, mayManageMembers } from "../data/channels.js";
import { displayName, keep, need } from "../data/users.js";
import { confirmDialog, tryTo, words } from "../dialogs/dialog.js";
import { addMembersDialog } from "../dialogs/members.js";
import { avatar, customStatusEmoji, guestTag, statusDot } from "./people.js";

const PAGE = 100;

export class MembersView {
  #scope = new Scope();
  #people = [];
  #complete = false;

  constructor(channelId) {
    this.channelId = channelId;
    this.list = h("ul.member-list", h("li.loading", t("loading")));
    this.filter = h("input", { type: "search", placeholder: t("members.filter"), "aria-label": t("members.filter"), oninput: () => this.#draw() });
    const one = channel(channelId);
    const add = one && !isPrivateTalk(one) && mayManageMembers(one) && !one.delete_at
      ? h("button.quiet", { type: "button", onclick: () => addMembersDialog(one) }, icon("plus", 16), t("members.add"))
      : null;
    this.element = h("div.results", h("div.search-form", this.filter, add), this.list);
  }

  begin() {
    this.#scope.draw([`members:${this.channelId}`], () => this.#load(0));
    this.#scope.on("statuses", () => this.#draw());
  }

  close() {
    this.#scope.close();
  }

  async #load(page) {
    try {
      const found = await api.get(`/users?in_channel=${this.channelId}&page=${page}&per_page=${PAGE}`);
      found.forEach(keep);
      this.#people = page ? [...this.#people, ...found] : found;
      this.#complete = found.length < PAGE;
      need(found.map((one) => one.id), { statuses: true });
      this.#draw();
    } catch (error) {
      fill(this.list, h("li.empty", { role: "alert" }, words(error)));
    }
  }

  #draw() {
    const typed = this.filter.value.trim().toLowerCase();
    const fits = (one) => [one.username, one.nickname, one.first_name, one.last_name].join(" ").toLowerCase().includes(typed);
    const more = !this.#complete && h("li", h("button.link", { type: "button", onclick: () => this.#load(Math.ceil(this.#people.length / PAGE)) }, t("members.more")));
    fill(this.list, this.#people.filter(fits).map((one) => this.#row(one)), more);
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
