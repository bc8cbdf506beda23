// My teams, in the order in which I want them.

import { state } from "../lib/store.js";
import { preference } from "./preferences.js";

/** Return my teams: those of my own order first, the others by name. */
export function myTeams() {
  const order = preference("teams_order", "").split(",");
  const rank = (one) => (order.includes(one.id) ? order.indexOf(one.id) : order.length);
  return [...state.teams.values()].sort((a, b) => rank(a) - rank(b) || a.display_name.localeCompare(b.display_name));
}
