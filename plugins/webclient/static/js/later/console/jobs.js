// Jobs: what runs in the background, how far it is, starting and cancelling it.

import { h } from "../../lib/dom.js";
import { api, query } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { ago, shortTime } from "../../lib/time.js";
import { act, button, choose, frame, Live, pager, table, tag } from "./kit.js";

const MANY = 30;
const EVERY_MS = 3000;
const GOING = ["pending", "in_progress", "cancel_requested"];
const KINDS = { success: "good", error: "bad", warning: "warn" };

/** /admin_console/jobs. */
export async function jobsPage() {
  const kinds = await api.get("/hubbub/job_types");
  const wanted = { job_type: "", status: "", page: 0 };
  const set = (name) => (value) => {
    Object.assign(wanted, { page: 0, [name]: value });
    live.draw();
  };
  const again = () => live.draw({ quiet: true });
  const mine = new Map(kinds.map((one) => [one.type, one]));
  const live = new Live(async () => {
    const jobs = await api.get(`/jobs${query({ ...wanted, per_page: MANY })}`);
    return [list(jobs, mine, again), pager(wanted.page, jobs.length === MANY, (at) => {
      wanted.page = at;
      live.draw();
    })];
  });
  await live.draw();
  const timer = setInterval(() => {
    if (!document.hidden && !live.element.contains(document.activeElement)) again();
  }, EVERY_MS);
  const filters = h("div.console-filters",
    choose(t("console.job_type"), "job_type", [["", t("console.all")], ...kinds.filter((one) => one.create).map((one) => [one.type, nameOf(one.type)])], "", set("job_type")),
    choose(t("console.state"), "status", ["", ...GOING, "success", "error", "warning", "canceled"].map((name) => [name, t(name ? `job.${name}` : "console.all")]), "", set("status")));
  return { element: frame(t("console.jobs"), { hint: t("console.jobs_hint") }, starter(kinds.filter((one) => one.create), again), filters, live.element), close: () => clearInterval(timer) };
}

function starter(kinds, again) {
  if (!kinds.length) return null;
  let type = kinds[0].type;
  const select = choose(t("console.start_job"), "start", kinds.map((one) => [one.type, one.scheduled ? `${nameOf(one.type)} (${t("console.scheduled")})` : nameOf(one.type)]), type, (value) => {
    type = value;
  });
  return h("div.console-filters", select, button(t("console.start"), () => act(() => api.post("/jobs", { type }), again, t("console.started", { type: nameOf(type) }))));
}

function list(jobs, kinds, again) {
  const columns = [t("console.job_type"), t("console.state"), t("console.progress"), t("console.begun"), t("console.result"), t("console.actions")];
  return table(t("console.jobs"), columns, jobs.map((job) => {
    const cancel = GOING.slice(0, 2).includes(job.status) && kinds.get(job.type)?.create;
    return [[h("strong", nameOf(job.type)), " ", h("code.muted", job.type)], tag(t(`job.${job.status}`), KINDS[job.status] ?? ""), progress(job),
      h("span", { title: shortTime(job.start_at || job.create_at) }, ago(job.start_at || job.create_at)), result(job),
      cancel && button(t("cancel"), () => act(() => api.post(`/jobs/${job.id}/cancel`), again), { about: nameOf(job.type) })];
  }), { none: t("console.no_jobs") });
}

/** What a kind of jobs does, in words where there are some. */
function nameOf(type) {
  const key = `job_type.${type}`;
  const known = t(key);
  return known === key ? type : known;
}

function progress(job) {
  if (job.status !== "in_progress") return job.status === "success" ? "100 %" : "";
  const value = Math.max(0, Math.min(100, job.progress));
  return h("span.progress", h("progress", { max: 100, value, "aria-label": `${job.type}: ${t("console.progress")}` }), ` ${value} %`);
}

function result(job) {
  const entries = Object.entries(job.data ?? {});
  if (!entries.length) return "";
  const error = job.data.error && h("span.field-problem", job.data.error);
  return [error, h("details", h("summary", t("console.details")), h("dl.facts", entries.map(([name, value]) => h("div", h("dt", name), h("dd", String(value))))))];
}
