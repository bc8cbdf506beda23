// Choosing, joining and making teams.

import { fill, h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { absolute, go, href } from "../lib/router.js";
import { state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { loadTeams } from "../data/channels.js";
import { can, mayAdminister, signOut } from "../data/session.js";
import { myTeams } from "../data/teams.js";
import { field, FieldError, form, tryTo } from "../dialogs/dialog.js";
import { card } from "./entry.js";
import { teamIcon } from "./team_icon.js";

const leave = () => h("button.link", { type: "button", onclick: async () => {
  await signOut();
  location.assign(href("/login"));
} }, t("logout"));

/** /select_team: my teams, and the open ones that I may join. */
export function selectTeamPage() {
  const mine = myTeams();
  const others = h("div");
  const list = h("ul.team-list", mine.map((team) => h("li", h("a.team-row", { href: href(`/${team.name}`) }, teamIcon(team, 28), h("span.grow", h("bdi", team.display_name))))));
  loadOpenTeams(others);
  const make = can("create_team") ? h("a.button.quiet.block", { href: href("/create_team") }, t("team.create")) : null;
  const subtitle = mine.length ? t("team.select_subtitle") : t("team.none_yet");
  const admin = mayAdminister() ? h("p.after", h("a", { href: href("/admin_console") }, t("console.title"))) : null;
  return card(t("team.select"), subtitle, list, others, make, admin, h("p.after", leave()));
}

async function loadOpenTeams(into) {
  const all = await api.get("/teams?per_page=100").catch(() => []);
  const open = all.filter((team) => team.allow_open_invite && !team.delete_at && !state.teams.has(team.id));
  if (!open.length) return;
  fill(into, h("h2.small", t("team.open")), h("ul.team-list", open.map((team) => h("li", h("button.team-row", { type: "button", onclick: () => tryTo(async () => {
    await api.post(`/teams/${team.id}/members`, { team_id: team.id, user_id: state.me.id });
    await loadTeams();
    go(`/${team.name}`);
  }) }, teamIcon(team, 28), h("span.grow", h("bdi", team.display_name)), h("span.muted", t("team.join")))))));
}

/** Make an address from a name: "Our Team!" → "our-team". */
export function slug(name) {
  return name.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);
}

/** /create_team. */
export function createTeamPage() {
  const address = h("bdi", { dir: "ltr" });
  const show = (event) => fill(address, absolute(`/${slug(event.target.value) || "…"}`));
  const name = field({ label: t("team.name"), name: "name", maxlength: 64, required: true, autofocus: true, oninput: show, placeholder: t("team.name_example") });
  const sent = form([name, h("p.hint", t("team.address"), " ", address)], t("team.create_action"), async (values) => {
    const display = values.name.trim();
    if (display.length < 2) throw new FieldError("name", t("team.name_short"));
    const wanted = slug(display);
    const team = await createTeam(display, wanted.length >= 2 ? wanted : `team-${Date.now().toString(36)}`);
    await loadTeams();
    go(`/${team.name}`);
  });
  show({ target: { value: "" } });
  const back = state.teams.size ? h("a", { href: href("/select_team") }, t("back")) : leave();
  return card(t("team.create"), t("team.create_subtitle"), sent, h("p.after", back));
}

async function createTeam(display_name, name) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await api.post("/teams", { display_name, name: attempt > 1 ? `${name}-${attempt}` : name, type: "O" });
    } catch (error) {
      const taken = /name_exists|existing|exists/.test(error.id);
      if (!taken || attempt > 8) throw error;
    }
  }
}
