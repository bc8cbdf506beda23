// The pages of the console: what each needs, and where it is.

import { can, mayAdminister } from "../../data/session.js";
import { state } from "../../lib/store.js";

const system = (permission) => can("manage_system", { teamId: "" }) || can(permission, { teamId: "" });

/** Whether a role of mine in the system has a permission whose name fits. */
const any = (fits) => state.me.roles.split(" ").some((name) => [...(state.roles.get(name) ?? [])].some(fits));

/** A page of the console: `needs()` says whether it is for me, `open(rest of the address)` makes it. */
export const PAGES = [
  page("health", "pulse", () => mayAdminister(), async () => (await import("./health.js")).healthPage()),
  page("statistics", "chart", () => system("get_analytics"), async () => (await import("./statistics.js")).statisticsPage()),
  page("settings", "settings", () => mayAdminister(), async (rest) => (await import("./settings.js")).settingsPage(rest)),
  page("plugins", "puzzle", () => system("sysconsole_read_plugins"), async () => (await import("./plugins.js")).pluginsPage()),
  page("users", "people", () => system("sysconsole_read_user_management_users"), async (rest) => (await import(rest[0] ? "./user.js" : "./users.js")).page(rest)),
  page("teams", "globe", () => system("sysconsole_read_user_management_teams"), async (rest) => (await import("./teams.js")).page(rest)),
  page("channels", "hash", () => system("sysconsole_read_user_management_channels"), async (rest) => (await import("./channels.js")).page(rest)),
  page("roles", "lock", () => system("sysconsole_read_user_management_permissions"), async () => (await import("./roles.js")).rolesPage()),
  page("jobs", "clock", () => system("read_jobs") || any((name) => /^(read|manage)_.+_job$/.test(name)), async () => (await import("./jobs.js")).jobsPage()),
  page("activity", "eye", () => system("read_audits"), async () => (await import("./activity.js")).activityPage()),
  page("logs", "text", () => system("get_logs"), async () => (await import("./logs.js")).logsPage()),
];

function page(name, icon, needs, open) {
  return { name, icon, needs, open };
}

export const allowed = (one) => one.needs();

export const mayDo = system;
