// Accounts: searching and filtering them.

import { h } from "../../lib/dom.js";
import { api, query } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { go, href } from "../../lib/router.js";
import { ago } from "../../lib/time.js";
import { keep } from "../../data/users.js";
import { avatar } from "../../views/people.js";
import { field, form, openDialog, toast } from "../../dialogs/dialog.js";
import { button, choose, frame, Live, pager, searchField, table, tag } from "./kit.js";
import { mayDo } from "./pages.js";

const MANY = 50;
export const ROLES = ["system_admin", "system_manager", "system_user_manager", "system_read_only_admin", "system_custom_group_admin"];
const FILTERED = ["system_admin", "system_user", "system_guest", ...ROLES.slice(1)];

/** /admin_console/users. */
export async function page() {
  const wanted = { term: "", role: "", state: "", page: 0 };
  const set = (name) => (value) => {
    Object.assign(wanted, { page: 0, [name]: value });
    live.draw();
  };
  const live = new Live(async () => {
    const found = await find(wanted);
    found.forEach(keep);
    return [users(found), wanted.term ? null : pager(wanted.page, found.length === MANY, (at) => {
      wanted.page = at;
      live.draw();
    })];
  });
  const filters = h("div.console-filters", searchField(t("console.search_users"), set("term")),
    choose(t("console.role"), "role", [["", t("console.all")], ...FILTERED.map((name) => [name, t(`role.${name}`)])], "", set("role")),
    choose(t("console.state"), "state", [["", t("console.all")], ["active", t("console.active")], ["inactive", t("console.inactive")]], "", set("state")));
  await live.draw();
  const tools = mayDo("manage_system") && button(t("console.new_user"), () => create(), { primary: true });
  return { element: frame(t("console.users"), { tools }, filters, live.element) };
}

/** Make an account for somebody; then one is at its page, where roles and the rest are. */
function create() {
  const contents = [
    field({ label: t("email"), name: "email", type: "email", maxlength: 128, autocomplete: "off", required: true }),
    field({ label: t("username"), name: "username", maxlength: 64, autocapitalize: "none", autocomplete: "off", required: true }),
    field({ label: t("password"), name: "password", type: "password", autocomplete: "new-password", required: true, hint: t("console.new_user_hint") }),
  ];
  const dialog = openDialog(t("console.new_user"), form(contents, t("console.create"), async (values) => {
    const one = await api.post("/users", { ...values, username: values.username.trim().toLowerCase() });
    dialog.close();
    toast(t("console.new_user_done", { name: one.username }));
    go(`/admin_console/users/${one.id}`);
  }));
}

async function find({ term, role, state, page }) {
  if (!term) return api.get(`/users${query({ page, per_page: MANY, role, active: state === "active" || "", inactive: state === "inactive" || "" })}`);
  const found = await api.post("/users/search", { term: term.replace(/^@/, ""), role, allow_inactive: state !== "active", limit: 100 });
  return state === "inactive" ? found.filter((one) => one.delete_at) : found;
}

function users(found) {
  const columns = [t("username"), t("email"), t("console.role"), t("console.state"), t("console.last_login")];
  return table(t("console.users"), columns, found.map((one) => [
    h("a.person", { href: href(`/admin_console/users/${one.id}`) }, avatar(one.id, 24), h("strong", h("bdi", one.username)), h("bdi.muted", [one.first_name, one.last_name].filter(Boolean).join(" "))),
    one.email ?? "", rolesOf(one).map((name) => tag(t(`role.${name}`))), stateTags(one), one.last_login ? ago(one.last_login) : "",
  ]));
}

/** Roles that say more than that it is an account. */
export const rolesOf = (one) => one.roles.split(" ").filter((name) => ROLES.includes(name) || name === "system_guest");

export function stateTags(one) {
  return [one.delete_at ? tag(t("console.inactive"), "bad") : tag(t("console.active"), "good"), one.is_bot && tag(t("profile.bot")), one.mfa_active && tag("MFA"), one.auth_service && tag(one.auth_service)];
}
