// Inviting people into the team, and its name.

import { h } from "../lib/dom.js";
import { copyText } from "../lib/clipboard.js";
import { api } from "../lib/api.js";
import { absolute } from "../lib/router.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { team } from "../data/channels.js";
import { can } from "../data/session.js";
import { field, form, openDialog, toast } from "./dialog.js";
import { PeoplePicker } from "./pick_people.js";

export function inviteDialog() {
  const one = team();
  const link = one.invite_id ? absolute(`/signup_user_complete?id=${one.invite_id}`) : "";
  const shown = h("input", { type: "text", readonly: true, value: link, "aria-label": t("invite.link"), onfocus: (event) => event.target.select() });
  const byLink = link && h("section", h("h3", t("invite.link")), h("p.hint", t("invite.link_hint", { team: one.display_name })),
    h("div.search-form", shown, h("button.quiet", { type: "button", onclick: async () => {
      await copyText(link);
      toast(t("post.link_copied"));
    } }, t("invite.copy"))));
  const picker = new PeoplePicker({ scope: { not_in_team_id: one.id } });
  const dialog = openDialog(t("invite.title", { team: one.display_name }), [
    byLink,
    can("add_user_to_team") && h("section", h("h3", t("invite.existing")), form(picker.element, t("invite.add"), async () => {
      if (!picker.chosen.size) throw new Error(t("members.need_somebody"));
      const members = [...picker.chosen.keys()].map((user_id) => ({ team_id: one.id, user_id }));
      await api.post(`/teams/${one.id}/members/batch`, members);
      toast(t("invite.added", { count: members.length }));
      dialog.close();
    })),
  ], { wide: true });
}

export function renameTeamDialog() {
  const one = team();
  const open = h("label.check", h("input", { type: "checkbox", name: "allow_open_invite", checked: one.allow_open_invite }), t("team.open_to_all"));
  const contents = [field({ label: t("team.name"), name: "display_name", value: one.display_name, maxlength: 64, required: true, autofocus: true }), open];
  const dialog = openDialog(t("team.rename"), form(contents, t("save"), async ({ display_name, allow_open_invite }) => {
    const updated = await api.put(`/teams/${one.id}/patch`, { display_name: display_name.trim() });
    const wanted = allow_open_invite === "on";
    if (wanted !== one.allow_open_invite) await api.put(`/teams/${one.id}/privacy`, { privacy: wanted ? "O" : "I" });
    state.teams.set(one.id, { ...one, ...updated, allow_open_invite: wanted });
    changed("teams");
    dialog.close();
  }));
}
