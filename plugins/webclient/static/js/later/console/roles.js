// Roles and permissions: who may do what, as a matrix.

import { fill, h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { joined, rightToLeft, t } from "../../lib/i18n.js";
import { choose, frame, searchField } from "./kit.js";
import { mayDo } from "./pages.js";
import { toast, tryTo } from "../../dialogs/dialog.js";
import { confirmDialog } from "../../dialogs/dialog.js";

const GROUPS = {
  everybody: ["system_guest", "system_user", "team_guest", "team_user", "team_admin", "channel_guest", "channel_user", "channel_admin"],
  console: ["system_read_only_admin", "system_user_manager", "system_manager", "system_custom_group_admin", "system_admin"],
  programs: ["system_user_access_token", "system_post_all", "system_post_all_public", "team_post_all", "team_post_all_public", "playbook_member", "playbook_admin", "run_member", "run_admin", "custom_group_user"],
};
const FIXED = "system_admin";

/** /admin_console/roles. */
export async function rolesPage() {
  const [roles, schemes] = await Promise.all([api.get("/roles"), api.get("/schemes?per_page=200").catch(() => [])]);
  const matrix = new Matrix(roles.filter((role) => !role.delete_at), schemes);
  return { element: frame(t("console.roles"), { hint: t("console.roles_hint") }, matrix.element), close: () => matrix.close() };
}

class Matrix {
  constructor(roles, schemes) {
    this.roles = new Map(roles.map((role) => [role.name, role]));
    this.schemes = schemes;
    this.changed = new Map(); // role name → the permissions that it is to have
    this.all = [...new Set(roles.flatMap((role) => role.permissions))].sort();
    this.group = "everybody";
    this.term = "";
    this.write = mayDo("sysconsole_write_user_management_permissions");
    this.box = h("div.table-box.matrix", { tabindex: "0", role: "region", "aria-label": t("console.roles"), onkeydown: walk, onfocusin: (event) => event.target.matches("input") && comeBackTo(event.target) });
    this.save = h("button.primary", { type: "button", onclick: () => this.#save() }, t("save"));
    this.discard = h("button.quiet", { type: "button", onclick: () => this.#discard() }, t("console.discard"));
    this.count = h("span.grow", { role: "status" });
    this.bar = h("div.save-bar", { hidden: !this.write }, this.count, this.discard, this.save);
    this.element = h("div", this.#filters(), this.box, this.bar);
    this.leaving = (event) => this.changed.size && event.preventDefault();
    addEventListener("beforeunload", this.leaving);
    this.#draw();
  }

  close() {
    removeEventListener("beforeunload", this.leaving);
  }

  #filters() {
    const groups = [...Object.keys(GROUPS).map((name) => [name, t(`console.roles_${name}`)]), ...this.schemes.map((scheme) => [scheme.id, t("console.of_scheme", { name: scheme.display_name })])];
    return h("div.console-filters", searchField(t("console.search_permissions"), (term) => {
      this.term = term.toLowerCase().replaceAll(" ", "_");
      this.#draw();
    }), choose(t("console.roles"), "group", groups, this.group, (group) => {
      this.group = group;
      this.#draw();
    }));
  }

  #names() {
    const scheme = this.schemes.find((one) => one.id === this.group);
    const named = scheme ? Object.entries(scheme).filter(([key, value]) => /^default_(team|channel)_\w+_role$/.test(key) && value).map(([, value]) => value) : GROUPS[this.group];
    const known = Object.values(GROUPS).flat();
    const others = this.group === "programs" ? [...this.roles.values()].filter((role) => !known.includes(role.name) && !role.scheme_managed).map((role) => role.name) : [];
    return [...new Set([...named, ...others])].filter((name) => this.roles.has(name));
  }

  #held(name) {
    return this.changed.get(name) ?? new Set(this.roles.get(name).permissions);
  }

  #draw() {
    const names = this.#names();
    const held = new Map(names.map((name) => [name, this.#held(name)]));
    const rows = this.all.filter((permission) => permission.includes(this.term) && (this.term || names.some((name) => name !== FIXED && (held.get(name).has(permission) || this.roles.get(name).permissions.includes(permission))) || this.group === "console"));
    const title = (name) => roleName(this.roles.get(name));
    const head = h("tr", h("th", { scope: "col" }, t("console.permission")), names.map((name) => h("th", { scope: "col" }, title(name))));
    const cell = (name, permission) => h("td", h("input", { type: "checkbox", checked: held.get(name).has(permission), disabled: !this.write || name === FIXED, tabindex: "-1", "aria-label": `${title(name)}: ${permission}`, onchange: (event) => this.#set(name, permission, event.target.checked) }));
    const body = rows.map((permission) => h("tr", h("th", { scope: "row" }, h("code", breakable(permission))), names.map((name) => cell(name, permission))));
    fill(this.box, h("table", h("caption.sr-only", t("console.roles")), h("thead", head), h("tbody", body)), rows.length ? null : h("p.empty", t("console.nothing")));
    const first = this.box.querySelector("input:not(:disabled)");
    if (first) comeBackTo(first);
    this.#drawBar();
  }

  #set(name, permission, on) {
    const before = new Set(this.roles.get(name).permissions);
    const now = new Set(this.#held(name));
    now[on ? "add" : "delete"](permission);
    const same = now.size === before.size && [...now].every((one) => before.has(one));
    if (same) this.changed.delete(name);
    else this.changed.set(name, now);
    this.#drawBar();
  }

  #drawBar() {
    this.save.disabled = this.discard.disabled = this.changed.size === 0;
    fill(this.count, this.changed.size ? t("console.roles_changed", { count: this.changed.size, names: joined([...this.changed.keys()].map((name) => roleName(this.roles.get(name)))) }) : "");
  }

  #discard() {
    this.changed.clear();
    this.#draw();
  }

  async #save() {
    const names = joined([...this.changed.keys()].map((name) => roleName(this.roles.get(name))));
    if (!(await confirmDialog(t("save"), t("console.roles_save_text", { names }), t("save"), { danger: false }))) return;
    await tryTo(async () => {
      for (const [name, permissions] of [...this.changed]) {
        const role = await api.put(`/roles/${this.roles.get(name).id}/patch`, { permissions: [...permissions] });
        this.roles.set(name, role);
        this.changed.delete(name);
      }
      toast(t("saved"));
    });
    this.#draw();
  }
}

/** Hundreds of boxes are one stop of the Tab key: it comes to the one where one was last. */
function comeBackTo(box) {
  box.closest("table").querySelectorAll("input[tabindex='0']").forEach((one) => one.setAttribute("tabindex", "-1"));
  box.setAttribute("tabindex", "0");
}

/** The arrow keys go from box to box, left and right as they lie on the screen. */
function walk(event) {
  const cell = event.target.closest("td");
  const forward = rightToLeft() ? "ArrowLeft" : "ArrowRight";
  const back = rightToLeft() ? "ArrowRight" : "ArrowLeft";
  const step = { [forward]: [1, 0], [back]: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
  if (!cell || !step) return;
  event.preventDefault();
  const rows = cell.closest("tbody").rows;
  rows[cell.parentElement.sectionRowIndex + step[1]]?.cells[cell.cellIndex + step[0]]?.querySelector("input")?.focus();
}

/** A long name in one piece, which may be broken after each of its words. */
const breakable = (name) => name.split("_").map((word, at) => (at ? [h("wbr"), `_${word}`] : word));

function roleName(role) {
  const key = `role.${role.name}`;
  const known = t(key);
  return known === key ? role.display_name || role.name : known;
}
