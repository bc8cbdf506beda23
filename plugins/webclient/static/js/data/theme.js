// How the page is coloured: light, dark, as the system is, or by colours of one's own, which the server keeps per team or for all.

import { kept, on, state } from "../lib/store.js";
import { BUILT_IN, pageColours, readTheme, writeTheme } from "../lib/theme_colours.js";
import { deletePreferences, preference, savePreferences } from "./preferences.js";

const THEME = "theme";
const COLOURS = "colours";
const PLAIN = ["system", "light", "dark"];
const DEFAULT = "default"; // what configurations call our own light and dark

let tried = null;

const teamId = () => state.teamId || (kept.get(`team.${state.me?.id}`) ?? "");

/** The built-in themes that the server allows, by name: all where it names none. */
function builtIn() {
  const named = (state.config.AllowedThemes ?? "").split(",").map((name) => name.trim().toLowerCase()).filter((name) => name === DEFAULT || Object.hasOwn(BUILT_IN, name));
  return named.length ? named.flatMap((name) => (name === DEFAULT ? PLAIN : name)) : [...PLAIN, ...Object.keys(BUILT_IN)];
}

/** Which choices the server leaves. */
export const themesOffered = () => {
  if (state.config.EnableThemeSelection === "false") return [];
  return state.config.AllowCustomThemes === "false" ? builtIn() : [...builtIn(), "custom"];
};

/** What the server gives those who have chosen nothing. */
function defaultTheme() {
  const name = (state.config.DefaultTheme ?? "").toLowerCase();
  if (Object.hasOwn(BUILT_IN, name)) return name;
  return builtIn().includes("system") ? "system" : builtIn()[0];
}

/** Whether the current team has a theme of its own. */
export const ofThisTeamOnly = () => readTheme(preference(THEME, teamId(), "")) !== null && teamId() !== "";

/** The colours that I have chosen for this team, or for all; null when there are none that can be read. */
export const ownTheme = () => readTheme(preference(THEME, teamId(), "")) ?? readTheme(preference(THEME, "", ""));

/** system, light, dark, the name of a built-in theme, or custom. All but the last are of this browser, since a phone may want another than a desk. */
export function theme() {
  const chosen = kept.get(THEME);
  // Before anybody has signed in there may be no configuration: what was chosen holds.
  const offered = state.config.EnableThemeSelection === undefined ? [...PLAIN, ...Object.keys(BUILT_IN)] : themesOffered();
  if (chosen !== "custom" && offered.includes(chosen)) return chosen;
  return ownTheme() && offered.includes("custom") ? "custom" : defaultTheme();
}

export function useTheme(name) {
  kept.set(THEME, name);
  tryTheme(null);
}

/** Show a theme that is only tried, until the next one or null. */
export function tryTheme(theme) {
  tried = theme;
  showTheme();
}

/** Colour the page as chosen, or by what is being tried. */
function showTheme() {
  const name = tried ? "custom" : theme();
  const root = document.documentElement;
  const shown = PLAIN.includes(name) ? null : pageColours(tried ?? BUILT_IN[name] ?? ownTheme());
  for (const property of [...root.style]) root.style.removeProperty(property);
  if (shown) {
    root.style.setProperty("color-scheme", shown.dark ? "dark" : "light");
    for (const [property, colour] of Object.entries(shown.colours)) root.style.setProperty(property, colour);
  }
  if (name === "system") delete root.dataset.theme;
  else root.dataset.theme = shown ? "custom" : name; // a sheet of styles for all that have colours of their own
  if (!tried) kept.set(COLOURS, shown && JSON.stringify(shown));
}

/** Keep colours of one's own: for the current team only, or for all teams, which then have none of their own. */
export async function saveTheme(own, { teamOnly }) {
  const others = [...state.preferences.keys()].filter((key) => key.startsWith(`${THEME}--`)).map((key) => key.slice(THEME.length + 2)).filter(Boolean);
  kept.set(THEME, "custom");
  await savePreferences([THEME, teamOnly ? teamId() : "", writeTheme(own)]);
  if (!teamOnly && others.length) await deletePreferences(...others.map((id) => [THEME, id]));
  tryTheme(null);
}

/** Follow what is chosen elsewhere, and the team that is shown. */
export function followTheme() {
  on("preferences", showTheme);
  on("team", showTheme);
  on("config", showTheme);
  showTheme();
}
