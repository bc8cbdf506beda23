// Teams: finding them, and one with its members.

import { h } from "../../lib/dom.js";
import { api, query } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { href } from "../../lib/router.js";
import { shortTime } from "../../lib/time.js";
import { toast } from "../../dialogs/dialog.js";
import { field, form, openDialog } from "../../dialogs/dialog.js";
import { act, askAndAct, button, facts, frame, Live, pager, searchField, table, tag } from "./kit.js";
import { members } from "./members.js";
import { mayDo } from "./pages.js";

const MANY = 50;

/** /admin_console/teams and /admin_console/teams/{id}. */
export const page = ([id]) => (id ? one(id) : all());

async function all() {
  const wanted = { term: "", page: 0 };
  const live = new Live(async () => {
    const { teams, total_count } = wanted.term
      ? await api.post("/teams/search", { term: wanted.term, page: wanted.page, per_page: MANY })
      : await api.get(`/teams${query({ page: wanted.page, per_page: MANY, include_total_count: true })}`);
    return [h("p.hint", t("console.count", { count: total_count })), list(teams), pager(wanted.page, (wanted.page + 1) * MANY < total_count, (at) => {
      wanted.page = at;
      live.draw();
    })];
  });
  const search = searchField(t("console.search"), (term) => {
    Object.assign(wanted, { term, page: 0 });
    live.draw();
  });
  await live.draw();
  return { element: frame(t("console.teams"), {}, h("div.console-filters", search), live.element) };
}

export const archivedTag = (thing) => (thing.delete_at ? tag(t("console.archived"), "bad") : tag(t("console.active"), "good"));

const list = (teams) => table(t("console.teams"), [t("team.name"), t("console.address"), t("console.entry"), t("console.state"), t("console.created")],
  teams.map((team) => [h("a", { href: href(`/admin_console/teams/${team.id}`) }, h("strong", h("bdi", team.display_name))), h("code", team.name), t(team.allow_open_invite ? "console.open_to_all" : "console.by_invitation"), archivedTag(team), shortTime(team.create_at)]));

async function one(id) {
  const live = new Live(async () => {
    const team = await api.get(`/teams/${id}`);
    return shown(team, () => live.draw());
  });
  await live.draw({ strict: true });
  return { element: h("div.console-page", h("p.console-back", h("a", { href: href("/admin_console/teams") }, t("console.teams"))), live.element) };
}

function shown(team, again) {
  const write = mayDo("sysconsole_write_user_management_teams");
  const at = `/teams/${team.id}`;
  const tools = write && [
    button(t("console.edit"), () => edit(team, again)),
    button(t(team.allow_open_invite ? "console.close_team" : "console.open_team"), () => act(() => api.put(`${at}/privacy`, { privacy: team.allow_open_invite ? "I" : "O" }), again)),
    team.delete_at ? button(t("console.restore"), () => act(() => api.post(`${at}/restore`), again))
      : button(t("console.archive"), () => askAndAct({ title: t("console.archive"), text: t("console.archive_team_text", { name: team.display_name }) }, () => api.delete(at), again), { danger: true }),
  ];
  return [
    h("div.console-title", h("h1", h("bdi", team.display_name)), h("div.console-tools", tools)),
    facts([[t("console.address"), h("code", team.name)], [t("console.description"), team.description], [t("console.entry"), t(team.allow_open_invite ? "console.open_to_all" : "console.by_invitation")], [t("console.state"), archivedTag(team)], [t("console.created"), shortTime(team.create_at)], [t("console.scheme"), team.scheme_id], ["Id", h("code", team.id)]]),
    members({ at, kind: "team", filter: { in_team: team.id }, inside: { team_id: team.id }, outside: { not_in_team_id: team.id }, write: write && !team.delete_at }),
  ];
}

function edit(team, again) {
  const contents = [field({ label: t("team.name"), name: "display_name", value: team.display_name, maxlength: 64, required: true }), field({ label: t("console.description"), name: "description", value: team.description, maxlength: 255 })];
  const dialog = openDialog(t("console.edit"), form(contents, t("save"), async (values) => {
    await api.put(`/teams/${team.id}/patch`, values);
    dialog.close();
    toast(t("saved"));
    again();
  }));
}
