// /TEAM/integrations: webhooks, commands, bots, OAuth applications and connections, in the frame that the admin console has too.

import { addWords, t } from "../../lib/i18n.js";
import { state } from "../../lib/store.js";
import { KINDS } from "../../data/integrations.js";
import { needRoles } from "../../data/session.js";
import { Console, loadFrame } from "../console/console.js";
import { kindPage } from "./page.js";
import { hooks } from "./hooks.js";
import { programs } from "./programs.js";
import { connections } from "./connections.js";

/** Load what the integrations of a team need and return their frame. */
export async function openIntegrations(team) {
  await Promise.all([loadFrame(), needRoles([state.me.roles, state.teamMembers.get(team.id)?.roles ?? ""])]);
  await addWords("integrations");
  const pages = [...hooks(team), ...programs(team), connections()].map((kind) => ({ name: kind.name, icon: kind.icon, needs: () => KINDS[kind.name](team.id), open: async () => kindPage(kind) }));
  return new Console({ base: `/${team.name}/integrations`, words: "integrations", title: t("integrations.of", { team: team.display_name }), home: `/${team.name}`, pages });
}
