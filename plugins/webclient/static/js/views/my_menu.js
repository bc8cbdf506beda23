// My own menu: status, settings, signing out.

import { h } from "../lib/dom.js";
import { api } from "../lib/api.js";
import { href } from "../lib/router.js";
import { changed, state } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { signOut } from "../data/session.js";
import { customStatus, user } from "../data/users.js";
import { tryTo } from "../dialogs/dialog.js";
import { customStatusDialog } from "../dialogs/status.js";
import { settingsDialog } from "../dialogs/settings.js";
import { shortcutsDialog } from "../dialogs/shortcuts.js";
import { STATUSES } from "./people.js";
import { openMenu } from "./popup.js";

export function openMyMenu(anchor) {
  const status = state.statuses.get(state.me.id) ?? "offline";
  const custom = customStatus(user(state.me.id));
  openMenu(anchor, [
    { label: custom ? (custom.text ? h("bdi", custom.text) : t("custom.change")) : t("custom.set"), icon: "smile", onclick: customStatusDialog },
    null,
    ...STATUSES.map((name) => ({ label: t(`status.${name}`), checked: name === status, onclick: () => setStatus(name) })),
    null,
    { label: t("threads.title"), icon: "thread", onclick: () => showPanel("threads") },
    { label: t("mentions.title"), icon: "at", onclick: () => showPanel("mentions") },
    { label: t("saved.title"), icon: "bookmark", onclick: () => showPanel("saved") },
    { label: t("settings.title"), icon: "settings", onclick: settingsDialog },
    { label: t("shortcuts.title"), icon: "keyboard", shortcut: "Ctrl /", onclick: shortcutsDialog },
    { label: t("logout"), icon: "door", onclick: leave },
  ], t("my.menu"));
}

async function setStatus(status) {
  await tryTo(async () => {
    await api.put("/users/me/status", { user_id: state.me.id, status });
    state.statuses.set(state.me.id, status);
    changed("statuses");
  });
}

function showPanel(kind) {
  state.panel = { kind };
  changed("panel");
}

async function leave() {
  await signOut();
  location.assign(href("/login"));
}
