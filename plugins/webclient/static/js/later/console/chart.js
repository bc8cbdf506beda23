// Charts as SVG, with a table of the same numbers for those who can't see them.

import { h } from "../../lib/dom.js";
import { locale, t } from "../../lib/i18n.js";
import { table } from "./kit.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [620, 190, 44, 22, 10];

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The next "round" number: 1, 2 or 5 times a power of ten. */
function roundUp(number) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, number)));
  return power * ([1, 2, 5, 10].find((step) => step * power >= number) ?? 10);
}

export const count = (number) => new Intl.NumberFormat(locale()).format(number);

const day = (text) => new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));

/** Bars per day; `rows` are { name: "2026-01-31", value }, oldest first. */
export function dayChart(title, rows) {
  const highest = roundUp(Math.max(...rows.map((row) => row.value), 1));
  const step = (WIDTH - LEFT) / Math.max(1, rows.length);
  const height = (value) => (HEIGHT - BOTTOM - TOP) * (value / highest);
  const lines = [0, 0.5, 1].map((part) => {
    const y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part;
    return draw("g", {}, draw("line", { x1: LEFT, x2: WIDTH, y1: y, y2: y, class: "grid" }), draw("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, part * highest < 1 && part ? "" : count(Math.round(part * highest))));
  });
  const bars = rows.map((row, at) => draw("rect", { x: LEFT + at * step + step * 0.15, width: step * 0.7, y: HEIGHT - BOTTOM - height(row.value), height: height(row.value), rx: 2, class: "bar" }, draw("title", {}, `${day(row.name)}: ${count(row.value)}`)));
  const marks = rows.map((row, at) => (at % 7 ? null : draw("text", { x: LEFT + at * step + step / 2, y: HEIGHT - 6, "text-anchor": "middle" }, day(row.name)))).filter(Boolean);
  const sum = rows.reduce((all, row) => all + row.value, 0);
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}: ${t("console.chart_label", { count: count(sum), most: count(Math.max(0, ...rows.map((row) => row.value))) })}`, class: "chart" }, ...lines, ...bars, ...marks);
  return h("figure.chart-box", h("figcaption", h("strong", title)), svg, h("details", h("summary", t("console.as_table")), table(title, [t("console.day"), { label: title, class: "number" }], rows.map((row) => [row.name, count(row.value)]))));
}
