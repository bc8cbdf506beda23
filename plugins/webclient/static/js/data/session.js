// Who is signed in, and what the server is like.

import { api, cookie, query } from "../lib/api.js";
import { changed, state } from "../lib/store.js";
import { useLanguage } from "../lib/i18n.js";
import { keep } from "./users.js";
import { keepPreferences } from "./preferences.js";

/** Read the server's configuration for clients. */
export async function loadConfig() {
  state.config = await api.get("/config/client?format=old");
  changed("config");
}

/** Read who is signed in; returns false when nobody is. `state.lacksMfa`: nothing else can be read yet. */
export async function loadMe() {
  if (!cookie("MMUSERID")) return false;
  try {
    const [me, preferences] = await Promise.all([api.get("/users/me"), api.get("/users/me/preferences")]);
    await take(me, preferences);
    return true;
  } catch (error) {
    if (error.status === 401) return false;
    if (!error.lacksMfa) throw error;
    state.me = await api.get("/users/me");
    state.lacksMfa = true;
    await useLanguage(state.me.locale);
    return true;
  }
}

async function take(me, preferences) {
  state.me = me;
  keep(me);
  keepPreferences(preferences);
  await useLanguage(me.locale);
}

/** Sign in with a name or an address. Raises ApiError; id `mfa…` when a code is needed. */
export async function signIn(login, password, code = "") {
  await api.post("/users/login", { login_id: login, password, token: code, deviceId: "" });
  await Promise.all([loadConfig(), loadMe()]);
}

/** Have a guest without a password get a link by mail that signs them in. */
export const askForLink = (login) => api.post("/users/login/type", { login_id: login });

/** Create an account and sign it in; `iid` is of an invitation link, `t` of an invitation by mail. */
export async function signUp(account, { iid = "", t = "" }) {
  await api.post(`/users${query({ iid, t })}`, account);
  await signIn(account.username, account.password);
}

/** End the session; the page begins anew. */
export async function signOut() {
  try {
    await api.post("/users/logout");
  } catch {
    // The session was over already, or the server can't be reached: the cookie stays, and so do we.
  }
}

/** Whether I may: by my roles in the system, the team and the channel. */
export function can(permission, { teamId = state.teamId, channelId = "" } = {}) {
  const roles = [
    state.me?.roles ?? "",
    state.teamMembers.get(teamId)?.roles ?? "",
    channelId ? (state.members.get(channelId)?.roles ?? "") : "",
  ];
  return roles.join(" ").split(" ").some((name) => state.roles.get(name)?.has(permission));
}

/** Whether some page of the admin console is for me. */
export const mayAdminister = () => (state.me?.roles ?? "").split(" ").some((name) =>
  [...(state.roles.get(name) ?? [])].some((permission) => permission === "manage_system" || permission.startsWith("sysconsole_read_")));

/** Read the permissions of roles that aren't known yet. */
export async function needRoles(texts) {
  const names = new Set(texts.join(" ").split(" ").filter((name) => name && !state.roles.has(name)));
  if (!names.size) return;
  for (const role of await api.post("/roles/names", [...names])) state.roles.set(role.name, new Set(role.permissions));
}

const DAY_MS = 86_400_000;

/** Whether I have to accept the site's own terms first: those that count now, and not too long ago. */
export function owesTerms() {
  const { CustomTermsOfServiceId: wanted, EnableCustomTermsOfService: on, CustomTermsOfServiceReAcceptancePeriod: days } = state.config;
  if (on !== "true" || !wanted || state.me?.is_bot) return false;
  const { terms_of_service_id: accepted, terms_of_service_create_at: since = 0 } = state.me;
  return accepted !== wanted || Date.now() - since > Number(days || 365) * DAY_MS;
}
