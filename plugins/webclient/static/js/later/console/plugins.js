// Plugins: which there are, how they do, turning them on and off.

import { fill, h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { href } from "../../lib/router.js";
import { toast, tryTo } from "../../dialogs/dialog.js";
import { mayDo } from "./pages.js";
import { choose, frame, Live, searchField, tag } from "./kit.js";

const RUNNING = 2;
const FAILED = 3;

export async function pluginsPage() {
  const wanted = { term: "", state: "" };
  let all = [];
  let manifests = new Map();
  const list = h("ul.plugin-list");
  const draw = () => {
    const found = all.filter((one) => `${one.plugin_id} ${one.name} ${one.description}`.toLowerCase().includes(wanted.term) && (!wanted.state || stateOf(one) === wanted.state));
    fill(list, found.length ? found.map((one) => row(one, manifests.get(one.plugin_id), () => live.draw({ quiet: true }))) : h("li.empty", t("console.nothing")));
    return list;
  };
  const live = new Live(async () => {
    const [statuses, known] = await Promise.all([api.get("/plugins/statuses"), api.get("/plugins")]);
    all = statuses.sort((a, b) => b.state - a.state || a.plugin_id.localeCompare(b.plugin_id));
    manifests = new Map([...known.active, ...known.inactive].map((one) => [one.id, one]));
    return draw();
  });
  await live.draw();
  const filters = h("div.console-filters",
    searchField(t("console.search"), (term) => {
      wanted.term = term.toLowerCase();
      draw();
    }),
    choose(t("console.state"), "state", ["", "on", "off", "failed"].map((name) => [name, t(name ? `console.plugin_${name}` : "console.all")]), "", (state) => {
      wanted.state = state;
      draw();
    }));
  return { element: frame(t("console.plugins"), { hint: t("console.plugins_hint") }, filters, live.element) };
}

const stateOf = (one) => ({ [RUNNING]: "on", [FAILED]: "failed" })[one.state] ?? "off";

function row(one, manifest, then) {
  const state = stateOf(one);
  const control = h("input", { type: "checkbox", role: "switch", checked: state === "on", disabled: !mayDo("sysconsole_write_plugins"), "aria-label": t("console.plugin_turn", { name: one.name }), onchange: () => turn(one, control, then) });
  const schema = manifest?.settings_schema?.settings?.length > 0;
  return h("li.plugin-row", { data: { plugin: one.plugin_id } }, control,
    h("div.grow", h("strong", h("bdi", one.name)), " ", h("bdi.muted", `${one.plugin_id} ${one.version}`), " ", tag(t(`console.plugin_${state}`), { on: "good", failed: "bad" }[state] ?? ""),
      one.description && h("p.hint", h("bdi", one.description)), one.error && h("p.field-problem", h("bdi", one.error))),
    schema && state === "on" && h("a", { href: href(`/admin_console/settings/${encodeURIComponent(`plugin:${one.plugin_id}`)}`), "aria-label": `${t("console.settings")}: ${one.name}` }, t("console.settings")));
}

async function turn(one, control, then) {
  const on = control.checked;
  control.disabled = true;
  const answer = await tryTo(() => api.post(`/plugins/${encodeURIComponent(one.plugin_id)}/${on ? "enable" : "disable"}`));
  control.disabled = false;
  if (!answer) control.checked = !on;
  else if (answer.needs_restart) toast(t("console.plugin_restart", { name: one.name }));
  await then();
  document.querySelector(`[data-plugin="${CSS.escape(one.plugin_id)}"] input`)?.focus();
}
