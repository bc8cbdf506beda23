// One account: what it is, its roles, sessions, and what can be done with it.

import { h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { state } from "../../lib/store.js";
import { joined, t } from "../../lib/i18n.js";
import { href } from "../../lib/router.js";
import { ago, shortTime } from "../../lib/time.js";
import { keep } from "../../data/users.js";
import { avatar } from "../../views/people.js";
import { field, form, openDialog, toast, tryTo } from "../../dialogs/dialog.js";
import { act, askAndAct, button, choose, facts, Live, table } from "./kit.js";
import { mayDo } from "./pages.js";
import { ROLES, rolesOf, stateTags } from "./users.js";

/** /admin_console/users/{id}. */
export async function page([id]) {
  const live = new Live(async () => {
    const one = await api.get(`/users/${id}`);
    keep(one);
    return shown(one, () => live.draw());
  });
  await live.draw({ strict: true });
  const back = h("p.console-back", h("a", { href: href("/admin_console/users") }, t("console.users")));
  return { element: h("div.console-page", back, live.element) };
}

function shown(one, again) {
  const name = [one.first_name, one.last_name].filter(Boolean).join(" ");
  const write = mayDo("sysconsole_write_user_management_users");
  return [
    h("div.person-head", avatar(one.id, 64), h("div", h("h1", h("bdi", `@${one.username}`)), h("p", h("bdi", name), " ", stateTags(one)))),
    facts([[t("email"), one.email], [t("console.verified"), t(one.email_verified ? "console.yes" : "console.no")], [t("profile.nickname_label"), one.nickname], [t("profile.position"), one.position],
      [t("console.sign_in"), one.auth_service || t("console.by_password")], ["MFA", t(one.mfa_active ? "console.on" : "console.off")], [t("console.created"), shortTime(one.create_at)],
      [t("console.last_login"), one.last_login ? ago(one.last_login) : ""], [t("console.role"), joined(rolesOf(one).map((role) => t(`role.${role}`)))], ["Id", h("code", one.id)]]),
    h("section", h("h2", t("console.actions")), h("div.console-tools", write ? actions(one, again) : h("p.hint", t("console.read_only")))),
    mayDo("edit_other_users") && mayDo("manage_roles") && !one.is_bot && roles(one, again),
    sessions(one),
    tokens(one),
    teams(one),
    mayDo("edit_other_users") && activity(one),
  ];
}

function actions(one, again) {
  const guest = one.roles.split(" ").includes("system_guest");
  const own = !one.auth_service;
  const at = `/users/${one.id}`;
  const ask = (name, task, text) => button(t(`user.${name}`), () => askAndAct({ title: t(`user.${name}`), text: t(text ?? `user.${name}_text`, { name: one.username }) }, task, again), { danger: name === "deactivate" });
  return [
    button(t("user.edit"), () => edit(one, again)),
    own && !one.is_bot && button(t("user.password"), () => password(one)),
    own && !one.is_bot && button(t("user.reset_mail"), () => act(() => api.post("/users/password/reset/send", { email: one.email }), () => {}, t("user.reset_sent", { email: one.email }))),
    ask("revoke_all", () => api.post(`${at}/sessions/revoke/all`)),
    one.mfa_active && ask("mfa_reset", () => api.put(`${at}/mfa`, { activate: false, code: "" })),
    !one.email_verified && !one.is_bot && button(t("user.verify"), () => act(() => api.post(`${at}/email/verify/member`), again)),
    button(t("user.unlock"), () => act(() => api.post(`${at}/reset_failed_attempts`), again)),
    guest && ask("promote", () => api.post(`${at}/promote`)),
    !guest && !one.is_bot && one.id !== state.me.id && state.config.EnableGuestAccounts === "true" && ask("demote", () => api.post(`${at}/demote`)),
    one.id !== state.me.id && (one.delete_at ? button(t("user.activate"), () => act(() => api.put(`${at}/active`, { active: true }), again)) : ask("deactivate", () => api.put(`${at}/active`, { active: false }))),
  ];
}

function edit(one, again) {
  const text = (label, name, more = {}) => field({ label, name, value: one[name] ?? "", maxlength: 64, ...more });
  const contents = [text(t("username"), "username", { autocapitalize: "none" }), text(t("email"), "email", { type: "email", maxlength: 128 }), text(t("profile.first_name"), "first_name"), text(t("profile.last_name"), "last_name"), text(t("profile.nickname_label"), "nickname"), text(t("profile.position"), "position", { maxlength: 128 })];
  const dialog = openDialog(t("user.edit"), form(contents, t("save"), async (values) => {
    await api.put(`/users/${one.id}/patch`, values);
    dialog.close();
    toast(t("saved"));
    again();
  }));
}

function password(one) {
  const input = field({ label: t("password.new"), name: "password", type: "password", autocomplete: "new-password", required: true, hint: t("user.password_hint") });
  const dialog = openDialog(t("user.password"), form(input, t("user.password"), async (values) => {
    await api.put(`/users/${one.id}/password`, { new_password: values.password });
    dialog.close();
    toast(t("user.password_set", { name: one.username }));
  }));
}

function roles(one, again) {
  const held = new Set(one.roles.split(" "));
  const boxes = ROLES.map((name) => h("label.check", h("input", { type: "checkbox", name, checked: held.has(name) }), h("span", t(`role.${name}`), h("span.hint", t(`role.${name}_hint`)))));
  const save = form(boxes, t("save"), async (_values, element) => {
    for (const box of element.querySelectorAll("input")) held[box.checked ? "add" : "delete"](box.name);
    await api.put(`/users/${one.id}/roles`, { roles: [...held].filter(Boolean).join(" ") });
    toast(t("saved"));
    again();
  });
  return h("section", h("h2", t("console.role")), save);
}

/** A part that is loaded on its own; what one may not see isn't there. */
function part(title, load) {
  const box = h("section", h("h2", title));
  const live = new Live(async () => {
    try {
      return await load(() => live.draw());
    } catch (error) {
      if (error.status !== 403 && error.status !== 501 && error.status !== 404) throw error;
      box.hidden = true;
      return null;
    }
  });
  box.append(live.element);
  live.draw();
  return box;
}

function sessions(one) {
  return part(t("settings.sessions"), async (again) => {
    const found = await api.get(`/users/${one.id}/sessions`);
    const device = ({ props }) => joined([props?.browser, props?.platform ?? props?.os], " · ") || t("sessions.other");
    return table(t("settings.sessions"), [t("console.device"), t("console.last_active"), t("console.actions")], found.map((session) => [device(session), ago(session.last_activity_at),
      button(t("sessions.end"), () => act(() => api.post(`/users/${one.id}/sessions/revoke`, { session_id: session.id }), again), { about: device(session) })]));
  });
}

function tokens(one) {
  return part(t("console.tokens"), async (again) => {
    const found = await api.get(`/users/${one.id}/tokens`);
    return table(t("console.tokens"), [t("console.name"), t("console.state"), t("console.actions")], found.map((token) => [token.description, t(token.is_active ? "console.on" : "console.off"), [
      button(t(token.is_active ? "console.turn_off" : "console.turn_on"), () => act(() => api.post(`/users/tokens/${token.is_active ? "disable" : "enable"}`, { token_id: token.id }), again), { about: token.description }),
      button(t("delete"), () => askAndAct({ title: t("delete"), text: t("console.token_text", { name: token.description }) }, () => api.post("/users/tokens/revoke", { token_id: token.id }), again), { danger: true, about: token.description }),
    ]]));
  });
}

function teams(one) {
  return part(t("console.teams"), async (again) => {
    const found = await api.get(`/users/${one.id}/teams`);
    const list = h("ul.plain-list", found.length ? found.map((team) => h("li", h("a", { href: href(`/admin_console/teams/${team.id}`) }, team.display_name))) : h("li.muted", t("console.nothing")));
    return [list, mayDo("sysconsole_write_user_management_teams") && !one.delete_at && h("p", button(t("console.add_to_team"), () => addToTeam(one, found, again)))];
  });
}

/** Put somebody in one of the teams that they are not in. */
async function addToTeam(one, theirs, again) {
  const all = await tryTo(() => api.get("/teams?per_page=200"));
  const others = (all ?? []).filter((team) => !team.delete_at && !theirs.some((mine) => mine.id === team.id));
  if (!others.length) return all && toast(t("console.in_every_team"));
  const select = choose(t("console.team"), "team_id", others.map((team) => [team.id, team.display_name]), others[0].id, () => {});
  const dialog = openDialog(t("console.add_to_team"), form(select, t("members.add_action"), async ({ team_id }) => {
    await api.post(`/teams/${team_id}/members`, { team_id, user_id: one.id });
    dialog.close();
    toast(t("console.done"));
    again();
  }));
  return undefined;
}

/** What they did, and what happened to their account; loaded when one looks. */
function activity(one) {
  const box = h("div");
  return h("details.unused", { ontoggle: async (event) => {
    if (!event.target.open || box.firstChild) return;
    const { list, records } = await import("./activity.js");
    const live = new Live(async () => list(await records(one.id, 0)));
    box.append(live.element);
    live.draw();
  } }, h("summary", t("console.activity")), box);
}
