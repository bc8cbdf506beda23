// Which kinds of integrations are for me to manage, in a team.

import { state } from "../lib/store.js";
import { can } from "./session.js";

const isOn = (key) => state.config[key] === "true";

/** Kind, as the address names it → whether I may manage some of it in a team. */
export const KINDS = {
  incoming_webhooks: (teamId) => isOn("EnableIncomingWebhooks") && can("manage_own_incoming_webhooks", { teamId }),
  outgoing_webhooks: (teamId) => isOn("EnableOutgoingWebhooks") && can("manage_own_outgoing_webhooks", { teamId }),
  commands: (teamId) => isOn("EnableCommands") && can("manage_own_slash_commands", { teamId }),
  bots: (teamId) => can("read_bots", { teamId }) || can("read_others_bots", { teamId }),
  outgoing_oauth_connections: () => isOn("EnableOutgoingOAuthConnections") && can("manage_outgoing_oauth_connections", { teamId: "" }),
  "oauth2-apps": (teamId) => isOn("EnableOAuthServiceProvider") && can("manage_oauth", { teamId }),
};

export const mayIntegrate = (teamId) => Object.values(KINDS).some((allowed) => allowed(teamId));
