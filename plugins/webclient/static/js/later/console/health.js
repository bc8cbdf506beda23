// How the server does: its parts, versions, readiness.

import { h } from "../../lib/dom.js";
import { api, BASE } from "../../lib/api.js";
import { state } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { button, act, askAndAct, facts, frame, Live, table, tag } from "./kit.js";
import { mayDo } from "./pages.js";

/** /admin_console/health. */
export async function healthPage() {
  const live = new Live(async () => {
    const [ping, ready] = await Promise.all([ask(), isReady()]);
    return [summary(ping, ready), components(ping.components), versions()];
  });
  await live.draw();
  return { element: frame(t("console.health"), { tools: [button(t("console.refresh"), () => live.draw())] }, live.element, upkeep()) };
}

/** An unhealthy server answers 500 and says why all the same. */
async function ask() {
  try {
    return await api.get("/system/ping?get_server_status=true");
  } catch (error) {
    if (!error.body?.status) throw error;
    return error.body;
  }
}

async function isReady() {
  const answer = await fetch(`${BASE}/readyz`).catch(() => null);
  return answer?.ok ?? false;
}

const light = (good) => tag(t(good ? "console.good" : "console.bad"), good ? "good" : "bad");

const summary = (ping, ready) => facts([
  [t("console.server"), light(ping.status === "OK")], [t("console.database"), light(ping.database_status === "OK")], [t("console.files"), light(ping.filestore_status === "OK")], [t("console.ready"), light(ready)],
]);

function components(found) {
  if (!found) return null;
  return h("section", h("h2", t("console.parts")), table(t("console.parts"), [t("console.name"), t("console.state"), t("console.details")],
    Object.entries(found).map(([name, part]) => [nameOf(name), light(part.ok), part.detail ?? ""])));
}

function nameOf(name) {
  const key = `part.${name}`;
  const known = t(key);
  return known === key ? h("code", name) : known;
}

function versions() {
  const { Version, BuildNumber, BuildHash, BuildDate, SQLDriverName, DiagnosticId } = state.config;
  return h("section", h("h2", t("console.versions")), facts([[t("console.version"), Version], [t("console.build"), BuildNumber], ["Hash", BuildHash], [t("console.build_date"), BuildDate], [t("console.database"), SQLDriverName], ["Id", DiagnosticId]]));
}

function upkeep() {
  const tools = [
    mayDo("invalidate_caches") && button(t("console.empty_caches"), () => act(() => api.post("/caches/invalidate"))),
    mayDo("recycle_database_connections") && button(t("console.recycle"), () => act(() => api.post("/database/recycle"))),
    mayDo("reload_config") && button(t("console.reload_config"), () => act(() => api.post("/config/reload"))),
    mayDo("manage_system") && button(t("console.sign_all_out"), () => askAndAct({ title: t("console.sign_all_out"), text: t("console.sign_all_out_text") }, () => api.post("/users/sessions/revoke/all")), { danger: true }),
  ].filter(Boolean);
  return tools.length > 0 && h("section", h("h2", t("console.upkeep")), h("div.console-tools", tools));
}
