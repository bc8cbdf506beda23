// The people of a team or a channel: finding, adding, removing, making administrators.

import { h } from "../../lib/dom.js";
import { api, query } from "../../lib/api.js";
import { joined, t } from "../../lib/i18n.js";
import { href } from "../../lib/router.js";
import { keep } from "../../data/users.js";
import { avatar } from "../../views/people.js";
import { form, openDialog } from "../../dialogs/dialog.js";
import { PeoplePicker } from "../../dialogs/pick_people.js";
import { act, askAndAct, button, Live, pager, searchField, table, tag } from "./kit.js";

const MANY = 50;
const FOUND = 100; // more are shown when one asks for them
const MOST_FOUND = 1000; // the search answers no more

/**
 * The members of one thing: `at` is the API's path of it, `kind` team or channel, `filter` the query of its people, `inside`
 * how the search of people names it, `outside` the picker's scope of people who aren't in it; `write` says whether one may change them.
 */
export function members({ at, kind, filter, inside, outside, write }) {
  let number = 0;
  let term = "";
  let limit = FOUND;
  const again = () => live.draw();
  const live = new Live(async () => {
    const people = term ? await api.post("/users/search", { ...inside, term, limit, allow_inactive: true }) : await api.get(`/users${query({ ...filter, page: number, per_page: MANY })}`);
    people.forEach(keep);
    const found = people.length ? await api.post(`${at}/members/ids`, people.map((one) => one.id)) : [];
    const byId = new Map(found.map((one) => [one.user_id, one]));
    const shown = list(people, byId, { at, kind, write, again });
    if (term) return [shown, people.length >= limit && (limit < MOST_FOUND ? moreButton() : h("p.hint", t("console.too_many", { count: limit })))];
    return [shown, pager(number, people.length === MANY, (next) => {
      number = next;
      live.draw();
    })];
  });
  const moreButton = () => button(t("files.more"), () => {
    limit = Math.min(limit * 2, MOST_FOUND);
    live.draw();
  });
  const search = searchField(t("members.filter"), (typed) => {
    term = typed.replace(/^@/, "");
    number = 0;
    limit = FOUND;
    live.draw();
  });
  const everybody = () => {
    search.querySelector("input").value = "";
    term = "";
    live.draw();
  };
  live.draw();
  return h("section", h("div.console-title", h("h2", t("members.title")), write && button(t("members.add"), () => add({ at, kind, outside, again: everybody }))), h("div.console-filters", search), live.element);
}

/** What else somebody is called, since they may be found by it. */
const namesOf = (one) => joined([[one.first_name, one.last_name].filter(Boolean).join(" "), one.nickname], " · ");

function list(people, byId, { at, kind, write, again }) {
  const columns = [t("username"), t("console.role"), ...(write ? [t("console.actions")] : [])];
  return table(t("members.title"), columns, people.map((one) => {
    const member = byId.get(one.id) ?? {};
    const guest = member.scheme_guest;
    const role = guest ? "guest" : member.scheme_admin ? "admin" : "user";
    const turn = () => act(() => api.put(`${at}/members/${one.id}/schemeRoles`, { scheme_user: true, scheme_admin: !member.scheme_admin, scheme_guest: false }), again);
    const remove = () => askAndAct({ title: t("members.remove_action"), text: t("console.remove_text", { name: one.username }) }, () => api.delete(`${at}/members/${one.id}`), again);
    const tools = write && [h("div.row-tools", !guest && button(t(member.scheme_admin ? "console.make_member" : "console.make_admin"), turn, { about: one.username }), button(t("members.remove_action"), remove, { danger: true, about: one.username }))];
    return [h("a.person", { href: href(`/admin_console/users/${one.id}`) }, avatar(one.id, 24), h("strong", h("bdi", one.username)), h("span.muted", namesOf(one))), tag(t(`console.${kind}_${role}`), role === "admin" ? "good" : ""), ...(tools || [])];
  }));
}

function add({ at, kind, outside, again }) {
  const picker = new PeoplePicker({ scope: outside });
  const dialog = openDialog(t("members.add"), form(picker.element, t("members.add_action"), async () => {
    const ids = [...picker.chosen.keys()];
    if (!ids.length) throw new Error(t("members.need_somebody"));
    if (kind === "team") await api.post(`${at}/members/batch`, ids.map((user_id) => ({ team_id: at.split("/").pop(), user_id })));
    else await api.post(`${at}/members`, { user_ids: ids });
    dialog.close();
    again();
  }), { wide: true });
}
