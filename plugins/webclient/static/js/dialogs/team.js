// The icon and the name of the team, and who may join it.

import { h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { team } from "../data/channels.js";
import { teamIcon } from "../views/team_icon.js";
import { pictureChoice } from "./picture.js";
import { field, form, openDialog } from "./dialog.js";

export function renameTeamDialog() {
  const one = team();
  const open = h("label.check", h("input", { type: "checkbox", name: "allow_open_invite", checked: one.allow_open_invite }), t("team.open_to_all"));
  const contents = [field({ label: t("team.name"), name: "display_name", value: one.display_name, maxlength: 64, required: true, autofocus: true }), open];
  const dialog = openDialog(t("team.rename"), [iconChoice(one.id), form(contents, t("save"), async ({ display_name, allow_open_invite }) => {
    const updated = await api.put(`/teams/${one.id}/patch`, { display_name: display_name.trim() });
    const wanted = allow_open_invite === "on";
    if (wanted !== one.allow_open_invite) await api.put(`/teams/${one.id}/privacy`, { privacy: wanted ? "O" : "I" });
    state.teams.set(one.id, { ...team(one.id), ...updated, allow_open_invite: wanted });
    changed("teams");
    dialog.close();
  })]);
}

const iconChoice = (id) => pictureChoice({
  shown: () => teamIcon(team(id), 72),
  chosen: () => team(id).last_team_icon_update > 0,
  path: `/teams/${id}/image`,
  read: async () => {
    state.teams.set(id, await api.get(`/teams/${id}`));
    changed("teams");
  },
  words: ["team.icon", "team.icon_remove"],
});
