// Who did what: the records of the audit trail, newest first.

import { h } from "../../lib/dom.js";
import { api, query } from "../../lib/api.js";
import { state } from "../../lib/store.js";
import { locale, t } from "../../lib/i18n.js";
import { href } from "../../lib/router.js";
import { keep } from "../../data/users.js";
import { avatar } from "../../views/people.js";
import { button, frame, Live, pager, searchField, table, tag } from "./kit.js";

const MANY = 50;

/** /admin_console/activity. */
export async function activityPage() {
  const wanted = { name: "", page: 0 };
  const live = new Live(async () => {
    const id = wanted.name && (await idOf(wanted.name));
    if (id === null) return h("p.empty", t("console.no_account", { name: wanted.name }));
    const found = await records(id, wanted.page);
    return [list(found), pager(wanted.page, found.length === MANY, (at) => {
      wanted.page = at;
      live.draw();
    })];
  });
  const search = searchField(t("console.activity_of"), (name) => {
    Object.assign(wanted, { name: name.replace(/^@/, ""), page: 0 });
    live.draw();
  });
  await live.draw();
  return { element: frame(t("console.activity"), { hint: t("console.activity_hint"), tools: [button(t("console.refresh"), () => live.draw())] }, h("div.console-filters", search), live.element) };
}

/** The id of an account by its whole name; null when there is none. */
async function idOf(name) {
  const found = await api.post("/users/usernames", [name]);
  found.forEach(keep);
  return found[0]?.id ?? null;
}

/** A page of records, of one account or of all; those who did it are known then. */
export async function records(id, page) {
  const found = await api.get(`${id ? `/users/${id}` : ""}/audits${query({ page, per_page: MANY })}`);
  const unknown = [...new Set(found.map((one) => one.user_id))].filter((one) => one && !state.users.has(one));
  if (unknown.length) (await api.post("/users/ids", unknown).catch(() => [])).forEach(keep);
  return found;
}

/** When it was, to the second. */
const moment = (ms) => new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium" }).format(ms);

const ID = /[a-z0-9]{26}/g; // in addresses they would be all that one sees

export const list = (found) => table(t("console.activity"), [t("console.when"), t("console.who"), t("console.what"), t("console.result"), t("console.details")], found.map((one) => {
  const [outcome, ...rest] = (one.extra_info ?? "").split(" ");
  const known = ["success", "fail", "attempt"].includes(outcome);
  return [h("span.nowrap", moment(one.create_at)), who(one.user_id), h("code", { title: one.action }, one.action.replace("/api/v4", "").replace(ID, "…")),
    known && h("span.nowrap", tag(t(`console.outcome_${outcome}`), { success: "good", fail: "bad" }[outcome] ?? "")),
    more(known ? rest.join(" ") : one.extra_info, one.ip_address)];
}));

function more(text, address) {
  if (!text) return address;
  return h("details", h("summary", address || t("console.details")), h("p.small", text));
}

function who(id) {
  const user = state.users.get(id);
  if (!id) return "";
  return h("a.person.nowrap", { href: href(`/admin_console/users/${id}`) }, avatar(id, 24), h("strong", user?.username ?? id.slice(0, 8)));
}
