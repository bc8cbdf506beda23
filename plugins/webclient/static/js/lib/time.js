// Times as people read them.

import { locale } from "./i18n.js";
import { state } from "./store.js";

const DAY = 86_400_000;
const formats = new Map();

function format(name, options) {
  const key = `${locale()}.${name}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), options));
  return formats.get(key);
}

/** 14:05, or 2:05 PM, as the language and the user's settings have it. */
export function clock(ms) {
  const military = state.preferences.get("display_settings--use_military_time");
  const hour12 = military === undefined ? undefined : military !== "true";
  return format(`clock${hour12}`, { hour: "numeric", minute: "2-digit", hour12 }).format(ms);
}

const weekday = (ms) => format("weekday", { weekday: "long" }).format(ms);

/** Friday, 27 November 2026 at 14:05. Browsers' own Persian one has the year in front of the month, which nobody writes. */
export function fullTime(ms) {
  if (locale() === "fa") return `${weekday(ms)} ${format("long", { dateStyle: "long", timeStyle: "short" }).format(ms)}`;
  return format("full", { dateStyle: "full", timeStyle: "short" }).format(ms);
}

export const dayKey = (ms) => new Date(ms).toDateString();

/** Today, Yesterday, Monday, 3 March, 3 March 2021. */
export function dayName(ms) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.round((midnight - new Date(ms).setHours(0, 0, 0, 0)) / DAY);
  if (days === 0 || days === 1) {
    const name = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(-days, "day");
    return name[0].toLocaleUpperCase(locale()) + name.slice(1);
  }
  if (days > 1 && days < 7) return weekday(ms);
  const sameYear = new Date(ms).getFullYear() === new Date().getFullYear();
  return format(`day${sameYear}`, { day: "numeric", month: "long", year: sameYear ? undefined : "numeric" }).format(ms);
}

/** 14:05 today, else the day and the time. */
export function shortTime(ms) {
  return dayKey(ms) === dayKey(Date.now()) ? clock(ms) : `${dayName(ms)}, ${clock(ms)}`;
}

/** 5 minutes ago. */
export function ago(ms) {
  const seconds = Math.round((ms - Date.now()) / 1000);
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.round(seconds / size), unit);
}
