// Begins here: reads who is signed in, then shows the page that the address names.

import { fill, h } from "./lib/dom.js";
import { api, query, whenLackingMfa, whenSignedOut } from "./lib/api.js";
import { t, useLanguage } from "./lib/i18n.js";
import { go, href, path, segments, start } from "./lib/router.js";
import { kept, siteName, state } from "./lib/store.js";
import { loadConfig, loadMe, needRoles, owesTerms } from "./data/session.js";
import { loadTeams } from "./data/channels.js";
import { disconnect } from "./data/events.js";
import { followTheme } from "./data/theme.js";
import { card, loginPage, signupPage } from "./views/entry.js";
import { mfaPage } from "./views/mfa.js";
import { desktopPage } from "./views/single_sign_on.js";
import { createTeamPage, selectTeamPage } from "./views/teams.js";
import { Shell } from "./views/shell.js";
import { guardDrops } from "./views/attach.js";
import { startNotices } from "./views/notices.js";
import { toast, words } from "./dialogs/dialog.js";

const MAIL_PAGES = new Set(["reset_password", "reset_password_complete", "do_verify_email", "should_verify_email"]);
const app = document.getElementById("app");
let shell = null;
let frame = null;

function show(page) {
  leaveShell();
  frame = null;
  document.title = siteName();
  fill(app, page);
  page.querySelector("[autofocus]")?.focus();
}

function leaveShell() {
  shell?.close();
  shell = null;
}

/** The admin console and the integrations of a team are loaded when somebody goes there; `base` is their address. */
async function showFrame(base, load, rest) {
  const opened = frame?.base === base ? frame : await load();
  if (path() !== base && !path().startsWith(`${base}/`)) return;
  leaveShell();
  if (frame !== opened) fill(app, opened.element);
  frame = opened;
  await frame.show(rest);
}

const openConsole = async () => (await import("./later/console/console.js")).openConsole();
const openIntegrations = async (team) => (await import("./later/integrations/integrations.js")).openIntegrations(team);

/** Show the page of the current address. */
async function route() {
  const [first, ...rest] = segments();
  if (first === "login" && rest[0] === "desktop") return show(desktopPage(card));
  if (MAIL_PAGES.has(first)) return show((await import("./later/entry/mail_links.js")).PAGES[first]());
  if (!state.me) return showEntry(first);
  if (state.lacksMfa) return show(mfaPage());
  if (owesTerms()) return showTerms();
  if (first === "login" || first === "signup_user_complete") return afterSignIn(invitation());
  if (first === "select_team") return show(selectTeamPage());
  if (first === "create_team") return show(createTeamPage());
  if (first === "admin_console") return showFrame("/admin_console", openConsole, rest);
  const team = [...state.teams.values()].find((one) => one.name === first);
  if (!team) return first ? go("/select_team", { replace: true }) : goHome();
  if (rest[0] === "integrations") return showFrame(`/${team.name}/integrations`, () => openIntegrations(team), rest.slice(1));
  if (!shell) {
    frame = null;
    shell = new Shell();
    fill(app, shell.element);
  }
  await shell.show(team, rest);
}

const showTerms = async () => show(await (await import("./later/entry/terms.js")).termsPage());

function showEntry(first) {
  const none = state.config.NoAccounts === "true";
  if (first === "signup_user_complete" || none) return show(signupPage((id) => afterSignIn(query({ invite_id: id }))));
  if (first !== "login") {
    if (first) kept.set("wanted", path());
    return go("/login", { replace: true });
  }
  return show(loginPage(() => afterSignIn(invitation())));
}

/** Where the server sent the browser from, to sign in: only ever a page of the server's own. */
function cameFrom() {
  const wanted = new URLSearchParams(location.search).get("redirect_to") ?? "";
  return wanted.startsWith("/oauth/authorize?") ? wanted : null;
}

/** The invitation that the address has, as joining a team takes it; "" for none. */
function invitation() {
  const given = new URLSearchParams(location.search);
  return query({ token: given.get("t"), invite_id: given.get("id") });
}

async function afterSignIn(invite) {
  if (state.lacksMfa) return show(mfaPage());
  if (owesTerms()) return showTerms();
  if (cameFrom()) return location.assign(href(cameFrom()));
  await prepare();
  if (invite) {
    const joined = await api.post(`/teams/members/invite${invite}`).catch(() => null);
    await loadTeams();
    const team = joined && state.teams.get(joined.team_id);
    if (team) return go(`/${team.name}`, { replace: true });
  }
  const wanted = kept.get("wanted");
  kept.set("wanted", null);
  return wanted ? go(wanted, { replace: true }) : goHome();
}

async function prepare() {
  if (state.lacksMfa) return;
  await Promise.all([loadTeams(), needRoles([state.me.roles])]);
}

function goHome() {
  const last = state.teams.get(kept.get(`team.${state.me.id}`));
  const team = last ?? [...state.teams.values()].sort((a, b) => a.display_name.localeCompare(b.display_name))[0];
  if (team) return go(`/${team.name}`, { replace: true });
  const fresh = state.me.roles.includes("system_admin");
  return go(fresh ? "/create_team" : "/select_team", { replace: true });
}

whenSignedOut(() => {
  if (!state.me) return;
  disconnect();
  state.me = null;
  location.assign(href("/login"));
});

whenLackingMfa(() => {
  if (state.me && !state.lacksMfa) location.reload();
});

async function boot() {
  const language = useLanguage();
  try {
    await Promise.all([language, loadConfig()]);
    if (await loadMe()) await prepare();
  } catch (error) {
    showFailure(error, boot);
    return;
  }
  const follow = () => route().catch(problem);
  followTheme();
  startNotices();
  guardDrops();
  start(follow);
  await follow();
}

/** Something failed on the way to a page: say so, and offer to try again where there is nothing else to see. */
function problem(error) {
  if (error.status === 401) return;
  if (error.status === undefined) console.error(error);
  if (app.querySelector(".channel-view, .console, .card")) toast(words(error), { error: true });
  else showFailure(error, () => location.reload());
}

function showFailure(error, retry) {
  const again = h("button.primary", { type: "button", onclick: retry }, t("retry"));
  fill(app, h("main.entry", h("div.card", h("h1", t("error.title")), h("p.subtitle", words(error)), h("div.dialog-actions", again))));
}

boot();
