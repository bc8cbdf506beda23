// Settings: profile, appearance, notifications, password, second factor, the way of signing in, sessions, access tokens.

import { fill, h } from "../../lib/dom.js";
import { api } from "../../lib/api.js";
import { href } from "../../lib/router.js";
import { changed, state } from "../../lib/store.js";
import { joined, sideStep, t } from "../../lib/i18n.js";
import { ago } from "../../lib/time.js";
import { tryTheme } from "../../data/theme.js";
import { keep } from "../../data/users.js";
import { mfaOffered, mfaSettings } from "../../views/mfa.js";
import { themeSettings } from "./theme.js";
import { profileSettings } from "./profile.js";
import { tokenSettings, tokensOffered } from "./tokens.js";
import { confirmDialog, field, form, openDialog, toast, tryTo, words } from "../../dialogs/dialog.js";

const TABS = ["profile", "display", "sidebar", "notifications", "password", "mfa", "security", "sessions", "tokens"];
const OFFERED = { password: () => !state.me.auth_service, mfa: mfaOffered, tokens: tokensOffered };

export function settingsDialog() {
  const page = h("div.settings-page", { role: "tabpanel", tabindex: "-1" });
  const tabs = h("div.settings-tabs", { role: "tablist", "aria-label": t("settings.title"), onkeydown: moveBetweenTabs });
  const show = (name) => {
    fill(tabs, TABS.filter((one) => OFFERED[one]?.() ?? true).map((one) => h("button", { type: "button", role: "tab", "aria-selected": String(one === name), tabindex: one === name ? "0" : "-1", onclick: () => {
      show(one);
      tabs.querySelector("[aria-selected=true]").focus();
    } }, t(`settings.${one}`))));
    tryTheme(null);
    fill(page, pages[name]());
  };
  openDialog(t("settings.title"), h("div.settings", tabs, page), { wide: true, onclose: () => tryTheme(null) });
  show("profile");
}

function moveBetweenTabs(event) {
  const step = sideStep(event.key) ?? { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...event.currentTarget.children];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].click();
}

async function patchMe(change) {
  const me = await api.put("/users/me/patch", change);
  keep({ email_verified: false, ...me }); // what is false isn't sent
  changed("users", "me");
  toast(t("saved"));
}

/** A part of the page that comes when it is wanted. */
function later(load) {
  const place = h("div", h("p.loading", { role: "status" }, t("loading")));
  load().then((contents) => fill(place, contents), (error) => fill(place, h("p.problem", { role: "alert" }, words(error))));
  return place;
}

const pages = {
  profile: () => profileSettings(patchMe),
  display: () => [themeSettings(), later(async () => (await import("./display.js")).displaySettings(patchMe))],
  sidebar: () => later(async () => (await import("./display.js")).sidebarSettings()),
  notifications: () => later(async () => (await import("./notifications.js")).notificationSettings(patchMe)),
  password: () => {
    const input = (name, autocomplete) => field({ label: t(`password.${name}`), name, type: "password", autocomplete, required: true });
    return form([input("current", "current-password"), input("new", "new-password"), input("again", "new-password")], t("password.change"), async (values, element) => {
      if (values.new !== values.again) throw new Error(t("password.differ"));
      await api.put("/users/me/password", { current_password: values.current, new_password: values.new });
      element.reset();
      toast(t("password.changed"));
    });
  },
  mfa: mfaSettings,
  security: () => later(async () => (await import("../security/security.js")).securitySettings()),
  tokens: tokenSettings,
  sessions: () => {
    const list = h("ul.session-list", h("li.loading", t("loading")));
    loadSessions(list);
    return [h("p.hint", t("sessions.hint")), list];
  },
};

async function loadSessions(list) {
  const found = (await tryTo(() => api.get("/users/me/sessions"))) ?? [];
  found.sort((a, b) => b.last_activity_at - a.last_activity_at);
  const end = (one) => async () => {
    if (!(await confirmDialog(t("sessions.end"), t("sessions.end_text"), t("sessions.end")))) return;
    await tryTo(() => api.post("/users/me/sessions/revoke", { session_id: one.id }));
    loadSessions(list);
  };
  fill(list, found.map((one) => h("li.pick", h("div.grow",
    h("strong", joined([one.props?.browser, one.props?.platform ?? one.props?.os].filter((part) => !/^unknown/i.test(part)), " · ") || t("sessions.other")),
    h("p.muted", t("sessions.active", { when: ago(one.last_activity_at) }))),
  h("button.quiet.small", { type: "button", onclick: end(one) }, t("sessions.end")))));
  if (!found.length) fill(list, h("li.empty", h("a", { href: href("/login") }, t("login.action"))));
}
