// The menu of the team: other teams, inviting, leaving.

import { h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { go } from "../lib/router.js";
import { state } from "../lib/store.js";
import { number, t } from "../lib/i18n.js";
import { loadTeams, team } from "../data/channels.js";
import { mayIntegrate } from "../data/integrations.js";
import { markRead, unreadChannels } from "../data/reading.js";
import { can, mayAdminister } from "../data/session.js";
import { confirmDialog, tryTo } from "../dialogs/dialog.js";
import { mayInvite } from "../data/invitations.js";
import { inviteDialog } from "../dialogs/later.js";
import { renameTeamDialog } from "../dialogs/team.js";
import { myTeams } from "../data/teams.js";
import { openMenu } from "./popup.js";
import { teamIcon } from "./team_icon.js";

export function openTeamMenu(anchor) {
  if (!team()) return; // it is still being read
  const unread = unreadChannels();
  openMenu(anchor, [
    mayInvite() && { label: t("team.invite"), icon: "people", onclick: inviteDialog },
    mayIntegrate(state.teamId) && { label: t("integrations.title"), icon: "puzzle", onclick: () => go(`/${team().name}/integrations`) },
    can("manage_team") && { label: t("team.rename"), icon: "edit", onclick: renameTeamDialog },
    unread.length > 0 && { label: t("team.mark_read"), icon: "check", shortcut: "Shift Esc", onclick: () => tryTo(() => markRead(unread)) },
    { label: t("team.leave"), icon: "door", danger: true, onclick: leaveTeam },
    null,
    ...myTeams().map((one) => ({ label: label(one), picture: teamIcon(one, 20), checked: one.id === state.teamId, onclick: () => go(`/${one.name}`) })),
    null,
    { label: t("team.join_another"), icon: "globe", onclick: () => go("/select_team") },
    mayAdminister() && { label: t("console.title"), icon: "settings", onclick: () => go("/admin_console") },
    can("create_team") && { label: t("team.create"), icon: "plus", onclick: () => go("/create_team") },
  ].filter((entry) => entry !== false), t("team.menu"));
}

function label(one) {
  const unread = state.teamUnreads.get(one.id);
  if (one.id === state.teamId || !unread) return h("bdi", one.display_name);
  return [h("bdi", one.display_name), unread.mention_count ? ` (${number(unread.mention_count)})` : unread.msg_count ? " •" : ""];
}

async function leaveTeam() {
  const one = team();
  if (!(await confirmDialog(t("team.leave"), t("team.leave_text", { team: one.display_name }), t("team.leave")))) return;
  await tryTo(async () => {
    await api.delete(`/teams/${one.id}/members/${state.me.id}`);
    await loadTeams();
    go("/select_team");
  });
}
