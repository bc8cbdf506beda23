// Channels: finding them, and one with its members.

import { h } from "../../lib/dom.js";
import { api, query } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { href } from "../../lib/router.js";
import { shortTime } from "../../lib/time.js";
import { field, form, openDialog, toast } from "../../dialogs/dialog.js";
import { act, askAndAct, button, choose, facts, frame, Live, pager, searchField, table, tag } from "./kit.js";
import { members } from "./members.js";
import { mayDo } from "./pages.js";
import { archivedTag } from "./teams.js";

const MANY = 50;

/** /admin_console/channels and /admin_console/channels/{id}. */
export const page = ([id]) => (id ? one(id) : all());

async function all() {
  const wanted = { term: "", page: 0, kind: "" };
  const set = (name) => (value) => {
    Object.assign(wanted, { page: 0, [name]: value });
    live.draw();
  };
  const live = new Live(async () => {
    const { channels, total_count } = await find(wanted);
    return [h("p.hint", t("console.count", { count: total_count })), list(channels), pager(wanted.page, (wanted.page + 1) * MANY < total_count, (at) => {
      wanted.page = at;
      live.draw();
    })];
  });
  const filters = h("div.console-filters", searchField(t("console.search"), set("term")),
    choose(t("channel.kind"), "kind", [["", t("console.all")], ["public", t("channel.public")], ["private", t("channel.private")], ["deleted", t("console.archived")]], "", set("kind")));
  await live.draw();
  return { element: frame(t("console.channels"), {}, filters, live.element) };
}

function find({ term, page, kind }) {
  if (!term && !kind) return api.get(`/channels${query({ page, per_page: MANY, include_total_count: true, include_deleted: true })}`);
  const only = kind ? { [kind]: true } : {};
  return api.post("/channels/search", { term, page, per_page: MANY, include_deleted: kind === "" || kind === "deleted", ...only });
}

const kindOf = (channel) => tag(t(channel.type === "P" ? "channel.private" : "channel.public"));

const list = (channels) => table(t("console.channels"), [t("channel.name"), t("console.team"), t("channel.kind"), t("console.state"), t("console.created")],
  channels.map((channel) => [h("a", { href: href(`/admin_console/channels/${channel.id}`) }, h("strong", h("bdi", channel.display_name))), channel.team_display_name ?? "", kindOf(channel), archivedTag(channel), shortTime(channel.create_at)]));

async function one(id) {
  const live = new Live(async () => {
    const channel = await api.get(`/channels/${id}`);
    const [stats, team] = await Promise.all([api.get(`/channels/${id}/stats`).catch(() => null), channel.team_id ? api.get(`/teams/${channel.team_id}`).catch(() => null) : null]);
    return shown(channel, stats, team, () => live.draw());
  });
  await live.draw({ strict: true });
  return { element: h("div.console-page", h("p.console-back", h("a", { href: href("/admin_console/channels") }, t("console.channels"))), live.element) };
}

function shown(channel, stats, team, again) {
  const write = mayDo("sysconsole_write_user_management_channels");
  const at = `/channels/${channel.id}`;
  const other = channel.type === "P" ? "O" : "P";
  const ask = (name, task) => button(t(`console.${name}`), () => askAndAct({ title: t(`console.${name}`), text: t(`console.${name}_text`, { name: channel.display_name }) }, task, again), { danger: name === "archive_channel" });
  const tools = write && [
    button(t("console.edit"), () => edit(channel, again)),
    channel.name !== "town-square" && !channel.delete_at && ask(other === "P" ? "make_private" : "make_public", () => api.put(`${at}/privacy`, { privacy: other })),
    channel.delete_at ? button(t("console.restore"), () => act(() => api.post(`${at}/restore`), again)) : channel.name !== "town-square" && ask("archive_channel", () => api.delete(at)),
  ];
  return [
    h("div.console-title", h("h1", h("bdi", channel.display_name)), h("div.console-tools", tools)),
    facts([[t("console.team"), team && h("a", { href: href(`/admin_console/teams/${team.id}`) }, team.display_name)], [t("channel.kind"), kindOf(channel)], [t("console.state"), archivedTag(channel)], [t("channel.header"), channel.header], [t("console.purpose"), channel.purpose],
      [t("members.title"), stats?.member_count], [t("console.guests"), stats?.guest_count], [t("console.pinned"), stats?.pinnedpost_count], [t("console.messages"), channel.total_msg_count], [t("console.created"), shortTime(channel.create_at)], ["Id", h("code", channel.id)]]),
    members({ at, kind: "channel", filter: { in_channel: channel.id }, inside: { in_channel_id: channel.id }, outside: { team_id: channel.team_id, not_in_channel_id: channel.id }, write: write && !channel.delete_at }),
  ];
}

function edit(channel, again) {
  const contents = [field({ label: t("channel.name"), name: "display_name", value: channel.display_name, maxlength: 64, required: true }), field({ label: t("console.purpose"), name: "purpose", value: channel.purpose, maxlength: 250 }), field({ label: t("channel.header"), name: "header", value: channel.header, maxlength: 1024, multiline: true })];
  const dialog = openDialog(t("console.edit"), form(contents, t("save"), async (values) => {
    await api.put(`/channels/${channel.id}/patch`, values);
    dialog.close();
    toast(t("saved"));
    again();
  }));
}
