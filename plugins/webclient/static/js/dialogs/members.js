// Adding people of the team to a channel.

import { api } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { channelName } from "../data/channels.js";
import { form, openDialog } from "./dialog.js";
import { PeoplePicker } from "./pick_people.js";

export function addMembersDialog(one) {
  const picker = new PeoplePicker({ scope: { team_id: state.teamId, not_in_channel_id: one.id }, nobody: t("members.all_in") });
  const dialog = openDialog(t("members.add_to", { name: channelName(one) }), form(picker.element, t("members.add_action"), async () => {
    if (!picker.chosen.size) throw new Error(t("members.need_somebody"));
    await api.post(`/channels/${one.id}/members`, { user_ids: [...picker.chosen.keys()] });
    changed(`members:${one.id}`);
    dialog.close();
  }), { wide: true });
}
