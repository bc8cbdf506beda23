// Statistics: how much there is, and how much happens.

import { h } from "../../lib/dom.js";
import { api, query } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { choose, frame, Live } from "./kit.js";
import { count, dayChart } from "./chart.js";

const CHARTS = ["post_counts_day", "user_counts_with_posts_day", "bot_post_counts_day"];

/** /admin_console/statistics. */
export async function statisticsPage() {
  const teams = await api.get("/teams?per_page=200").catch(() => []);
  let team_id = "";
  const numbers = (name) => api.get(`/analytics/old${query({ name, team_id })}`);
  const live = new Live(async () => {
    const [standard, extra, ...days] = await Promise.all([numbers("standard"), team_id ? [] : numbers("extra_counts").catch(() => []), ...CHARTS.map(numbers)]);
    return [tiles([...standard, ...extra]), h("div.charts", days.map((rows, at) => (rows.length ? dayChart(t(`stat.${CHARTS[at]}`), rows.reverse()) : null))), days.every((rows) => !rows.length) && h("p.hint", t("console.too_many_to_count"))];
  });
  await live.draw();
  const filter = teams.length > 1 && h("div.console-filters", choose(t("console.team"), "team", [["", t("console.all")], ...teams.map((one) => [one.id, one.display_name])], "", (id) => {
    team_id = id;
    live.draw();
  }));
  return { element: frame(t("console.statistics"), {}, filter, live.element) };
}

const tiles = (rows) => h("dl.tiles", rows.filter((row) => row.value >= 0).map((row) => {
  const key = `stat.${row.name}`;
  return h("div", h("dt", t(key) === key ? row.name : t(key)), h("dd", count(row.value)));
}));
