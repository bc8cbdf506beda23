// Settings: profile, appearance, notifications, password, second factor, the way of signing in, sessions, access tokens.

import { fill, h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { href } from "../lib/router.js";
import { changed, state } from "../lib/store.js";
import { LANGUAGES } from "../../lang/languages.js";
import { joined, locale, sideStep, t } from "../lib/i18n.js";
import { ago } from "../lib/time.js";
import { allowDesktop, desktopOn } from "../data/notifications.js";
import { preference, savePreferences } from "../data/preferences.js";
import { tryTheme } from "../data/theme.js";
import { keep } from "../data/users.js";
import { mfaOffered, mfaSettings } from "../views/mfa.js";
import { soundSettings } from "./sounds.js";
import { themeSettings } from "./theme.js";
import { profileSettings } from "./profile.js";
import { tokenSettings, tokensOffered } from "./tokens.js";
import { choice, confirmDialog, field, form, openDialog, toast, tryTo } from "./dialog.js";

const TABS = ["profile", "display", "notifications", "password", "mfa", "security", "sessions", "tokens"];
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

const pages = {
  profile: () => profileSettings(patchMe),
  display: () => [
    themeSettings(),
    choice(t("display.clock"), "clock", [["false", t("display.clock12")], ["true", t("display.clock24")]], preference("display_settings", "use_military_time"), async (value) => {
      await savePreferences(["display_settings", "use_military_time", value]);
      toast(t("saved_reload"));
    }),
    choice(t("display.names"), "names", [["username", t("display.username")], ["nickname_full_name", t("display.nickname")], ["full_name", t("display.full_name")]],
      preference("display_settings", "name_format", state.config.TeammateNameDisplay), (value) => savePreferences(["display_settings", "name_format", value]).then(() => changed("users", "channels"))),
    choice(t("display.send"), "send", [["false", t("display.send_enter")], ["true", t("display.send_ctrl")]],
      preference("advanced_settings", "send_on_ctrl_enter", "false"), (value) => savePreferences(["advanced_settings", "send_on_ctrl_enter", value])),
    choice(t("display.language"), "language", Object.entries(LANGUAGES).map(([code, one]) => [code, one.name]), locale(), async (value) => {
      await patchMe({ locale: value });
      location.reload();
    }),
  ],
  notifications: () => {
    const props = state.me.notify_props ?? {};
    const desktop = h("label.check", h("input", { type: "checkbox", checked: desktopOn(), onchange: async (event) => {
      event.target.checked = await allowDesktop(event.target.checked);
    } }), h("span", h("strong", t("notify.desktop")), h("span.hint", t("notify.desktop_hint"))));
    const patch = (change) => patchMe({ notify_props: { ...state.me.notify_props, ...change } });
    const words = field({ label: t("notify.words"), name: "mention_keys", value: props.mention_keys ?? "", hint: t("notify.words_hint") });
    return [
      desktop,
      soundSettings(patch),
      choice(t("notify.about"), "desktop", [["all", t("notify.all")], ["mention", t("notify.mention")], ["none", t("notify.none")]], props.desktop ?? "mention",
        (desktop) => patch({ desktop })),
      form(words, t("save"), patch),
    ];
  },
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
  security: () => {
    const place = h("div", h("p.loading", { role: "status" }, t("loading")));
    tryTo(async () => fill(place, await (await import("../later/security/security.js")).securitySettings()));
    return place;
  },
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
