// The server's log, newest records first.

import { h } from "../../lib/dom.js";
import { api, query } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { href } from "../../lib/router.js";
import { button, choose, frame, Live, pager, searchField, table, tag } from "./kit.js";

const MANY = 100;
const LEVELS = { error: ["error", "critical"], warn: ["warn", "error", "critical"], info: ["info", "warn", "error", "critical"] };
const KINDS = { error: "bad", critical: "bad", warn: "warn" };
const FIRST = new Set(["timestamp", "level", "msg"]);

/** /admin_console/logs. */
export async function logsPage() {
  const wanted = { level: "", since: "", text: "", page: 0 };
  const set = (name) => (value) => {
    Object.assign(wanted, { page: 0, [name]: value });
    live.draw();
  };
  const live = new Live(async () => {
    const filter = { text: wanted.text, log_levels: LEVELS[wanted.level] ?? [], date_from: wanted.since && String(Date.now() - Number(wanted.since) * 60_000) };
    const found = await api.post(`/logs/query${query({ page: wanted.page, logs_per_page: MANY })}`, filter);
    const records = Object.values(found).flat().reverse();
    return [list(records), pager(wanted.page, records.length === MANY, (at) => {
      wanted.page = at;
      live.draw();
    })];
  });
  await live.draw();
  const minutes = [["", t("console.all")], ["15", t("console.minutes", { count: 15 })], ["60", t("console.hours", { count: 1 })], ["1440", t("console.hours", { count: 24 })]];
  const tools = [button(t("console.refresh"), () => live.draw()), h("a.button.quiet.small", { href: href("/api/v4/logs/download"), download: "hubbub.log" }, t("console.download"))];
  const filters = h("div.console-filters",
    searchField(t("console.search_logs"), set("text")),
    choose(t("console.level"), "level", [["", t("console.all")], ...Object.keys(LEVELS).map((name) => [name, t(`console.level_${name}`)])], "", set("level")),
    choose(t("console.since"), "since", minutes, "", set("since")));
  return { element: frame(t("console.logs"), { hint: t("console.logs_hint"), tools }, filters, live.element) };
}

const list = (records) => table(t("console.logs"), [t("console.time"), t("console.level"), t("console.message")], records.map((record) => [
  h("span.nowrap", record.timestamp ?? ""), tag(record.level ?? "", KINDS[record.level] ?? ""), message(record),
]));

function message(record) {
  const more = Object.entries(record).filter(([name]) => !FIRST.has(name));
  if (!more.length) return record.msg;
  return h("details", h("summary", record.msg), h("dl.facts", more.map(([name, value]) => h("div", h("dt", name), h("dd", h("pre", typeof value === "string" ? value : JSON.stringify(value)))))));
}
