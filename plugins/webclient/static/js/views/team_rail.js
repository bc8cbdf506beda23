// My teams side by side, where there are several: which is shown, what is new in the others.

import { arrange, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { href } from "../lib/router.js";
import { state } from "../lib/store.js";
import { number, t } from "../lib/i18n.js";
import { myTeams } from "../data/teams.js";
import { teamIcon } from "./team_icon.js";

/** Return the rail; its sidebar makes room for it while there is one. */
export function teamRail(scope) {
  const list = h("ul");
  const join = h("a.icon-button", { href: href("/select_team"), title: t("team.join_another"), "aria-label": t("team.join_another") }, icon("plus"));
  const element = h("div.team-rail", { role: "group", "aria-label": t("team.select"), hidden: true }, list, join);
  const tiles = new Map();
  scope.draw(["teams", "team"], () => {
    const teams = myTeams();
    element.hidden = teams.length < 2;
    arrange(list, teams.map((one) => tile(one, tiles)));
  });
  return element;
}

function tile(one, tiles) {
  const here = one.id === state.teamId;
  const { msg_count: unread = 0, mention_count: mentions = 0 } = here ? {} : (state.teamUnreads.get(one.id) ?? {});
  const told = mentions ? t("sidebar.mentions", { count: mentions }) : unread ? t("sidebar.unread") : "";
  const signature = [one.name, one.display_name, one.last_team_icon_update, here, told].join("|");
  const found = tiles.get(one.id);
  if (found?.signature === signature) return found.node;
  const label = [one.display_name, told].filter(Boolean).join(", ");
  const node = h("li", h("a.team-tile", { href: href(`/${one.name}`), title: one.display_name, "aria-current": here ? "true" : null },
    teamIcon(one, 36), h("span.sr-only", label),
    mentions > 0 ? h("span.badge", { "aria-hidden": "true" }, mentions > 99 ? `${number(99)}+` : mentions) : unread > 0 && h("span.dot")));
  tiles.set(one.id, { node, signature });
  return node;
}
